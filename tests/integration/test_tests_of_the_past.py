"""Tests of the past on a real PostgreSQL: a claim and a grant that depend on what was granted before, and the audit of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flows import grant
from kernel import ids
from rules import decision_store
from rules.decision import Window
from rules.decision_store import Asked
from rules.vocabulary.who import Earned, SinceLast
from tests.support import claiming, editions, spending
from tests.support.claiming import TODAY
from tests.support.spending import NOW, do
from wallets import claim_refusals

pytestmark = pytest.mark.anyio


async def test_a_claim_counts_what_was_granted_for_its_tests(engine: AsyncEngine) -> None:
    twice = Earned(activity_kinds=("*",), of="grants", at_least=2, per="fiscal_year")
    desk = await claiming.open_desk(engine, "past-claims", conversion=editions.exchange(who=(twice,)))
    me = await spending.member(engine)
    await desk.earn(me)
    with pytest.raises(claim_refusals.ClaimPaysNothing) as refused:
        await desk.claim(me)
    assert refused.value.reason == "past_required"
    await desk.earn(me)
    told = await desk.claim(me)
    assert told.claim.payout is not None
    assert told.claim.payout.outcome == "paid"


async def test_so_many_days_after_the_last_grant_the_next_one_earns(engine: AsyncEngine) -> None:
    rested = SinceLast(activity_kinds=("*",), days=10)
    desk = await claiming.open_desk(engine, "past-grants", eligibility=(rested,))
    me = await spending.member(engine)
    await desk.earn(me, days_ago=12)
    reasons: list[str] = []
    for days_ago in (3, 2):
        attended = await spending.attendance(engine, me, kind=claiming.kind_of("past-grants"), days_ago=days_ago)
        given = await do(engine, grant.for_attendances, [attended], actor=None, now=NOW)
        reasons += [each.trace[-1].code for each in given if each.scheme_id == desk.scheme_id]
    assert reasons == ["since_last_required", "granted"]


async def test_what_a_household_was_granted_is_counted_by_the_facts(engine: AsyncEngine) -> None:
    desk = await claiming.open_desk(engine, "past-households")
    await desk.earn(await spending.member(engine))
    scheme = desk.scheme_id
    window = Window(
        "amount", "scheme", TODAY - timedelta(days=400), TODAY, within=(("household", ids.new_id().hex),), everybody=True
    )

    async def used(conn: AsyncConnection) -> list[int]:
        return [each.amount for each in await decision_store.used(conn, [Asked(None, scheme, window)])]

    assert await do(engine, used) == [0]
