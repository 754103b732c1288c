"""A started application over ASGI, and callers with tokens of their own."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection

from api import app as application
from api import logs
from community import members, organisations, principals, tokens
from db import engine as engines
from db.transact import transact
from kernel import ids
from kernel.clock import MovableClock
from tests.support.postgres import Clone
from tests.support.towns import AREAS, TOWN
from tests.support.vaults import MASTER

START = datetime(2026, 5, 11, 0, 0, tzinfo=UTC)  # a Monday, nine o'clock in Tokyo
PUBLIC_URL = "https://YUI.EXAMPLE.JP"


@dataclass
class Caller:
    """Somebody with a token."""

    http: httpx.AsyncClient
    token: str
    role: str
    principal_id: UUID
    member_id: UUID | None = None
    organisation_id: UUID | None = None

    async def get(self, path: str, **given: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", headers=self._headers(), **given)

    async def post(self, path: str, body: Any = None, *, key: str | None = None, **given: Any) -> httpx.Response:
        headers = self._headers() | ({"Idempotency-Key": key} if key is not None else {})
        return await self.http.post(f"/api/v1{path}", json=body, headers=headers | given.pop("headers", {}), **given)

    async def keyed(self, path: str, body: Any = None) -> httpx.Response:
        """A post under a fresh key."""
        return await self.post(path, body, key=str(ids.new_id()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Service:
    """A started application, its clock and its log."""

    app: Litestar
    http: httpx.AsyncClient
    clock: MovableClock
    log: io.StringIO

    @property
    def engine(self) -> Any:
        return self.app.state["context"].engine

    async def caller(
        self, role: Any, *, town: int = TOWN, member_id: UUID | None = None, organisation_id: UUID | None = None
    ) -> Caller:
        """A new principal in `role` with a token; its member or organisation is made where the role needs one."""
        needs_organisation = role in principals.FOR_AN_ORGANISATION and organisation_id is None

        async def work(conn: AsyncConnection) -> Caller:
            now = self.clock.now()
            member = member_id or ((await _member(conn, town, now)) if role == "member" else None)
            organisation = (await _organisation(conn, role, now)) if needs_organisation else organisation_id
            made = principals.Principal(
                principal_id=ids.new_id(), role=role, member_id=member, organisation_id=organisation, label=f"test {role}"
            )
            await principals.create(conn, made, created_by=None, now=now)
            chance = os.urandom(tokens.SECRET_BYTES)
            token = await tokens.create(conn, made.principal_id, lifetime=timedelta(days=90), chance=chance, now=now)
            return Caller(self.http, token, role, made.principal_id, member, organisation)

        return await transact(self.engine, town, work)


def made(
    database: Clone, clock: MovableClock, log: io.StringIO | None = None, *, public_url: str = PUBLIC_URL, **given: Any
) -> Litestar:
    """The application on `database`, not started."""
    engine = engines.create(database.app_url, name="test service", pool_size=20)
    written = logs.logger("info", log or io.StringIO())
    return application.create_app(engine, clock=clock, master=MASTER, public_url=public_url, log=written, **given)


@asynccontextmanager
async def served(database: Clone, start: datetime = START, **given: Any) -> AsyncGenerator[Service]:
    """The application on `database`, its clock set to `start`."""
    clock, log = MovableClock(start), io.StringIO()
    app = made(database, clock, log, **given)
    async with app.lifespan():
        transport = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType] - litestar's narrower ASGI types
        async with httpx.AsyncClient(transport=transport, base_url="http://yui.test") as http:
            yield Service(app, http, clock, log)


async def _member(conn: AsyncConnection, town: int, now: datetime) -> UUID:
    new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[town], person=members.Person("結 花子", "ゆい はなこ"))
    return (await members.add(conn, new, now=now)).member_id


async def _organisation(conn: AsyncConnection, role: str, now: datetime) -> UUID:
    kind = {"cashier": "partner", "treasurer": "group"}.get(role, "host")
    made = organisations.Organisation(ids.new_id(), kind, f"試験の{role}")  # pyright: ignore[reportArgumentType]
    await organisations.create(conn, made, now=now)
    return made.organisation_id


async def forever() -> None:
    """Never returns."""
    import asyncio

    await asyncio.Event().wait()


def scope_of(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> Any:
    """An ASGI scope, for what httpx cannot send."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("yui.test", 80),
    }
