"""A correction is a counter-entry with a reason; both stand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from db import errors
from flows import correction, donation, pledge
from kernel import ids
from kernel.text import TextMissing
from ledger.refusals import AlreadyReversed, AlreadySpent, ReversalOfReversal, UnknownEntry
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import MINUTES, POINTS
from wallets import amends, redemptions


async def _correct(engine: AsyncEngine, entry_id: UUID, *, absorb: bool = False) -> amends.Correction:
    officer = await spending.actor(engine, "officer")
    asked = correction.Asked(entry_id=entry_id, reason="二重に記録", absorb_spent=absorb)
    return await do(engine, correction.correct, asked, actor=officer, now=NOW)


async def _granted(engine: AsyncEngine, amount: int) -> tuple[UUID, UUID, Actor]:
    me = await spending.member(engine)
    origin = await spending.attendance(engine, me)
    entry_id = await spending.grant_entry(engine, me, amount, origin=origin, expires_on=date(2027, 3, 31))
    return me, entry_id, await spending.actor(engine, "member", member_id=me)


async def test_a_grant_is_taken_back_once(engine: AsyncEngine) -> None:
    me, entry_id, _ = await _granted(engine, 100)
    made = await _correct(engine, entry_id)
    assert (made.entry_id, made.shortfall, made.reason) == (entry_id, 0, "二重に記録")
    assert await spending.posted(engine, "wallet", POINTS, me) == 0
    with pytest.raises(AlreadyReversed) as again:
        await _correct(engine, entry_id)
    assert again.value.reversal == made.reversal_id
    assert made.reversal_id is not None
    with pytest.raises(ReversalOfReversal):
        await _correct(engine, made.reversal_id)
    assert (await do(engine, amends.corrections, limit=1))[0] == made


async def test_what_was_spent_of_a_grant_can_be_borne(engine: AsyncEngine) -> None:
    me, entry_id, actor = await _granted(engine, 100)
    await do(engine, donation.donate, donation.Asked(member_id=me, unit="pt", amount=30), actor=actor, now=NOW)
    with pytest.raises(AlreadySpent) as refused:
        await _correct(engine, entry_id)
    assert (refused.value.needed, refused.value.remaining) == (100, 70)
    assert (await _correct(engine, entry_id, absorb=True)).shortfall == 30
    assert await spending.posted(engine, "wallet", POINTS, me) == 0


async def test_a_pledge_comes_back(engine: AsyncEngine) -> None:
    me, _, actor = await _granted(engine, 100)
    group_id = await spending.organisation(engine, "group")
    asked = pledge.Asked(member_id=me, organisation_id=group_id, unit="pt", amount=60)
    made = await do(engine, pledge.pledge, asked, actor=actor, now=NOW)
    await _correct(engine, made.entry_id)
    assert await spending.posted(engine, "wallet", POINTS, me) == 100
    assert await spending.posted(engine, "wallet", POINTS, group_id) == 0
    assert (await do(engine, redemptions.get, made.redemption_id)).undone_at == NOW


async def test_help_is_corrected_too(engine: AsyncEngine) -> None:
    receiver, helper = await spending.member(engine), await spending.member(engine)
    await spending.help_given(engine, receiver, helper, 60)
    (given,) = await do(engine, redemptions.page_of_holder, receiver)
    await _correct(engine, given.redemption.entry_id)
    assert await spending.posted(engine, "wallet", MINUTES, helper) == 0
    assert await spending.posted(engine, "wallet", MINUTES, receiver) == 0


async def test_hours_of_corrected_help_are_not_given_on(engine: AsyncEngine) -> None:
    receiver, helper = await spending.member(engine), await spending.member(engine)
    wrong = await spending.help_given(engine, receiver, helper, 60)
    (given,) = await do(engine, redemptions.page_of_holder, receiver)
    await _correct(engine, given.redemption.entry_id)
    right = await spending.help_given(engine, receiver, helper, 45)
    actor = await spending.actor(engine, "member", member_id=helper)
    asked = donation.Asked(member_id=helper, unit="minutes", amount=45)
    made = await do(engine, donation.donate, asked, actor=actor, now=NOW)
    behind = await do(engine, redemptions.origins_of, made.redemption_id)
    assert [each.attendance_id for each in behind] == [right]
    assert wrong != right


async def test_no_hour_is_given_twice_when_help_received_is_corrected_in_between(engine: AsyncEngine) -> None:
    helper, other = await spending.member(engine), await spending.member(engine)
    actor = await spending.actor(engine, "member", member_id=helper)
    first = await spending.help_given(engine, other, helper, 60)
    await spending.help_given(engine, helper, other, 30)
    second = await spending.help_given(engine, other, helper, 60)
    asked = donation.Asked(member_id=helper, unit="minutes", amount=60)
    given = [await do(engine, donation.donate, asked, actor=actor, now=NOW)]
    received = await do(engine, redemptions.page_of_holder, helper)
    (wrong,) = (each.redemption for each in received if each.redemption.kind == "help")
    await _correct(engine, wrong.entry_id)
    given.append(await do(engine, donation.donate, asked, actor=actor, now=NOW))
    named = Counter[UUID]()
    for made in given:
        named.update({each.attendance_id: each.amount for each in await do(engine, redemptions.origins_of, made.redemption_id)})
    assert named == {first: 60, second: 60}


async def test_a_correction_says_why_and_of_what(engine: AsyncEngine) -> None:
    _, entry_id, _ = await _granted(engine, 10)
    officer = await spending.actor(engine, "officer")
    blank = correction.Asked(entry_id=entry_id, reason="\n ")
    with pytest.raises(TextMissing):
        await do(engine, correction.correct, blank, actor=officer, now=NOW)
    with pytest.raises(UnknownEntry):
        await _correct(engine, ids.new_id())


async def test_the_database_wants_the_mirror_itself(engine: AsyncEngine) -> None:
    _, one, _ = await _granted(engine, 10)
    _, two, _ = await _granted(engine, 10)
    forged = amends.Correction(
        correction_id=ids.new_id(),
        entry_id=one,
        reversal_id=two,
        reason="偽り",
        shortfall=0,
        corrected_at=NOW,
        actor=ids.new_id(),
    )
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, amends.keep_correction, forged)
    assert errors.constraint(guarded.value) == "correction_reverses"
