"""What every answer carries, page by page; what signing out leaves behind; and that a sign-in tells nothing about who is there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api import auth, documents, matrix, permissions
from api.pages import assets
from community import passwords
from tests.e2e.test_pages_attacks import name, path_of, role_of
from tests.support import browsing, http, looking
from tests.support.browsing import Browser

PAGES = [row for row in matrix.rows(documents.app()) if row.page and row.method == "GET"]
ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "no-store",
}


async def test_every_page_says_what_a_browser_may_do_with_it(service: http.Service) -> None:
    """Walked as whoever may see it and as nobody: refusals and redirects carry the same."""
    browsers = {role: await browsing.stepped_up(service, role) for role in {role_of(row) for row in PAGES}}
    nobody, with_camera = Browser(service), set[str]()
    for row in PAGES:
        for browser in (browsers[role_of(row)], nobody):
            answer = await browser.get(path_of(row))
            told = {header: answer.headers.get(header) for header in ALWAYS}
            assert told == ALWAYS, (name(row), answer.status_code)
            assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}, name(row)
            abilities = dict(re.findall(r"([a-z-]+)=\((self)?\)", answer.headers["permissions-policy"]))
            assert set(abilities) == {*permissions.ABILITIES, *permissions.PASSKEYS}, name(row)
            used = {each for each, reach in abilities.items() if reach} - set(permissions.PASSKEYS)
            with_camera |= {row.path} if used else set()
            assert used <= {"camera"}, name(row)
    assert "/devices" not in with_camera
    assert all(row.may != auth.PUBLIC for row in PAGES if row.path in with_camera), (
        "nobody is asked for a camera before signing in"
    )


def test_a_page_asks_for_abilities_that_there_are() -> None:
    assert permissions.policy("camera").startswith("camera=(self), geolocation=()")
    with pytest.raises(ValueError, match="telepathy"):
        permissions.policy("telepathy")
    assert "immutable" in assets.FOR_EVER, "what is nobody's may be kept"


async def test_signing_out_leaves_no_page_behind_and_no_storage_is_emptied(service: http.Service) -> None:
    """Storage holds a device's key and scans not yet sent; those are not thrown away unseen."""
    member = await browsing.signed_in(service, "member")
    answer = await member.send("/sign-out", on="/devices")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert member.secret is None
    kept = (await member.get("/sign-in")).headers
    assert "clear-site-data" not in kept


async def test_an_unknown_login_costs_and_says_what_a_wrong_password_does(
    service: http.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash each time, of the same cost; the same words, and tries that are counted alike."""
    officer = await browsing.stepped_up(service, "officer")
    login = await _set_up(officer, service)
    compared: list[bool] = []
    matches = passwords.matches

    def counted(kept: str | None, password: str) -> bool:
        compared.append(kept is not None)
        return matches(kept, password)

    monkeypatch.setattr(passwords, "matches", counted)
    unknown = f"{login[:7]}{'100000' if not login.endswith('100000') else '100001'}"
    told: dict[str, list[Any]] = {}
    for each in (login, unknown):
        for _ in range(2):
            form = {"login": each, "password": "wrong horse battery staple", "code": "000000"}
            answer = await Browser(service).post("/sign-in/staff", form)
            words = looking.without_numbers(answer.text)
            told.setdefault(each, []).append((answer.status_code, words, sorted(answer.headers.keys())))
    assert told[login] == told[unknown]
    assert compared == [True, True, False, False]


async def _set_up(browser: Browser, service: http.Service) -> str:
    """Sets a password and a code app; the login."""
    import base64

    from community import totp

    (spelled,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", (await browser.get("/proof")).text)
    shared = base64.b32decode(spelled.replace(" ", ""))
    code = totp.code_at(shared, totp.step_of(service.clock.now()))
    answer = await browser.send("/proof", on="/proof", password="correct horse battery staple", code=code)
    (login,) = re.findall(r'big-number">([0-9-]+)<', answer.text)
    return login
