"""Whoever works at a device at a counter: chosen with a PIN, named in records, never their own judge; and each guard alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors
from db.transact import transact
from kernel import ids
from tests.support import browsing, device_browser, http, scenes, spending
from tests.support.at_counter import count, scans_of, slot
from tests.support.browsing import Browser
from tests.support.device_browser import Device, Key
from tests.support.member_pages import refusal
from tests.support.scenes import Town
from tests.support.towns import TOWN


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


@pytest.fixture
async def tablet(town: Town, host: Browser) -> Device:
    return await device_browser.added(town.service, host)


async def who(tablet: Device) -> str:
    page = await tablet.get("/host")
    return page.text.partition('data-who="')[2].partition('"')[0]


async def test_a_number_is_entered_in_somebodys_name_and_the_scan_says_whose(
    town: Town, host: Browser, tablet: Device, engine: AsyncEngine
) -> None:
    guest, here = await scenes.join(town), await slot(town)
    number = {"who": str(guest.number), "reason": "カードを忘れた"}
    assert refusal(await tablet.send(f"{here}/scans", on=here, **number)) == "operator_needed"
    await device_browser.works(tablet, host)
    assert "受け持ち: test host" in (await tablet.get("/host")).text
    answer = await tablet.send(f"{here}/scans", on=here, **number)
    assert answer.status_code == 303
    assert host.caller is not None
    named = """
        activities.scan_operator o join community.shift s on s.shift_id = o.shift_id
        join activities.scan c on c.scan_id = o.scan_id
        where c.member_id = :member and s.operator_id = :operator and s.device_id = c.scanned_by
    """
    assert await count(engine, named, member=guest.member_id, operator=host.caller.principal_id) == 1
    scan_id = answer.headers["location"].partition("scan=")[2]
    auditor = await browsing.signed_in(town.service, town.auditor)
    evidence = (await auditor.get(f"/audit/trace/{scan_id}")).text
    assert "端末を受け持った人" in evidence
    assert "test host" in evidence
    town.service.clock.forward(timedelta(hours=3))
    other = await slot(town)
    assert refusal(await tablet.send(f"{other}/scans", on=other, **number)) == "operator_needed", "nobody touched it for hours"


async def test_a_page_that_is_read_keeps_nobody_at_work(town: Town, host: Browser, tablet: Device) -> None:
    """What is read is not signed: a cookie that was copied elsewhere would keep somebody's turn open for ever."""
    await device_browser.works(tablet, host)
    number = {"who": str((await scenes.join(town)).number), "reason": "カードを忘れた"}
    for minutes, works in ((100, True), (100, False)):
        town.service.clock.forward(timedelta(minutes=minutes))
        assert ("受け持ち: test host" in (await tablet.get("/host")).text) is works
    here = await slot(town)
    assert refusal(await tablet.send(f"{here}/scans", on=here, **number)) == "operator_needed"
    await device_browser.works(tablet, host)
    for _ in range(2):
        town.service.clock.forward(timedelta(minutes=100))
        here, guest = await slot(town), await scenes.join(town)
        assert (await tablet.send(f"{here}/scans", on=here, who=guest.card)).status_code == 303
    assert "受け持ち: test host" in (await tablet.get("/host")).text


async def test_whoever_works_at_a_device_does_not_let_themselves_in(town: Town, engine: AsyncEngine) -> None:
    me, here = await scenes.join(town), await slot(town)
    caller = await town.service.caller("host", member_id=me.member_id, organisation_id=town.host.organisation_id)
    person = await browsing.signed_in(town.service, caller)
    tablet = await device_browser.added(town.service, await browsing.signed_in(town.service, town.host))
    await device_browser.works(tablet, person)
    for told in ({"who": me.card}, {"who": str(me.number), "reason": "忘れた"}):
        assert refusal(await tablet.send(f"{here}/scans", on=here, **told)) == "self_confirmation"
    assert await scans_of(engine, me) == 0
    assert (await tablet.send("/device/operator/stop", on="/device/operator")).status_code == 303
    assert (await tablet.send(f"{here}/scans", on=here, who=me.card)).status_code == 303
    assert await scans_of(engine, me) == 1


async def test_a_pin_is_guessed_five_times_at_one_device_and_nobody_else_waits(town: Town, host: Browser, tablet: Device) -> None:
    assert host.caller is not None
    me = {"operator_id": host.caller.principal_id}
    await host.send("/pin", on="/pin", pin="2580", again="2580")
    for left in (4, 3, 2, 1, 0):
        answer = await tablet.send("/device/operator", on="/device/operator", pin="1357", **me)
        assert refusal(answer) == "operator_refused"
        assert f"あと{left}回" in answer.text
    spent = await tablet.send("/device/operator", on="/device/operator", pin="2580", **me)
    assert (spent.status_code, refusal(spent)) == (429, "too_many_attempts")
    other = await device_browser.added(town.service, host)
    assert (await other.send("/device/operator", on="/device/operator", pin="2580", **me)).status_code == 303
    town.service.clock.forward(timedelta(minutes=3))
    assert (await tablet.send("/device/operator", on="/device/operator", pin="２５８０", **me)).status_code == 303


