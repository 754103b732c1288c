"""Attacks on every page at once: forms from elsewhere, foreign frames, ways to other sites. The router is walked: none is left out."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth, documents, matrix
from api.pages import ways
from community import passwords, proofs
from db.transact import transact
from tests.support import browsing, http, looking
from tests.support.browsing import Browser
from tests.support.towns import OTHER_TOWN, TOWN

ROWS = [row for row in matrix.rows(documents.app()) if row.page]
FORMS = [row for row in ROWS if row.method == "POST"]
SHOWN = [row for row in ROWS if row.method == "GET"]
NOBODY = "01890000-0000-7000-8000-000000000001"
TEXT_IDS = {"code": "131016", "secret": "131016_" + "A" * 43, "holder": NOBODY, "form": "csv"}


def name(row: matrix.Row) -> str:
    return f"{row.method} {row.path}"


def code(answer: httpx.Response) -> str:
    """Which refusal was told, on a page or as a problem."""
    if answer.headers["content-type"].startswith("application/"):
        return answer.json()["code"]
    return answer.text.partition('data-code="')[2].partition('"')[0]


def path_of(row: matrix.Row) -> str:
    """A path of the route with ids that nobody has."""
    told = row.path.replace("/schemes/{code}", "/schemes/salon")
    return re.sub(r"{(\w+)}", lambda found: TEXT_IDS.get(found[1], NOBODY), told)


@pytest.fixture(scope="module")
async def signed(service: http.Service) -> AsyncIterator[Callable[[Any], Any]]:
    """Browsers by role, each signed in and stepped up once."""
    made: dict[str, Browser] = {}

    async def of(role: str) -> Browser:
        if role not in made:
            made[role] = await browsing.stepped_up(service, role)
        return made[role]

    yield of
    for browser in made.values():
        await browser.http.aclose()


def role_of(row: matrix.Row) -> str:
    """Somebody who may send the form."""
    return "officer" if row.may == auth.PUBLIC else next(iter(row.may))


# -------------------------------------------------------------------------------------------------- forms from elsewhere

ELSEWHERE: dict[str, dict[str, str]] = {
    "another site": {"sec_fetch_site": "cross-site", "origin": "https://evil.test"},
    "a sister site": {"sec_fetch_site": "same-site", "origin": "https://sub.yui.test"},
    "an old browser elsewhere": {"sec_fetch_site": "", "origin": "https://evil.test"},
    "a sandboxed frame": {"sec_fetch_site": "", "origin": "null"},
}


@pytest.mark.parametrize("row", FORMS, ids=name)
async def test_no_form_is_taken_from_elsewhere(signed: Callable[[Any], Any], row: matrix.Row) -> None:
    """With a good token, even: where it comes from is enough to refuse it."""
    browser = await signed(role_of(row))
    token = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text))
    for whence, headers in ELSEWHERE.items():
        answer = await browser.post(path_of(row), token, **headers)
        assert (answer.status_code, code(answer)) == (403, "foreign_form"), whence


@pytest.mark.parametrize("row", FORMS, ids=name)
async def test_no_form_is_taken_without_the_token_of_its_session(signed: Callable[[Any], Any], row: matrix.Row) -> None:
    browser, other = await signed(role_of(row)), await signed("member" if role_of(row) != "member" else "host")
    foreign = dict(browsing.HIDDEN.findall((await other.get("/devices")).text))
    for token in ({}, {"form_token": "x" * 64}, foreign):
        answer = await browser.post(path_of(row), token)
        assert (answer.status_code, code(answer)) == (403, "foreign_form"), token


# ------------------------------------------------------------------------------------------------ pages in foreign frames


@pytest.mark.parametrize("row", SHOWN, ids=name)
async def test_no_page_is_shown_in_a_frame_or_kept_on_the_way(signed: Callable[[Any], Any], row: matrix.Row) -> None:
    """Also where it refuses: a frame of somebody else's shows nothing of ours."""
    answer = await (await signed(role_of(row))).get(path_of(row))
    assert answer.status_code < 500
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert row.may == auth.PUBLIC or "no-store" in answer.headers["cache-control"]


# ------------------------------------------------------------------------------------------------------ ways to other sites

EVIL = (
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "https://evil.test",
    "https:evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.test",
    "/\n/evil.test",
    "/%0d%0aLocation:x\r\nx",
    " //evil.test",
    "/home\x00",
    "/today#x\u2028",
    "evil.test",
    "",
    "/" + "x" * 501,
)


@pytest.mark.parametrize("told", EVIL)
def test_no_way_back_leads_to_another_site(told: str) -> None:
    assert ways.ours(told) == ways.HOME


@pytest.mark.parametrize("row", SHOWN, ids=name)
async def test_no_page_takes_a_way_of_the_caller_s(signed: Callable[[Any], Any], row: matrix.Row) -> None:
    """Whatever parameter a page might heed, neither its header nor its links lead away."""
    browser, evil = await signed(role_of(row)), "//evil.test/x"
    told = dict.fromkeys(("next", "back", "url", "return", "return_to", "redirect", "redirect_uri", "to", "continue"), evil)
    answer = await browser.get(path_of(row), params=told)
    assert answer.status_code < 500
    assert not answer.headers.get("location", "/").startswith("//")
    assert answer.headers.get("location", "/").startswith("/")
    assert f'href="{evil}' not in answer.text
    assert f'action="{evil}' not in answer.text


# ------------------------------------------------------------------------------------------------------------ who is there


async def test_what_is_not_there_and_what_is_another_town_s_are_told_alike(service: http.Service) -> None:
    """Nobody learns by asking whether an entrance or a login is somebody's: the same page, to the letter."""
    theirs = await browsing.entrance(service, await service.caller("host", town=OTHER_TOWN), town=OTHER_TOWN)
    used = await browsing.entrance(service, await service.caller("host"))
    assert (await Browser(service).post(used)).status_code == 303
    forged = theirs.replace("011002", "131016")
    told = {await _words(service, path) for path in (used, forged, "/enter/131016_" + "B" * 43, "/enter/999999_" + "B" * 43)}
    assert len(told) == 1
    browser = await browsing.signed_in(service, "officer")
    assert browser.caller is not None
    known = await _login(service, browser.caller)
    logins = (known, "131016-100000", "131016-999999", "011002-123456")
    said = set[str]()
    for login in logins:
        answer = await Browser(service).post("/sign-in/staff", {"login": login, "password": "x" * 14, "code": "000000"})
        said.add(f"{answer.status_code} {_said(answer)}")
    assert len(said) == 1


async def _login(service: http.Service, caller: http.Caller) -> str:
    """The login of somebody who set a password."""
    principal_id, now = caller.principal_id, service.clock.now()

    async def work(conn: AsyncConnection) -> int:
        new = proofs.NewProof(password=passwords.hashed("correct horse battery"), nonce=os.urandom(32))
        login = await proofs.login_of(conn, principal_id, chance=os.urandom(32), now=now)
        await proofs.set_(conn, principal_id, new, now=now)
        return login

    return f"131016-{await transact(service.engine, TOWN, work)}"


async def _words(service: http.Service, path: str) -> str:
    answer = await Browser(service).get(path)
    return f"{answer.status_code} {_said(answer)}"


def _said(answer: httpx.Response) -> str:
    """What a page says, without what differs on every page."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return looking.without_numbers(main)
