"""Giving to the pot: points with their origin, hours with the attendances that earned them."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query, transact
from flows import donation
from kernel import ids
from ledger import accounts, holds, posting
from ledger.draft import move
from ledger.refusals import AmountOutOfRange, InsufficientBalance
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import MINUTES, POINTS, TOWN
from wallets import redemptions, refusals
from wallets.origins import Origin


async def _donate(engine: AsyncEngine, member_id: UUID, amount: int, unit: str = "minutes") -> donation.Donated:
    me = await spending.actor(engine, "member", member_id=member_id)
    asked = donation.Asked(member_id=member_id, unit=unit, amount=amount, note="おたがいさま")
    return await do(engine, donation.donate, asked, actor=me, now=NOW)


async def _origins(engine: AsyncEngine, made: donation.Donated) -> set[Origin]:
    return set(await do(engine, redemptions.origins_of, made.redemption_id))


async def test_points_go_with_their_origin(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    origin = await spending.grant(engine, me, 100)
    made = await _donate(engine, me, 40, "pt")
    assert made.balance_after == 60
    assert made.pot_balance_after == await spending.posted(engine, "pot", POINTS)
    assert await _origins(engine, made) == {Origin(origin, 40)}  # type: ignore[arg-type]


async def test_hours_name_the_attendances_that_earned_them(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    first = await spending.help_given(engine, other, me, 60)
    second = await spending.help_given(engine, other, me, 90)
    assert await _origins(engine, await _donate(engine, me, 100)) == {Origin(first, 60), Origin(second, 40)}
    third = await spending.help_given(engine, other, me, 30)
    last = await _donate(engine, me, 80)
    assert last.balance_after == 0
    assert await _origins(engine, last) == {Origin(second, 50), Origin(third, 30)}


async def test_nobody_gives_hours_that_they_do_not_have(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.help_given(engine, other, me, 60)
    with pytest.raises(InsufficientBalance) as short:
        await _donate(engine, me, 90)  # the credit would cover it, and is for receiving help
    assert short.value.facts() == {"unit": "minutes", "needed": 90, "available": 60}
    with pytest.raises(InsufficientBalance):
        await _donate(engine, other, 1)  # in debt
    with pytest.raises(InsufficientBalance):
        await _donate(engine, await spending.member(engine), 1)
    with pytest.raises(AmountOutOfRange):
        await _donate(engine, me, 0)
    assert await spending.posted(engine, "wallet", MINUTES, me) == 60


async def test_nor_hours_that_are_held_for_help_to_come(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.help_given(engine, other, me, 60)

    async def work(conn: AsyncConnection) -> None:
        account_id = await accounts.ensure(conn, "wallet", MINUTES, me)
        hold = holds.HoldDraft(
            hold_id=ids.new_id(),
            account_id=account_id,
            amount=45,
            expires_at=NOW.replace(year=2027),
            cause_kind="test",
            cause_id=ids.new_id(),
        )
        await holds.place(conn, hold, now=NOW)

    await transact.transact(engine, TOWN, work)
    with pytest.raises(InsufficientBalance) as short:
        await _donate(engine, me, 16)
    assert short.value.facts() == {"unit": "minutes", "needed": 16, "available": 15}
    assert (await _donate(engine, me, 15)).balance_after == 45


async def test_hours_from_nowhere_are_refused_in_the_code_and_in_the_database(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = await spending.member(engine)

    async def work(conn: AsyncConnection) -> None:
        opening = await accounts.ensure(conn, "opening", MINUTES, floor=None)
        wallet = await accounts.ensure(conn, "wallet", MINUTES, me, floor=-600)
        await posting.post_one(conn, spending.draft("opening", move(opening, wallet, 60)), now=NOW)

    await transact.transact(engine, TOWN, work)
    with pytest.raises(refusals.UntracedAmount) as refused:
        await _donate(engine, me, 60)
    assert refused.value.facts() == {"unit": "minutes", "needed": 60, "traced": 0}

    blind = "select 'minutes' as unit, true as purchased where cast(:entry_id as uuid) is not null and cast(:unit_id as int) > 0"
    monkeypatch.setattr(redemptions, "_UNIT_AND_LOTS", query.statement(blind))
    with pytest.raises(DBAPIError) as guarded:
        await _donate(engine, me, 60)
    assert errors.constraint(guarded.value) == "redemption_traced"


async def test_a_debt_worked_off_is_nobodys_gift(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.help_given(engine, me, other, 60)  # now 60 in debt
    worked_off = await spending.help_given(engine, other, me, 90)
    made = await _donate(engine, me, 30)
    assert await _origins(engine, made) == {Origin(worked_off, 30)}


async def test_two_who_give_the_same_hours_at_once(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.help_given(engine, other, me, 60)
    done = await asyncio.gather(*(_donate(engine, me, 60) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, donation.Donated) for each in done) == 1
    assert sum(isinstance(each, InsufficientBalance) for each in done) == 4
