"""What a card pays alone: no more in a day than somebody may lose with it, at however many counters. A pay code is not counted."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from flows import purchase, undo
from tests.support import spending, tills
from tests.support.spending import NOW, do
from wallets import locks, redemptions, refusals


@pytest.fixture(autouse=True, scope="module")
async def limit(engine: AsyncEngine) -> None:
    """Here cards need no PIN up to the most that they may pay at all."""
    await tills.cards_pay(engine)


async def _buy(engine: AsyncEngine, cashier: Actor, code: str, amount: int, now: datetime = NOW) -> purchase.Receipt:
    asked = purchase.Asked(code=code, unit="pt", amount=amount)
    return await do(engine, purchase.purchase, asked, actor=cashier, now=now)


async def test_a_card_pays_no_more_in_a_day_at_all_counters_together(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 5_000)
    code, _ = await tills.card(engine, me)
    one, two = await tills.cashier_of_a_partner(engine), await tills.cashier_of_a_partner(engine)
    await _buy(engine, one, await tills.pay_code(engine, me), 400)
    await _buy(engine, one, code, 600)
    with pytest.raises(refusals.CardLimitReached) as refused:
        await _buy(engine, two, code, 401)
    assert refused.value.facts() == {"unit": "pt", "amount": 401, "spent_today": 600, "limit": purchase.CARD_DAY_MAX}
    regretted = await _buy(engine, two, code, 400)
    with pytest.raises(refusals.CardLimitReached):
        await _buy(engine, one, code, 1)
    undoing = undo.Asked(redemption_id=regretted.redemption_id, reason="打ち間違い")
    await do(engine, undo.undo, undoing, actor=two, now=NOW)
    await _buy(engine, two, code, 400)


async def test_the_day_is_japans(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 5_000)
    code, _ = await tills.card(engine, me)
    cashier = await tills.cashier_of_a_partner(engine)
    midnight = NOW.replace(hour=15)
    await _buy(engine, cashier, code, 1_000, midnight - timedelta(seconds=1))
    await _buy(engine, cashier, code, 1_000, midnight)


async def test_two_counters_at_once_do_not_both_see_the_last_of_it(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 5_000)
    code, _ = await tills.card(engine, me)
    cashiers = [await tills.cashier_of_a_partner(engine) for _ in range(4)]
    done = await asyncio.gather(*(_buy(engine, each, code, 600) for each in cashiers), return_exceptions=True)
    assert sum(isinstance(each, purchase.Receipt) for each in done) == 1
    assert sum(isinstance(each, refusals.CardLimitReached) for each in done) == 3


async def test_without_the_lock_they_would(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 5_000)
    code, _ = await tills.card(engine, me)
    cashiers = [await tills.cashier_of_a_partner(engine) for _ in range(2)]
    await tills.cards_pay(engine, 10_000, NOW + timedelta(hours=1))  # the second guard, which would see it, is out of the way
    both_have_read = asyncio.Barrier(2)
    real = redemptions.by_card

    async def unlocked(*_: Any) -> None: ...

    async def read_and_wait(*asked: Any, **told: Any) -> int:
        spent_today = await real(*asked, **told)
        await both_have_read.wait()
        return spent_today

    monkeypatch.setattr(locks, "accounts", unlocked)
    monkeypatch.setattr(redemptions, "by_card", read_and_wait)
    done = await asyncio.gather(*(_buy(engine, each, code, 600) for each in cashiers))
    assert sum(receipt.amount for receipt in done) > purchase.CARD_DAY_MAX
