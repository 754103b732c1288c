"""Signing in to the pages: an entrance opens once, a planted cookie is never adopted, forms are our own, and sessions end."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from api import signed_in
from community import sessions
from community.actor import ROLES
from tests.support import browsing, http
from tests.support.browsing import Browser
from tests.support.towns import OTHER_TOWN, TOWN_CODES

HOUR = timedelta(hours=1)


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


async def is_in(browser: Browser) -> bool:
    """Whether somebody is signed in."""
    answer = await browser.get("/devices")
    assert answer.status_code in {200, 303}, answer.text
    assert answer.status_code == 200 or answer.headers["location"] == "/sign-in"
    return answer.status_code == 200


# ------------------------------------------------------------------------------------------------------------- entrances


@pytest.mark.parametrize("role", ROLES)
async def test_an_entrance_opens_once_and_leads_to_where_the_role_begins(service: http.Service, role: str) -> None:
    caller = await service.caller(role)
    path = await browsing.entrance(service, caller)
    first, second = Browser(service), Browser(service)
    for _ in range(3):  # link previews open it too
        assert (await second.get(path)).status_code == 200
    answer = await first.send(path, on=path)
    assert answer.status_code == 303
    home = await first.get("/home")
    assert (home.status_code, home.headers["location"]) == (303, answer.headers["location"])
    again = await second.post(path)
    assert (again.status_code, code(again)) == (410, "entrance_closed")
    assert not await is_in(second)
    assert (await second.get(path)).status_code == 410


async def test_a_newer_entrance_ends_the_older_and_each_ends_by_itself(service: http.Service) -> None:
    caller, browser = await service.caller("host"), Browser(service)
    older = await browsing.entrance(service, caller)
    newer = await browsing.entrance(service, caller, good_for=HOUR)  # at the same instant
    assert code(await browser.get(older)) == "entrance_closed"
    assert (await browser.get(newer)).status_code == 200
    service.clock.forward(HOUR)
    assert code(await browser.post(newer)) == "entrance_closed"


@pytest.mark.parametrize(
    "secret", ["x", "131016_" + "A" * 43, "999999_" + "A" * 43, "131016_" + "A" * 44, "%00", "131016_" + "あ" * 43]
)
async def test_what_is_no_entrance_opens_nothing(service: http.Service, secret: str) -> None:
    browser = Browser(service)
    for answer in (await browser.get(f"/enter/{secret}"), await browser.post(f"/enter/{secret}")):
        assert (answer.status_code, code(answer)) in {(410, "entrance_closed"), (404, "unknown_path")}
        assert "set-cookie" not in answer.headers


async def test_an_entrance_of_one_town_names_no_other(service: http.Service) -> None:
    theirs = await service.caller("host", town=OTHER_TOWN)
    path = await browsing.entrance(service, theirs, town=OTHER_TOWN)
    forged = path.replace(TOWN_CODES[OTHER_TOWN], TOWN_CODES[http.TOWN])
    assert code(await Browser(service).get(forged)) == "entrance_closed"
    assert (await Browser(service).get(path)).status_code == 200


# --------------------------------------------------------------------------------------------------------------- cookies


async def test_the_cookie_is_for_this_host_alone_and_never_for_scripts(service: http.Service) -> None:
    caller, browser = await service.caller("member"), Browser(service)
    path = await browsing.entrance(service, caller)
    answer = await browser.post(path)
    (set_cookie,) = answer.headers.get_list("set-cookie")
    name, _, rest = set_cookie.partition("=")
    told = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-yui"
    assert {"path=/", "secure", "httponly", "samesite=lax"} < told
    assert not any(part.startswith("domain") for part in told)
    assert f"max-age={180 * 24 * 3600}" in told


async def test_a_planted_cookie_is_never_adopted(service: http.Service) -> None:
    """Fixation: whatever the browser brings, signing in comes with a secret of the server's own making."""
    attacker = await browsing.signed_in(service, "member")
    planted = attacker.secret
    assert planted is not None
    victim = Browser(service)
    victim.http.cookies.set(signed_in.COOKIE, planted, domain="yui.test", path="/")
    caller = await service.caller("host")
    path = await browsing.entrance(service, caller)
    assert (await victim.send(path, on=path)).status_code == 303
    assert victim.secret not in {planted, None}
    assert not await is_in(attacker), "the session that the device had before is over"
    for invented in ("x", "131016_" + "A" * 43):
        other = Browser(service)
        other.http.cookies.set(signed_in.COOKIE, invented, domain="yui.test", path="/")
        path = await browsing.entrance(service, await service.caller("host"))
        await other.post(path)
        assert other.secret not in {invented, None}


