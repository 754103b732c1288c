"""Points into yen: whole lots at a linear rate, four lines, both units closed."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community.refusals import UnknownMember
from flows import conversion
from flows.conversion import ConversionTerms
from kernel import ids
from ledger.refusals import InsufficientBalance, UnknownUnit
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, YEN
from wallets import redemptions, refusals
from wallets.origins import Origin

TERMS = ConversionTerms(from_unit="pt", to_unit="yen", give=100, get=80, minimum=200)


async def _convert(engine: AsyncEngine, member_id: UUID, amount: int, terms: ConversionTerms = TERMS) -> conversion.Converted:
    me = await spending.actor(engine, "member", member_id=member_id)
    asked = conversion.Asked(member_id=member_id, amount=amount)
    return await do(engine, conversion.convert, asked, terms=terms, actor=me, now=NOW)


async def test_points_become_yen_that_are_owed(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    origin = await spending.grant(engine, me, 500)
    points, yen = await spending.posted(engine, "exchange", POINTS), await spending.posted(engine, "exchange", YEN)

    made = await _convert(engine, me, 300)

    assert (made.amount, made.received, made.balance_after, made.to_unit) == (300, 240, 200, "yen")
    assert await spending.posted(engine, "payable", YEN, me) == 240
    assert await spending.posted(engine, "exchange", POINTS) == points + 300
    assert await spending.posted(engine, "exchange", YEN) == yen - 240
    assert await do(engine, redemptions.origins_of, made.redemption_id) == [Origin(origin, 300)]  # type: ignore[arg-type]


async def test_what_is_not_converted(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 250)
    with pytest.raises(refusals.ConversionTooSmall):
        await _convert(engine, me, 100)
    with pytest.raises(refusals.ConversionNotInLots):
        await _convert(engine, me, 250)
    with pytest.raises(InsufficientBalance):
        await _convert(engine, me, 300)
    with pytest.raises(UnknownUnit):
        await _convert(engine, me, 200, ConversionTerms(from_unit="pt", to_unit="gold", give=100, get=1, minimum=100))
    with pytest.raises(refusals.UnitNotSuited):
        await _convert(engine, me, 60, ConversionTerms(from_unit="minutes", to_unit="yen", give=60, get=800, minimum=60))
    assert await spending.posted(engine, "wallet", POINTS, me) == 250
    other = await spending.actor(engine, "member", member_id=await spending.member(engine))
    for stranger in (me, ids.new_id()):
        asked = conversion.Asked(member_id=stranger, amount=200)
        with pytest.raises(UnknownMember):
            await do(engine, conversion.convert, asked, terms=TERMS, actor=other, now=NOW)
