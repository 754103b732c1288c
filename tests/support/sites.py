"""The service on a real port of this machine, as `yui serve` starts it, with people who come in at its doors.

async with sites.served(database) as site:
    member = await site.service.caller("member")
    await page.goto(await site.entrance(member))       # signs in as people do
    await site.sign_in(page.context, member)           # or is signed in already
"""

from __future__ import annotations

import asyncio
import io
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from playwright.async_api import BrowserContext
from sqlalchemy.ext.asyncio import AsyncConnection

from api import signed_in
from cli import serving
from community import sessions
from db.place import Place
from db.transact import transact
from kernel import settings
from kernel.clock import MovableClock
from tests.support import browsing, http
from tests.support.postgres import Clone
from tests.support.towns import TOWN


@dataclass
class Site:
    """A served town: its address, the service behind it (callers of the API, the clock, the log), and the server's task."""

    address: str
    service: http.Service
    task: asyncio.Task[None]

    @property
    def engine(self) -> Any:
        return self.service.engine

    async def entrance(self, caller: http.Caller, *, asks_birth_date: bool = False, town: int = TOWN) -> str:
        """The path of a new entrance for somebody, as the desk would hand it out."""
        return await browsing.entrance(self.service, caller, town=town, asks_birth_date=asks_birth_date)

    async def sign_in(self, context: BrowserContext, caller: http.Caller) -> None:
        """Signs somebody in on the device of `context` without the page for it."""
        await self.carry(context, await self.session(caller))

    async def session(self, caller: http.Caller, *, stepped_up: bool = False, town: int = TOWN) -> str:
        """The secret of a new session of somebody."""

        async def work(conn: AsyncConnection) -> str:
            asked = sessions.Opening(
                principal_id=caller.principal_id,
                role=caller.role,  # pyright: ignore[reportArgumentType]
                device="a browser of the tests",
                opened_by="entrance",
                stepped_up=stepped_up,
            )
            chance = os.urandom(sessions.SECRET_BYTES)
            return (await sessions.open_(conn, asked, chance=chance, now=self.service.clock.now())).secret

        return await transact(self.engine, town, work)

    async def carry(self, context: BrowserContext, secret: str) -> None:
        """Puts a session's cookie into the device of `context`."""
        secure = self.address.replace("http:", "https:")  # the prefix of the cookie's name wants it so
        await context.add_cookies([{"name": signed_in.COOKIE, "value": secret, "url": secure, "secure": True, "httpOnly": True}])


@asynccontextmanager
async def served(database: Clone, start: datetime = http.START, *, at_home: bool = False) -> AsyncGenerator[Site]:
    """The application on `database` and on a free port of 127.0.0.1, which browsers trust as they trust https.

    `at_home`: where it tells its own address, it is this one.
    """
    clock, log, port = MovableClock(start), io.StringIO(), free_port()
    address = f"http://127.0.0.1:{port}"
    app = http.made(database, clock, log, public_url=address if at_home else http.PUBLIC_URL)
    async with serving.started(app, "127.0.0.1", port, Place(settings.Settings(), None)) as task:
        await _answers(address)
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            yield Site(address, http.Service(app, client, clock, log), task)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _answers(address: str) -> None:
    """Returns when the server answers."""
    transport = httpx.AsyncHTTPTransport(retries=10)
    async with httpx.AsyncClient(transport=transport) as client:
        (await client.get(f"{address}/health/ready")).raise_for_status()
