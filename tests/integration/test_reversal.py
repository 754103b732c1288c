"""Reversal: once, in the open, out of the entry's own lots, and what happens when they were spent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query
from db.transact import read
from kernel import ids
from ledger import history, refusals
from ledger.draft import Confirm, move
from tests.support.desk import TODAY, Desk, open_desk
from tests.support.towns import OTHER_TOWN

pytestmark = pytest.mark.anyio

_LOTS = query.statement(
    """
    select amount, remaining, expires_on from ledger.lot
    where municipality_id = db.municipality() and account_id = :account_id order by expires_on, granted_on, lot_id
    """
)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine)


async def remaining(desk: Desk, account: int) -> list[int]:
    rows = await read(desk.engine, desk.town, lambda conn: query.rows(conn, _LOTS, account_id=account))
    return [row.remaining for row in rows]


async def posted(desk: Desk, *accounts: int) -> list[int]:
    return [(await desk.balance(account)).posted for account in accounts]


async def test_a_reversal_is_the_mirror_and_names_what_it_undoes(desk: Desk) -> None:
    grant = await desk.granted(desk.ume, 100)
    reversal = await desk.reverse(grant)
    assert await posted(desk, desk.ume, desk.budget) == [0, 100]
    assert await remaining(desk, desk.ume) == [0]
    page = await read(desk.engine, desk.town, lambda conn: history.statement(conn, desk.ume))
    assert [(line.entry_id, line.amount, line.kind, line.reverses) for line in page] == [
        (reversal, -100, "reversal", grant),
        (grant, 100, "grant", None),
    ]


async def test_an_entry_is_reversed_once_and_a_reversal_never(desk: Desk) -> None:
    grant = await desk.granted(desk.ume, 100)
    reversal = await desk.reverse(grant)
    with pytest.raises(refusals.AlreadyReversed) as refused:
        await desk.reverse(grant)
    assert refused.value.facts() == {"entry_id": grant, "reversal": reversal}
    with pytest.raises(refusals.ReversalOfReversal):
        await desk.reverse(reversal)


async def test_unknown_and_other_towns_entries_are_not_reversed(engine: AsyncEngine, desk: Desk) -> None:
    there = await open_desk(engine, OTHER_TOWN)
    for entry_id in (ids.new_id(), await there.granted(there.ume, 5)):
        with pytest.raises(refusals.UnknownEntry):
            await desk.reverse(entry_id)


async def test_a_purchase_gives_the_same_points_back_with_their_last_day(desk: Desk) -> None:
    soon, later = TODAY + timedelta(days=3), TODAY + timedelta(days=300)
    await desk.granted(desk.ume, 40, later)
    await desk.granted(desk.ume, 30, soon)
    purchase = (await desk.post_one("purchase", move(desk.ume, desk.shop, 50))).entry_id
    assert await remaining(desk, desk.ume) == [0, 20]
    await desk.reverse(purchase)
    assert await remaining(desk, desk.ume) == [30, 40]


async def test_a_gift_goes_back_to_the_lots_it_came_from(desk: Desk) -> None:
    await desk.granted(desk.ume, 40)
    gift = (await desk.post_one("gift", move(desk.ume, desk.matsu, 25))).entry_id
    await desk.reverse(gift)
    assert (await remaining(desk, desk.ume), await remaining(desk, desk.matsu)) == ([40], [0])


# ------------------------------------------------------------------------------------------------------- what was spent


async def spent_grant(desk: Desk, spent: int) -> UUID:
    """A grant of 100 of which `spent` are spent, beside another of 100 that is whole and expires later."""
    grant = await desk.granted(desk.ume, 100, TODAY + timedelta(days=9))
    await desk.granted(desk.ume, 100)
    await desk.post_one("purchase", move(desk.ume, desk.shop, spent))
    return grant


async def test_other_points_do_not_pay_for_what_was_spent(desk: Desk) -> None:
    grant = await spent_grant(desk, 60)
    with pytest.raises(refusals.AlreadySpent) as refused:
        await desk.reverse(grant)
    assert refused.value.facts() == {"entry_id": grant, "unit": "pt", "needed": 100, "remaining": 40}
    assert await posted(desk, desk.ume, desk.budget) == [140, 0]


async def test_an_officer_may_leave_the_spent_part_to_the_budget(desk: Desk) -> None:
    grant = await spent_grant(desk, 60)
    await desk.reverse(grant, absorb_spent=True)
    assert await posted(desk, desk.ume, desk.budget) == [100, 40]
    assert await remaining(desk, desk.ume) == [0, 100]
    with pytest.raises(refusals.AlreadyReversed):
        await desk.reverse(grant, absorb_spent=True)


async def test_where_nothing_is_left_there_is_nothing_to_take_back(desk: Desk) -> None:
    grant = await spent_grant(desk, 100)
    with pytest.raises(refusals.AlreadySpent):
        await desk.reverse(grant)
    with pytest.raises(LookupError):  # nothing to book: who keeps corrections records it
        await desk.reverse(grant, absorb_spent=True)
    assert await posted(desk, desk.ume, desk.budget) == [100, 0]


async def test_reversing_the_spending_first_opens_the_way(desk: Desk) -> None:
    grant = await desk.granted(desk.ume, 100)
    purchase = (await desk.post_one("purchase", move(desk.ume, desk.shop, 60))).entry_id
    await desk.reverse(purchase)
    await desk.reverse(grant)
    assert await posted(desk, desk.ume, desk.budget, desk.shop) == [0, 100, 0]


async def test_a_gift_of_which_a_part_was_spent_is_not_taken_back_in_part(desk: Desk) -> None:
    await desk.granted(desk.ume, 40)
    gift = (await desk.post_one("gift", move(desk.ume, desk.matsu, 40))).entry_id
    await desk.post_one("purchase", move(desk.matsu, desk.shop, 1))
    with pytest.raises(refusals.AlreadySpent):
        await desk.reverse(gift)
    grant = (await desk.post_one("appropriation", move(desk.council, desk.budget, 5))).entry_id
    await desk.post(desk.grant(desk.ume, 5))
    with pytest.raises(refusals.BudgetExhausted):
        await desk.reverse(grant)


async def test_what_is_held_is_not_taken_back(desk: Desk) -> None:
    grant = await desk.granted(desk.ume, 100)
    await desk.hold(desk.ume, 30)
    with pytest.raises(refusals.InsufficientBalance) as refused:
        await desk.reverse(grant)
    assert refused.value.facts() == {"unit": "pt", "needed": 100, "available": 70}


async def test_help_that_confirmed_a_hold_is_undone_without_the_hold(desk: Desk) -> None:
    hold_id = await desk.hold(desk.ume_time, 60)
    help_given = await desk.post_one("help", move(desk.ume_time, desk.matsu_time, 45), confirms=Confirm(hold_id, 45))
    await desk.reverse(help_given.entry_id)
    balance: Any = await desk.balance(desk.ume_time)
    assert (balance.posted, balance.held) == (0, 0)
