"""An attendance that was wrong is corrected in the open, and what followed from it follows anew."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import attendances, refusals
from flows import correct_attendance, correction, recompute
from kernel import ids
from ledger.refusals import AlreadySpent
from rules import decision_store
from rules.vocabulary.earning import Clause, Earning, PerOccasion, PerTime
from tests.support import deeds, schemes, spending
from tests.support.deeds import at
from tests.support.spending import do
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio


async def test_a_correction_reverses_the_grant_and_decides_anew(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    old = deeds.of(await deeds.close(engine, place), who)
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 400
    officer = await spending.actor(engine, "officer")

    done = await deeds.correct(engine, officer, old.attendance_id, started_at=at(0), ended_at=at(30))

    assert (done.attendance.minutes, done.attendance.flags, done.attendance.supersedes) == (30, ("corrected",), old.attendance_id)
    assert deeds.granted(done.grants, done.attendance.attendance_id) == [("granted", 100)]
    assert len(done.reversed) == 1
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 100
    decisions = await do(engine, decision_store.of_attendances, [old.attendance_id])
    assert all(each.voided for each in decisions)
    (standing,) = await do(engine, attendances.of_slot, place.slot.slot_id)
    assert standing.attendance_id == done.attendance.attendance_id
    with pytest.raises(refusals.AttendanceSuperseded):
        await deeds.correct(engine, officer, old.attendance_id, started_at=at(0), ended_at=at(60))


async def test_a_correction_to_absent_takes_everything_back(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    old = deeds.of(await deeds.close(engine, place), who)
    done = await deeds.correct(engine, place.host, old.attendance_id)
    assert (done.attendance.minutes, done.attendance.flags) == (0, ("absent",))
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 0


async def test_points_that_are_spent_are_not_taken_back_silently(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    old = deeds.of(await deeds.close(engine, place), who)
    await spend(engine, who, 150)
    officer = await spending.actor(engine, "officer")
    times = {"started_at": at(0), "ended_at": at(30)}
    with pytest.raises(AlreadySpent) as refused:
        await deeds.correct(engine, officer, old.attendance_id, **times)
    assert (refused.value.needed, refused.value.remaining) == (400, 250)
    assert (await do(engine, attendances.find, old.attendance_id)).superseded_by is None
    await deeds.correct(engine, officer, old.attendance_id, absorb_spent=True, **times)
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 100


async def spend(engine: AsyncEngine, who: deeds.Guest, amount: int) -> None:
    """The member spends points at a partner."""
    from flows import purchase

    shop = await spending.organisation(engine, "partner")
    till = await spending.actor(engine, "cashier", organisation_id=shop)
    asked = purchase.Asked(code=who.card, unit="pt", amount=amount)
    await do(engine, purchase.purchase, asked, actor=till, now=at(170))


async def test_nobody_corrects_their_own_record_nor_a_stranger_s(engine: AsyncEngine) -> None:
    host = await deeds.guest(engine)
    place, elsewhere = await deeds.hall(engine, host_member=host.id), await deeds.hall(engine)
    await deeds.card(engine, place, host, at(0))
    own = deeds.of(await deeds.close(engine, place), host)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.correct(engine, place.host, own.attendance_id, started_at=at(0), ended_at=at(30))
    with pytest.raises(refusals.UnknownAttendance):
        await deeds.correct(engine, elsewhere.host, own.attendance_id, started_at=at(0), ended_at=at(30))


async def test_two_corrections_at_once_are_one(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    old = deeds.of(await deeds.close(engine, place), who)
    wanted = [deeds.correct(engine, place.host, old.attendance_id, started_at=at(0), ended_at=at(60)) for _ in range(4)]
    outcomes = await asyncio.gather(*wanted, return_exceptions=True)
    assert [isinstance(each, correct_attendance.Corrected) for each in outcomes].count(True) == 1
    assert [isinstance(each, refusals.AttendanceSuperseded) for each in outcomes].count(True) == 3


async def test_a_grant_that_was_taken_back_before_is_not_taken_back_twice(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    closed = await deeds.close(engine, place)
    officer = await spending.actor(engine, "officer")
    (entry_id,) = [each.entry_id for each in closed.grants if each.entry_id is not None]
    await do(engine, correction.correct, correction.Asked(entry_id=entry_id, reason="取り消し"), actor=officer, now=at(150))
    old = deeds.of(closed, who)
    done = await deeds.correct(engine, officer, old.attendance_id, started_at=at(0), ended_at=at(30))
    assert (done.reversed, await spending.posted(engine, "wallet", POINTS, who.id)) == ((), 100)


async def test_a_grant_that_waits_for_a_budget_is_not_paid_after_its_attendance_was_corrected(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine, budget=0)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    closed = await deeds.close(engine, place)
    old = deeds.of(closed, who)
    assert deeds.granted(closed.grants, old.attendance_id) == [("waiting", 400)]
    officer = await spending.actor(engine, "officer")
    await deeds.correct(engine, officer, old.attendance_id)
    waiting = await do(engine, decision_store.waiting, limit=500)
    assert old.attendance_id not in {each.facts.attendance_id for each in waiting}


async def in_and_out(engine: AsyncEngine, earn: Earning, *minutes: int) -> tuple[deeds.Guest, list[attendances.Attendance]]:
    """Somebody who comes and goes at these minutes in turn, and what they were there for, in a scheme of its own."""
    code, who = f"v{ids.new_id().hex[-8:]}", await schemes.officers(engine)
    clause = Clause(activity_kinds=(code,), earn=earn)
    await schemes.publish(engine, who, code, clauses=(clause,), funding=("care",))
    await schemes.fund(engine, who, code, "care", 10_000)
    place, guest = await deeds.hall(engine, kind=code), await deeds.guest(engine)
    for minute in minutes:
        await deeds.card(engine, place, guest, at(minute))
    return guest, list((await deeds.close(engine, place)).attendances)


ONCE = PerOccasion(amount=10, minimum_minutes=30)
HOURLY = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)


@pytest.mark.parametrize(("earn", "points"), [(ONCE, 10), (HOURLY, 100)])
async def test_who_goes_out_and_comes_back_is_there_once(engine: AsyncEngine, earn: Earning, points: int) -> None:
    """45, 45 and 10 minutes are one occasion, and one full hour."""
    who, visits = await in_and_out(engine, earn, 0, 45, 60, 105, 107, 117)
    assert [each.minutes for each in visits] == [45, 45, 10]
    assert await spending.posted(engine, "wallet", POINTS, who.id) == points


async def test_a_correction_of_one_part_keeps_what_the_whole_earns(engine: AsyncEngine) -> None:
    who, visits = await in_and_out(engine, ONCE, 0, 45, 60, 105)
    officer = await spending.actor(engine, "officer")
    gone = await deeds.correct(engine, officer, visits[0].attendance_id, started_at=at(0), ended_at=at(40))
    assert len(gone.reversed) == 1
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 10


async def test_what_was_decided_on_a_visit_can_be_recomputed(engine: AsyncEngine) -> None:
    await in_and_out(engine, HOURLY, 0, 45, 60, 105)
    assert (await do(engine, recompute.recompute)).ok
