"""Agreed help: what really happened is paid, once, and what was wrong is corrected."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import attendances, matches, refusals
from activities.matches import Match
from flows import check_in, help  # noqa: A004 - the story's name
from flows import matches as agreements
from flows import needs as asking
from kernel import days, ids
from ledger import accounts, balances, holds
from ledger.refusals import AlreadySpent, InsufficientBalance
from tests.support import deeds, spending
from tests.support.deeds import Guest, at
from tests.support.spending import NOW, do
from tests.support.towns import MINUTES, POINTS
from wallets import redemptions

pytestmark = pytest.mark.anyio


async def minutes_of(engine: AsyncEngine, who: Guest) -> tuple[int, int]:
    """What stands on a time wallet, and what is held of it."""

    async def work(conn: AsyncConnection) -> tuple[int, int]:
        account = await accounts.find(conn, "wallet", MINUTES, who.id)
        assert account is not None
        found = await balances.of(conn, account, now=NOW)
        assert found is not None
        return found.posted, found.held

    return await do(engine, work)


async def card_of(engine: AsyncEngine, receiver: Guest, helper: Guest, minute: float, **more: Any) -> check_in.Scanned:
    """The helper scans the receiver's card."""
    return await deeds.scan(engine, helper.actor, at(minute), method="receiver_card", code=receiver.card, **more)


async def state(engine: AsyncEngine, found: Match) -> matches.State:
    return (await do(engine, matches.find, found.match_id)).state


