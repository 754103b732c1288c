"""Passkeys with real keys and signatures: made, and used to sign in; forged, replayed, brought from elsewhere, unreadable."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from api import signed_in
from community import ceremony
from community.actor import ROLES
from flows import passkeys, prove
from tests.support import browsing, http
from tests.support.authenticators import Authenticator, b64, un64
from tests.support.browsing import Browser
from tests.support.keys_in_hand import ORIGIN, code, is_in, kept, options, register, sessions_of, sign_in, step_up, whose
from tests.support.towns import OTHER_TOWN, TOWN, TOWN_CODES

# ---------------------------------------------------------------------------------------------------------------- making


@pytest.mark.parametrize("role", [role for role in ROLES if role != "device"])
async def test_one_is_made_and_signs_in_under_a_new_secret(service: http.Service, role: str) -> None:
    first = await browsing.signed_in(service, role)
    device = await register(first, label="わたしの鍵")
    assert "わたしの鍵" in (await first.get("/passkeys")).text
    elsewhere = Browser(service)
    assert (await sign_in(elsewhere, device)).status_code == 303
    assert await is_in(elsewhere)
    assert elsewhere.secret != first.secret
    assert (await sessions_of(service, first))[-1] == ("passkey", role != "member", None)
    row = await kept(service, device)
    assert (row.sign_count, row.uses, row.why) == (1, 1, None)


async def test_a_passkey_without_a_name_is_called_by_its_device_and_day(service: http.Service) -> None:
    member = await browsing.signed_in(service, "member")
    await register(member)
    assert "iPhone 2026年5月11日" in (await member.get("/passkeys")).text


async def test_at_work_none_is_made_long_after_the_entrance_without_a_proof(service: http.Service) -> None:
    officer, member = await browsing.signed_in(service, "officer"), await browsing.signed_in(service, "member")
    service.clock.forward(prove.SET_WITHIN - timedelta(minutes=1))
    asked = await options(officer, "/passkeys/question")
    fields = dict(browsing.HIDDEN.findall((await officer.get("/passkeys")).text))
    service.clock.forward(timedelta(minutes=1))
    assert code(await officer.get("/passkeys/question")) == "entrance_needed"
    assert 'href="/step-up?next=/passkeys"' in (await officer.get("/passkeys")).text
    answer = await officer.post("/passkeys", fields | {"credential": Authenticator(ORIGIN).make(asked)})
    assert code(answer) == "entrance_needed"
    await register(member)


async def test_at_work_a_device_that_did_not_ask_who_it_is_is_refused_and_a_member_s_is_not(service: http.Service) -> None:
    officer, device = await browsing.signed_in(service, "officer"), Authenticator(ORIGIN, verified=False)
    asked = await options(officer, "/passkeys/question")
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    answer = await officer.send("/passkeys", on="/passkeys", credential=device.make(asked))
    assert (answer.status_code, code(answer)) == (403, "passkey_unverified")
    assert await kept(service, device) is None
    member = await browsing.signed_in(service, "member")
    assert (await options(member, "/passkeys/question"))["authenticatorSelection"]["userVerification"] == "preferred"
    simple = await register(member, Authenticator(ORIGIN, verified=False))
    assert (await sign_in(Browser(service), simple)).status_code == 303


async def test_the_same_answer_or_the_same_key_is_kept_once_and_ten_are_enough(service: http.Service) -> None:
    member, device = await browsing.signed_in(service, "member"), Authenticator(ORIGIN)
    made = device.make(await options(member, "/passkeys/question"))
    assert (await member.send("/passkeys", on="/passkeys", credential=made)).status_code == 303
    assert code(await member.send("/passkeys", on="/passkeys", credential=made)) == "passkey_known"
    assert b64(device.credential_id) in str((await options(member, "/passkeys/question"))["excludeCredentials"])
    other = await browsing.signed_in(service, "member")
    again = device.make(await options(other, "/passkeys/question"))
    assert code(await other.send("/passkeys", on="/passkeys", credential=again)) == "passkey_known"
    for _ in range(passkeys.COUNT_MAX - 1):
        await register(member)
    more = Authenticator(ORIGIN).make(await options(member, "/passkeys/question"))
    answer = await member.send("/passkeys", on="/passkeys", credential=more)
    assert (answer.status_code, code(answer)) == (409, "too_many_passkeys")


async def test_a_question_is_for_one_session_and_one_purpose(service: http.Service) -> None:
    one, other = await browsing.signed_in(service, "officer"), await browsing.signed_in(service, "officer")
    mine = await options(one, "/passkeys/question")
    assert code(await other.send("/passkeys", on="/passkeys", credential=Authenticator(ORIGIN).make(mine))) == "passkey_refused"
    device = await register(one)
    public = await options(Browser(service), "/sign-in/passkey")
    assert code(await step_up(one, device, device.show(public))) == "passkey_refused"
    stepping = await options(one, "/step-up/passkey")
    assert code(await sign_in(Browser(service), device, device.show(stepping))) == "passkey_refused"


# --------------------------------------------------------------------------------------------------------------- signing in


async def test_whose_it_is_is_told_by_the_passkey_and_means_nothing_to_others(service: http.Service) -> None:
    member = await browsing.signed_in(service, "member")
    device = await register(member)
    again = (await options(member, "/passkeys/question"))["user"]["id"]
    assert un64(again) == device.handle, "one handle for each person: a device replaces, and does not pile up"
    assert device.handle[:6].decode() == TOWN_CODES[TOWN]
    assert whose(member).bytes not in device.handle
    assert (await options(Browser(service), "/sign-in/passkey")).get("allowCredentials", []) == []


async def test_an_answer_opens_one_session_also_at_the_same_time(service: http.Service) -> None:
    member = await browsing.signed_in(service, "member")
    device = await register(member, Authenticator(ORIGIN, counts=False))
    answered = device.show(await options(Browser(service), "/sign-in/passkey"))
    outcomes = await asyncio.gather(*(sign_in(Browser(service), device, answered) for _ in range(4)))
    assert sorted(each.status_code for each in outcomes) == [303, 403, 403, 403]
    assert {code(each) for each in outcomes if each.status_code == 403} == {"passkey_refused"}
    assert (await kept(service, device)).uses == 1


async def test_a_replay_of_a_key_that_counts_does_not_make_it_look_copied(service: http.Service) -> None:
    device = await register(await browsing.signed_in(service, "member"))
    answered = device.show(await options(Browser(service), "/sign-in/passkey"))
    assert (await sign_in(Browser(service), device, answered)).status_code == 303
    assert code(await sign_in(Browser(service), device, answered)) == "passkey_refused"
    assert (await kept(service, device)).why is None


async def test_the_question_is_good_for_five_minutes(service: http.Service) -> None:
    device = await register(await browsing.signed_in(service, "member"))
    asked = await options(Browser(service), "/sign-in/passkey")
    service.clock.forward(ceremony.GOOD_FOR - timedelta(seconds=1))
    assert (await sign_in(Browser(service), device, device.show(asked))).status_code == 303
    asked = await options(Browser(service), "/sign-in/passkey")
    service.clock.forward(ceremony.GOOD_FOR)
    answer = await sign_in(Browser(service), device, device.show(asked))
    assert (answer.status_code, code(answer)) == (409, "passkey_too_late")


@pytest.mark.parametrize("role", ["member", "officer"])
async def test_what_was_signed_for_another_origin_or_was_changed_opens_nothing(service: http.Service, role: str) -> None:
    device = await register(await browsing.signed_in(service, role))
    asked = await options(Browser(service), "/sign-in/passkey")
    for origin in ("https://yui.example.jp.evil.test", "http://yui.example.jp", "https://yui.example.jp:8443", "null"):
        device.origin = origin
        assert code(await sign_in(Browser(service), device, device.show(asked))) == "passkey_refused"
    device.origin = ORIGIN
    assert code(await sign_in(Browser(service), device, device.show(asked | {"rpId": "evil.test"}))) == "passkey_refused"
    invented = asked | {"challenge": b64(bytes(56))}
    assert code(await sign_in(Browser(service), device, device.show(invented))) == "passkey_refused"
    stranger = Authenticator(ORIGIN, credential_id=device.credential_id, handle=device.handle, count=100)
    assert code(await sign_in(Browser(service), device, stranger.show(asked))) == "passkey_refused"
    assert (await kept(service, device))[1:] == (1, 0, None), "a wrong signature never makes a key look copied"
    assert (await sign_in(Browser(service), device)).status_code == 303


@pytest.mark.parametrize(
    "told",
    ["", "x", "{}", "[]", "[" * 8000, '{"id":1}', '{"id":"a","rawId":"a","type":"public-key","response":{}}', "credential"],
)
async def test_what_cannot_be_read_is_refused(service: http.Service, told: str) -> None:
    browser = Browser(service)
    answer = await browser.post("/sign-in/passkey", {"credential": told})
    assert (answer.status_code, code(answer)) in {(403, "passkey_refused"), (422, "form_incomplete")}
    member = await browsing.signed_in(service, "member")
    answer = await member.send("/passkeys", on="/passkeys", credential=told)
    assert code(answer) in {"passkey_refused", "form_incomplete"}


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"])
@pytest.mark.parametrize("instead", ["", "AAAA", "/", "é", 7, None, b64(b'{"type":"webauthn.get","challenge":7,"origin":1}')])
async def test_parts_that_cannot_be_read_are_refused(service: http.Service, part: str, instead: Any) -> None:
    member = await browsing.signed_in(service, "member")
    device = await register(member)
    shown = json.loads(device.show(await options(member, "/sign-in/passkey")))
    made = json.loads(Authenticator(ORIGIN).make(await options(member, "/passkeys/question")))
    if part in shown["response"]:
        shown["response"][part] = instead
        assert code(await sign_in(Browser(service), device, json.dumps(shown))) == "passkey_refused"
    if part in made["response"]:
        made["response"][part] = instead
        answer = await member.send("/passkeys", on="/passkeys", credential=json.dumps(made))
        assert code(answer) == "passkey_refused"


async def test_another_town_s_passkey_is_not_there(service: http.Service) -> None:
    theirs = await browsing.signed_in(service, "officer", town=OTHER_TOWN)
    device = await register(theirs)
    honest = device.handle
    for code_told in (TOWN_CODES[TOWN], "999999", "x"):
        device.handle = code_told.encode() + honest[6:]
        assert code(await sign_in(Browser(service), device)) == "passkey_refused"
    ours = await browsing.signed_in(service, "officer")
    device.handle = ceremony.handle(http.MASTER, TOWN_CODES[OTHER_TOWN], whose(ours).bytes)
    assert code(await sign_in(Browser(service), device)) == "passkey_refused", "somebody else's handle"
    assert code(await step_up(ours, device, device.show(await options(ours, "/step-up/passkey")))) == "passkey_refused"
    device.handle = honest
    assert (await sign_in(Browser(service), device)).status_code == 303
    assert await kept(service, device, OTHER_TOWN)
    assert await kept(service, device) is None


async def test_a_planted_session_is_not_adopted_and_nothing_reaches_the_log(service: http.Service) -> None:
    device = await register(await browsing.signed_in(service, "officer"))
    planted, victim = await browsing.signed_in(service, "member"), Browser(service)
    victim.http.cookies.set(signed_in.COOKIE, planted.secret or "", domain="yui.test", path="/")
    answered = device.show(await options(victim, "/sign-in/passkey"))
    token = dict(browsing.HIDDEN.findall((await victim.get("/devices")).text))
    answer = await victim.post("/sign-in/passkey", token | {"credential": answered})
    assert (answer.status_code, answer.headers["location"]) == (303, "/office")
    assert victim.secret != planted.secret
    assert not await is_in(planted)
    written = service.log.getvalue()
    assert not [each for each in (victim.secret, b64(device.credential_id), b64(device.handle)) if each and each in written]


async def test_another_site_signs_nobody_in(service: http.Service) -> None:
    device, browser = await register(await browsing.signed_in(service, "member")), Browser(service)
    answered = device.show(await options(browser, "/sign-in/passkey"))
    answer = await browser.post("/sign-in/passkey", {"credential": answered}, sec_fetch_site="cross-site")
    assert code(answer) == "foreign_form"
    assert browser.secret is None


async def test_guesses_from_one_address_are_slowed_down(service: http.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.attempts.ADDRESS", passkeys.attempts.Limit(kind="few", tries=3, within=timedelta(minutes=3)))
    device = await register(await browsing.signed_in(service, "member"))
    for _ in range(4):
        assert (await sign_in(Browser(service), device)).status_code == 303, "what succeeds is given back"
    stranger = Authenticator(ORIGIN, handle=device.handle)
    told = [code(await sign_in(Browser(service), stranger)) for _ in range(4)]
    assert told == [*["passkey_refused"] * 3, "too_many_attempts"]
    service.clock.forward(timedelta(minutes=1))
    assert (await sign_in(Browser(service), device)).status_code == 303
