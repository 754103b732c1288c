"""Scans at a slot, by every method: what is believed, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import attendances, refusals, scans
from community.refusals import BadMemberNumber
from db import errors, query, transact
from flows import cards, check_in
from flows.readings import ScanAsked
from kernel import ids
from kernel.text import TextMissing
from qr import refusals as codes_refused
from qr import tokens
from tests.support import deeds, spending
from tests.support.deeds import CODES, at
from tests.support.spending import do
from tests.support.towns import OTHER_TOWN

pytestmark = pytest.mark.anyio

_SCANS = query.statement("select count(*) from activities.scan where municipality_id = db.municipality()")


async def stored(engine: AsyncEngine) -> int:
    return await do(engine, query.scalar, _SCANS)


async def test_a_card_in_and_out_makes_an_attendance_at_once(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    came = await deeds.card(engine, place, who, at(0))
    assert (came.direction, came.evidence, came.attendance_id, came.replayed) == ("in", 3, None, False)
    left = await deeds.card(engine, place, who, at(90))
    assert left.direction == "out"
    assert left.attendance_id is not None
    found = await do(engine, attendances.find, left.attendance_id)
    assert (found.minutes, found.evidence, found.flags, found.needs_signoff, found.role) == (90, 3, (), False, "helper")
    assert [grant.outcome for grant in left.grants] == ["no_scheme"]


async def test_whoever_comes_back_gets_a_further_attendance_for_the_new_time(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    made = [await deeds.card(engine, place, who, at(minute)) for minute in (0, 30, 60, 90)]
    assert [scan.direction for scan in made] == ["in", "out", "in", "out"]
    closed = await deeds.close(engine, place)
    assert [(each.minutes, each.started_at) for each in closed.attendances] == [(30, at(0)), (30, at(60))]


async def test_a_card_read_twice_is_one_coming(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    again = await deeds.card(engine, place, who, at(0.5))
    assert (again.direction, again.attendance_id) == ("in", None)
    left = await deeds.card(engine, place, who, at(60))
    assert left.attendance_id is not None
    assert (await do(engine, attendances.find, left.attendance_id)).minutes == 60


async def test_the_venue_s_rotating_code_on_one_s_own_phone(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(0))
    came = await deeds.scan(engine, who.actor, at(1), method="venue", code=f"https://YUI.EXAMPLE.JP/T/{shown}")
    assert (came.slot_id, came.evidence, came.occurred_at) == (place.slot.slot_id, 2, at(1))
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(60))
    left = await deeds.scan(engine, who.actor, at(60), method="venue", code=f"T/{shown}")
    assert left.attendance_id is not None


async def test_a_live_code_tells_the_time_better_than_the_phone(engine: AsyncEngine) -> None:
    """Otherwise the last to leave could say that they came in the morning."""
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(60))
    came = await deeds.scan(engine, who.actor, at(60), method="venue", code=f"T/{shown}", occurred_at=at(0))
    assert came.occurred_at == at(60)


async def test_a_code_kept_on_an_offline_phone_counts_as_little_as_a_poster(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(0))
    came = await deeds.scan(engine, who.actor, at(50), method="venue", code=f"T/{shown}", occurred_at=at(0.5))
    assert (came.evidence, came.occurred_at) == (1, at(0.5))


async def test_a_code_that_is_over_is_refused(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(0))
    with pytest.raises(codes_refused.ExpiredCode):
        await deeds.scan(engine, who.actor, at(5), method="venue", code=f"T/{shown}")


async def test_ten_minutes_to_say_so_after_opening_the_code(engine: AsyncEngine) -> None:
    place, who, other = await deeds.hall(engine), await deeds.guest(engine), await deeds.guest(engine)
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(0))
    claim = await check_in.claim(f"T/{shown}", actor=who.actor, now=at(1), codes=CODES)
    with pytest.raises(codes_refused.ForgedCode):  # somebody else's claim
        await deeds.scan(engine, other.actor, at(9), method="venue", claim=claim)
    came = await deeds.scan(engine, who.actor, at(9), method="venue", claim=claim)
    assert (came.evidence, came.occurred_at) == (2, at(1))
    with pytest.raises(codes_refused.ExpiredCode):
        await deeds.scan(engine, who.actor, at(12), method="venue", claim=claim)


async def test_a_poster_waits_for_the_host(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    issued = await do(engine, cards.issue_poster, place.slot.activity_id, actor=place.host, now=at(-1000))
    told: dict[str, Any] = {"method": "poster", "code": f"A/{issued.text}"}
    came = await deeds.scan(engine, who.actor, at(0), **told)
    left = await deeds.scan(engine, who.actor, at(60), **told)
    assert (came.slot_id, came.evidence, left.attendance_id) == (place.slot.slot_id, 1, None)
    found = deeds.of(await deeds.close(engine, place), who)
    assert (found.minutes, found.evidence, found.signed_by) == (60, 1, place.host.principal_id)
    with pytest.raises(refusals.NoSlotThen):
        await deeds.scan(engine, who.actor, at(1000), **told)


async def test_a_forgotten_card_is_not_lost_time(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    told: dict[str, Any] = {
        "method": "manual",
        "slot_id": place.slot.slot_id,
        "member_number": who.member.number,
        "reason": "カードを忘れた",
    }
    came = await deeds.scan(engine, place.host, at(5), **told)
    left = await deeds.scan(engine, place.host, at(65), **told)
    assert (came.direction, came.evidence, left.direction, left.attendance_id) == ("in", 1, "out", None)
    assert deeds.of(await deeds.close(engine, place), who).minutes == 60


async def test_a_manual_entry_needs_a_reason_a_number_and_a_person(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    told: dict[str, Any] = {"method": "manual", "slot_id": place.slot.slot_id, "member_number": who.member.number, "reason": "紙"}
    for missing, refused in (
        ({"reason": None}, refusals.ScanIncomplete),
        ({"reason": "  "}, TextMissing),
        ({"member_number": None}, refusals.ScanIncomplete),
        ({"slot_id": None}, refusals.ScanIncomplete),
        ({"member_number": who.member.number + 1}, BadMemberNumber),
    ):
        with pytest.raises(refused):
            await deeds.scan(engine, place.host, at(5), **(told | missing))
    with pytest.raises(refusals.ScanNotForRole):
        await deeds.scan(engine, place.device, at(5), **told)


async def test_nobody_confirms_their_own_record(engine: AsyncEngine) -> None:
    who = await deeds.guest(engine)
    place = await deeds.hall(engine, host_member=who.id)
    before = await stored(engine)
    for told in (
        {"method": "card", "code": who.card},
        {"method": "manual", "member_number": who.member.number, "reason": "自分です"},
    ):
        with pytest.raises(refusals.SelfConfirmation):
            await deeds.scan(engine, place.host, at(0), slot_id=place.slot.slot_id, **told)
    assert await stored(engine) == before


async def test_the_database_refuses_a_self_confirmed_scan_too(engine: AsyncEngine) -> None:
    who = await deeds.guest(engine)
    place = await deeds.hall(engine, host_member=who.id)
    told = scans.Scan(
        scan_id=ids.new_id(),
        member_id=who.id,
        slot_id=place.slot.slot_id,
        match_id=None,
        direction="in",
        method="card",
        evidence=3,
        occurred_at=at(0),
        received_at=at(0),
        skew_seconds=0,
        scanned_by=place.host.principal_id,
        credential_id=None,
        reason=None,
    )
    with pytest.raises(exc.DBAPIError) as refused:
        await do(engine, scans.record, [told])
    assert errors.constraint(refused.value) == "nobody_confirms_oneself"


async def test_cards_that_do_not_count(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    officer = await spending.actor(engine, "officer")
    unknown = tokens.new_card(bytes(range(10))).text
    with pytest.raises(codes_refused.UnknownCard):
        await deeds.scan(engine, place.device, at(0), method="card", code=f"C/{unknown}", slot_id=place.slot.slot_id)
    with pytest.raises(codes_refused.WrongKindOfCode):
        await deeds.scan(engine, place.device, at(0), method="card", code=f"A/{unknown}", slot_id=place.slot.slot_id)
    with pytest.raises(codes_refused.UnreadableCode):
        await deeds.scan(engine, place.device, at(0), method="card", code="hello", slot_id=place.slot.slot_id)
    await do(engine, cards.revoke, who.card_id, "なくした", actor=officer, now=at(0))
    with pytest.raises(codes_refused.CardRevoked):
        await deeds.card(engine, place, who, at(0))


async def test_a_host_of_another_organisation_has_no_such_slot(engine: AsyncEngine) -> None:
    place, elsewhere, who = await deeds.hall(engine), await deeds.hall(engine), await deeds.guest(engine)
    with pytest.raises(refusals.UnknownSlot):
        await deeds.scan(engine, elsewhere.device, at(0), method="card", code=who.card, slot_id=place.slot.slot_id)
    with pytest.raises(refusals.ScanNotForRole):
        await deeds.scan(engine, who.actor, at(0), method="card", code=who.card, slot_id=place.slot.slot_id)


async def test_another_town_s_slot_does_not_exist(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    asked = ScanAsked(scan_id=ids.new_id(), method="card", code=who.card, slot_id=place.slot.slot_id)

    async def elsewhere(conn: AsyncConnection) -> None:
        await check_in.scan(conn, asked, actor=place.device, now=at(0), codes=CODES)

    with pytest.raises(refusals.UnknownSlot):
        await transact.transact(engine, OTHER_TOWN, elsewhere)
