"""Scans again, late, in queues and at once: once is once, and a minute counts once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import attendances, bookings, refusals
from db import errors, query, transact
from flows import book, check_in
from flows.readings import ScanAsked
from kernel import ids
from kernel.refusal import Refusal
from qr import tokens
from tests.support import deeds
from tests.support.deeds import CODES, at
from tests.support.spending import do
from tests.support.towns import TOWN

pytestmark = pytest.mark.anyio

_SCANS = query.statement("select count(*) from activities.scan where municipality_id = db.municipality()")


async def stored(engine: AsyncEngine) -> int:
    return await do(engine, query.scalar, _SCANS)


@pytest.mark.parametrize(
    ("minute", "refused"),
    [
        (-121, refusals.ScanOutsideSlot),
        (241, refusals.ScanOutsideSlot),
        (306, refusals.ScanFromTheFuture),
        (-45 * 24 * 60, refusals.ScanTooOld),
    ],
)
async def test_times_that_cannot_be(engine: AsyncEngine, minute: int, refused: type[Refusal]) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    before = await stored(engine)
    with pytest.raises(refused):
        await deeds.card(engine, place, who, at(300), occurred_at=at(minute))
    assert await stored(engine) == before


async def test_a_device_with_a_wrong_clock(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    ahead = timedelta(hours=9)
    came = await deeds.card(engine, place, who, at(30), occurred_at=at(10) + ahead, sent_at=at(30) + ahead)
    assert (came.occurred_at, came.skew_seconds) == (at(10), 9 * 3600)


async def test_the_same_scan_again_gets_the_same_answer(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    first, second = ids.new_id(), ids.new_id()
    told: dict[str, Any] = {"occurred_at": at(0), "sent_at": at(60)}
    came = await deeds.card(engine, place, who, at(61), scan_id=first, **told)
    left = await deeds.card(engine, place, who, at(61), scan_id=second, occurred_at=at(60))
    before = await stored(engine)
    for now, sent_at in ((at(61), at(60)), (at(100), at(99)), (at(500), at(500))):  # sent anew each time, also much later
        again = await deeds.card(engine, place, who, now, scan_id=first, occurred_at=at(0), sent_at=sent_at)
        assert (again.replayed, again.direction, again.attendance_id) == (True, came.direction, None)
        assert (again.occurred_at, again.skew_seconds) == (came.occurred_at, came.skew_seconds)
    again = await deeds.card(engine, place, who, at(500), scan_id=second, occurred_at=at(60))
    assert (again.replayed, again.attendance_id) == (True, left.attendance_id)
    assert await stored(engine) == before


async def test_a_replay_is_answered_after_closing_too(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    scan_id = ids.new_id()
    await deeds.card(engine, place, who, at(0), scan_id=scan_id, occurred_at=at(0))
    await deeds.close(engine, place)
    assert (await deeds.card(engine, place, who, at(200), scan_id=scan_id, occurred_at=at(0))).replayed
    with pytest.raises(refusals.SlotClosed):
        await deeds.card(engine, place, who, at(200), occurred_at=at(100))


async def test_the_venue_s_code_is_replayed_though_its_time_is_over(engine: AsyncEngine) -> None:
    place, who, scan_id = await deeds.hall(engine), await deeds.guest(engine), ids.new_id()
    shown = tokens.mint_venue(place.slot.venue_number, CODES.keys, at(0))
    told: dict[str, Any] = {"scan_id": scan_id, "method": "venue", "code": f"T/{shown}"}
    await deeds.scan(engine, who.actor, at(0), **told)
    assert (await deeds.scan(engine, who.actor, at(60), **told)).replayed


async def test_another_scan_under_the_same_id_is_refused(engine: AsyncEngine) -> None:
    place, who, other = await deeds.hall(engine), await deeds.guest(engine), await deeds.guest(engine)
    scan_id = ids.new_id()
    told: dict[str, Any] = {
        "scan_id": scan_id,
        "method": "card",
        "slot_id": place.slot.slot_id,
        "code": who.card,
        "occurred_at": at(0),
    }
    await deeds.scan(engine, place.device, at(2), **told)
    for change in (
        {"code": other.card},
        {"occurred_at": at(1)},
        {"occurred_at": None},
        {"direction": "out"},
        {"code": "C/" + "0" * 16},
        {"method": "manual", "member_number": who.member.number, "reason": "紙"},
    ):
        with pytest.raises(refusals.ScanIdReused):
            await deeds.scan(engine, place.device, at(30), **(told | change))
    with pytest.raises(refusals.ScanIdReused):
        await deeds.scan(engine, place.host, at(30), **told)  # another caller


async def test_a_queue_is_worked_through_in_the_order_of_time_and_one_refusal_spoils_nothing(engine: AsyncEngine) -> None:
    place, who, other = await deeds.hall(engine), await deeds.guest(engine), await deeds.guest(engine)
    place_id = place.slot.slot_id

    def asked(code: str, minute: int) -> ScanAsked:
        return ScanAsked(scan_id=ids.new_id(), method="card", code=code, slot_id=place_id, occurred_at=at(minute))

    queue = [
        asked(who.card, 90),
        asked(other.card, 20),
        asked("C/0000000000000000", 30),
        asked(who.card, 0),
        asked(other.card, 80),
    ]
    outcomes = await do(engine, check_in.scan_many, queue, actor=place.device, now=at(120), codes=CODES)
    told = [each.code if isinstance(each, Refusal) else (each.direction, each.attendance_id is not None) for each in outcomes]
    assert told == [("out", True), ("in", False), "unknown_card", ("in", False), ("out", True)]
    again = await do(engine, check_in.scan_many, queue, actor=place.device, now=at(121), codes=CODES)
    for first, second in zip(outcomes, again, strict=True):
        if isinstance(first, check_in.Scanned) and isinstance(second, check_in.Scanned):
            assert (second.replayed, second.attendance_id) == (True, first.attendance_id)
            assert second.direction == first.direction
        else:
            assert first.code == second.code  # type: ignore[union-attr]


async def test_one_scan_sent_twenty_times_at_once_is_one_scan(engine: AsyncEngine) -> None:
    place, who, scan_id = await deeds.hall(engine), await deeds.guest(engine), ids.new_id()
    before = await stored(engine)
    sent = [deeds.card(engine, place, who, at(0), scan_id=scan_id, occurred_at=at(0)) for _ in range(20)]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 19
    assert await stored(engine) == before + 1


async def test_who_comes_without_booking_is_welcome_while_there_is_room(engine: AsyncEngine) -> None:
    place = await deeds.hall(engine, capacity=2)
    one, two, three = [await deeds.guest(engine) for _ in range(3)]
    await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=one.id), actor=one.actor, now=at(-60))
    await deeds.card(engine, place, two, at(0), role="receiver")
    with pytest.raises(refusals.SlotFull) as refused:
        await deeds.card(engine, place, three, at(0))
    assert (refused.value.capacity, refused.value.booked) == (2, 2)
    await deeds.card(engine, place, one, at(0))  # their place is kept
    booked = await do(engine, bookings.of_slot, place.slot.slot_id)
    assert [(each.member_id, each.role) for each in booked] == [(one.id, "helper"), (two.id, "receiver")]


async def test_time_in_two_places_is_counted_once(engine: AsyncEngine) -> None:
    here, there, who = await deeds.hall(engine), await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, here, who, at(0))
    await deeds.card(engine, there, who, at(30))
    await deeds.card(engine, here, who, at(60))
    left = await deeds.card(engine, there, who, at(90))
    assert left.attendance_id is not None
    found = await do(engine, attendances.find, left.attendance_id)
    assert (found.minutes, found.started_at, found.flags) == (30, at(60), ("overlap",))


async def test_two_check_outs_in_one_instant_count_a_minute_once(engine: AsyncEngine) -> None:
    halls = [await deeds.hall(engine) for _ in range(4)]
    who = await deeds.guest(engine)
    for place in halls:
        await deeds.card(engine, place, who, at(0))
    left = await asyncio.gather(*(deeds.card(engine, place, who, at(60)) for place in halls))
    made = [await do(engine, attendances.find, each.attendance_id) for each in left]
    assert sorted(each.minutes for each in made) == [0, 0, 0, 60]


async def test_scans_are_for_ever(engine: AsyncEngine, admin: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    for statement in (
        "update activities.scan set evidence = 4",
        "delete from activities.scan",
        "truncate activities.scan cascade",
    ):
        with pytest.raises(exc.DBAPIError) as refused:
            await do(engine, query.run, query.statement(statement))
        assert errors.sqlstate(refused.value) == "42501"
        with pytest.raises(exc.DBAPIError) as refused:
            await transact.transact(admin, TOWN, lambda conn, told=statement: query.run(conn, query.statement(told)))
        assert errors.constraint(refused.value) == "append_only"


async def test_a_second_check_out_says_nothing_new(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    await deeds.card(engine, place, who, at(60))
    again = await deeds.card(engine, place, who, at(90), direction="out")
    assert (again.direction, again.attendance_id) == ("out", None)
    assert [each.minutes for each in (await deeds.close(engine, place)).attendances] == [60]


async def test_a_replay_at_a_match_means_the_match_it_meant_then(engine: AsyncEngine) -> None:
    receiver, helper, scan_id = await deeds.guest(engine), await deeds.guest(engine), ids.new_id()
    first = await deeds.agreed(engine, receiver, helper)
    told: dict[str, Any] = {"method": "receiver_card", "code": receiver.card, "scan_id": scan_id}
    came = await deeds.scan(engine, helper.actor, at(10), **told)
    await deeds.scan(engine, helper.actor, at(60), method="receiver_card", code=receiver.card)
    nearer = await deeds.need(engine, receiver, starts_at=at(10), minutes=30)
    await deeds.agreed(engine, receiver, helper, nearer)
    again = await deeds.scan(engine, helper.actor, at(70), **told)
    assert (came.match_id, again.match_id, again.replayed) == (first.match_id, first.match_id, True)


async def test_one_scan_twice_in_a_list_is_one_scan(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    told = ScanAsked(scan_id=ids.new_id(), method="card", code=who.card, slot_id=place.slot.slot_id, occurred_at=at(60))
    first, second = await do(engine, check_in.scan_many, [told, told], actor=place.device, now=at(61), codes=deeds.CODES)
    assert isinstance(first, check_in.Scanned)
    assert isinstance(second, check_in.Scanned)
    assert (first.replayed, second.replayed) == (False, True)
    assert first.grants == second.grants
    assert deeds.granted(first.grants, first.attendance_id) == [("granted", 200)]
