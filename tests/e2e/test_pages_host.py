"""A host's day: letting people in by card and number, closing with one tap or from paper, correcting, announcing; read off the book."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from kernel import days
from tests.support import browsing, http, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.scenes import Member, Town, ok

HOUR = timedelta(hours=1)
ATTENDANCE = re.compile(r"/host/attendances/([0-9a-f-]{36})")
CHECKED = re.compile(r'name="line\[\]" value="([^"]*)"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


async def let_in(host: Browser, slot_id: str, who: str, **more: Any) -> str:
    """Records somebody's coming or going; the page that tells it."""
    here = f"/host/slots/{slot_id}"
    answer = await host.send(f"{here}/scans", on=here, who=who, **({"reason": "カードを忘れた"} | more))
    assert answer.status_code == 303, answer.text
    return (await host.get(answer.headers["location"])).text


async def begun(town: Town, hours: float = 2) -> str:
    """A slot that begins now."""
    return await scenes.slot(town, town.service.clock.now(), hours)


def clock(town: Town, later: timedelta = timedelta()) -> str:
    return f"{(town.service.clock.now() + later).astimezone(days.TOKYO):%H:%M}"


async def closed(host: Browser, slot_id: str, lines: list[str], **more: Any) -> Any:
    """Sends the closing form with lines."""
    here = f"/host/slots/{slot_id}/close"
    fields = dict(HIDDEN.findall((await host.get(here)).text)) | {"line[]": lines} | more
    return await host.post(here, fields)


async def test_the_day_has_a_button_for_each_slot_of_ones_own_organisation(town: Town, host: Browser) -> None:
    slot_id = await begun(town)
    assert f"/host/slots/{slot_id}" in (await host.get("/host")).text
    device = await browsing.signed_in(town.service, town.device)
    assert f"/host/slots/{slot_id}" in (await device.get("/host")).text
    other = await browsing.signed_in(town.service, "host")
    assert slot_id not in (await other.get("/host")).text
    town.service.clock.forward(timedelta(days=1))
    assert "まだしめていない活動" in (await host.get("/host")).text


async def test_cards_are_read_in_and_out_and_what_was_earned_is_told_in_words(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    slot_id = await begun(town)
    ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(guest.member_id)}))
    page = (await host.get(f"/host/slots/{slot_id}")).text
    assert "予約" in page
    assert f'href="/desk/members/{guest.member_id}/pin"' in page
    assert (await host.get(f"/desk/members/{guest.member_id}/pin")).status_code == 200
    tablet = await browsing.signed_in(town.service, town.device)
    assert "/pin" not in (await tablet.get(f"/host/slots/{slot_id}")).text, "a device sets no PIN"
    assert "結 太郎さん、" in await let_in(host, slot_id, guest.card)
    town.service.clock.forward(2 * HOUR)
    assert "帰りました" in await let_in(host, slot_id, guest.card)
    assert await scenes.points(guest) == 400
    fields = dict(HIDDEN.findall((await host.get(f"/host/slots/{slot_id}")).text))
    sent = [await host.post(f"/host/slots/{slot_id}/close", fields) for _ in range(2)]
    assert [each.status_code for each in sent] == [303, 303]
    page = (await host.get(f"/host/slots/{slot_id}")).text
    assert "しめました" in page
    assert "400ポイント" in page.replace(" ", "")
    assert await scenes.points(guest) == 400


