"""The host closes a slot, signs for everybody, and edits by exception."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import attendances, bookings, refusals, slots
from community.refusals import UnknownMember
from db import errors, query
from flows import book, close_slot, sign_off
from flows.close_slot import CloseAsked, Edit
from kernel import ids
from kernel.text import TextMissing
from tests.support import deeds, spending
from tests.support.deeds import at
from tests.support.spending import do
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio


async def test_one_call_signs_for_everybody_and_grants_them_all(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place = await deeds.hall(engine, kind=kind)
    scanned, forgot, by_word = [await deeds.guest(engine) for _ in range(3)]
    await deeds.card(engine, place, scanned, at(0))
    await deeds.card(engine, place, scanned, at(60))
    await deeds.card(engine, place, forgot, at(30))
    edit = Edit(member_id=by_word.id, started_at=at(0), ended_at=at(120), reason="カードを忘れた")
    closed = await deeds.close(engine, place, edit)

    found = {each.member_id: each for each in closed.attendances}
    assert {who: (each.minutes, each.flags) for who, each in found.items()} == {
        scanned.id: (60, ()),
        forgot.id: (90, ("end_assumed",)),
        by_word.id: (120, ("edited",)),
    }
    assert all(each.signed_by == place.host.principal_id for each in closed.attendances)
    assert found[by_word.id].reason == "カードを忘れた"
    assert deeds.granted(closed.grants, found[scanned.id].attendance_id) == [("granted", 200)]
    assert deeds.granted(closed.grants, found[forgot.id].attendance_id) == [("granted", 300)]
    assert deeds.granted(closed.grants, found[by_word.id].attendance_id) == [("granted", 400)]
    assert await spending.posted(engine, "wallet", POINTS, forgot.id) == 300


async def test_a_check_out_with_good_evidence_is_granted_before_the_slot_is_closed(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    place, who = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    left = await deeds.card(engine, place, who, at(60))
    assert deeds.granted(left.grants, left.attendance_id) == [("granted", 200)]
    closed = await deeds.close(engine, place)
    assert deeds.granted(closed.grants, left.attendance_id) == [("granted", 200)]
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 200


async def test_the_host_s_own_attendance_waits_for_another_signature(engine: AsyncEngine) -> None:
    kind = await deeds.salon_scheme(engine)
    host = await deeds.guest(engine)
    place = await deeds.hall(engine, host_member=host.id, kind=kind)
    await deeds.card(engine, place, host, at(0))  # the device, which is nobody, scans the host's card
    closed = await deeds.close(engine, place)
    own = deeds.of(closed, host)
    assert (own.minutes, own.signed_by, own.awaits_signoff) == (120, None, True)
    assert deeds.granted(closed.grants, own.attendance_id) == [("unsigned", 0)]
    with pytest.raises(refusals.SelfConfirmation):
        await do(engine, sign_off.sign, [own.attendance_id], actor=place.host, now=at(140))
    assert own.attendance_id in {each.attendance_id for each in await do(engine, attendances.unsigned, limit=200)}
    officer = await spending.actor(engine, "officer")
    results = await do(engine, sign_off.sign, [own.attendance_id], actor=officer, now=at(140))
    assert deeds.granted(results, own.attendance_id) == [("granted", 400)]
    again = await do(engine, sign_off.sign, [own.attendance_id], actor=officer, now=at(150))
    assert deeds.granted(again, own.attendance_id) == [("granted", 400)]
    assert await spending.posted(engine, "wallet", POINTS, host.id) == 400


async def test_the_database_refuses_whoever_signs_for_themselves(engine: AsyncEngine) -> None:
    host = await deeds.guest(engine)
    place = await deeds.hall(engine, host_member=host.id)
    await deeds.card(engine, place, host, at(0))
    own = deeds.of(await deeds.close(engine, place), host)
    with pytest.raises(exc.DBAPIError) as refused:
        await do(engine, attendances.sign, [own.attendance_id], signed_by=place.host.principal_id, now=at(140))
    assert errors.constraint(refused.value) == "nobody_confirms_oneself"


async def test_a_slot_is_closed_once_even_when_two_close_it_at_once(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    outcomes = await asyncio.gather(*(deeds.close(engine, place) for _ in range(5)), return_exceptions=True)
    assert [isinstance(each, close_slot.Closed) for each in outcomes].count(True) == 1
    assert [isinstance(each, refusals.SlotClosed) for each in outcomes].count(True) == 4
    assert len(await do(engine, attendances.of_slot, place.slot.slot_id)) == 1


async def test_a_scan_while_the_slot_is_being_closed_counts_or_is_refused_but_is_never_lost(engine: AsyncEngine) -> None:
    for _ in range(5):
        place, who = await deeds.hall(engine), await deeds.guest(engine)
        scanned, closed = await asyncio.gather(
            deeds.card(engine, place, who, at(60)), deeds.close(engine, place), return_exceptions=True
        )
        assert isinstance(closed, close_slot.Closed)
        present = [each.member_id for each in await do(engine, attendances.of_slot, place.slot.slot_id)]
        assert present == ([] if isinstance(scanned, refusals.SlotClosed) else [who.id])


async def test_the_database_refuses_a_scan_at_a_closed_slot(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    await deeds.close(engine, place)
    copied = query.statement(
        """
        insert into activities.scan
        select municipality_id, cast(:scan_id as uuid), member_id, slot_id, match_id, 'out', method, evidence, occurred_at,
            received_at, skew_seconds, scanned_by, credential_id, reason
        from activities.scan where municipality_id = db.municipality() and member_id = :member_id
        """
    )
    with pytest.raises(exc.DBAPIError) as refused:
        await do(engine, query.run, copied, scan_id=ids.new_id(), member_id=who.id)
    assert errors.constraint(refused.value) == "slot_closed"


async def test_somebody_who_was_not_there_after_all(engine: AsyncEngine) -> None:
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    closed = await deeds.close(engine, place, Edit(member_id=who.id, reason="カードだけ預かった"))
    found = deeds.of(closed, who)
    assert (found.minutes, found.flags, found.reason) == (0, ("absent",), "カードだけ預かった")


async def test_edits_that_cannot_be(engine: AsyncEngine) -> None:
    host = await deeds.guest(engine)
    place, who, done = await deeds.hall(engine, host_member=host.id), await deeds.guest(engine), await deeds.guest(engine)
    await deeds.card(engine, place, done, at(0))
    await deeds.card(engine, place, done, at(60))
    good = Edit(member_id=who.id, started_at=at(0), ended_at=at(60), reason="紙")
    for edits, refused in (
        ((Edit(member_id=host.id, started_at=at(0), ended_at=at(60), reason="自分"),), refusals.SelfConfirmation),
        ((good, good), refusals.EditTwice),
        ((Edit(member_id=done.id, reason="いなかった"),), refusals.AttendanceStands),
        ((Edit(member_id=ids.new_id(), reason="だれ"),), UnknownMember),
        ((Edit(member_id=who.id, started_at=at(60), ended_at=at(0), reason="紙"),), refusals.TimesOutOfRange),
        ((Edit(member_id=who.id, started_at=at(0), reason="紙"),), refusals.TimesOutOfRange),
        ((Edit(member_id=who.id, started_at=at(-500), ended_at=at(0), reason="紙"),), refusals.ScanOutsideSlot),
        ((Edit(member_id=who.id, reason=" "),), TextMissing),
    ):
        with pytest.raises(refused):
            await deeds.close(engine, place, *edits)
    assert (await do(engine, slots.find, place.slot.slot_id)).closed_at is None
    assert deeds.of(await deeds.close(engine, place, good), who).minutes == 60


async def test_only_who_runs_the_slot_closes_it(engine: AsyncEngine) -> None:
    place, elsewhere, who = await deeds.hall(engine), await deeds.hall(engine), await deeds.guest(engine)
    for stranger in (elsewhere.host, who.actor):
        with pytest.raises(refusals.UnknownSlot):
            await do(engine, close_slot.close, CloseAsked(slot_id=place.slot.slot_id), actor=stranger, now=at(130))


async def test_places_are_never_more_than_there_are(engine: AsyncEngine) -> None:
    place = await deeds.hall(engine, capacity=3)
    guests = [await deeds.guest(engine) for _ in range(8)]
    wanted = [
        do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=each.id), actor=each.actor, now=at(-60))
        for each in guests
    ]
    outcomes = await asyncio.gather(*wanted, return_exceptions=True)
    assert [isinstance(each, bookings.Booking) for each in outcomes].count(True) == 3
    assert [isinstance(each, refusals.SlotFull) for each in outcomes].count(True) == 5


async def test_the_database_refuses_one_place_too_many(engine: AsyncEngine) -> None:
    place = await deeds.hall(engine, capacity=1)
    one, two = await deeds.guest(engine), await deeds.guest(engine)
    insert = query.statement(
        """
        insert into activities.booking (municipality_id, booking_id, slot_id, member_id, role, booked_at, booked_by)
        values (db.municipality(), :booking_id, :slot_id, :member_id, 'helper', :now, :booking_id)
        """
    )

    async def past_the_code(member_id: object) -> int:
        return await do(
            engine, query.run, insert, booking_id=ids.new_id(), slot_id=place.slot.slot_id, member_id=member_id, now=at(0)
        )

    outcomes = await asyncio.gather(past_the_code(one.id), past_the_code(two.id), return_exceptions=True)
    (refused,) = [each for each in outcomes if isinstance(each, exc.DBAPIError)]
    assert errors.constraint(refused) == "slot_capacity"


async def test_a_place_given_back_can_be_taken(engine: AsyncEngine) -> None:
    place = await deeds.hall(engine, capacity=1)
    one, two = await deeds.guest(engine), await deeds.guest(engine)
    booked = await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=one.id), actor=one.actor, now=at(-60))
    with pytest.raises(refusals.BookedAlready):
        await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=one.id), actor=one.actor, now=at(-60))
    with pytest.raises(refusals.UnknownBooking):
        await do(engine, book.cancel, booked.booking_id, actor=two.actor, now=at(-50))
    with pytest.raises(UnknownMember):
        await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=one.id), actor=two.actor, now=at(-50))
    await do(engine, book.cancel, booked.booking_id, actor=one.actor, now=at(-50))
    await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=two.id), actor=two.actor, now=at(-40))


async def test_the_host_s_own_scans_are_not_signed_by_the_host(engine: AsyncEngine) -> None:
    host = await deeds.guest(engine)
    place = await deeds.hall(engine, host_member=host.id)
    for minute in (0, 60):
        await deeds.card(engine, place, host, at(minute))
    own = deeds.of(await deeds.close(engine, place), host)
    assert (own.minutes, own.signed_by, own.needs_signoff) == (60, None, False)
