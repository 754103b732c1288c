"""Ten minutes to take a purchase back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from flows import settlement, undo
from kernel import ids
from ledger.refusals import AlreadyReversed, InsufficientBalance
from tests.support import spending, tills
from tests.support.spending import NOW, do
from tests.support.towns import POINTS
from wallets import redemptions, refusals
from wallets.origins import Origin


async def test_undo_puts_points_back_into_their_lots(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    origin = await spending.grant(engine, me, 100)
    cashier = await tills.cashier_of_a_partner(engine)
    code = await tills.pay_code(engine, me)
    receipt = await tills.buy(engine, cashier, code, 60)
    asked = undo.Asked(redemption_id=receipt.redemption_id, reason="打ち間違い")

    undone = await do(engine, undo.undo, asked, actor=cashier, now=NOW + timedelta(minutes=10))

    assert undone.amount == 60
    assert await spending.posted(engine, "wallet", POINTS, me) == 100
    assert await spending.posted(engine, "payable", POINTS, cashier.organisation_id) == 0
    with pytest.raises(AlreadyReversed):
        await do(engine, undo.undo, asked, actor=cashier, now=NOW)
    with pytest.raises(refusals.PayCodeUsed):
        await tills.buy(engine, cashier, code, 60)
    again = await tills.buy(engine, cashier, await tills.pay_code(engine, me), 100)
    assert await do(engine, redemptions.origins_of, again.redemption_id) == [Origin(origin, 100)]  # type: ignore[arg-type]
    standing = await do(engine, redemptions.get, receipt.redemption_id)
    assert standing.undone_at == NOW + timedelta(minutes=10)


async def test_who_may_undo_and_how_long(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    cashier, stranger = await tills.cashier_of_a_partner(engine), await tills.cashier_of_a_partner(engine)
    officer = await spending.actor(engine, "officer")
    receipt = await tills.buy(engine, cashier, await tills.pay_code(engine, me), 60)
    asked = undo.Asked(redemption_id=receipt.redemption_id, reason="返品")
    with pytest.raises(refusals.UnknownRedemption):
        await do(engine, undo.undo, asked, actor=stranger, now=NOW)
    with pytest.raises(refusals.UnknownRedemption):
        await do(engine, undo.undo, undo.Asked(redemption_id=ids.new_id(), reason="返品"), actor=cashier, now=NOW)
    with pytest.raises(refusals.UndoTooLate):
        await do(engine, undo.undo, asked, actor=officer, now=NOW + timedelta(minutes=10, seconds=1))
    await do(engine, undo.undo, asked, actor=officer, now=NOW)
    assert await spending.posted(engine, "wallet", POINTS, me) == 100


async def test_what_is_paid_out_cannot_be_undone(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    cashier = await tills.cashier_of_a_partner(engine)
    officer, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    receipt = await tills.buy(engine, cashier, await tills.pay_code(engine, me), 60)
    proposing = settlement.Proposing(unit="pt", up_to=NOW.date())
    batch = await do(engine, settlement.propose, proposing, actor=officer, now=NOW)
    await do(engine, settlement.approve, batch.settlement_id, actor=second, now=NOW)
    with pytest.raises(InsufficientBalance):
        await do(engine, undo.undo, undo.Asked(redemption_id=receipt.redemption_id, reason="返品"), actor=officer, now=NOW)
