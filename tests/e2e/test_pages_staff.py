"""People at work set a password and a code app, sign in with both, and step up with a code where a page asks for it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from api import signed_in
from api.pages import door as doors
from api.pages import failures
from api.pages.door import PageDoor
from api.pages.sign_in import NoForm
from community import proofs, totp
from tests.support import browsing, http
from tests.support.browsing import Browser

PASSWORD = "correct horse battery staple"
STEP = timedelta(seconds=totp.STEP_SECONDS)


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


@get("/test/approve", may={"officer": "town"}, page=True, step_up=True, include_in_schema=False)
async def show_approve(door: NamedDependency[PageDoor]) -> Redirect:
    return door.go("/shown")


@post("/test/approve", may={"officer": "town"}, page=True, step_up=True, include_in_schema=False)
async def approve(door: NamedDependency[PageDoor]) -> Redirect:
    await door.form(NoForm)
    return door.go("/done")


@pytest.fixture(scope="module")
def approving(service: http.Service) -> http.Service:
    """The service with a page that needs a step-up."""
    told: dict[str, Any] = {"dependencies": {"door": Provide(doors.provide_page_door)}, "exception_handlers": failures.HANDLERS}
    service.app.register(Router("/", route_handlers=[show_approve, approve], **told))
    return service


class Person:
    """Somebody at work with a browser, an app and, after setting up, a login."""

    def __init__(self, service: http.Service, browser: Browser) -> None:
        self.service, self.browser = service, browser
        self.shared, self.login = b"", ""

    def code(self) -> str:
        """What the app shows: a fresh code each time."""
        self.service.clock.forward(STEP)
        return totp.code_at(self.shared, totp.step_of(self.service.clock.now()))

    async def scan(self) -> None:
        """Types the app's secret from the page."""
        import base64

        page = (await self.browser.get("/proof")).text
        (spelled,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)
        self.shared = base64.b32decode(spelled.replace(" ", ""))

    async def set_up(self, password: str = PASSWORD) -> httpx.Response:
        answer = await self.browser.send("/proof", on="/proof", password=password, code=self.code())
        self.login = "".join(re.findall(r'big-number">([0-9-]+)<', answer.text))
        return answer

    async def sign_in(self, browser: Browser | None = None, **instead: str) -> httpx.Response:
        told = {"login": self.login, "password": PASSWORD, "code": instead.get("code") or self.code()} | instead
        return await (browser or Browser(self.service)).post("/sign-in/staff", told)


async def person(service: http.Service, role: str = "officer", *, ready: bool = True) -> Person:
    made = Person(service, await browsing.signed_in(service, role))
    if ready:
        await made.scan()
        assert (await made.set_up()).status_code == 200
    return made


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/devices")).status_code == 200


# ------------------------------------------------------------------------------------------------------ setting up


async def test_both_are_set_after_an_entrance_and_then_sign_in(service: http.Service) -> None:
    who = await person(service, ready=False)
    await who.scan()
    before = who.browser.secret
    assert (await who.set_up()).status_code == 200
    assert proofs.login_read(who.login) is not None
    assert who.browser.secret != before, "a step-up comes with a new secret"
    elsewhere = Browser(service)
    answer = await who.sign_in(elsewhere)
    assert (answer.status_code, answer.headers["location"]) == (303, "/office")
    assert await is_in(elsewhere)


async def test_a_mistyped_code_or_a_weak_password_sets_nothing_and_the_scanned_app_stays_good(service: http.Service) -> None:
    who = await person(service, ready=False)
    await who.scan()
    wrong = await who.browser.send("/proof", on="/proof", password=PASSWORD, code="000000")
    assert (wrong.status_code, code(wrong)) == (403, "wrong_proof")
    weak = await who.set_up("aaaaaaaaaaaaaaa")
    assert (weak.status_code, code(weak)) == (422, "password_too_weak")
    assert (await who.set_up()).status_code == 200