async def test_signing_in_again_on_a_device_ends_the_session_of_before_also_in_another_town(service: http.Service) -> None:
    browser = await browsing.signed_in(service, "host")
    old = browser.secret
    theirs = await service.caller("officer", town=OTHER_TOWN)
    path = await browsing.entrance(service, theirs, town=OTHER_TOWN)
    assert (await browser.send(path, on=path)).headers["location"] == "/office"
    kept, browser.http.cookies = browser.secret, httpx.Cookies()
    browser.http.cookies.set(signed_in.COOKIE, old or "", domain="yui.test", path="/")
    assert not await is_in(browser)
    browser.http.cookies.set(signed_in.COOKIE, kept or "", domain="yui.test", path="/")
    assert await is_in(browser)


async def test_a_token_opens_no_page_and_a_cookie_no_route_of_the_api(service: http.Service) -> None:
    browser = await browsing.signed_in(service, "officer")
    assert browser.caller is not None
    assert (await browser.http.get("/api/v1/me")).status_code == 401
    headers = {"Authorization": f"Bearer {browser.caller.token}"}
    assert (await service.http.get("/devices", headers=headers)).status_code == 303


# ----------------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "https://yui.test"},
        {"sec_fetch_site": "", "origin": "https://evil.test"},
        {"sec_fetch_site": "", "origin": "https://yui.test.evil.test"},
        {"sec_fetch_site": "", "origin": "null"},
    ],
)
async def test_a_form_from_another_site_does_nothing(service: http.Service, headers: dict[str, str]) -> None:
    browser = await browsing.signed_in(service, "member")
    page = await browser.get("/devices")
    fields = dict(browsing.HIDDEN.findall(page.text))
    answer = await browser.post("/sign-out", fields, **headers)
    assert (answer.status_code, code(answer)) == (403, "foreign_form")
    assert await is_in(browser)


async def test_nobody_is_signed_in_by_another_site(service: http.Service) -> None:
    path = await browsing.entrance(service, await service.caller("member"))
    browser = Browser(service)
    assert code(await browser.post(path, sec_fetch_site="cross-site")) == "foreign_form"
    assert browser.secret is None


async def test_a_form_needs_the_token_of_its_own_session(service: http.Service) -> None:
    browser, other = await browsing.signed_in(service, "member"), await browsing.signed_in(service, "member")
    foreign = dict(browsing.HIDDEN.findall((await other.get("/devices")).text))
    for fields in ({}, {"form_token": ""}, {"form_token": "x"}, {"form_token": "あ"}, foreign):
        answer = await browser.post("/sign-out", fields)
        assert (answer.status_code, code(answer)) == (403, "foreign_form"), fields
    assert await is_in(browser)
    assert (await browser.send("/sign-out", on="/devices")).status_code == 303


async def test_an_older_browser_that_tells_only_the_origin_is_let_in(service: http.Service) -> None:
    browser = await browsing.signed_in(service, "member")
    fields = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text))
    assert (await browser.post("/sign-out", fields, sec_fetch_site="")).status_code == 303


# ---------------------------------------------------------------------------------------------------------------- ending


