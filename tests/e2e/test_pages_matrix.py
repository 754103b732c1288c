"""The authorization matrix of the pages, driven: every page by every role, by nobody, and by a form that is not of this session."""

from __future__ import annotations

import re

import httpx
import pytest

from api import auth, documents, matrix
from community.actor import ROLES
from kernel import ids
from tests.support import browsing, http
from tests.support.browsing import Browser
from tests.support.towns import OTHER_TOWN

ROWS = [row for row in matrix.rows(documents.app()) if row.page]
GUARDED = [row for row in ROWS if row.may != auth.PUBLIC]
# The form that ends the session that the test is driven with.
FORMS = [row for row in GUARDED if row.method == "POST" and row.path != "/sign-out"]


def name(row: matrix.Row) -> str:
    return f"{row.method} {row.path}"


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


async def ask(browser: Browser, row: matrix.Row, fields: dict[str, str] | None = None) -> httpx.Response:
    """The page with ids that nobody has."""
    path = re.sub(r"{(\w+)}", lambda found: _nobodys(found[1]), row.path)
    return await (browser.get(path) if row.method == "GET" else browser.post(path, fields))


def _nobodys(parameter: str) -> str:
    return {"code": "nobodys", "unit": "pt", "number": "5724"}.get(parameter, str(ids.new_id()))


@pytest.fixture(scope="module")
async def browsers(service: http.Service) -> dict[str, Browser]:
    return {role: await browsing.stepped_up(service, role) for role in ROLES}


@pytest.mark.parametrize("row", GUARDED, ids=name)
async def test_a_role_is_served_where_the_matrix_says_so_and_nowhere_else(browsers: dict[str, Browser], row: matrix.Row) -> None:
    """A form is sent without its token: who is let in is asked before what is sent is read."""
    for role, browser in browsers.items():
        answer = await ask(browser, row)
        assert (code(answer) == "role_not_allowed") == (role not in row.may), (role, answer.text)
        assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("row", GUARDED, ids=name)
async def test_nobody_is_served_without_a_session(service: http.Service, row: matrix.Row) -> None:
    answer = await ask(Browser(service), row)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("row", FORMS, ids=name)
async def test_no_form_is_taken_without_the_token_of_the_session(browsers: dict[str, Browser], row: matrix.Row) -> None:
    for role, browser in browsers.items():
        if role in row.may:
            answer = await ask(browser, row, {"form_token": "x"})
            assert (answer.status_code, code(answer)) == (403, "foreign_form"), (role, answer.text)


@pytest.mark.parametrize("row", GUARDED, ids=name)
async def test_ids_that_nobody_has_are_told_as_such_and_break_nothing(service: http.Service, row: matrix.Row) -> None:
    """With the right form token: what is missing or unknown is refused, and never a fault."""
    for role in row.may:
        browser = await browsing.signed_in(service, role, town=OTHER_TOWN)
        fields = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text))
        answer = await ask(browser, row, fields)
        assert answer.status_code < 500, (role, answer.text)
        if row.method == "GET" and "{" in row.path:
            assert answer.status_code in {303, 404, 410, 422}, (role, answer.status_code, answer.text)
