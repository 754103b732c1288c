"""Passkeys step up, are copied, are taken away, and end with a role or a lost phone; each guard without the other."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from community import ceremony, principals, refusals, sessions
from community import passkeys as keys
from db import errors
from db.transact import read, transact
from flows import passkeys
from tests.support import browsing, http
from tests.support.authenticators import Authenticator
from tests.support.browsing import Browser
from tests.support.keys_in_hand import ORIGIN, code, is_in, kept, options, register, sessions_of, sign_in, step_up, whose
from tests.support.towns import TOWN

# ------------------------------------------------------------------------------------------------------------- stepping up


async def test_a_step_up_goes_back_to_where_one_was_under_a_new_secret(service: http.Service) -> None:
    officer = await browsing.signed_in(service, "officer")
    device, before = await register(officer), officer.secret
    assert "/step-up/passkey" in (await officer.get("/step-up")).text
    answer = await step_up(officer, device, next="/office/schemes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/schemes")
    assert officer.secret != before
    assert [row[:2] for row in await sessions_of(service, officer)] == [("entrance", False), ("step_up", True)]
    away = await step_up(officer, device, next="https://evil.test/")
    assert away.headers["location"] == "/home"


async def test_at_work_a_key_without_pin_or_finger_neither_signs_in_nor_steps_up(service: http.Service) -> None:
    officer = await browsing.signed_in(service, "officer")
    device = await register(officer)
    device.verified = False
    assert (await options(officer, "/step-up/passkey"))["userVerification"] == "required"
    assert code(await step_up(officer, device)) == "passkey_unverified"
    assert code(await sign_in(Browser(service), device)) == "passkey_unverified"
    assert (await kept(service, device)).uses == 0


async def test_another_s_passkey_does_not_step_up(service: http.Service) -> None:
    officer, other = await browsing.signed_in(service, "officer"), await browsing.signed_in(service, "officer")
    await register(officer)
    device = await register(other)
    assert code(await step_up(officer, device, device.show(await options(officer, "/step-up/passkey")))) == "passkey_refused"
    assert (await options(officer, "/step-up/passkey"))["allowCredentials"] != []


async def test_stepping_up_is_tried_five_times(service: http.Service) -> None:
    officer = await browsing.signed_in(service, "officer")
    device = await register(officer)
    stranger = Authenticator(ORIGIN, handle=device.handle)
    told = [code(await step_up(officer, stranger)) for _ in range(6)]
    assert told == [*["passkey_refused"] * 5, "too_many_attempts"]
    assert await is_in(officer)


# ------------------------------------------------------------------------------------------------------------------ ending


async def test_a_copied_key_ends_and_its_owner_is_told(service: http.Service) -> None:
    member = await browsing.signed_in(service, "member")
    device = await register(member, label="青い鍵")
    copy = device.copied()
    assert (await sign_in(Browser(service), device)).status_code == 303
    answer = await sign_in(Browser(service), copy)
    assert (answer.status_code, code(answer)) == (403, "passkey_copied")
    assert (await kept(service, device)).why == "copied"
    assert code(await sign_in(Browser(service), device)) == "passkey_refused", "neither of two is trusted"
    for page in ("/passkeys", "/devices"):
        assert "「青い鍵」を止めました" in (await member.get(page)).text
    assert [row[0] for row in await sessions_of(service, member)] == ["entrance", "passkey"]


async def test_a_copy_that_steps_up_ends_too_and_the_session_stays_as_it_was(service: http.Service) -> None:
    officer = await browsing.signed_in(service, "officer")
    device = await register(officer)
    copy = device.copied()
    assert (await step_up(officer, device)).status_code == 303
    before = officer.secret
    assert code(await step_up(officer, copy)) == "passkey_copied"
    assert officer.secret == before
    assert (await kept(service, device)).why == "copied"


async def test_one_that_was_taken_away_opens_nothing(service: http.Service) -> None:
    member, stranger = await browsing.signed_in(service, "member"), await browsing.signed_in(service, "member")
    device = await register(member)
    (passkey_id,) = re.findall(r'name="passkey_id" value="([^"]+)"', (await member.get("/passkeys")).text)
    answer = await stranger.send("/passkeys/end", on="/passkeys", passkey_id=passkey_id)
    assert (answer.status_code, code(answer)) == (404, "unknown_passkey")
    assert (await member.send("/passkeys/end", on="/passkeys", passkey_id=passkey_id)).status_code == 303
    assert (await kept(service, device)).why == "removed"
    assert code(await member.send("/passkeys/end", on="/passkeys", passkey_id=passkey_id)) == "unknown_passkey"
    assert code(await sign_in(Browser(service), device)) == "passkey_refused"


async def test_at_work_the_last_proof_stays_until_there_is_another(service: http.Service) -> None:
    officer = await browsing.signed_in(service, "officer")
    device = await register(officer)
    first = str((await kept(service, device)).passkey_id)
    answer = await officer.send("/passkeys/end", on="/passkeys", passkey_id=first)
    assert (answer.status_code, code(answer)) == (409, "last_proof")
    second = str((await kept(service, await register(officer))).passkey_id)
    fields = dict(browsing.HIDDEN.findall((await officer.get("/passkeys")).text))
    outcomes = await asyncio.gather(*(officer.post("/passkeys/end", fields | {"passkey_id": each}) for each in (first, second)))
    assert sorted(each.status_code for each in outcomes) == [303, 409], "of two at once one stays"


async def test_a_role_that_ended_opens_nothing(service: http.Service) -> None:
    host = await browsing.signed_in(service, "host")
    device, now = await register(host), service.clock.now()
    await transact(service.engine, TOWN, lambda conn: principals.end(conn, whose(host), ended_by=None, now=now))
    assert code(await sign_in(Browser(service), device)) == "passkey_refused"


async def test_the_desk_s_new_entrance_ends_a_lost_phone_s_passkeys(service: http.Service) -> None:
    coordinator, member = await service.caller("coordinator"), await browsing.signed_in(service, "member")
    device = await register(member)
    half_made = Authenticator(ORIGIN)
    made = half_made.make(await options(member, "/passkeys/question"))
    fields = dict(browsing.HIDDEN.findall((await member.get("/passkeys")).text))
    assert member.caller is not None
    service.clock.forward(timedelta(seconds=1))
    assert (await coordinator.post(f"/members/{member.caller.member_id}/entrances")).status_code == 201
    assert (await kept(service, device)).why == "new_entrance"
    assert code(await sign_in(Browser(service), device)) == "passkey_refused"
    assert (await member.post("/passkeys", fields | {"credential": made})).headers["location"] == "/sign-in"
    assert await kept(service, half_made) is None


async def test_a_phone_that_the_desk_signed_out_meanwhile_keeps_no_new_passkey(service: http.Service) -> None:
    """The page had let the phone in; the desk came in between."""
    coordinator, member = await service.caller("coordinator"), await browsing.signed_in(service, "member")
    device, now, secret = Authenticator(ORIGIN), service.clock.now(), member.secret or ""
    made = device.make(await options(member, "/passkeys/question"))
    session = await read(service.engine, TOWN, lambda conn: sessions.resolve(conn, secret, now))
    assert session is not None
    assert member.caller is not None
    asking = ceremony.Asking(
        master=http.MASTER, party=ceremony.Party("yui.example.jp", ORIGIN), purpose=f"register {session.session_id}"
    )
    key = ceremony.made(asking, made, now)
    assert (await coordinator.post(f"/members/{member.caller.member_id}/entrances")).status_code == 201
    with pytest.raises(refusals.SessionEnded):
        await transact(service.engine, TOWN, lambda conn: passkeys.register(conn, session, key, "x", now=now))
    assert await kept(service, device) is None


# ---------------------------------------------------------------------------------------------- each guard without the other


async def test_postgresql_refuses_what_the_code_would_let_through(service: http.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    member = await browsing.signed_in(service, "member")
    counting, simple = await register(member), await register(member, Authenticator(ORIGIN, counts=False))
    now = service.clock.now()

    async def refused(device: Authenticator, count: int, answer: int) -> str | None:
        """What PostgreSQL says of a use: the guard's name, or None."""
        row = await kept(service, device)
        shown = ceremony.Shown(sign_count=count, user_verified=True, challenge_sha256=bytes([answer]) * 32)
        try:
            await transact(service.engine, TOWN, lambda conn: keys.use(conn, row.passkey_id, shown, "sign_in", now=now))
        except exc.DBAPIError as error:
            return errors.constraint(error)
        return None

    assert [await refused(counting, *told) for told in ((5, 1), (5, 2), (4, 3), (0, 4), (6, 5))] == [
        None,
        "passkey_counts_up",
        "passkey_counts_up",
        "passkey_counts_up",
        None,
    ]
    assert [await refused(simple, 0, answer) for answer in (6, 6, 7)] == [None, "passkey_use_once", None]

    async def no_end(conn: AsyncConnection, *asked: Any, **told: Any) -> int:
        return 0

    with monkeypatch.context() as without:
        without.setattr(keys, "end", no_end)
        assert member.caller is not None
        coordinator = await service.caller("coordinator")
        assert (await coordinator.post(f"/members/{member.caller.member_id}/entrances")).status_code == 201
    assert await refused(simple, 0, 8) == "passkey_stands"
    officer = await browsing.signed_in(service, "officer")
    device, other = await register(officer), await register(officer)
    row, who = await kept(service, device), whose(officer)
    told: dict[str, Any] = {"principal_id": who, "ended_by": who, "why": "removed", "now": now}
    await transact(service.engine, TOWN, lambda conn: keys.end(conn, row.passkey_id, **told))
    assert (await refused(device, 9, 9), await refused(other, 9, 10)) == ("passkey_stands", None)