async def test_people_of_another_house_work_elsewhere_and_a_pin_is_no_easy_one(town: Town, tablet: Device) -> None:
    stranger = await browsing.signed_in(town.service, "host")
    assert stranger.caller is not None
    assert (await stranger.send("/pin", on="/pin", pin="2580", again="2580")).status_code == 303
    told = {"operator_id": stranger.caller.principal_id, "pin": "2580"}
    assert refusal(await tablet.send("/device/operator", on="/device/operator", **told)) == "operator_refused"
    assert refusal(await tablet.send("/device/operator", on="/device/operator", operator_id=ids.new_id(), pin="2580"))
    for pin in ("1111", "1234", "9876", "123", "1234567", "12ab", "2468"):
        assert refusal(await stranger.send("/pin", on="/pin", pin=pin, again=pin)) == "pin_too_weak"
    assert refusal(await stranger.send("/pin", on="/pin", pin="2580", again="2581")) == "pins_differ"


async def test_of_two_who_begin_at_once_one_works_there(town: Town, host: Browser, tablet: Device, engine: AsyncEngine) -> None:
    second = await browsing.signed_in(town.service, await town.service.caller("host", organisation_id=town.host.organisation_id))
    for each in (host, second):
        assert (await each.send("/pin", on="/pin", pin="2580", again="2580")).status_code == 303
    assert host.caller is not None
    assert second.caller is not None
    told = [{"operator_id": each.caller.principal_id, "pin": "2580"} for each in (host, second) if each.caller]
    hidden = await tablet.fields("/device/operator")
    done = await asyncio.gather(*(tablet.post("/device/operator", hidden | each) for each in told))
    assert [each.status_code for each in done] == [303, 303]
    standing = """
        community.shift s where s.device_id = cast(:device as uuid)
            and not exists (select from community.shift_end e where e.shift_id = s.shift_id)
    """
    assert await count(engine, standing, device=await who(tablet)) == 1


async def test_a_new_pin_ends_what_was_begun_with_the_old_one(host: Browser, tablet: Device) -> None:
    await device_browser.works(tablet, host)
    assert "受け持ち: " in (await tablet.get("/host")).text
    assert (await host.send("/pin", on="/pin", pin="8024", again="8024")).status_code == 303
    assert "受け持ち: " not in (await tablet.get("/host")).text


async def test_postgresql_alone_refuses_a_second_operator_a_second_key_and_oneself(
    town: Town, host: Browser, tablet: Device, engine: AsyncEngine
) -> None:
    me, here = await scenes.join(town), await slot(town)
    caller = await town.service.caller("host", member_id=me.member_id, organisation_id=town.host.organisation_id)
    await device_browser.works(tablet, host)
    await device_browser.works(tablet, await browsing.signed_in(town.service, caller))
    device_id = UUID(await who(tablet))
    guards = {
        "one_operator": """
            insert into community.shift (municipality_id, shift_id, device_id, operator_id, pin_id, started_at)
            select municipality_id, :id, device_id, operator_id, pin_id, started_at from community.shift
            where device_id = :device and operator_id = :operator
        """,
        "device_key_taken": """
            insert into community.device_key (municipality_id, key_id, principal_id, public_key, session_id, made_at)
            select municipality_id, :id, principal_id, :key, session_id, made_at from community.device_key
            where principal_id = :device
        """,
        "nobody_confirms_oneself": """
            insert into activities.scan (
                municipality_id, scan_id, member_id, slot_id, direction, method, evidence, occurred_at, received_at, skew_seconds,
                scanned_by
            )
            select s.municipality_id, :id, p.member_id, cast(:slot as uuid), 'in', 'card', 3, cast(:now as timestamptz),
                cast(:now as timestamptz), 0, s.device_id
            from community.shift s join community.principal p on p.principal_id = s.operator_id
            where s.device_id = :device and s.operator_id = :operator
        """,
    }
    given = {"device": device_id, "operator": caller.principal_id, "key": Key.new().spki}
    given |= {"slot": here.rpartition("/")[2], "now": town.service.clock.now()}
    for guard, attempt in guards.items():
        told = {name: value for name, value in given.items() if f":{name}" in attempt}

        async def work(conn: AsyncConnection, attempt: str = attempt, told: dict[str, Any] = told) -> None:
            await conn.execute(text(attempt), told | {"id": ids.new_id()})

        with pytest.raises(exc.DBAPIError) as refused:
            await transact(engine, TOWN, work)
        assert errors.constraint(refused.value) == guard
