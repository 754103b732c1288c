"""The auditor's list of risks: each question is answered where it is so, and not where it almost is."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flows import audit_risks
from kernel import ids
from tests.support import browsing, http, member_pages, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Member, Town, ok


async def test_one_device_that_reads_many_cards_is_found_and_leads_to_its_scan(service: http.Service) -> None:
    town = await scenes.opened(service)
    before = await _risks(town)
    assert set(before) == set(audit_risks.QUESTIONS)
    now = service.clock.now()
    slot_id = await scenes.slot(town, now, 2)
    for nth in range(audit_risks.CARDS_IN_A_MINUTE):
        member = await scenes.join(town)
        at = now.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=nth)
        ok(await town.device.post("/scans", scenes.card_scan(slot_id, member.card, at)))
    after = await _risks(town)
    assert len(after["many_cards"]) == len(before["many_cards"]) + 1
    auditor = await browsing.signed_in(service, town.auditor)
    assert 'data-kind="scan"' in await see(auditor, after["many_cards"][0])


async def test_what_was_taken_back_does_not_count(service: http.Service) -> None:
    """Twins: ten cards in a minute, and five records by hand; one of each is taken back at the second device."""
    found: dict[bool, dict[str, int]] = {}
    for taken_back in (False, True):
        town = await scenes.opened(service)
        now, before = service.clock.now(), await _risks(town)
        slot_id = await scenes.slot(town, now, 2)
        minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        cards = [
            ok(await town.device.post("/scans", scenes.card_scan(slot_id, (await scenes.join(town)).card, minute)))
            for _ in range(audit_risks.CARDS_IN_A_MINUTE)
        ]
        hands = [
            ok(await town.host.post("/scans", by_hand(slot_id, await scenes.join(town), now)))
            for _ in range(audit_risks.MANUAL_MIN)
        ]
        if taken_back:
            host = await browsing.signed_in(service, town.host)
            for scan in (cards[-1], hands[-1]):
                told = await host.send(f"/host/scans/{scan['scan_id']}/take-back", on=f"/host/slots/{slot_id}", reason="読み違い")
                assert told.status_code == 303, told.text
        after = await _risks(town)
        found[taken_back] = {code: len(after[code]) - len(before[code]) for code in ("many_cards", "manual")}
    assert found == {False: {"many_cards": 1, "manual": 1}, True: {"many_cards": 0, "manual": 0}}


async def test_nights_overlaps_records_by_hand_and_leaving_at_the_step_are_found(service: http.Service) -> None:
    """One member: three evenings left a minute after a half hour, then one past ten o'clock in two slots at once, all by hand."""
    town = await scenes.opened(service)
    before, member = await _risks(town), await scenes.join(town)
    for evening in range(1, 4):
        starts_at = datetime(2026, 5, 20 + evening, 1, tzinfo=UTC)
        service.clock.set(starts_at - timedelta(minutes=1))
        await _by_hand(town, member, [await scenes.slot(town, starts_at, 3)], starts_at, minutes=61)
    assert len((after := await _risks(town))["threshold"]) == len(before["threshold"]) + 1
    assert len(after["manual"]) == len(before["manual"]) + 1
    assert (len(after["after_hours"]), len(after["overlap"])) == (len(before["after_hours"]), len(before["overlap"]))
    late = datetime(2026, 5, 28, 12, 30, tzinfo=UTC)
    service.clock.set(late - timedelta(minutes=1))
    await _by_hand(town, member, [await scenes.slot(town, late, 3) for _ in range(2)], late, minutes=75)
    night = await _risks(town)
    assert len(night["after_hours"]) > len(before["after_hours"])
    assert len(night["overlap"]) > len(before["overlap"])


async def test_the_same_two_are_found_after_four_weeks_in_a_row_and_not_after_three(service: http.Service) -> None:
    town = await scenes.opened(service)
    helper, receiver = await scenes.join(town), await scenes.join(town)
    before = await _risks(town)
    for week in range(5):
        if week == 1:
            continue  # one alone, then a week without: the row begins anew
        service.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC) + timedelta(weeks=week))
        await _help(town, helper, receiver)
    assert len((await _risks(town))["same_pair"]) == len(before["same_pair"])
    service.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC) + timedelta(weeks=5))
    await _help(town, helper, receiver)
    assert len((await _risks(town))["same_pair"]) == len(before["same_pair"]) + 1


async def see(browser: Browser, path: str) -> str:
    answer = await browser.get(html.unescape(path))
    assert answer.status_code == 200, answer.text
    return answer.text


async def _risks(town: Town) -> dict[str, list[str]]:
    """The list of risks as an auditor sees it now: for each question, where its answers lead."""
    page = await see(await browsing.signed_in(town.service, town.auditor), "/audit/risks")
    parts = re.findall(r'data-risk="([a-z_]+)"(.*?)</section>', page, re.DOTALL)
    return {code: re.findall(r'href="(/audit/trace/[^"]+)"', part) for code, part in parts}


async def _by_hand(town: Town, member: Member, slots: list[str], starts_at: datetime, minutes: int) -> None:
    """The host writes down that somebody came to each of the slots and went after so many minutes, and closes them."""
    town.service.clock.set(starts_at + timedelta(minutes=minutes))
    for slot_id in slots:
        for after in (0, minutes):
            ok(await town.host.post("/scans", by_hand(slot_id, member, starts_at + timedelta(minutes=after))))
    for slot_id in slots:
        ok(await town.host.post(f"/slots/{slot_id}/close", {}, key=str(ids.new_id())))


def by_hand(slot_id: str, member: Member, at: datetime) -> dict[str, Any]:
    """A record by hand."""
    told = {"scan_id": str(ids.new_id()), "method": "manual", "member_number": member.number, "reason": "カードを忘れた"}
    return told | {"slot_id": slot_id, "occurred_at": at.isoformat()}


async def _help(town: Town, helper: Member, receiver: Member) -> None:
    """An hour of help, scanned by the receiver's card when it begins and when it ends."""
    match_id = await member_pages.agreed(town, helper, receiver)
    for _ in range(2):
        now = town.service.clock.now()
        told = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": receiver.card, "match_id": match_id}
        ok(await helper.caller.post("/scans", told | {"occurred_at": now.isoformat()}))
        town.service.clock.forward(timedelta(hours=1))
