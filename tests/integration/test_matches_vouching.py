"""Nobody agrees, proves and is paid alone: who is one side of the help never speaks for the other, nor for the clock."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import attendances, matches, refusals
from community.actor import Actor
from flows import cards, check_in, sign_off
from flows import matches as agreements
from flows import needs as asking
from ledger import holds
from tests.support import deeds, spending
from tests.support.deeds import Guest, at
from tests.support.spending import NOW, do
from tests.support.towns import MINUTES

pytestmark = pytest.mark.anyio


async def at_work(engine: AsyncEngine, who: Guest) -> Actor:
    """A member who is a coordinator, too."""
    return await spending.actor(engine, "coordinator", member_id=who.id)


async def card_of(engine: AsyncEngine, card: str, helper: Actor, minute: float, **more: Any) -> check_in.Scanned:
    return await deeds.scan(engine, helper, at(minute), method="receiver_card", code=card, **more)


async def earned(engine: AsyncEngine, who: Guest) -> int:
    return await spending.posted(engine, "wallet", MINUTES, who.id)


async def held(engine: AsyncEngine, found: matches.Match) -> int:
    hold = await do(engine, holds.of_cause, "match", found.match_id)
    return hold.amount if hold is not None and hold.reserves(at(200)) else 0


async def test_a_coordinator_does_not_propose_themselves(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.match(engine, receiver, helper, await at_work(engine, helper))


@pytest.mark.parametrize(("own", "other"), [("helper", "receiver"), ("receiver", "helper")])
async def test_a_coordinator_who_is_one_side_answers_for_that_side_alone(
    engine: AsyncEngine, own: matches.Side, other: matches.Side
) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.match(engine, receiver, helper, await spending.actor(engine, "coordinator"))
    sided = await at_work(engine, helper if own == "helper" else receiver)
    with pytest.raises(refusals.SelfConfirmation):
        await deeds.answer(engine, found, other, "accept", sided)
    assert (await deeds.answer(engine, found, own, "accept", sided)).state == "proposed"


async def test_a_card_that_the_helper_issued_proves_nothing(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    made = await do(engine, cards.issue, receiver.id, actor=await at_work(engine, helper), now=NOW)
    with pytest.raises(refusals.SelfConfirmation):
        await card_of(engine, f"C/{made.text}", helper.actor, 0)
    assert (await card_of(engine, receiver.card, helper.actor, 0)).evidence == 4


async def test_the_pot_pays_for_those_who_cannot_earn_and_never_on_one_s_own_word(engine: AsyncEngine) -> None:
    earner, other = await deeds.guest(engine), await deeds.guest(engine, can_earn=False)
    by_the_pot: dict[str, Any] = {
        "kind": "garden",
        "starts_at": at(0),
        "minutes": 60,
        "payer": "pot",
        "unit": "pt",
        "pay_per_hour": 100,
    }
    coordinator = await spending.actor(engine, "coordinator")
    with pytest.raises(refusals.PotForThoseWhoCannotEarn) as refused:
        await do(engine, asking.ask, asking.NeedAsked(member_id=earner.id, **by_the_pot), actor=coordinator, now=NOW)
    assert refused.value.facts() == {"member_id": earner.id}
    asked = asking.NeedAsked(member_id=other.id, **by_the_pot)
    with pytest.raises(refusals.SelfConfirmation):
        await do(engine, asking.ask, asked, actor=await at_work(engine, other), now=NOW)
    assert (await do(engine, asking.ask, asked, actor=coordinator, now=NOW)).payer == "pot"


async def test_once_the_help_has_begun_neither_side_calls_it_off(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    await card_of(engine, receiver.card, helper.actor, 0)
    for side in (receiver.actor, helper.actor, await at_work(engine, receiver)):
        with pytest.raises(refusals.HelpHasBegun) as refused:
            await do(engine, agreements.cancel, found.match_id, actor=side, now=at(10))
        assert refused.value.facts() == {"match_id": found.match_id}
    assert await held(engine, found) == 90
    coordinator = await spending.actor(engine, "coordinator")
    assert (await do(engine, agreements.cancel, found.match_id, actor=coordinator, now=at(10))).state == "cancelled"
    assert await held(engine, found) == 0


async def scanned_late(engine: AsyncEngine, receiver: Guest, helper: Guest, minutes_late: float) -> check_in.Scanned:
    """An hour of help, of which the helper's phone tells so long after its end."""
    now = 60 + minutes_late
    await card_of(engine, receiver.card, helper.actor, now, direction="in", occurred_at=at(0))
    return await card_of(engine, receiver.card, helper.actor, now, direction="out", occurred_at=at(60))


async def test_what_only_the_helper_s_phone_tells_is_paid_when_somebody_vouches_for_it(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    left = await scanned_late(engine, receiver, helper, minutes_late=20)
    assert left.attendance_id is not None
    made = await do(engine, attendances.find, left.attendance_id)
    assert (left.evidence, made.minutes, made.awaits_signoff) == (1, 60, True)
    assert [each.outcome for each in left.grants] == ["unsigned"]
    assert (await earned(engine, helper), await held(engine, found)) == (0, 90)
    for sided in (await at_work(engine, helper), await at_work(engine, receiver)):
        with pytest.raises(refusals.SelfConfirmation):
            await do(engine, sign_off.sign, [made.attendance_id], actor=sided, now=at(100))

    coordinator = await spending.actor(engine, "coordinator")
    for _ in range(2):  # signing again changes nothing
        await do(engine, sign_off.sign, [made.attendance_id], actor=coordinator, now=at(100))
        assert (await earned(engine, helper), await earned(engine, receiver), await held(engine, found)) == (60, -60, 0)


async def test_what_the_coordinator_knows_better_is_paid_instead(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    found = await deeds.agreed(engine, receiver, helper)
    left = await scanned_late(engine, receiver, helper, minutes_late=20)
    assert left.attendance_id is not None
    coordinator = await spending.actor(engine, "coordinator")
    done = await deeds.correct(engine, coordinator, left.attendance_id, started_at=at(0), ended_at=at(30))
    assert (done.reversed, await earned(engine, helper), await held(engine, found)) == ((), 30, 0)


async def test_ten_minutes_on_a_bad_line_are_not_late(engine: AsyncEngine) -> None:
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    first = await card_of(engine, receiver.card, helper.actor, 10, occurred_at=at(0))
    second = await card_of(engine, receiver.card, helper.actor, 70.5, occurred_at=at(60))
    assert (first.evidence, second.evidence) == (4, 1)