async def test_two_scans_of_the_receiver_s_card_and_the_helper_is_paid(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    assert await minutes_of(engine, receiver) == (0, 90)  # the limit: an hour and half as much again

    came = await card_of(engine, receiver, helper, 5)
    assert (came.match_id, came.member_id, came.direction, came.attendance_id) == (found.match_id, helper.id, "in", None)
    left = await card_of(engine, receiver, helper, 50)
    assert left.attendance_id is not None

    made = await do(engine, attendances.find, left.attendance_id)
    assert (made.minutes, made.evidence, made.member_id, made.needs_signoff) == (45, 4, helper.id, False)
    assert await minutes_of(engine, receiver) == (-45, 0)
    assert await minutes_of(engine, helper) == (45, 0)
    assert await state(engine, found) == "done"
    (paid,) = await do(engine, redemptions.page_of_holder, receiver.id)
    assert (paid.redemption.kind, paid.redemption.amount, paid.redemption.attendance_id, paid.redemption.counterparty) == (
        "help",
        45,
        made.attendance_id,
        helper.id,
    )
    assert [grant.outcome for grant in left.grants] == ["no_scheme"]


async def test_more_than_planned_is_paid_up_to_the_limit(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    left = await card_of(engine, receiver, helper, 120)
    made = await do(engine, attendances.find, left.attendance_id)
    assert (made.minutes, made.flags, made.ended_at) == (90, ("over_limit",), at(90))
    assert await minutes_of(engine, receiver) == (-90, 0)


async def test_the_second_scan_sent_again_pays_once(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    scan_id = ids.new_id()
    sent = [card_of(engine, receiver, helper, 60, scan_id=scan_id) for _ in range(8)]
    answers = await asyncio.gather(*sent)
    assert len({answer.attendance_id for answer in answers}) == 1
    assert await minutes_of(engine, helper) == (60, 0)
    with pytest.raises(refusals.MatchNotOpen):
        await card_of(engine, receiver, helper, 70)


async def test_two_second_scans_at_once_pay_once(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    sent = [card_of(engine, receiver, helper, 60) for _ in range(4)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert [isinstance(each, check_in.Scanned) for each in answers].count(True) == 1
    assert [isinstance(each, refusals.MatchNotOpen) for each in answers].count(True) == 3
    assert await minutes_of(engine, helper) == (60, 0)


async def test_help_told_by_phone(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    coordinator = await spending.actor(engine, "coordinator")
    asked = help.HelpTold(match_id=found.match_id, started_at=at(0), ended_at=at(30), reason="電話で聞いた")
    for stranger, refused in ((receiver.actor, refusals.UnknownMatch), (helper.actor, refusals.UnknownMatch)):
        with pytest.raises(refused):
            await do(engine, help.tell, asked, actor=stranger, now=at(100))
    sided = await spending.actor(engine, "coordinator", member_id=receiver.id)
    with pytest.raises(refusals.SelfConfirmation):
        await do(engine, help.tell, asked, actor=sided, now=at(100))
    done = await do(engine, help.tell, asked, actor=coordinator, now=at(100))
    assert (done.minutes, done.paid) == (30, 30)
    made = await do(engine, attendances.find, done.attendance_id)
    assert (made.evidence, made.needs_signoff, made.signed_by) == (1, True, coordinator.principal_id)
    assert await minutes_of(engine, receiver) == (-30, 0)


async def test_a_forgotten_second_scan_is_entered_by_the_coordinator(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    coordinator = await spending.actor(engine, "coordinator")
    told: dict[str, Any] = {
        "method": "manual",
        "match_id": found.match_id,
        "reason": "おわりを読み取り忘れた",
        "occurred_at": at(60),
    }
    left = await deeds.scan(engine, coordinator, at(200), **told)
    made = await do(engine, attendances.find, left.attendance_id)
    assert (left.direction, made.minutes, made.evidence, made.signed_by) == ("out", 60, 1, coordinator.principal_id)
    assert await minutes_of(engine, helper) == (60, 0)


async def test_the_pot_pays_for_those_who_cannot_earn(engine: AsyncEngine) -> None:
    receiver, helper, giver = await deeds.guest(engine, can_earn=False), await deeds.guest(engine), await deeds.guest(engine)
    with pytest.raises(refusals.PotNeedsCoordinator):
        await deeds.need(engine, receiver, payer="pot", unit="pt", pay_per_hour=100)
    coordinator = await spending.actor(engine, "coordinator")
    asked = asking.NeedAsked(
        member_id=receiver.id, kind="garden", starts_at=at(0), minutes=60, payer="pot", unit="pt", pay_per_hour=100
    )
    need = await do(engine, asking.ask, asked, actor=coordinator, now=NOW)
    found = await deeds.match(engine, receiver, helper, coordinator, need)
    await deeds.answer(engine, found, "helper", "accept", helper.actor)
    with pytest.raises(InsufficientBalance):
        await deeds.answer(engine, found, "receiver", "accept", receiver.actor)  # the pot is empty
    await spending.grant(engine, giver.id, 500)
    await donate(engine, giver, 500)
    await deeds.answer(engine, found, "receiver", "accept", receiver.actor)
    await card_of(engine, receiver, helper, 0)
    await card_of(engine, receiver, helper, 30)
    assert await spending.posted(engine, "wallet", POINTS, helper.id) == 50
    assert await spending.posted(engine, "pot", POINTS) == 450
    (paid,) = await do(engine, redemptions.page_of_holder, receiver.id)
    assert (paid.redemption.amount, paid.redemption.note) == (50, "paid by the pot")


async def donate(engine: AsyncEngine, giver: Guest, amount: int) -> None:
    from flows import donation

    asked = donation.Asked(member_id=giver.id, unit="pt", amount=amount)
    await do(engine, donation.donate, asked, actor=giver.actor, now=NOW)


async def test_points_keep_their_origin_when_they_pay_for_help(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await spending.grant(engine, receiver.id, 300)
    need = await deeds.need(engine, receiver, unit="pt", pay_per_hour=200)
    found = await deeds.agreed(engine, receiver, helper, need)
    hold = await do(engine, holds.of_cause, "match", found.match_id)
    assert hold is not None
    assert hold.amount == 300
    await card_of(engine, receiver, helper, 0)
    await card_of(engine, receiver, helper, 60)
    assert await spending.posted(engine, "wallet", POINTS, receiver.id) == 100
    assert await spending.posted(engine, "wallet", POINTS, helper.id) == 200


async def test_a_gift_moves_nothing(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper, await deeds.need(engine, receiver, pay_per_hour=0))
    await card_of(engine, receiver, helper, 0)
    left = await card_of(engine, receiver, helper, 60)
    assert left.attendance_id is not None
    assert await minutes_of(engine, helper) == (0, 0)


async def test_help_reported_after_the_hold_has_lapsed_is_paid_from_what_is_there(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    coordinator = await spending.actor(engine, "coordinator")
    asked = help.HelpTold(match_id=found.match_id, started_at=at(0), ended_at=at(60), reason="紙があとで届いた")
    late = at(90) + agreements.HOLD_AFTER + timedelta(days=1)
    done = await do(engine, help.tell, asked, actor=coordinator, now=late)
    assert done.paid == 60
    assert await minutes_of(engine, receiver) == (-60, 0)


async def test_another_s_card_and_another_time(engine: AsyncEngine) -> None:
    receiver, helper, stranger = [await deeds.guest(engine) for _ in range(3)]
    found = await deeds.agreed(engine, receiver, helper)
    with pytest.raises(refusals.NoMatchThen):
        await card_of(engine, stranger, helper, 0)
    with pytest.raises(refusals.UnknownMatch):
        await card_of(engine, stranger, helper, 0, match_id=found.match_id)
    with pytest.raises(refusals.UnknownMatch):
        await card_of(engine, receiver, stranger, 0, match_id=found.match_id)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.scan(engine, helper.actor, at(0), method="receiver_card", code=helper.card)
    with pytest.raises(refusals.ScanOutsideMatch):
        await card_of(engine, receiver, helper, 300, match_id=found.match_id)
    with pytest.raises(refusals.NoMatchThen):
        await card_of(engine, receiver, helper, 300)


async def test_a_correction_pays_what_really_happened(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    left = await card_of(engine, receiver, helper, 60)
    assert left.attendance_id is not None
    coordinator = await spending.actor(engine, "coordinator")
    for side in (receiver, helper):
        with pytest.raises(refusals.UnknownAttendance):
            await deeds.correct(engine, side.actor, left.attendance_id, started_at=at(0), ended_at=at(30))
    sided = await spending.actor(engine, "coordinator", member_id=receiver.id)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.correct(engine, sided, left.attendance_id, started_at=at(0), ended_at=at(30))
    done = await deeds.correct(engine, coordinator, left.attendance_id, started_at=at(0), ended_at=at(30))
    assert (done.attendance.minutes, len(done.reversed)) == (30, 1)
    assert done.paid_entry_id is not None
    assert await minutes_of(engine, receiver) == (-30, 0)
    assert await minutes_of(engine, helper) == (30, 0)
    gone = await deeds.correct(engine, coordinator, done.attendance.attendance_id)
    assert (gone.attendance.minutes, gone.paid_entry_id) == (0, None)
    assert await minutes_of(engine, helper) == (0, 0)


async def test_help_paid_in_points_that_were_spent_is_not_corrected_silently(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await spending.grant(engine, receiver.id, 300)
    await deeds.agreed(engine, receiver, helper, await deeds.need(engine, receiver, unit="pt", pay_per_hour=200))
    await card_of(engine, receiver, helper, 0)
    left = await card_of(engine, receiver, helper, 60)
    assert left.attendance_id is not None
    await donate(engine, helper, 150)
    coordinator = await spending.actor(engine, "coordinator")
    with pytest.raises(AlreadySpent):
        await deeds.correct(engine, coordinator, left.attendance_id, started_at=at(0), ended_at=at(30))


async def test_time_that_counts_elsewhere_is_not_paid_and_what_was_held_is_free(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    place = await deeds.hall(engine)
    await deeds.agreed(engine, receiver, helper)
    for minute in (0, 100):
        await deeds.card(engine, place, helper, at(minute))
    await card_of(engine, receiver, helper, 0)
    left = await card_of(engine, receiver, helper, 60)
    made = await do(engine, attendances.find, left.attendance_id)
    assert (made.minutes, made.flags) == (0, ("overlap",))
    assert await minutes_of(engine, receiver) == (0, 0)
    assert await minutes_of(engine, helper) == (0, 0)


async def test_points_that_were_held_in_time_pay_after_their_last_day(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await spending.grant(engine, receiver.id, 300, expires_on=days.local_date(NOW))
    found = await deeds.agreed(engine, receiver, helper, await deeds.need(engine, receiver, unit="pt", pay_per_hour=200))
    coordinator = await spending.actor(engine, "coordinator")
    asked = help.HelpTold(match_id=found.match_id, started_at=at(0), ended_at=at(60), reason="あとから聞いた")
    done = await do(engine, help.tell, asked, actor=coordinator, now=NOW + timedelta(days=3))
    assert done.paid == 200
    assert await spending.posted(engine, "wallet", POINTS, helper.id) == 200


async def test_who_was_helped_does_not_vouch_for_it(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    sided = await spending.actor(engine, "coordinator", member_id=receiver.id)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.scan(engine, sided, at(0), method="manual", match_id=found.match_id, reason="自分のこと")