async def test_long_after_the_entrance_nothing_is_set_without_a_proof(service: http.Service) -> None:
    who = await person(service, ready=False)
    service.clock.forward(timedelta(minutes=29))
    assert (await who.browser.get("/proof")).status_code == 200
    service.clock.forward(timedelta(minutes=1))
    answer = await who.browser.get("/proof")
    assert (answer.status_code, code(answer)) == (403, "entrance_needed")
    fields = dict(browsing.HIDDEN.findall((await who.browser.get("/devices")).text))
    answer = await who.browser.post("/proof", fields | {"password": PASSWORD, "code": "000000"})
    assert code(answer) == "entrance_needed"


async def test_a_new_password_ends_the_old_one(service: http.Service) -> None:
    who = await person(service)
    await who.scan()
    login = who.login
    assert (await who.set_up("another horse battery staple")).status_code == 200
    assert who.login == login
    assert code(await who.sign_in()) == "wrong_proof"
    assert (await who.sign_in(password="another horse battery staple")).status_code == 303


async def test_a_password_is_not_kept_in_the_clear_and_the_app_s_secret_not_at_all(service: http.Service) -> None:
    from db.transact import read

    who = await person(service)
    assert who.browser.caller is not None
    principal_id = who.browser.caller.principal_id
    kept = await read(service.engine, http.TOWN, lambda conn: proofs.of_principal(conn, principal_id))
    assert kept is not None
    assert kept.password.startswith("$argon2id$")
    assert who.shared not in (kept.nonce, kept.nonce[:20])
    assert totp.secret(http.MASTER, principal_id, kept.nonce) == who.shared


# ----------------------------------------------------------------------------------------------------- signing in


@pytest.mark.parametrize(
    "instead",
    [
        {"password": "wrong horse battery staple"},
        {"code": "000000"},
        {"login": "131016-100000"},
        {"login": "999999-100000"},
        {"login": "x"},
        {"password": PASSWORD.upper()},
    ],
)
async def test_what_is_wrong_is_not_said(service: http.Service, instead: dict[str, str]) -> None:
    who, browser = await person(service), Browser(service)
    answer = await who.sign_in(browser, **instead)
    assert (answer.status_code, code(answer)) == (403, "wrong_proof")
    assert browser.secret is None


async def test_five_tries_and_the_next_in_three_minutes(service: http.Service) -> None:
    who = await person(service)
    for left in (4, 3, 2, 1, 0):
        answer = await who.sign_in(password="wrong", code="000000")
        assert f"あと{left}回" in answer.text
    answer = await who.sign_in(code="000000")
    assert (answer.status_code, code(answer)) == (429, "too_many_attempts")
    assert "あと3分で" in answer.text
    service.clock.forward(timedelta(minutes=3))
    assert (await who.sign_in()).status_code == 303
    other = await person(service)
    assert (await other.sign_in()).status_code == 303, "nobody else is held back"


async def test_a_code_is_used_once_also_at_the_same_time(service: http.Service) -> None:
    who = await person(service)
    shown = who.code()
    outcomes = await asyncio.gather(*(who.sign_in(code=shown) for _ in range(4)))
    assert sorted(answer.status_code for answer in outcomes) == [303, 403, 403, 403]


