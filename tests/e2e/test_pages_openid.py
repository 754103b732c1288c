"""Staff sign in with their municipality's own account at a real OpenID provider, link it, and step up with it."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.pages import openid as pages
from community import openid, principals
from db.transact import transact
from flows import openid as flow
from tests.support import browsing, openid_people, postgres
from tests.support.browsing import Browser
from tests.support.openid_people import BACK, START, Meeting, back, code, link_of
from tests.support.towns import TOWN


@pytest.fixture(scope="module")
async def meeting(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[Meeting]:
    async with openid_people.meeting(database) as made:
        yield made


@pytest.fixture
async def at(meeting: Meeting) -> Meeting:
    await meeting.fresh()
    return meeting


# ------------------------------------------------------------------------------------------------------------ the journey


async def test_an_account_that_was_linked_signs_in_and_signs_out(at: Meeting) -> None:
    _, caller = await at.linked("hanako")
    browser = Browser(at.service)
    answer = await at.sign_in("hanako", browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/office")
    session = await at.session_of(browser)
    assert session is not None
    assert (session.actor.principal_id, session.opened_by, session.stepped_up_at) == (caller.principal_id, "oidc", None)
    assert browser.http.cookies.get(pages.COOKIE) is None
    left = await browser.send("/sign-out", on="/devices")
    page = await browser.get(left.headers["location"])
    (there,) = re.findall(r'href="([^"]*session/end[^"]*)"', page.text)
    told = parse_qs(urlsplit(html.unescape(there)).query)
    assert told == {"client_id": ["yui"], "post_logout_redirect_uri": ["https://yui.example.jp/sign-in"]}
    assert (await at.provider.http.get(html.unescape(there))).status_code == 200
    assert await at.session_of(browser) is None


async def test_what_is_asked_of_the_provider_is_code_and_pkce_and_nothing_else(at: Meeting) -> None:
    browser = Browser(at.service)
    page = await browser.send(START, on="/sign-in/staff")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(link_of(page)).query).items()}
    secret = browser.http.cookies[pages.COOKIE]
    assert asked == {
        "response_type": "code",
        "client_id": "yui",
        "redirect_uri": BACK,
        "scope": "openid",
        "state": openid.made_from(secret, "state"),
        "nonce": openid.made_from(secret, "nonce"),
        "code_challenge": openid.challenge(openid.made_from(secret, "verifier")),
        "code_challenge_method": "S256",
    }
    (cookie,) = page.headers.get_list("set-cookie")
    told = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"path=/", "secure", "httponly", "samesite=lax", "max-age=600"} == told
    assert secret not in page.text


async def test_an_account_steps_up_where_no_code_app_was_set(at: Meeting) -> None:
    await at.linked("jiro")
    browser = Browser(at.service)
    await at.sign_in("jiro", browser)
    asked = await browser.post("/openid/unlink")
    assert asked.headers["location"].startswith("/step-up")
    page = await browser.get("/step-up", params={"next": "/openid"})
    assert 'action="/openid/step-up"' in page.text
    link = link_of(await browser.send("/openid/step-up", on="/step-up?next=/openid", next="/openid"))
    assert {"prompt=login", "max_age=0"} <= set(urlsplit(link).query.split("&"))
    before = browser.secret
    answer = await back(browser, await at.provider.sign_in(link, "jiro"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/openid")
    assert browser.secret != before, "a step-up comes with a new secret"
    assert (await browser.send("/openid/unlink", on="/openid")).headers["location"] == "/openid"
    at.at_the_provider_anew()
    assert code(await at.sign_in("jiro")) == "openid_not_linked"


async def test_the_server_links_an_account_beforehand(at: Meeting) -> None:
    caller = await at.service.caller("auditor")

    async def work(conn: AsyncConnection) -> None:
        there, now = await openid.provider(conn), at.service.clock.now()
        await flow.link(conn, there, "kansa", caller.principal_id, linked_by=None, now=now)

    await transact(at.service.engine, TOWN, work)
    assert (await at.sign_in("kansa")).headers["location"] == "/audit"


async def test_keys_that_were_changed_are_read_again(at: Meeting) -> None:
    await at.linked("saburo")
    await at.provider.rotate()
    assert (await at.sign_in("saburo")).headers["location"] == "/office"


# ------------------------------------------------------------------------------------------------- whose account it is


async def test_an_account_that_nobody_linked_opens_nothing_whatever_its_mail_address(at: Meeting) -> None:
    browser = Browser(at.service)
    answer = await at.sign_in("stranger", browser)
    assert (answer.status_code, code(answer)) == (403, "openid_not_linked")
    assert browser.secret is None


async def test_a_role_that_ended_opens_nothing(at: Meeting) -> None:
    _, caller = await at.linked("shiro")
    now = at.service.clock.now()
    await transact(at.service.engine, TOWN, lambda conn: principals.end(conn, caller.principal_id, ended_by=None, now=now))
    assert code(await at.sign_in("shiro")) == "openid_not_linked"


async def test_a_later_link_takes_the_place_of_the_earlier_of_the_account_and_of_the_role(at: Meeting) -> None:
    browser, caller = await at.linked("goro")
    await at.linked("goro", "auditor")
    assert (await at.sign_in("goro")).headers["location"] == "/audit"
    at.at_the_provider_anew()
    way = await at.provider.sign_in(link_of(await browser.send("/openid/link", on="/openid")), "goro-new")
    assert (await back(browser, way)).status_code == 303
    at.at_the_provider_anew()
    again = Browser(at.service)
    assert (await at.sign_in("goro-new", again)).headers["location"] == "/office"
    session = await at.session_of(again)
    assert session is not None
    assert session.actor.principal_id == caller.principal_id


async def test_long_after_the_entrance_nothing_is_linked(at: Meeting) -> None:
    browser = await browsing.signed_in(at.service, "officer")
    at.service.clock.forward(timedelta(minutes=29))
    assert (await browser.get("/openid")).status_code == 200  # seen: the session is not idle
    at.service.clock.forward(timedelta(minutes=1))
    assert code(await browser.send("/openid/link", on="/openid")) == "entrance_needed"


async def test_members_and_devices_have_no_such_account(at: Meeting) -> None:
    for role in ("member", "device"):
        browser = await browsing.signed_in(at.service, role)
        assert code(await browser.post("/openid/link")) == "role_not_allowed"


async def test_stepping_up_with_another_person_s_account_does_nothing(at: Meeting) -> None:
    await at.linked("rokuro")
    browser, _ = await at.linked("shichiro")
    link = link_of(await browser.send("/openid/step-up", on="/step-up", next="/openid"))
    answer = await back(browser, await at.provider.sign_in(link, "rokuro"))
    assert code(answer) == "openid_other"


async def test_a_sign_in_of_before_is_no_step_up(at: Meeting) -> None:
    """The provider leaves out when, or tells of an earlier sign-in, as one would that does not heed max_age."""
    browser, _ = await at.linked("hachiro")
    old = int((at.service.clock.now() - timedelta(hours=1)).timestamp())
    for how in ({"without": ["auth_time"]}, {"claims": {"auth_time": old}}):
        await at.provider.alter(**how)
        link = link_of(await browser.send("/openid/step-up", on="/step-up", next="/openid"))
        answer = await back(browser, await at.provider.sign_in(link, "hachiro"))
        assert (code(answer), "not_fresh" in answer.text) == ("openid_refused", True)
