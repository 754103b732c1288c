"""A queue from a hall without signal comes in: counted once, refused by name where it does not hold, and nothing lost by silence."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from db.transact import read
from kernel import days
from qr import seals, tokens
from tests.support import browsing, http, offline, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.offline import Device
from tests.support.scenes import Member, Town
from tests.support.towns import OTHER_TOWN, TOWN

HOUR = timedelta(hours=1)
_SCANS = query.statement(
    """
    select s.scan_id, s.member_id, s.direction, s.method, s.evidence from activities.scan s
    where s.municipality_id = db.municipality() and s.slot_id = cast(cast(:slot_id as text) as uuid)
    order by s.occurred_at, s.direction
    """
)
_LINKS = query.statement(
    """
    select number, held, roster_sha256 from activities.queue_link
    where municipality_id = db.municipality() and slot_id = cast(cast(:slot_id as text) as uuid) order by number
    """
)
_SETTLED = query.statement(
    """
    select c.code, s.how, s.reason, s.settled_by from activities.scan_conflict c
    left join activities.conflict_settlement s on s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
    where c.municipality_id = db.municipality() and c.slot_id = cast(cast(:slot_id as text) as uuid) order by c.number
    """
)
SETTLE = re.compile(r'action="(/host/conflicts/[0-9a-f-]+/settle)"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


async def rows(town: Town, asked: Any, slot_id: str) -> list[Any]:
    async def work(conn: AsyncConnection) -> list[Any]:
        return list(await query.rows(conn, asked, slot_id=slot_id))

    return await read(town.service.engine, TOWN, work)


async def hall(town: Town, host: Browser, hours: float = 2, capacity: int = 20) -> Device:
    """A device that was taken along to a slot that begins now."""
    slot_id = await scenes.slot(town, town.service.clock.now(), hours, capacity)
    return await offline.taken_along(host, slot_id)


async def came_and_went(town: Town, device: Device, guest: Member) -> None:
    now = town.service.clock.now()
    device.write("card", now, code=guest.card)
    device.write("card", now + 2 * HOUR, code=guest.card)


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["outcome"] for each in answer.json()["answers"]]


async def settle(host: Browser, slot_id: str, **told: str) -> Any:
    """Settles the first that waits."""
    page = (await host.get(f"/host/slots/{slot_id}/conflicts")).text
    fields = dict(HIDDEN.findall(page)) | told
    return await host.post(SETTLE.findall(page)[0], fields)


async def test_the_sealed_list_knows_a_card_by_its_slot_and_tells_no_secret(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    slot_id = await scenes.slot(town, town.service.clock.now())
    scenes.ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(guest.member_id)}))
    told = (await host.get(f"/host/slots/{slot_id}/roster")).json()
    (person,) = msgspec.json.decode(told["roster"])["people"]
    assert (person["number"], person["state"]) == (guest.number, "expected")
    token = tokens.open_card(tokens.read(guest.card).text)
    salted = seals.digest(bytes.fromhex(slot_id.replace("-", "")) + tokens.fingerprint(token)).hex()
    assert person["cards"] == [salted]
    assert token.text not in told["roster"]
    keys = town.service.app.state["context"].keys_of(TOWN)
    assert seals.read(told["seal"], keys).sha256 == seals.digest(told["roster"].encode())


async def test_the_shell_that_a_browser_keeps_is_nobodys(host: Browser) -> None:
    shell = (await host.get("/host/live")).text
    assert set(re.findall('name="(?:form_token|key)" value="([^"]*)"', shell)) == {""}
    assert "test host" not in shell
    assert "data-who" not in shell


async def test_a_queue_counts_once_however_often_it_is_sent_and_pays(town: Town, host: Browser) -> None:
    guest, other = await scenes.join(town), await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    device.write("manual", town.service.clock.now() + HOUR, member_number=other.number, reason="カードを忘れた")
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    sent = [await device.send(sent_at=now), await device.send(device.records[:2], sent_at=now), await device.send(sent_at=now)]
    assert outcomes(sent[0]) == outcomes(sent[2]) == ["counted"] * 3
    assert [each["name"] for each in sent[0].json()["answers"]] == ["結 太郎"] * 3
    assert [(row.method, row.evidence) for row in await rows(town, _SCANS, device.slot_id)] == [
        ("card", 3),
        ("manual", 1),
        ("card", 3),
    ]
    links = await rows(town, _LINKS, device.slot_id)
    assert [row.number for row in links] == [1, 2, 3]
    assert {row.roster_sha256 for row in links} == {seals.digest(device.roster["roster"].encode())}
    assert await scenes.points(guest) == 400


async def test_a_record_that_was_changed_or_not_signed_is_refused_by_name_and_nothing_is_taken(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    first, second = device.records
    forged = second | {"record": second["record"].replace('"auto"', '"auto" ')}
    assert refusal(await device.send([first, forged], sent_at=now)) == "queue_signature_wrong"
    assert refusal(await device.send([first, second | {"signature": "00" * 64}], sent_at=now)) == "queue_signature_wrong"
    assert refusal(await device.send([second], sent_at=now)) == "queue_gap"
    assert refusal(await device.send([first, second | {"number": 3}], sent_at=now)) == "queue_gap"
    assert refusal(await device.send([first, second | {"before": "f" * 64}], sent_at=now)) == "queue_changed"
    assert await rows(town, _SCANS, device.slot_id) == []
    assert await rows(town, _LINKS, device.slot_id) == []
    assert outcomes(await device.send(sent_at=now)) == ["counted", "counted"]
    other = await offline.taken_along(host, device.slot_id)
    other.key_id = device.key_id
    other.write("card", now, code=guest.card)
    assert refusal(await other.send(sent_at=now)) == "queue_changed", "another record under a number that was received"
    assert await scenes.points(guest) == 400


async def test_the_key_of_somebody_else_signs_nothing_here(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    colleague = await browsing.signed_in(
        town.service, await town.service.caller("host", organisation_id=town.host.organisation_id)
    )
    theirs = await offline.taken_along(colleague, device.slot_id)
    device.browser, device.roster = colleague, theirs.roster
    assert refusal(await device.send(sent_at=now)) == "foreign_device_key"
    assert await rows(town, _SCANS, device.slot_id) == []
    assert outcomes(await device.send(sent_at=now, listed=True)) == ["listed", "listed"]
    assert [row.code for row in await rows(town, _SETTLED, device.slot_id)] == ["foreign_device_key"] * 2
    assert await scenes.points(guest) == 0, "a list never counts by itself"


async def test_a_queue_with_a_gap_goes_on_the_list_and_the_next_record_counts(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    now = town.service.clock.now()
    for _ in range(3):
        device.write("card", now, code=guest.card)
    answer = await device.send([device.records[0], device.records[2]], sent_at=now, listed=True)
    assert outcomes(answer) == ["listed", "listed"]
    assert (answer.json()["number"], answer.json()["hash"]) == (3, device.before)
    device.write("card", now, code=guest.card)
    assert outcomes(await device.send(device.records[3:], sent_at=now)) == ["counted"]
    assert [row.held for row in await rows(town, _LINKS, device.slot_id)] == [False, False, True]


async def test_two_devices_at_one_slot_count_together(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    tablet = await offline.taken_along(await browsing.signed_in(town.service, town.device), device.slot_id)
    now = town.service.clock.now()
    device.write("card", now, code=guest.card)
    tablet.write("card", now + 2 * HOUR, code=guest.card)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    assert outcomes(await device.send(sent_at=now)) == ["counted"]
    assert outcomes(await tablet.send(sent_at=now)) == ["counted"]
    assert await scenes.points(guest) == 400


async def test_a_slot_of_another_organisation_and_of_another_town_does_not_exist(town: Town, host: Browser) -> None:
    device = await hall(town, host)
    device.write("card", town.service.clock.now(), code=(await scenes.join(town)).card)
    for stranger in (
        await browsing.signed_in(town.service, "host"),
        await browsing.signed_in(town.service, "host", town=OTHER_TOWN),
    ):
        page = await stranger.get("/host/announce")
        device.browser, device.roster = stranger, device.roster | {"form_token": dict(HIDDEN.findall(page.text))["form_token"]}
        answer = await device.send(sent_at=town.service.clock.now())
        assert (answer.status_code, refusal(answer)) == (404, "unknown_slot")
        for part in ("live", "roster", "conflicts"):
            assert (await stranger.get(f"/host/slots/{device.slot_id}/{part}")).status_code == 404
    assert await rows(town, _SCANS, device.slot_id) == []


async def test_what_comes_after_closing_stands_on_the_list_until_it_is_settled(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    here = f"/host/slots/{device.slot_id}"
    assert (await host.send(f"{here}/close", on=here)).status_code == 303
    answer = await device.send(sent_at=now)
    assert outcomes(answer) == outcomes(await device.send(sent_at=now)) == ["listed", "listed"]
    assert "おわりました" in answer.json()["answers"][0]["what"]
    coordinator = await browsing.signed_in(town.service, town.coordinator)
    assert device.slot_id in (await coordinator.get("/coordinator/conflicts")).text
    assert "結 太郎" in (await coordinator.get(f"{here}/conflicts")).text
    entered = {"how": "entered", "number": str(guest.number), "came": "", "left": "", "reason": "会場で確かめた"}
    assert refusal(await settle(host, device.slot_id, **entered)) == "form_incomplete"
    times = {"came": clock(town, -2 * HOUR), "left": clock(town)}
    assert (await settle(host, device.slot_id, **(entered | times))).status_code == 303
    assert await scenes.points(guest) == 400
    aside = await settle(host, device.slot_id, how="set_aside", reason="帰りは入れてある")
    assert aside.status_code == 303, aside.text
    assert await scenes.points(guest) == 400
    told = await rows(town, _SETTLED, device.slot_id)
    assert [(row.code, row.how, row.settled_by) for row in told] == [
        ("slot_closed", "entered", town.host.principal_id),
        ("slot_closed", "set_aside", town.host.principal_id),
    ]
    assert device.slot_id not in (await coordinator.get("/coordinator/conflicts")).text


async def test_an_unknown_card_a_full_slot_and_a_forged_list_are_listed_each_with_its_reason(town: Town, host: Browser) -> None:
    guest, second = await scenes.join(town), await scenes.join(town)
    device = await hall(town, host, capacity=1)
    now = town.service.clock.now()
    device.write("card", now, code="C/0123456789ABCDEF")
    device.write("card", now, code=guest.card)
    device.write("card", now, code=second.card)
    device.write("card", now, code=guest.card, seal=device.roster["seal"][:-1] + "0")
    device.write("card", now - timedelta(days=60), code=guest.card)
    assert outcomes(await device.send(sent_at=now)) == ["listed", "counted", "listed", "listed", "listed"]
    codes = [row.code for row in await rows(town, _SETTLED, device.slot_id)]
    assert codes == ["unknown_card", "slot_full", "forged_seal", "scan_too_old"]
    told = {"how": "entered", "number": str(guest.number), "reason": "本人に会った"}
    assert refusal(await settle(host, device.slot_id, **told)) == "scan_too_old"
    assert (await settle(host, device.slot_id, how="set_aside", reason="古すぎる")).status_code == 303
    assert (await settle(host, device.slot_id, **told)).status_code == 303, "the unknown card was the guest's"
    scanned = [(row.method, row.evidence) for row in await rows(town, _SCANS, device.slot_id)]
    assert scanned == [("card", 3), ("manual", 1)]


async def test_a_mistake_is_taken_back_before_anything_rests_on_it(town: Town, host: Browser) -> None:
    wrong, right = await scenes.join(town), await scenes.join(town)
    device = await hall(town, host)
    now = town.service.clock.now()
    scan_id = device.write("card", now, code=wrong.card)
    device.write("retract", now, takes_back=scan_id, reason="まちがえて読み取った")
    await came_and_went(town, device, right)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    sent = [await device.send(sent_at=now) for _ in range(2)]
    assert outcomes(sent[0]) == outcomes(sent[1]) == ["counted", "taken_back", "counted", "counted"]
    people = msgspec.json.decode((await host.get(f"/host/slots/{device.slot_id}/roster")).json()["roster"])["people"]
    assert {each["number"]: each["state"] for each in people} == {wrong.number: "expected", right.number: "gone"}
    here = f"/host/slots/{device.slot_id}"
    assert (await host.send(f"{here}/close", on=here)).status_code == 303
    assert (await scenes.points(wrong), await scenes.points(right)) == (0, 400)


async def test_what_an_attendance_rests_on_is_corrected_and_not_taken_back(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    now = town.service.clock.now()
    device.write("card", now, code=guest.card)
    scan_id = device.write("card", now + 2 * HOUR, code=guest.card)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    assert outcomes(await device.send(sent_at=now)) == ["counted", "counted"]
    on = f"/host/slots/{device.slot_id}"
    assert refusal(await host.send(f"/host/scans/{scan_id}/take-back", on=on, reason="x")) == "scan_counted"
    device.write("retract", now, takes_back=scan_id, reason="x")
    assert outcomes(await device.send(device.records[2:], sent_at=now)) == ["listed"]
    assert (
        refusal(await settle(host, device.slot_id, how="entered", number=str(guest.number), reason="x"))
        == "retraction_not_entered"
    )
    assert await scenes.points(guest) == 400


async def test_a_scan_is_taken_back_by_a_form_by_its_host_and_nobody_elses(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    scan_id = device.write("card", town.service.clock.now(), code=guest.card)
    assert outcomes(await device.send(sent_at=town.service.clock.now())) == ["counted"]
    path, on = f"/host/scans/{scan_id}/take-back", f"/host/slots/{device.slot_id}"
    stranger = await browsing.signed_in(town.service, "host")
    assert refusal(await stranger.send(path, on="/host/announce", reason="x")) == "unknown_scan"
    tablet = await browsing.signed_in(town.service, town.device)
    assert refusal(await tablet.send(path, on=on, reason="x")) == "unknown_scan", "a device takes back its own"
    assert [(await host.send(path, on=on, reason="まちがい")).status_code for _ in range(2)] == [303, 303]
    town.service.clock.forward(2 * HOUR)
    assert (await host.send(f"{on}/close", on=on)).status_code == 303
    assert await scenes.points(guest) == 0


def clock(town: Town, later: timedelta = timedelta()) -> str:
    return f"{(town.service.clock.now() + later).astimezone(days.TOKYO):%H:%M}"
