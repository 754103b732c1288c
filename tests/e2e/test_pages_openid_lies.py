"""What comes back from an OpenID provider and does not hold opens nothing: other browsers, old answers, tokens that lie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api.pages import openid as pages
from community import openid
from tests.support import browsing, openid_people, openid_provider, postgres, unchanged
from tests.support.browsing import Browser
from tests.support.openid_people import BACK, START, Meeting, back, code, link_of
from tests.support.towns import OTHER_TOWN, TOWN_CODES


@pytest.fixture(scope="module")
async def meeting(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[Meeting]:
    async with openid_people.meeting(database) as made:
        yield made


@pytest.fixture
async def at(meeting: Meeting) -> Meeting:
    await meeting.fresh()
    return meeting


# -------------------------------------------------------------------------------------------------- the way there and back


@pytest.mark.parametrize("changed", ["state", "browser", "none"])
async def test_only_the_browser_that_set_out_comes_back(at: Meeting, changed: str) -> None:
    await at.linked(f"kuro-{changed}")
    browser, other = Browser(at.service), Browser(at.service)
    way = await at.provider.sign_in(await at.set_out(browser), f"kuro-{changed}")
    if changed == "state":
        way = way.copy_set_param("state", "x" * 43)
    if changed == "browser":
        await at.set_out(other)
        assert code(await back(other, way)) == "openid_over"
        return
    if changed == "none":
        assert code(await back(other, way)) == "openid_over"
        return
    assert code(await back(browser, way)) == "openid_over"
    assert browser.secret is None


async def test_a_way_back_serves_once_and_for_ten_minutes(at: Meeting) -> None:
    await at.linked("juro")
    browser, late = Browser(at.service), Browser(at.service)
    way = await at.provider.sign_in(await at.set_out(browser), "juro")
    kept = browser.http.cookies[pages.COOKIE]
    assert (await back(browser, way)).status_code == 303
    browser.http.cookies.set(pages.COOKIE, kept, domain="yui.test", path="/")
    assert code(await back(browser, way)) == "openid_over"
    way = await at.provider.sign_in(await at.set_out(late), "juro")
    at.service.clock.forward(openid.GOOD_FOR)
    assert code(await back(late, way)) == "openid_over"


async def test_a_code_of_another_sign_in_is_no_good(at: Meeting) -> None:
    """PKCE: a code that was stolen is worth nothing in another browser, whose verifier differs."""
    await at.linked("victim")
    stolen = (await at.provider.sign_in(await at.set_out(Browser(at.service)), "victim")).params["code"]
    thief = Browser(at.service)
    at.at_the_provider_anew()
    way = (await at.provider.sign_in(await at.set_out(thief), "thief")).copy_set_param("code", stolen)
    answer = await back(thief, way)
    assert (code(answer), thief.secret) == ("openid_refused", None)


@pytest.mark.parametrize("issuer", ["https://evil.test", None])
async def test_an_answer_of_another_issuer_is_a_mix_up(at: Meeting, issuer: str | None) -> None:
    await at.linked("mix")
    browser = Browser(at.service)
    way = await at.provider.sign_in(await at.set_out(browser), "mix")
    way = way.copy_set_param("iss", issuer) if issuer else way.copy_remove_param("iss")
    answer = await back(browser, way)
    assert (code(answer), "mix_up" in answer.text, browser.secret) == ("openid_refused", True, None)


async def test_who_calls_it_off_is_told_so_and_nothing_of_the_answer_is_repeated(at: Meeting) -> None:
    browser = Browser(at.service)
    link = await at.set_out(browser)
    state = parse_qs(urlsplit(link).query)["state"][0]
    told = {"error": "access_denied", "error_description": "evil words", "state": state, "iss": at.provider.issuer}
    answer = await back(browser, httpx.URL(BACK, params=told))
    assert (answer.status_code, code(answer)) == (403, "openid_declined")
    assert "evil" not in answer.text


async def test_a_session_that_changed_on_the_way_is_not_linked(at: Meeting) -> None:
    browser, other = await browsing.signed_in(at.service, "officer"), await browsing.signed_in(at.service, "officer")
    way = await at.provider.sign_in(link_of(await browser.send("/openid/link", on="/openid")), "moved")
    other.http.cookies.set(pages.COOKIE, browser.http.cookies[pages.COOKIE], domain="yui.test", path="/")
    assert code(await back(other, way)) == "openid_over"
    at.at_the_provider_anew()
    assert code(await at.sign_in("moved")) == "openid_not_linked"


async def test_another_site_begins_no_sign_in(at: Meeting) -> None:
    browser = Browser(at.service)
    assert code(await browser.post(START, sec_fetch_site="cross-site")) == "foreign_form"
    assert browser.http.cookies.get(pages.COOKIE) is None


# ------------------------------------------------------------------------------------------------------- tokens that lie

SOON, LONG_AGO = 2_000_000_000, 1_500_000_000
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "alg none": ({"by": "none"}, "signature"),
    "alg HS256 with the public key": ({"by": "public"}, "signature"),
    "a foreign key": ({"by": "foreign"}, "signature"),
    "a key that nobody has": ({"by": "foreign", "header": {"kid": "unknown"}}, "key"),
    "another algorithm than it was signed by": ({"header": {"alg": "PS256"}}, "signature"),
    "the nonce of another": ({"claims": {"nonce": "x" * 43}}, "nonce"),
    "no nonce": ({"without": ["nonce"]}, "shape"),
    "for another client": ({"claims": {"aud": "other"}}, "audience"),
    "for several, and no party named": ({"claims": {"aud": ["yui", "other"]}}, "party"),
    "another party": ({"claims": {"azp": "other"}}, "party"),
    "another issuer": ({"claims": {"iss": "https://evil.test"}}, "issuer"),
    "expired": ({"claims": {"exp": LONG_AGO}}, "expired"),
    "of long ago": ({"claims": {"iat": LONG_AGO, "exp": SOON}}, "time"),
    "of tomorrow": ({"claims": {"iat": SOON, "exp": SOON + 600}}, "time"),
    "not yet": ({"claims": {"nbf": SOON}}, "time"),
    "of nobody": ({"claims": {"sub": ""}}, "shape"),
    "of a number": ({"claims": {"sub": 7}}, "shape"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_lies_opens_nothing(at: Meeting, lie: str) -> None:
    how, reason = LIES[lie]
    browser = Browser(at.service)
    await at.provider.alter(**how)
    answer = await at.sign_in("lied-about", browser)
    assert (code(answer), browser.secret) == ("openid_refused", None)
    assert f"「{reason}」" in answer.text


async def test_an_altered_token_that_holds_is_taken(at: Meeting) -> None:
    """The twin of the lies: signed by the same knob, with nothing wrong."""
    await at.linked("honest")
    await at.provider.alter(claims={"aud": ["yui", "other"], "azp": "yui"})
    assert (await at.sign_in("honest")).headers["location"] == "/office"


# ------------------------------------------------------------------------------------------------------- what is not there


async def test_a_town_without_a_provider_has_no_button_and_no_way(at: Meeting) -> None:
    browser = Browser(at.service)
    shown = (await browser.get("/sign-in/staff")).text
    assert f'action="{START}"' in shown
    for other in (TOWN_CODES[OTHER_TOWN], "999999"):
        assert f"/sign-in/openid/{other}" not in shown
        answer = await browser.post(f"/sign-in/openid/{other}")
        assert (answer.status_code, code(answer)) == (409, "openid_not_set")


async def test_a_provider_that_is_down_is_told_and_a_password_still_opens(at: Meeting) -> None:
    async with openid_provider.running([BACK]) as gone:
        pass
    await at.configure(gone)
    try:
        browser = Browser(at.service)
        answer = await browser.send(START, on="/sign-in/staff")
        assert (answer.status_code, code(answer)) == (503, "openid_unreachable")
        assert 'name="password"' in (await browser.get("/sign-in/staff")).text
    finally:
        at.service.clock.forward(timedelta(seconds=1))
        await at.configure()


async def test_secrets_stay_out_of_the_log_and_the_client_s_out_of_the_database(at: Meeting, admin: AsyncEngine) -> None:
    browser, _ = await at.linked("quiet")
    way = await at.provider.sign_in(await at.set_out(browser), "quiet")
    kept = browser.http.cookies[pages.COOKIE]
    await back(browser, way)
    written = at.service.log.getvalue()
    for secret in (way.params["code"], way.params["state"], kept, browser.secret, at.provider.told.client_secret):
        assert secret
        assert secret not in written
    async with admin.connect() as conn:
        rows = [
            str(told)
            for table in ("openid_provider", "openid_identity", "openid_attempt")
            for told in (await conn.exec_driver_sql(f"select t::text from community.{table} t")).scalars()
        ]
    assert rows
    assert not [row for row in rows if at.provider.told.client_secret in row or "quiet" in row or kept in row]


async def test_a_secret_that_was_sealed_with_another_master_key_signs_nobody_in(at: Meeting, admin: AsyncEngine) -> None:
    """The provider is fine, the database is too; the key of the service was changed."""
    await at.linked("saburo")
    at.service.clock.forward(timedelta(seconds=5))  # the latest provider stands, and a test before set one a second ahead
    await at.configure(master=b"another master secret: also 32 bytes")
    browser = Browser(at.service)
    way = await at.provider.sign_in(await at.set_out(browser), "saburo")
    refused = unchanged.refused(admin, "openid_secret_unreadable", back(browser, way), but={"community.openid_attempt_use"})
    assert (await refused).status_code == 503
    assert browser.secret is None
    await at.configure()
    assert (await at.sign_in("saburo")).status_code == 303