async def test_a_number_in_full_width_needs_a_reason_and_one_tap_pays_when_it_is_closed(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    slot_id = await begun(town)
    here = f"/host/slots/{slot_id}"
    number = "".join(chr(ord(each) + 0xFEE0) for each in str(guest.number))
    assert refusal(await host.send(f"{here}/scans", on=here, who=number)) == "scan_incomplete"
    fields = dict(HIDDEN.findall((await host.get(here)).text)) | {"who": number, "reason": "カードを忘れた"}
    sent = [await host.post(f"{here}/scans", fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"], "pressed twice, recorded once"
    assert await scenes.points(guest) == 0
    town.service.clock.forward(3 * HOUR)
    assert (await host.send(f"{here}/close", on=here)).status_code == 303
    assert await scenes.points(guest) == 400, "until the planned end"
    assert refusal(await host.send(f"{here}/scans", on="/host/announce", who=number, reason="x")) == "slot_closed"


async def test_a_device_reads_cards_and_nothing_else(town: Town) -> None:
    guest = await scenes.join(town)
    slot_id = await begun(town)
    here = f"/host/slots/{slot_id}"
    device = await browsing.signed_in(town.service, town.device)
    assert "来ました" in await let_in(device, slot_id, guest.card)
    by_number = await device.send(f"{here}/scans", on=here, who=str(guest.number), reason="x")
    assert refusal(by_number) == "scan_not_for_role"
    assert refusal(await device.send(f"{here}/close", on=here)) == "role_not_allowed"
    assert "活動をしめる" not in (await device.get(here)).text


async def test_paper_is_keyed_in_line_by_line_and_its_total_must_agree(town: Town, host: Browser) -> None:
    first, second = await scenes.join(town), await scenes.join(town)
    slot_id = await begun(town)
    here = f"/host/slots/{slot_id}/close"
    begins, ends = clock(town), clock(town, HOUR)
    town.service.clock.forward(3 * HOUR)
    page = (await host.get(here, params={"number": str(first.number)})).text
    lines = CHECKED.findall(page)
    assert len(lines) == 1
    page = (await host.get(here, params={"line": lines, "number": str(second.number), "came": begins, "left": ends})).text
    lines = CHECKED.findall(page)
    assert len(lines) == 2
    unknown = await host.get(here, params={"line": lines, "number": "99999999"})
    assert unknown.status_code == 422
    assert CHECKED.findall(unknown.text) == lines
    wrong = await closed(host, slot_id, lines, total="3", reason="紙の名簿から")
    assert wrong.status_code == 422
    assert "数が合いません" in wrong.text
    assert await scenes.points(first) == 0
    done = await closed(host, slot_id, lines, total="2", reason="紙の名簿から")
    assert done.status_code == 303, done.text
    assert (await scenes.points(first), await scenes.points(second)) == (400, 200)
    assert "結 太郎" in (await host.get(f"/host/slots/{slot_id}/sheet")).text


async def test_a_slot_that_goes_on_past_midnight_is_keyed_in_by_the_clock(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    now = town.service.clock.now()
    starts_at = days.local_time(days.local_date(now) + timedelta(days=1), 23)
    slot_id = await scenes.slot(town, starts_at, 2)
    town.service.clock.set(starts_at + 3 * HOUR)
    asked = {"number": str(guest.number), "came": "23:00", "left": "01:00"}
    page = (await host.get(f"/host/slots/{slot_id}/close", params=asked)).text
    assert (await closed(host, slot_id, CHECKED.findall(page), total="1", reason="紙の名簿から")).status_code == 303
    assert await scenes.points(guest) == 400


async def test_an_exception_says_that_somebody_was_not_there(town: Town, host: Browser) -> None:
    there, gone = await scenes.join(town), await scenes.join(town)
    slot_id = await begun(town)
    for each in (there, gone):
        await let_in(host, slot_id, str(each.number))
    town.service.clock.forward(3 * HOUR)
    page = (await host.get(f"/host/slots/{slot_id}/close", params={"number": str(gone.number), "absent": "1"})).text
    done = await closed(host, slot_id, CHECKED.findall(page), total="1", reason="まちがえて打った")
    assert done.status_code == 303, done.text
    assert (await scenes.points(there), await scenes.points(gone)) == (400, 0)


async def test_a_record_is_corrected_once_with_its_reason_and_points_follow(town: Town, host: Browser) -> None:
    guest: Member = await scenes.join(town)
    slot_id = await begun(town)
    begins, ends = clock(town), clock(town, HOUR)
    await let_in(host, slot_id, guest.card)
    town.service.clock.forward(2 * HOUR)
    (attendance,) = ATTENDANCE.findall(await let_in(host, slot_id, guest.card))
    path = f"/host/attendances/{attendance}"
    stranger = await browsing.signed_in(town.service, "host")
    assert (await stranger.get(path)).status_code == 404
    told = {"came": begins, "left": ends, "reason": "一時間で帰った"}
    stolen = await stranger.send(f"{path}/correct", on="/host/announce", **told)
    assert stolen.status_code == 404
    assert await scenes.points(guest) == 400
    fields = dict(HIDDEN.findall((await host.get(path)).text)) | told
    assert [(await host.post(f"{path}/correct", fields)).status_code for _ in range(2)] == [303, 303]
    assert await scenes.points(guest) == 200
    assert "もう直してあります" in (await host.get(path)).text
    again = await host.send(f"{path}/correct", on="/host/announce", **told)
    assert refusal(again) == "attendance_superseded"


async def test_the_venues_code_lets_a_phone_in_and_is_asked_for_anew_by_itself(town: Town, host: Browser) -> None:
    slot_id = await begun(town)
    shown = await host.get(f"/host/slots/{slot_id}/code")
    assert shown.headers["refresh"] == "20"
    assert "<path fill" in shown.text
    town.service.clock.forward(timedelta(seconds=30))
    assert (await host.get(f"/host/slots/{slot_id}/code")).text != shown.text


async def test_an_activity_and_its_slot_are_announced_once(town: Town) -> None:
    host = await browsing.signed_in(town.service, "host")
    fields = dict(HIDDEN.findall((await host.get("/host/announce")).text))
    fields |= {"title": "朝の体操", "place": "公園", "kind": "exercise_class"}
    sent = [await host.post("/host/announce/activity", fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    on = sent[0].headers["location"]
    page = (await host.get(on)).text
    (activity,) = re.findall(r'name="activity" value="([^"]+)"', page)
    times = {"day": "2026-07-01", "starts": "06:30", "ends": "07:00", "capacity": "30", "activity": activity}
    answer = await host.send("/host/announce/slot", on=on, **times)
    assert answer.status_code == 303, answer.text
    assert "朝の体操" in (await host.get(answer.headers["location"])).text
    backwards = await host.send("/host/announce/slot", on=on, **(times | {"ends": "06:00"}))
    assert refusal(backwards) == "times_out_of_range"
    other = await browsing.signed_in(town.service, "host")
    foreign = await other.send("/host/announce/slot", on="/host/announce", **times)
    assert refusal(foreign) == "unknown_activity"


async def test_slots_of_another_organisation_do_not_exist(town: Town) -> None:
    guest = await scenes.join(town)
    slot_id = await begun(town)
    other = await browsing.signed_in(town.service, "host")
    for page in ("", "/code", "/sheet", "/close"):
        assert (await other.get(f"/host/slots/{slot_id}{page}")).status_code == 404
    for form, told in (("scans", {"who": guest.card, "reason": "x", "key": str(guest.member_id)}), ("close", {})):
        answer = await other.send(f"/host/slots/{slot_id}/{form}", on="/host/announce", **told)
        assert (answer.status_code, refusal(answer)) == (404, "unknown_slot")
    assert await scenes.points(guest) == 0
