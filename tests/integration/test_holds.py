"""Holds: what is reserved cannot be spent by others, stops counting the instant it runs out, and ends exactly once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.transact import read
from kernel import ids
from kernel.amounts import AMOUNT_MAX
from ledger import accounts, holds, posting, refusals
from ledger.draft import Confirm, Oldest, Posted, move
from tests.support.desk import NOW, TODAY, Desk, draft, open_desk
from tests.support.towns import OTHER_TOWN

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    """Umé has 100 points that last and a credit of 120 minutes."""
    made = await open_desk(engine)
    await made.granted(made.ume, 100)
    return made


async def found(desk: Desk, hold_id: UUID) -> holds.PlacedHold:
    placed = await read(desk.engine, desk.town, lambda conn: holds.find(conn, hold_id))
    assert placed is not None
    return placed


async def release(desk: Desk, hold_id: UUID, now: object = NOW) -> None:
    await desk.do(lambda conn: holds.release(conn, hold_id, actor=None, now=now))  # type: ignore[arg-type]


async def test_a_hold_lowers_what_is_available_and_not_what_is_posted(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume, 70)
    balance = await desk.balance(desk.ume)
    assert (balance.posted, balance.held, balance.available) == (100, 70, 30)
    placed = await found(desk, hold_id)
    assert (placed.amount, placed.expires_at, placed.resolution, placed.reserves(NOW)) == (70, NOW + HOUR, None, True)
    assert await read(desk.engine, desk.town, lambda conn: holds.of_cause(conn, "test", placed.cause_id)) == placed
    with pytest.raises(refusals.InsufficientBalance) as refused:
        await desk.post_one("purchase", move(desk.ume, desk.shop, 31))
    assert refused.value.facts() == {"unit": "pt", "needed": 31, "available": 30}


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MAX + 1])
async def test_a_hold_has_an_amount_of_this_world(desk: Desk, amount: int) -> None:
    with pytest.raises(refusals.AmountOutOfRange):
        await desk.hold(desk.ume, amount)


async def test_more_than_is_available_is_not_held(desk: Desk) -> None:
    await desk.hold(desk.ume, 60)
    with pytest.raises(refusals.InsufficientBalance) as refused:
        await desk.hold(desk.ume, 41)
    assert refused.value.facts() == {"unit": "pt", "needed": 41, "available": 40}


async def test_credit_can_be_held_to_its_limit(desk: Desk) -> None:
    await desk.hold(desk.ume_time, 120)
    assert (await desk.balance(desk.ume_time)).available == 0
    with pytest.raises(refusals.InsufficientBalance):
        await desk.hold(desk.ume_time, 1)


async def test_points_past_their_last_day_are_not_there_to_be_held(desk: Desk) -> None:
    await desk.granted(desk.matsu, 50, TODAY - timedelta(days=1))
    with pytest.raises(refusals.InsufficientBalance):
        await desk.hold(desk.matsu, 1)


async def test_no_hold_on_what_is_unknown_closed_or_another_town_s(engine: AsyncEngine, desk: Desk) -> None:
    there = await open_desk(engine, OTHER_TOWN)
    await there.granted(there.ume, 10)
    for account in (2**40, there.ume):
        with pytest.raises(refusals.UnknownAccount):
            await desk.hold(account, 5)
    await desk.do(lambda conn: accounts.close(conn, desk.club, None, now=NOW))
    with pytest.raises(refusals.AccountClosed):
        await desk.hold(desk.club, 5)


# ------------------------------------------------------------------------------------------------------------------ ends


async def test_a_confirmed_hold_is_spent_by_its_entry_and_frees_the_rest(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume, 70)
    made = draft("help", move(desk.ume, desk.matsu, 45), confirms=Confirm(hold_id, 45))
    assert isinstance((await desk.post(made))[0], Posted)
    balance = await desk.balance(desk.ume)
    assert (balance.posted, balance.held, balance.available) == (55, 0, 55)
    assert (await found(desk, hold_id)).resolution == "confirm"


async def test_a_hold_is_confirmed_once_also_within_a_list(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume, 70)
    twice = [draft("help", move(desk.ume, desk.matsu, 10), confirms=Confirm(hold_id, 10)) for _ in range(2)]
    outcomes = await desk.post(*twice)
    assert [getattr(each, "code", None) for each in outcomes] == [None, "hold_resolved"]
    with pytest.raises(refusals.HoldResolved) as refused:
        await release(desk, hold_id)
    assert refused.value.resolution == "confirm"


async def test_a_released_hold_is_not_confirmed(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume, 70)
    await release(desk, hold_id)
    assert (await desk.balance(desk.ume)).available == 100
    with pytest.raises(refusals.HoldResolved) as refused:
        await desk.post_one("help", move(desk.ume, desk.matsu, 10), confirms=Confirm(hold_id, 10))
    assert refused.value.resolution == "release"
    with pytest.raises(refusals.HoldResolved):
        await release(desk, hold_id)


async def test_an_unknown_hold_is_neither_confirmed_nor_released(engine: AsyncEngine, desk: Desk) -> None:
    there = await open_desk(engine, OTHER_TOWN)
    await there.granted(there.ume, 10)
    for hold_id in (ids.new_id(), await there.hold(there.ume, 5)):
        with pytest.raises(refusals.UnknownHold):
            await release(desk, hold_id)
        with pytest.raises(refusals.UnknownHold):
            await desk.post_one("help", move(desk.ume, desk.matsu, 5), confirms=Confirm(hold_id, 5))


async def test_a_hold_stops_counting_the_instant_it_runs_out(desk: Desk) -> None:
    """No sweeper: the same instant frees it for reading, for spending and for other holds."""
    hold_id = await desk.hold(desk.ume, 70, lasts=HOUR)
    just_before, end = NOW + HOUR - timedelta(microseconds=1), NOW + HOUR
    assert [(await desk.balance(desk.ume, now=at)).available for at in (just_before, end)] == [30, 100]
    wish = draft("purchase", move(desk.ume, desk.shop, 100))
    assert [getattr(each, "code", None) for each in await desk.post(wish, now=just_before)] == ["insufficient_balance"]
    confirming = draft("help", move(desk.ume, desk.matsu, 10), confirms=Confirm(hold_id, 10))
    refused, accepted = await desk.post(confirming, wish, now=end)
    assert (getattr(refused, "resolution", None), isinstance(accepted, Posted)) == ("expire", True)
    assert (await found(desk, hold_id)).resolution == "expire"
    with pytest.raises(refusals.HoldResolved):
        await release(desk, hold_id, end)


async def test_what_was_held_while_it_was_good_can_be_confirmed_after_its_last_day(desk: Desk) -> None:
    await desk.granted(desk.matsu, 50, TODAY)
    hold_id = await desk.hold(desk.matsu, 50, lasts=timedelta(days=3))
    tomorrow = TODAY + timedelta(days=1)
    wish = [
        draft("help", move(desk.matsu, desk.shop, 50, take=take), confirms=Confirm(hold_id, 50), booked_on=tomorrow)
        for take in (None, Oldest(expired_too=True))
    ]
    outcomes = await desk.post(*wish, now=NOW + timedelta(days=1))
    assert [getattr(each, "code", None) for each in outcomes] == ["insufficient_balance", None]


async def test_what_is_shown_as_available_is_what_can_be_spent(desk: Desk) -> None:
    """50 expired, 50 good, 30 held: the figure of the wallet page, the hold and the purchase agree on 20."""
    await desk.granted(desk.matsu, 50)
    await desk.hold(desk.matsu, 30, lasts=timedelta(days=9))
    await desk.granted(desk.matsu, 50, TODAY)
    later = NOW + timedelta(days=2)
    assert (await desk.balance(desk.matsu, now=later)).available == 20
    with pytest.raises(refusals.InsufficientBalance):
        await desk.hold(desk.matsu, 21, now=later)
    wishes = [draft("purchase", move(desk.matsu, desk.shop, n), booked_on=TODAY + timedelta(days=2)) for n in (21, 20)]
    outcomes = await desk.post(*wishes, now=later)
    assert [getattr(each, "available", None) for each in outcomes] == [20, None]


async def test_a_refused_posting_leaves_the_hold_as_it_was(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume, 70)

    async def work(conn: AsyncConnection) -> None:
        await posting.post_one(conn, draft("help", move(desk.ume, desk.shop, 101), confirms=Confirm(hold_id, 70)), now=NOW)

    with pytest.raises(refusals.InsufficientBalance):
        await desk.do(work)
    assert (await found(desk, hold_id)).resolution is None
    assert (await desk.balance(desk.ume)).held == 70
