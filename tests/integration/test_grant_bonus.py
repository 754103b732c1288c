"""A bonus that the caps leave alone: they do not count it, whether the attendances are decided in one list or in several."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rules import edition_store
from rules.vocabulary.earning import Bonus, Clause, PerTime
from tests.support import editions, granting, schemes, spending
from tests.support.spending import do

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize(("stops", "amounts"), [("earning", [103, 53, 0]), ("converting", [103, 103, 103])])
async def test_the_caps_do_not_count_a_bonus_that_they_leave_alone(
    engine: AsyncEngine, as_list: bool, stops: str, amounts: list[int]
) -> None:
    who, code = await schemes.officers(engine), granting.code()
    bonus = Bonus(activity_kinds=("*",), of="grants", at=1, per="fiscal_year", repeats=True, amount=3, capped=False)
    await schemes.publish(
        engine,
        who,
        code,
        clauses=(Clause(activity_kinds=(f"{code}_a",), earn=HUNDRED),),
        caps=(editions.cap(150, stops=stops),),
        bonuses=(bonus,),
        conversion=editions.exchange(),
        funding=("care",),
    )
    await schemes.fund(engine, who, code, "care", 100_000)
    scheme = await do(engine, edition_store.scheme_by_code, code)
    member, at = await spending.member(engine), await granting.place(engine, f"{code}_a")
    came = [await granting.attended(engine, await granting.slot(engine, at), member) for _ in range(3)]
    lists = [came] if as_list else [[each] for each in came]
    granted = [each for of in lists for each in await granting.granted(engine, of)]
    ours = [each for each in granted if each.scheme_id == scheme.scheme_id]
    assert [each.amount for each in ours] == amounts
