"""The end of a scheme's year: previewed, announced with notices, executed by another person, to the rule; and the scheme's own end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from community.refusals import UnknownMember
from db import errors, transact
from flows import audit, carry_choice, facts, year_end
from kernel import days, ids
from rules import year_end as rule
from rules.vocabulary.ending import (
    CarryAll,
    CarryNone,
    CarryOnce,
    CarryRemainder,
    EndOfFiscalYear,
    Extension,
    Forfeits,
    WindDown,
)
from rules.vocabulary.part import Text
from rules.vocabulary.periods import FromRegistration
from rules.vocabulary.person import Residence
from tests.support import claiming, editions, spending
from tests.support.claiming import TODAY, Desk
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN
from wallets import claim_refusals, notices, refusals, year_ends

pytestmark = pytest.mark.anyio

LAST_DAY = date(2027, 3, 31)
CLOSES_ON = date(2027, 4, 1)
THEN = days.local_time(CLOSES_ON, 9)
A_YEAR_AGO = 60  # days before TODAY: 16 March 2026, in the fiscal year 2025


async def _desk(engine: AsyncEngine, **changes: Any) -> Desk:
    return await claiming.open_desk(engine, f"y{ids.new_id().hex[-10:]}", starts_on=date(2025, 4, 1), **changes)


def _asked(desk: Desk, **changes: Any) -> year_end.Asked:
    plain: dict[str, Any] = {"scheme": desk.code, "year_of": TODAY, "closes_on": CLOSES_ON}
    return year_end.Asked(**(plain | changes))


async def _announced(desk: Desk, **changes: Any) -> UUID:
    made = await do(desk.engine, year_end.announce, _asked(desk, **changes), actor=desk.who.first, now=NOW)
    assert made.run is not None
    return made.run.run_id


async def _executed(desk: Desk, run_id: UUID, **changes: Any) -> year_end.Listed:
    return await do(desk.engine, year_end.execute, run_id, **({"actor": desk.who.second, "now": THEN} | changes))


async def test_what_is_not_carried_lapses_to_the_rule_and_was_told(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryRemainder(below=300))
    me, poor = await desk.holder(4), await desk.holder(2)
    lapsed = await spending.posted(engine, "lapsed", POINTS)
    seen = await do(engine, year_end.preview, _asked(desk), now=NOW)
    assert {each.item.holder: (each.item.lapsed, each.item.carried) for each in seen.affected} == {me: (300, 100), poor: (0, 200)}
    assert (seen.run, seen.lapsed, seen.carried, seen.unit) == (None, 300, 300, "pt")
    assert all(each.explanation["ja"] and each.explanation["ja-easy"] for each in seen.affected)

    run_id = await _announced(desk)

    (told,) = await do(engine, notices.page, me)
    assert (told.kind, told.about, told.facts["lapses"], told.facts["closes_on"]) == ("year_end", run_id, 300, "2027-04-01")
    assert await do(engine, notices.page, poor) == []
    assert await spending.posted(engine, "wallet", POINTS, me) == 400

    done = await _executed(desk, run_id)

    assert (done.lapsed, done.carried) == (300, 300)
    assert (await spending.posted(engine, "wallet", POINTS, me), await desk.free(me, THEN)) == (100, 100)
    assert await spending.posted(engine, "lapsed", POINTS) == lapsed + 300
    assert [each.kind for each in await do(engine, notices.page, me)] == ["year_end_done", "year_end"]
    for item in await do(engine, year_ends.items_of, run_id):
        assert rule.close(editions.edition(carry=CarryRemainder(below=300)), item.facts) == item.closing
    with pytest.raises(claim_refusals.YearEndDone):
        await _executed(desk, run_id)


async def test_what_is_claimed_in_time_is_left_alone(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryNone())
    me = await desk.holder(3)
    await desk.claim(me, amount=200)
    done = await _executed(desk, await _announced(desk))
    assert done.lapsed == 100
    paid = await desk.pay(THEN, CLOSES_ON)
    assert paid.points == 200
    assert await spending.posted(engine, "wallet", POINTS, me) == 0


async def test_what_was_carried_once_is_not_carried_again(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryOnce())
    me = await desk.holder(0)
    await desk.earn(me, 1, A_YEAR_AGO)
    await desk.earn(me, 2)
    done = await _executed(desk, await _announced(desk))
    assert (done.lapsed, done.carried) == (100, 200)


async def test_a_decree_that_was_chosen_keeps_points_alive(engine: AsyncEngine) -> None:
    decree = Extension(name=Text(ja="特例", en="Decree"), years=(2026,), until=date(2028, 3, 31), chosen=True)
    ends = EndOfFiscalYear(years_later=0, counted_from="activity")
    desk = await _desk(engine, carry=CarryNone(), expiry=ends, extensions=(decree,))
    chooser, other, undecided = [await desk.holder(1) for _ in range(3)]
    for member_id, words in ((chooser, (True,)), (undecided, (True, False))):
        for chosen in words:
            asked = carry_choice.Choosing(scheme=desk.code, holder=member_id, decree=1, chosen=chosen)
            await do(engine, carry_choice.choose, asked, actor=await desk.me(member_id), now=NOW)
    anothers = carry_choice.Choosing(scheme=desk.code, holder=chooser, decree=1)
    with pytest.raises(UnknownMember):
        await do(engine, carry_choice.choose, anothers, actor=await desk.me(other), now=NOW)
    second = carry_choice.Choosing(scheme=desk.code, holder=other, decree=2)
    with pytest.raises(claim_refusals.UnknownDecree) as refused:
        await do(engine, carry_choice.choose, second, actor=await desk.me(other), now=NOW)
    assert refused.value.chosen_ones == (1,)
    done = await _executed(desk, await _announced(desk))
    assert {each.item.holder: each.item.lapsed for each in done.affected} == {chooser: 0, other: 100, undecided: 100}
    claimed = await desk.claim(chooser, THEN, amount=100)
    assert claimed.claim.payout is not None
    assert (claimed.claim.payout.outcome, claimed.claim.payout.points) == ("paid", 100)
    assert (await desk.pay(THEN, CLOSES_ON)).points == 100
    assert await spending.posted(engine, "wallet", POINTS, chooser) == 0


async def test_everybody_s_own_year_is_closed_when_it_is_over(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryNone(), year=FromRegistration())
    early, late = await desk.holder(0), await desk.holder(0)
    for member_id, since in ((early, date(2025, 5, 1)), (late, date(2026, 4, 1))):
        known = facts.Asked(member_id=member_id, fact="registered:scheme", yes=True, first_on=since, source="登録簿")
        await do(engine, facts.record, [known], actor=desk.who.first, now=NOW)
        await desk.earn(member_id, 1)
        if since.year == 2025:
            await desk.earn(member_id, 1, A_YEAR_AGO)
    asked = _asked(desk, year_of=date(2026, 4, 20), closes_on=TODAY)
    seen = await do(engine, year_end.preview, asked, now=NOW)
    assert {each.item.holder: (each.item.lapsed, each.item.carried) for each in seen.affected} == {early: (100, 0)}


async def test_a_scheme_that_ends_lets_the_rest_lapse_after_the_last_day_of_claiming(engine: AsyncEngine) -> None:
    ended = WindDown(last_granting_on=date(2026, 5, 31), last_claim_on=date(2026, 6, 30), balances="lapse")
    desk = await _desk(engine, carry=CarryAll(), wind_down=ended)
    me = await desk.holder(3)
    await desk.claim(me, amount=100)
    closes_on = date(2026, 7, 1)
    with pytest.raises(claim_refusals.YearEndTooEarly) as early:
        await _announced(desk, kind="wind_down", closes_on=date(2026, 6, 30))
    assert early.value.not_before == closes_on
    run_id = await _announced(desk, kind="wind_down", closes_on=closes_on)
    (told,) = await do(engine, notices.page, me)
    assert (told.kind, told.facts["lapses"]) == ("wind_down", 200)
    after = days.local_time(closes_on, 9)
    with pytest.raises(claim_refusals.ClaimPaysNothing) as late:
        await desk.claim(me, after)
    assert late.value.reason == "claims_ended"
    done = await _executed(desk, run_id, now=after)
    assert (done.lapsed, await spending.posted(engine, "wallet", POINTS, me)) == (200, 100)


async def test_a_scheme_that_keeps_balances_has_no_such_end(engine: AsyncEngine) -> None:
    kept = WindDown(last_granting_on=date(2026, 5, 31), last_claim_on=date(2026, 6, 30), balances="kept")
    for changes in ({"wind_down": kept}, {}):
        desk = await _desk(engine, **changes)
        with pytest.raises(claim_refusals.NoWindDown):
            await _announced(desk, kind="wind_down")


async def test_two_people_after_the_day_and_once(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryNone())
    await desk.holder(1)
    with pytest.raises(claim_refusals.YearEndTooEarly) as early:
        await _announced(desk, closes_on=LAST_DAY)
    assert early.value.not_before == CLOSES_ON
    run_id = await _announced(desk)
    with pytest.raises(claim_refusals.YearEndAnnounced):
        await _announced(desk, year_of=LAST_DAY)
    with pytest.raises(refusals.SamePerson):
        await _executed(desk, run_id, actor=desk.who.first)
    with pytest.raises(claim_refusals.YearEndTooEarly):
        await _executed(desk, run_id, now=THEN - timedelta(days=1))
    with pytest.raises(claim_refusals.UnknownYearEnd):
        await _executed(desk, ids.new_id())
    assert (await do(engine, year_end.read, run_id)).affected == []


async def test_postgresql_refuses_alone_by_the_same_names(engine: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryNone())
    await desk.holder(1)
    run_id = await _announced(desk)
    for by, now, name in (
        (desk.who.first, THEN, "two_people"),
        (desk.who.second, THEN - timedelta(days=1), "year_end_after_the_day"),
    ):
        with pytest.raises(DBAPIError) as guarded:
            await do(engine, year_ends.execute, run_id, executed_by=by.principal_id, now=now)
        assert errors.constraint(guarded.value) == name
    await _executed(desk, run_id)
    (item,) = await do(engine, year_ends.items_of, run_id)
    other = await _desk(engine, carry=CarryNone())
    other_run = await _announced(other)
    await do(engine, year_ends.execute, other_run, executed_by=other.who.second.principal_id, now=THEN)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, year_ends.keep_items, other_run, [structs.replace(item, item_id=ids.new_id())])
    assert errors.constraint(guarded.value) == "year_end_is_its_entry"


async def test_the_whole_audit_holds(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    desk = await _desk(engine, carry=CarryNone())
    await desk.holder(2)
    await _executed(desk, await _announced(desk))
    found = await transact.read(auditor, TOWN, audit.audit)
    assert [check for check in found.checks if not check.ok] == []


async def test_what_was_forfeited_lapses_with_the_year_for_who_left_alone(engine: AsyncEngine) -> None:
    lives = Residence(how=("lives",), counted_on="the_day")
    desk = await _desk(engine, carry=CarryAll(), eligibility=(lives,), status_loss=Forfeits())
    gone, here = await spending.member(engine), await spending.member(engine)
    for each in (gone, here):
        told = facts.Asked(member_id=each, fact="lives", yes=True, source="住民基本台帳")
        await do(engine, facts.record, [told], actor=desk.who.first, now=NOW)
        await desk.earn(each)
    left = facts.Asked(member_id=gone, fact="lives", yes=False, first_on=TODAY, source="転出")
    await do(engine, facts.record, [left], actor=desk.who.first, now=NOW)
    seen = await do(engine, year_end.preview, _asked(desk), now=NOW)
    assert {each.item.holder: each.item.carried for each in seen.affected if not each.item.lapsed} == {here: 100}
    (lost,) = [each.item for each in seen.affected if each.item.lapsed]
    assert (lost.holder, lost.lapsed, lost.facts.left_on) == (gone, 100, TODAY - timedelta(days=1))
    assert lost.closing.trace[0].code == "lapse_status_lost"
