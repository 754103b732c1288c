"""Work in a town, as the service does it: one transaction behind the wall of the municipality with a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from cli import secret
from community import municipalities, sealing
from db import engine, place
from db.transact import read, transact
from kernel.clock import SystemClock

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

_NO_WALL = 0  # the list of municipalities stands in front of all walls


async def in_town(found: place.Place, code: str, work: Work[T]) -> T:
    """What `work` returns. Raises UnknownMunicipality, and what `work` raises."""
    await place.prepare(found)
    service = secret.opening(found.settings, engine.create(found.app_url, name="yui", pool_size=1))
    try:
        if found.server is not None:
            await sealing.begin(service, now=SystemClock().now())  # what an older version kept in clear
        town = await read(service, _NO_WALL, lambda conn: municipalities.by_code(conn, code))
        return await transact(service, town.municipality_id, work)
    finally:
        await service.dispose()
