"""What did not count is settled by name, and what was a mistake is taken back while nothing rests on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kernel import days
from tests.support import areas, browsing, http, offline, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.offline import HOUR, came_and_went, hall, outcomes, rows
from tests.support.scenes import Town

SETTLE = re.compile(r'action="(/host/conflicts/[0-9a-f-]+/settle)"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


async def settle(host: Browser, slot_id: str, **told: str) -> Any:
    """Settles the first that waits."""
    page = (await host.get(f"/host/slots/{slot_id}/conflicts")).text
    fields = dict(HIDDEN.findall(page)) | told
    return await host.post(SETTLE.findall(page)[0], fields)


def clock(town: Town, later: timedelta = timedelta()) -> str:
    return f"{(town.service.clock.now() + later).astimezone(days.TOKYO):%H:%M}"


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
    told = await rows(town, offline.SETTLED, device.slot_id)
    assert [(row.code, row.how, row.settled_by) for row in told] == [
        ("slot_closed", "entered", town.host.principal_id),
        ("slot_closed", "set_aside", town.host.principal_id),
    ]
    assert device.slot_id not in (await coordinator.get("/coordinator/conflicts")).text


async def test_what_waits_is_on_the_homes_of_those_who_can_settle_it(town: Town, host: Browser) -> None:
    """A coordinator of one district runs what their own organisation holds alone, and reads of nothing else."""
    found, link = await areas.settled(town), 'href="/coordinator/conflicts"'
    east = {"role": "coordinator", "label": "東の受入", "area_id": found.east, "organisation_id": str(town.host.organisation_id)}
    at = (town.officer, town.coordinator, await areas.given(town, east), found.coordinator)
    homes = ("/office", "/coordinator", "/coordinator", "/coordinator")
    for who, home in zip(at, homes, strict=True):
        assert link not in (await (await browsing.signed_in(town.service, who)).get(home)).text, "nothing waits yet"
    device = await hall(town, host)
    now, here = town.service.clock.now(), f"/host/slots/{device.slot_id}"
    device.write("card", now, code="C/0123456789ABCDEF")
    device.write("card", now, code=(await scenes.join(town)).card)
    town.service.clock.forward(2 * HOUR)
    assert (await host.send(f"{here}/close", on=here)).status_code == 303
    assert outcomes(await device.send(sent_at=town.service.clock.now())) == ["listed"] * 2
    seen = [await browsing.signed_in(town.service, who) for who in at]
    for browser, home, count in zip(seen, homes, (2, 2, 2, 0), strict=True):
        page = (await browser.get(home)).text
        assert (link in page, "数えられなかった受付 2件" in page) == (count > 0, count > 0)
        assert (device.slot_id in (await browser.get("/coordinator/conflicts")).text) == (count > 0)
        assert ((await browser.get(f"{here}/conflicts")).status_code == 200) == (count > 0)
    for _ in range(2):
        assert (await settle(seen[2], device.slot_id, how="set_aside", reason="x")).status_code == 303
    assert link not in (await seen[0].get("/office")).text


async def test_an_unknown_card_a_full_slot_and_a_forged_list_are_listed_each_with_its_reason(town: Town, host: Browser) -> None:
    guest, second = await scenes.join(town), await scenes.join(town)
    device = await hall(town, host, capacity=1)
    now = town.service.clock.now()
    device.write("card", now, code="C/0123456789ABCDEF")
    device.write("card", now, code=guest.card)
    device.write("card", now, code=second.card)
    device.write("card", now, code=guest.card, seal=device.roster["seal"][::-1])
    device.write("card", now - timedelta(days=60), code=guest.card)
    assert outcomes(await device.send(sent_at=now)) == ["listed", "counted", "listed", "listed", "listed"]
    codes = [row.code for row in await rows(town, offline.SETTLED, device.slot_id)]
    assert codes == ["unknown_card", "slot_full", "forged_seal", "scan_too_old"]
    told = {"how": "entered", "number": str(guest.number), "reason": "本人に会った"}
    assert refusal(await settle(host, device.slot_id, **told)) == "scan_too_old"
    assert (await settle(host, device.slot_id, how="set_aside", reason="古すぎる")).status_code == 303
    assert (await settle(host, device.slot_id, **told)).status_code == 303, "the unknown card was the guest's"
    scanned = [(row.method, row.evidence) for row in await rows(town, offline.SCANS, device.slot_id)]
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
