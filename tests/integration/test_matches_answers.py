"""From a need to an agreement: who fits, free answers, and what is held."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import matches, needs, offers, refusals
from community.refusals import UnknownMember
from flows import check_in, help, join  # noqa: A004 - the story's name
from flows import matches as agreements
from flows import needs as asking
from kernel import ids
from ledger import accounts, balances
from ledger.refusals import InsufficientBalance, UnknownUnit
from tests.support import deeds, spending
from tests.support.deeds import Guest, at
from tests.support.spending import NOW, do
from tests.support.towns import MINUTES

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


async def test_a_match_accepted_by_one_side_holds_nothing(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.match(engine, receiver, helper, await spending.actor(engine, "coordinator"))
    told = await deeds.answer(engine, found, "helper", "accept", helper.actor)
    assert (told.state, told.held) == ("proposed", 0)
    again = await deeds.answer(engine, found, "helper", "accept", helper.actor)
    assert again.state == "proposed"
    with pytest.raises(refusals.NoMatchThen):
        await card_of(engine, receiver, helper, 0)


async def test_declining_costs_nothing_and_leaves_the_need_open(engine: AsyncEngine) -> None:
    receiver, helper, other = [await deeds.guest(engine) for _ in range(3)]
    coordinator = await spending.actor(engine, "coordinator")
    need = await deeds.need(engine, receiver)
    found = await deeds.match(engine, receiver, helper, coordinator, need)
    told = await deeds.answer(engine, found, "helper", "decline", helper.actor)
    assert (told.state, told.held) == ("declined", 0)
    assert (await do(engine, needs.find, need.need_id)).state == "open"
    with pytest.raises(refusals.AnsweredOtherwise):
        await deeds.answer(engine, found, "helper", "accept", helper.actor)
    with pytest.raises(refusals.MatchNotOpen):
        await deeds.answer(engine, found, "receiver", "accept", receiver.actor)
    second = await deeds.match(engine, receiver, other, coordinator, need)
    await deeds.answer(engine, second, "helper", "accept", other.actor)
    assert (await deeds.answer(engine, second, "receiver", "accept", coordinator)).state == "accepted"  # told by phone
    assert (await do(engine, needs.find, need.need_id)).state == "matched"


async def test_who_cannot_pay_cannot_accept_and_nothing_is_stored(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine, credit_minutes=60), await deeds.guest(engine)
    found = await deeds.match(engine, receiver, helper, await spending.actor(engine, "coordinator"))
    await deeds.answer(engine, found, "helper", "accept", helper.actor)
    with pytest.raises(InsufficientBalance) as refused:
        await deeds.answer(engine, found, "receiver", "accept", receiver.actor)
    assert (refused.value.unit, refused.value.needed, refused.value.available) == ("minutes", 90, 60)
    assert (await do(engine, matches.find, found.match_id)).receiver_answer is None
    assert await minutes_of(engine, receiver) == (0, 0)


async def test_calling_it_off_frees_what_was_held(engine: AsyncEngine) -> None:
    receiver, helper, stranger = [await deeds.guest(engine) for _ in range(3)]
    found = await deeds.agreed(engine, receiver, helper)
    with pytest.raises(refusals.UnknownMatch):
        await do(engine, agreements.cancel, found.match_id, actor=stranger.actor, now=NOW)
    told = await do(engine, agreements.cancel, found.match_id, actor=helper.actor, now=NOW)
    assert (told.state, told.held) == ("cancelled", 0)
    assert await minutes_of(engine, receiver) == (0, 0)
    assert (await do(engine, needs.find, found.need_id)).state == "open"
    with pytest.raises(refusals.MatchNotOpen):
        await do(engine, agreements.cancel, found.match_id, actor=helper.actor, now=NOW)
    with pytest.raises(refusals.NoMatchThen):
        await card_of(engine, receiver, helper, 0)


async def test_one_need_is_met_once(engine: AsyncEngine) -> None:
    receiver, one, two = [await deeds.guest(engine) for _ in range(3)]
    coordinator = await spending.actor(engine, "coordinator")
    need = await deeds.need(engine, receiver)
    proposed = [await deeds.match(engine, receiver, helper, coordinator, need) for helper in (one, two)]
    for found, helper in zip(proposed, (one, two), strict=True):
        await deeds.answer(engine, found, "helper", "accept", helper.actor)
    answers = await asyncio.gather(
        *(deeds.answer(engine, found, "receiver", "accept", receiver.actor) for found in proposed), return_exceptions=True
    )
    assert [isinstance(each, agreements.Answered) for each in answers].count(True) == 1
    assert [isinstance(each, refusals.NeedNotOpen) for each in answers].count(True) == 1
    assert await minutes_of(engine, receiver) == (0, 90)


async def test_needs_and_offers_that_cannot_be(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    for change, refused in (
        ({"minutes": 0}, refusals.TimesOutOfRange),
        ({"minutes": 1441}, refusals.TimesOutOfRange),
        ({"starts_at": NOW + timedelta(days=400)}, refusals.TimesOutOfRange),
        ({"unit": "gold"}, UnknownUnit),
        ({"member_id": helper.id}, UnknownMember),
    ):
        with pytest.raises(refused):
            await deeds.need(engine, receiver, **change)
    coordinator = await spending.actor(engine, "coordinator")
    need = await deeds.need(engine, receiver)
    with pytest.raises(refusals.HelpingOneself):
        await deeds.match(engine, receiver, receiver, coordinator, need)
    proposal = agreements.Proposal(need_id=need.need_id, helper_id=helper.id, minutes_planned=60, minutes_max=30)
    with pytest.raises(refusals.LimitBelowPlan):
        await do(engine, agreements.propose, proposal, actor=coordinator, now=NOW)
    with pytest.raises(refusals.UnknownNeed):
        await do(engine, asking.withdraw, need.need_id, actor=helper.actor, now=NOW)
    await do(engine, asking.withdraw, need.need_id, actor=receiver.actor, now=NOW)
    with pytest.raises(refusals.NeedNotOpen):
        await do(engine, asking.withdraw, need.need_id, actor=receiver.actor, now=NOW)
    with pytest.raises(refusals.NeedNotOpen):
        await deeds.match(engine, receiver, helper, coordinator, need)


async def test_three_who_fit_with_reasons(engine: AsyncEngine) -> None:
    receiver, known, weekend, busy, ended = [await deeds.guest(engine) for _ in range(5)]
    kind = f"k{ids.new_id().hex[-8:]}"
    coordinator = await spending.actor(engine, "coordinator")
    first = await deeds.need(engine, receiver, kind=kind, starts_at=at(-24 * 60))
    found = await deeds.agreed(engine, receiver, known, first)
    asked = help.HelpTold(match_id=found.match_id, started_at=at(-24 * 60), ended_at=at(-23 * 60), reason="紙")
    await do(engine, help.tell, asked, actor=coordinator, now=at(-22 * 60))
    made = [
        await do(engine, asking.offer, asking.OfferAsked(member_id=who.id, kind=kind, weekdays=days), actor=who.actor, now=NOW)
        for who, days in ((known, (5,)), (weekend, (6, 7)), (busy, ()), (ended, ()))
    ]
    await do(engine, asking.end_offer, made[-1].offer_id, actor=ended.actor, now=NOW)
    await deeds.agreed(engine, await deeds.guest(engine), busy)
    need = await deeds.need(engine, receiver, kind=kind)  # a Friday
    fit = await do(engine, asking.candidates, need.need_id, actor=coordinator, now=NOW)
    assert [(each.member_id, each.reasons) for each in fit] == [
        (known.id, ("offers_this", "free_at_that_time", "that_weekday", "has_helped_before")),
        (weekend.id, ("offers_this", "free_at_that_time")),
        (busy.id, ("offers_this", "that_weekday")),
    ]
    assert await do(engine, offers.of_member, ended.id) == []
    assert need.need_id in {each.need_id for each in await do(engine, needs.open_since, NOW, limit=200)}


async def test_a_coordinator_s_own_organisation_is_flagged(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    provider = await spending.organisation(engine, "provider", "訪問介護")
    await spending.actor(engine, "host", member_id=helper.id, organisation_id=provider)
    for organisation, own in ((provider, True), (None, False)):
        coordinator = await spending.actor(engine, "coordinator", organisation_id=organisation)
        need = await deeds.need(engine, receiver)
        proposal = agreements.Proposal(need_id=need.need_id, helper_id=helper.id)
        proposed = await do(engine, agreements.propose, proposal, actor=coordinator, now=NOW)
        assert proposed.own_organisation is own


async def test_the_default_credit_is_ten_hours(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    assert join.CREDIT_MINUTES == 600
    need = await deeds.need(engine, receiver, minutes=401)  # 601 at most
    found = await deeds.match(engine, receiver, helper, await spending.actor(engine, "coordinator"), need)
    await deeds.answer(engine, found, "helper", "accept", helper.actor)
    with pytest.raises(InsufficientBalance):
        await deeds.answer(engine, found, "receiver", "accept", receiver.actor)


async def test_a_need_that_was_met_stays_met(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver, helper, 0)
    await card_of(engine, receiver, helper, 60)
    assert (await do(engine, needs.find, found.need_id)).state == "matched"
