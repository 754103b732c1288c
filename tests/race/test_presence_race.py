"""Minutes and places are not given out twice in one instant; the twins without the locks do it, or run into the second guard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import attendances, bookings, locks, needs
from activities.bookings import Booking
from activities.matches import Match
from activities.presence import Span
from activities.refusals import SlotFull
from db import errors
from flows import book, check_in
from flows.matches import Answered
from tests.support import deeds, spending
from tests.support.deeds import at
from tests.support.spending import do

pytestmark = pytest.mark.anyio

RACERS = 4
PLACES = 2


async def _no_lock(conn: AsyncConnection, ids: Sequence[UUID]) -> None:
    """The lock that is not taken."""


async def test_a_minute_counts_once_however_many_halls_check_out_at_once(engine: AsyncEngine) -> None:
    assert await _minutes_of_one_hour(engine) == 60


async def test_the_twin_without_the_member_s_lock_counts_it_several_times(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All read what counts elsewhere before any has written: the barrier makes the instant the same for all."""
    barrier = asyncio.Barrier(RACERS)
    elsewhere = attendances.elsewhere

    async def together(conn: AsyncConnection, members: Sequence[UUID], within: Span) -> Mapping[UUID, Sequence[Span]]:
        found = await elsewhere(conn, members, within)
        await barrier.wait()
        return found

    monkeypatch.setattr(attendances, "elsewhere", together)
    monkeypatch.setattr(locks, "members", _no_lock)
    assert await _minutes_of_one_hour(engine) == 60 * RACERS


async def test_the_last_places_are_taken_once(engine: AsyncEngine) -> None:
    outcomes = await _book_all(engine)
    assert [type(each) for each in outcomes].count(Booking) == PLACES
    assert [type(each) for each in outcomes].count(SlotFull) == RACERS - PLACES


async def test_the_twin_without_the_slot_s_lock_runs_into_the_guard_of_the_same_name(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code finds room for all; PostgreSQL lets in as many as there are places."""
    barrier = asyncio.Barrier(RACERS)
    mine = bookings.of_member_in_slot

    async def together(conn: AsyncConnection, slot_id: UUID, member_id: UUID) -> Booking | None:
        found = await mine(conn, slot_id, member_id)
        await barrier.wait()
        return found

    monkeypatch.setattr(bookings, "of_member_in_slot", together)
    monkeypatch.setattr(locks, "slots", _no_lock)
    outcomes = await _book_all(engine)
    refused = [each for each in outcomes if isinstance(each, exc.DBAPIError)]
    assert [type(each) for each in outcomes].count(Booking) == PLACES
    assert {errors.constraint(each) for each in refused} <= {SlotFull.invariant}
    assert refused


async def test_the_twin_without_the_scan_s_lock_cannot_answer_a_scan_sent_twice(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scans of one id in two slots: nothing else makes them wait for each other, and the second breaks on the key."""
    one, two, who = await deeds.hall(engine), await deeds.hall(engine), await deeds.guest(engine)
    scan_id = deeds.ids.new_id()
    barrier = asyncio.Barrier(2)
    find = check_in.scans.find

    async def together(conn: AsyncConnection, asked: UUID) -> Any:
        found = await find(conn, asked)
        await barrier.wait()
        return found

    monkeypatch.setattr(check_in.scans, "find", together)
    monkeypatch.setattr(locks, "scans", _no_lock)
    sent = [deeds.card(engine, place, who, at(0), scan_id=scan_id) for place in (one, two)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    (broken,) = [each for each in outcomes if isinstance(each, exc.DBAPIError)]
    assert errors.constraint(broken) == "scan_pkey"


async def _minutes_of_one_hour(engine: AsyncEngine) -> int:
    """What several halls count of the same hour of one person who checks out of all of them at once."""
    halls = [await deeds.hall(engine) for _ in range(RACERS)]
    who = await deeds.guest(engine)
    for place in halls:
        await deeds.card(engine, place, who, at(0))
    left = await asyncio.gather(*(deeds.card(engine, place, who, at(60)) for place in halls))
    made = await do(engine, attendances.find_many, [each.attendance_id for each in left])
    return sum(each.minutes for each in made.values())


async def _book_all(engine: AsyncEngine) -> list[Any]:
    place = await deeds.hall(engine, capacity=PLACES)
    guests = [await deeds.guest(engine) for _ in range(RACERS)]
    wanted = [
        do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=each.id), actor=each.actor, now=at(-60))
        for each in guests
    ]
    return await asyncio.gather(*wanted, return_exceptions=True)


async def test_the_twin_without_the_member_s_lock_closes_two_slots_over_the_same_hour(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _minutes_closed_at_once(engine) == 120
    barrier = asyncio.Barrier(2)
    elsewhere = attendances.elsewhere

    async def together(conn: AsyncConnection, members: Sequence[UUID], within: Span) -> Mapping[UUID, Sequence[Span]]:
        found = await elsewhere(conn, members, within)
        await barrier.wait()
        return found

    monkeypatch.setattr(attendances, "elsewhere", together)
    monkeypatch.setattr(locks, "members", _no_lock)
    assert await _minutes_closed_at_once(engine) == 240


async def test_a_need_is_met_once_and_its_twin_without_the_lock_meets_it_twice(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _accepted_at_once(engine) == 1
    barrier = asyncio.Barrier(2)
    find = needs.find

    async def together(conn: AsyncConnection, need_id: UUID) -> needs.Need:
        found = await find(conn, need_id)
        await barrier.wait()
        return found

    async def no_lock(conn: AsyncConnection, need_id: UUID) -> None:
        return None

    monkeypatch.setattr(locks, "need", no_lock)
    assert await _accepted_at_once(engine, lambda: monkeypatch.setattr(needs, "find", together)) == 2


async def _minutes_closed_at_once(engine: AsyncEngine) -> int:
    """What two halls count of the same two hours of one person who forgot both check-outs."""
    halls = [await deeds.hall(engine) for _ in range(2)]
    who = await deeds.guest(engine)
    for place in halls:
        await deeds.card(engine, place, who, at(0))
    closed = await asyncio.gather(*(deeds.close(engine, place) for place in halls))
    return sum(deeds.of(each, who).minutes for each in closed)


async def _accepted_at_once(engine: AsyncEngine, start: Callable[[], None] = lambda: None) -> int:
    """How many of two matches for one need are accepted when the receiver accepts both in one instant."""
    receiver, coordinator = await deeds.guest(engine), await spending.actor(engine, "coordinator")
    need = await deeds.need(engine, receiver)
    proposed: list[Match] = []
    for _ in range(2):
        helper = await deeds.guest(engine)
        found = await deeds.match(engine, receiver, helper, coordinator, need)
        await deeds.answer(engine, found, "helper", "accept", helper.actor)
        proposed.append(found)
    start()
    answers = [deeds.answer(engine, found, "receiver", "accept", receiver.actor) for found in proposed]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    return len([each for each in outcomes if isinstance(each, Answered)])