async def test_the_twin_without_the_key_takes_a_code_twice(service: http.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(*asked: Any, **told: Any) -> bool:
        return True

    monkeypatch.setattr(proofs, "use_code", taken)
    who = await person(service)
    shown = who.code()
    assert [(await who.sign_in(code=shown)).status_code for _ in range(2)] == [303, 303]


async def test_a_planted_cookie_is_not_adopted_and_secrets_stay_out_of_the_log(service: http.Service) -> None:
    who, planted = await person(service), await browsing.signed_in(service, "member")
    victim = Browser(service)
    victim.http.cookies.set(signed_in.COOKIE, planted.secret or "", domain="yui.test", path="/")
    token = dict(browsing.HIDDEN.findall((await victim.get("/devices")).text))
    told = {"login": who.login, "password": PASSWORD, "code": who.code()}
    assert (await victim.post("/sign-in/staff", token | told)).status_code == 303
    assert victim.secret != planted.secret
    assert not await is_in(planted)
    written = service.log.getvalue()
    assert not [secret for secret in (PASSWORD, who.login, victim.secret) if secret and secret in written]


# ----------------------------------------------------------------------------------------------------- stepping up


async def test_a_page_that_matters_asks_again_and_one_comes_back_to_it(approving: http.Service) -> None:
    who = await person(approving)
    approving.clock.forward(timedelta(minutes=10))
    asked = await who.browser.get("/test/approve", params={"unit": "pt"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/step-up?next=/test/approve%3Funit%3Dpt")
    before = who.browser.secret
    back = await who.browser.send("/step-up", on=asked.headers["location"], code=who.code(), next="/test/approve?unit=pt")
    assert (back.status_code, back.headers["location"]) == (303, "/test/approve?unit=pt")
    assert who.browser.secret != before
    assert (await who.browser.get("/test/approve")).headers["location"] == "/shown"
    assert (await who.browser.send("/test/approve", on="/devices")).headers["location"] == "/done"
    approving.clock.forward(timedelta(minutes=10))
    assert (await who.browser.get("/test/approve")).headers["location"].startswith("/step-up")


async def test_a_form_that_matters_is_not_taken_and_leads_back_to_its_page(approving: http.Service) -> None:
    who = await person(approving)
    approving.clock.forward(timedelta(minutes=10))
    sent = await who.browser.post("/test/approve", referer="https://yui.test/office/settlements")
    assert sent.headers["location"] == "/step-up?next=/office/settlements"
    for foreign in ("https://evil.test/office", "https://yui.test//evil.test", ""):
        sent = await who.browser.post("/test/approve", referer=foreign)
        assert sent.headers["location"] == "/step-up?next=/home"


@pytest.mark.parametrize("wanted", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)"])
async def test_stepping_up_leads_to_no_other_site(service: http.Service, wanted: str) -> None:
    who = await person(service)
    page = await who.browser.get("/step-up", params={"next": wanted})
    assert 'name="next" value="/home"' in page.text
    answer = await who.browser.send("/step-up", on="/step-up", code=who.code(), next=wanted)
    assert answer.headers["location"] == "/home"


async def test_stepping_up_is_tried_five_times_and_leaves_one_signed_in(service: http.Service) -> None:
    who = await person(service)
    for left in (4, 3, 2, 1, 0):
        answer = await who.browser.send("/step-up", on="/step-up", code="000000")
        assert (code(answer), f"あと{left}回" in answer.text) == ("wrong_proof", True)
    assert code(await who.browser.send("/step-up", on="/step-up", code=who.code())) == "too_many_attempts"
    assert await is_in(who.browser)


async def test_stepping_up_never_lengthens_a_session(service: http.Service) -> None:
    who = await person(service)
    for _ in range(29):
        service.clock.forward(timedelta(minutes=20))
        assert (await who.browser.send("/step-up", on="/step-up", code=who.code())).status_code == 303
    service.clock.forward(timedelta(minutes=20))
    assert not await is_in(who.browser), "ten hours after signing in"


async def test_without_anything_set_one_is_told_how_to_set_it(approving: http.Service) -> None:
    who = await person(approving, ready=False)
    asked = await who.browser.get("/test/approve")
    page = await who.browser.get(asked.headers["location"])
    assert 'href="/proof"' in page.text
    answer = await who.browser.send("/step-up", on="/step-up", code="000000")
    assert (answer.status_code, code(answer)) == (409, "proof_not_set")


async def test_the_tests_can_be_stepped_up(approving: http.Service) -> None:
    browser = await browsing.stepped_up(approving, "officer")
    assert (await browser.get("/test/approve")).headers["location"] == "/shown"
