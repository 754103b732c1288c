"""A browser over ASGI, as far as sign-in needs one: it keeps cookies, tells where a request begins, and sends a page's forms.

browser = await browsing.signed_in(service, "host")
page = await browser.get("/host")
gone = await browser.send("/devices/end", on="/devices", session_id=…)
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from api import signed_in as cookies
from community import entrances, sessions
from db.transact import transact
from tests.support.http import Caller, Service
from tests.support.towns import TOWN

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
HIDDEN = re.compile(r'name="(form_token|key)" value="([^"]*)"')
SESSION = re.compile(r'name="session_id" value="([^"]*)"')


class Browser:
    """One browser with its own cookies. `caller` is who is signed in, with a token for the API besides."""

    def __init__(self, service: Service, device: str = SAFARI) -> None:
        transport = httpx.ASGITransport(app=service.app)  # pyright: ignore[reportArgumentType] - litestar's narrower ASGI types
        self.http = httpx.AsyncClient(transport=transport, base_url="https://yui.test", headers={"user-agent": device})
        self.caller: Caller | None = None

    @property
    def secret(self) -> str | None:
        """The value of the session's cookie."""
        return self.http.cookies.get(cookies.COOKIE)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        """Opens a page; does not follow where it leads."""
        return await self.http.get(path, headers={"sec-fetch-site": "none"}, **given)

    async def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Sends fields as a page of ours would."""
        told = {"sec-fetch-site": "same-origin", "origin": "https://yui.test"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await self.http.post(path, data=form or {}, headers={name: value for name, value in told.items() if value})

    async def send(self, path: str, *, on: str, **fields: Any) -> httpx.Response:
        """Opens the page `on` and sends a form from there: with its form token and, where it has one, its key."""
        page = await self.get(on)
        assert page.status_code == 200, page.text
        return await self.post(path, dict(HIDDEN.findall(page.text)) | fields)


async def entrance(
    service: Service, caller: Caller, *, town: int = TOWN, asks_birth_date: bool = False, good_for: timedelta = entrances.GOOD_FOR
) -> str:
    """The path of a new entrance for somebody."""

    async def work(conn: AsyncConnection) -> str:
        new = entrances.NewEntrance(principal_id=caller.principal_id, asks_birth_date=asks_birth_date, good_for=good_for)
        return await entrances.make(conn, new, chance=os.urandom(sessions.SECRET_BYTES), now=service.clock.now())

    return f"/enter/{await transact(service.engine, town, work)}"


async def signed_in(service: Service, who: Any, *, town: int = TOWN, device: str = SAFARI) -> Browser:
    """A browser with somebody signed in: a caller, or somebody new in a role."""
    caller = who if isinstance(who, Caller) else await service.caller(who, town=town)
    browser = Browser(service, device)
    browser.caller = caller
    path = await entrance(service, caller, town=town)
    answer = await browser.send(path, on=path)
    assert answer.status_code == 303, answer.text
    return browser


async def stepped_up(service: Service, who: Any, *, town: int = TOWN) -> Browser:
    """A browser with somebody signed in who has just proven themselves: approvals and the like are open for ten minutes."""
    browser = await signed_in(service, who, town=town)
    caller = browser.caller
    assert caller is not None

    async def work(conn: AsyncConnection) -> str:
        now, chance = service.clock.now(), os.urandom(sessions.SECRET_BYTES)
        who: dict[str, Any] = {"principal_id": caller.principal_id, "role": caller.role}
        opening = sessions.Opening(**who, device=SAFARI, opened_by="step_up", stepped_up=True)
        return (await sessions.open_(conn, opening, chance=chance, now=now)).secret

    secret = await transact(service.engine, town, work)
    browser.http.cookies = httpx.Cookies()
    browser.http.cookies.set(cookies.COOKIE, secret, domain="yui.test", path="/")
    return browser


@asynccontextmanager
async def open_browser(service: Service, who: Any, *, town: int = TOWN) -> AsyncGenerator[Browser]:
    """The same, closed afterwards."""
    browser = await signed_in(service, who, town=town)
    try:
        yield browser
    finally:
        await browser.http.aclose()
