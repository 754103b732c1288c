"""Passkeys over ASGI: made, shown and looked up as a page would have it done, with real keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from db import query
from db.transact import read
from tests.support import browsing, http
from tests.support.authenticators import Authenticator
from tests.support.browsing import Browser
from tests.support.towns import TOWN

ORIGIN = "https://yui.example.jp"
_KEPT = query.statement(
    """
    select k.passkey_id, k.sign_count, (select count(*) from community.passkey_use u
            where u.municipality_id = k.municipality_id and u.passkey_id = k.passkey_id) as uses,
        (select e.why from community.passkey_end e
            where e.municipality_id = k.municipality_id and e.passkey_id = k.passkey_id) as why
    from community.passkey k where k.municipality_id = db.municipality() and k.credential_id = :credential_id
    """
)
_SESSIONS = query.statement(
    """
    select s.opened_by, s.stepped_up_at is not null as stepped_up, e.why from community.session s
    left join community.session_end e on e.municipality_id = s.municipality_id and e.session_id = s.session_id
    where s.municipality_id = db.municipality() and s.principal_id = :principal_id order by s.opened_at, s.session_id
    """
)


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


async def options(browser: Browser, path: str) -> dict[str, Any]:
    """What a page's button asks for."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["origin"] == ORIGIN
    return told["options"]


async def register(browser: Browser, device: Authenticator | None = None, **fields: str) -> Authenticator:
    """A new passkey of whoever is signed in."""
    device = device or Authenticator(ORIGIN)
    made = device.make(await options(browser, "/passkeys/question"))
    answer = await browser.send("/passkeys", on="/passkeys", credential=made, **fields)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/passkeys"), answer.text
    return device


async def sign_in(browser: Browser, device: Authenticator, answered: str | None = None) -> httpx.Response:
    """Signs in with a passkey, or with an answer that was given before."""
    told = answered or device.show(await options(browser, "/sign-in/passkey"))
    token = dict(browsing.HIDDEN.findall((await browser.get("/sign-in")).text))
    return await browser.post("/sign-in/passkey", token | {"credential": told})


async def step_up(browser: Browser, device: Authenticator, answered: str | None = None, **fields: str) -> httpx.Response:
    told = answered or device.show(await options(browser, "/step-up/passkey"))
    return await browser.send("/step-up/passkey", on="/step-up", credential=told, **fields)


async def kept(service: http.Service, device: Authenticator, town: int = TOWN) -> Any:
    """What PostgreSQL keeps of a passkey."""
    return await read(service.engine, town, lambda conn: query.one(conn, _KEPT, credential_id=device.credential_id))


async def sessions_of(service: http.Service, browser: Browser, town: int = TOWN) -> list[tuple[Any, ...]]:
    who = whose(browser)
    rows = await read(service.engine, town, lambda conn: query.rows(conn, _SESSIONS, principal_id=who))
    return [tuple(row) for row in rows]


def whose(browser: Browser) -> UUID:
    assert browser.caller is not None
    return browser.caller.principal_id


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/devices")).status_code == 200
