"""What every request of one application shares: the database, the clock, the keys, the log and the counters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from litestar.connection import ASGIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.typing import FilteringBoundLogger

from api import openid_client
from api.metrics import Metrics
from db import errors, transact
from kernel.clock import Clock
from qr import keys, tokens

T = TypeVar("T")
Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True)
class Context:
    """Made once by `app.create_app`. `master` (at least 32 bytes) is the secret that signs rotating codes."""

    engine: AsyncEngine
    clock: Clock
    log: FilteringBoundLogger
    public_url: str
    master: bytes = field(repr=False)
    metrics: Metrics = field(default_factory=Metrics)
    towns: dict[str, int] = field(default_factory=dict[str, int])
    openid: openid_client.Known = field(default_factory=openid_client.Known)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts whose codes are ours."""
        return frozenset({tokens.host_of(self.public_url)})

    async def read(self, town: int, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` finds on one snapshot. Asked a second time on another connection where the first had died unnoticed."""
        try:
            return await transact.read(self.engine, town, work)
        except Exception as error:
            if not errors.is_lost_connection(error):
                raise
        return await transact.read(self.engine, town, work)

    def keys_of(self, municipality_id: int) -> keys.Keys:
        """The keys of a municipality's rotating codes."""
        return keys.of_municipality(self.master, municipality_id)


def of(connection: Connection) -> Context:
    """The context of the application that serves `connection`."""
    return connection.app.state["context"]
