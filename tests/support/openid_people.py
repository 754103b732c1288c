"""Somebody with a browser at our pages and at the provider of the tests: setting out, signing in there, coming back.

async with openid_people.meeting(database) as at:
    browser, caller = await at.linked("hanako")
    answer = await at.sign_in("hanako")
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from cli import town_openid
from community import openid, sessions
from db.transact import read, transact
from kernel import ids
from kernel.clock import SystemClock
from tests.support import browsing, http, openid_provider, postgres
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.openid_provider import Provider
from tests.support.towns import TOWN, TOWN_CODES

BACK = "https://yui.example.jp/sign-in/openid/back"
START = f"/sign-in/openid/{TOWN_CODES[TOWN]}"
_LINK = re.compile(r'<a class="button" href="([^"]*)"')


@dataclass
class Meeting:
    """The service at the provider's own time, with the provider set for the first town alone."""

    service: http.Service
    provider: Provider

    async def fresh(self) -> None:
        """At the time that it is, with an honest provider at which nobody is signed in."""
        self.service.clock.set(SystemClock().now())
        self.at_the_provider_anew()
        await self.provider.alter()

    def at_the_provider_anew(self) -> None:
        """As in a browser that was never at the provider."""
        self.provider.http.cookies = httpx.Cookies()

    async def configure(self, provider: Provider | None = None, *, master: bytes = http.MASTER) -> None:
        """Names a provider for the first town, as the command does; its secret is sealed under `master`."""
        told, service = (provider or self.provider).told, self.service
        new = openid.Provider(provider_id=ids.new_id(), issuer=told.issuer, client_id=told.client_id, name="庁内アカウント")
        secret, now = told.client_secret, service.clock.now()
        await transact(service.engine, TOWN, lambda conn: town_openid.set_(conn, new, secret, master=master, now=now))

    async def set_out(self, browser: Browser) -> str:
        """Presses the button of the sign-in page; the address at the provider."""
        return link_of(await browser.send(START, on="/sign-in/staff"))

    async def sign_in(self, login: str, browser: Browser | None = None) -> httpx.Response:
        """There and back."""
        browser = browser or Browser(self.service)
        return await back(browser, await self.provider.sign_in(await self.set_out(browser), login))

    async def linked(self, login: str, role: str = "officer") -> tuple[Browser, Caller]:
        """Somebody who came in by an entrance and linked their account."""
        browser = await browsing.signed_in(self.service, role)
        assert browser.caller is not None
        way = await self.provider.sign_in(link_of(await browser.send("/openid/link", on="/openid")), login)
        answer = await back(browser, way)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/openid"), answer.text
        self.at_the_provider_anew()
        return browser, browser.caller

    async def session_of(self, browser: Browser) -> sessions.Session | None:
        """The session of a browser, as it stands in the database."""
        secret, now = browser.secret or "", self.service.clock.now()
        return await read(self.service.engine, TOWN, lambda conn: sessions.resolve(conn, secret, now))


@asynccontextmanager
async def meeting(database: postgres.Clone) -> AsyncGenerator[Meeting]:
    """The service on `database`, and a provider that runs."""
    async with openid_provider.running([BACK]) as provider, http.served(database, SystemClock().now()) as service:
        made = Meeting(service, provider)
        await made.configure()
        yield made


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


def link_of(page: httpx.Response) -> str:
    """Where the page leads."""
    assert page.status_code == 200, page.text
    (found,) = _LINK.findall(page.text)
    return html.unescape(found)


async def back(browser: Browser, way: httpx.URL | str) -> httpx.Response:
    """Comes back by the address that the provider sent the browser to."""
    parts = urlsplit(str(way))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK
    return await browser.http.get(f"{parts.path}?{parts.query}", headers={"sec-fetch-site": "cross-site"})