async def test_signing_out_ends_the_session_and_takes_the_cookie(service: http.Service) -> None:
    browser = await browsing.signed_in(service, "member")
    secret = browser.secret or ""
    answer = await browser.send("/sign-out", on="/devices")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert browser.secret is None
    browser.http.cookies.set(signed_in.COOKIE, secret, domain="yui.test", path="/")
    assert not await is_in(browser)
    assert (await browser.post("/sign-out")).headers["location"] == "/sign-in"


async def test_other_devices_are_shown_and_ended_one_by_one_or_all(service: http.Service) -> None:
    caller = await service.caller("member")
    phone = await browsing.signed_in(service, caller)
    tablet = await browsing.signed_in(service, caller, device="Mozilla/5.0 (Linux; Android 14) Chrome/130")
    laptop = await browsing.signed_in(service, caller, device="Mozilla/5.0 (Windows NT 10.0)")
    stranger = await browsing.signed_in(service, "member")
    page = (await phone.get("/devices")).text
    here, others = page.index("この端末"), page.index("ほかの端末")
    assert here < page.index("iPhone") < others < page.index("Windows") < page.index("Android")
    theirs = (await tablet.get("/devices")).text
    shown = browsing.SESSION.findall(page)
    assert len(shown) == 2
    assert (await stranger.send("/devices/end", on="/devices", session_id=shown[0])).status_code == 303
    assert await is_in(laptop), "another's session is not reached"
    assert (await phone.send("/devices/end", on="/devices", session_id=shown[0])).status_code == 303
    assert [await is_in(each) for each in (phone, tablet, laptop)] == [True, True, False]
    mine = set(browsing.SESSION.findall(theirs)) - set(shown)
    assert (await phone.send("/devices/end", on="/devices", session_id=mine.pop())).status_code == 303
    assert await is_in(phone), "this device is left by signing out"
    assert (await phone.send("/devices/end", on="/devices")).status_code == 303
    assert [await is_in(each) for each in (phone, tablet, stranger)] == [True, False, True]


@pytest.mark.parametrize("role", ROLES)
async def test_a_session_that_is_not_used_ends_and_one_that_is_used_ends_too(service: http.Service, role: str) -> None:
    lifetime = sessions.LIFETIMES[role]  # pyright: ignore[reportArgumentType]
    idle = await browsing.signed_in(service, role)
    used = await browsing.signed_in(service, role)
    began = service.clock.now()
    service.clock.forward(lifetime.idle - timedelta(seconds=1))
    assert await is_in(used)
    service.clock.forward(timedelta(seconds=1))
    assert not await is_in(idle)
    while service.clock.now() + lifetime.idle / 2 < began + lifetime.whole:
        service.clock.forward(lifetime.idle / 2)
        assert await is_in(used)
    service.clock.set(began + lifetime.whole - timedelta(seconds=1))
    assert await is_in(used)
    service.clock.set(began + lifetime.whole)
    assert not await is_in(used)


# --------------------------------------------------------------------------------------------------------------- silence


async def test_pages_carry_a_strict_policy_and_tell_no_other_site_where_one_was(service: http.Service) -> None:
    browser = await browsing.signed_in(service, "member")
    path = await browsing.entrance(service, await service.caller("member"))
    for shown in ("/devices", path, "/sign-in", "/enter/x"):
        answer = await browser.get(shown)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
        assert browser.secret is not None
        assert browser.secret not in answer.text


async def test_no_secret_reaches_the_log(service: http.Service) -> None:
    path = await browsing.entrance(service, await service.caller("member"))
    browser = Browser(service)
    await browser.get(path)
    await browser.post(path)
    await browser.post(path)
    page = await browser.get("/devices")
    (token, *_) = browsing.HIDDEN.findall(page.text)
    written = service.log.getvalue()
    assert browser.secret is not None
    assert "/enter/{secret}" in written
    for secret in (path.rpartition("/")[2], browser.secret, token[1]):
        assert secret not in written
