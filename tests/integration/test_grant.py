"""Grants: decided by the edition in force, cut by caps, paid from budgets in order, kept waiting when there is no money."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import query
from flows import correction, grant
from kernel import ids
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import PerTime
from tests.support import schemes, spending
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)

_LOTS = query.statement(
    """
    select t.amount, t.origin_attendance, t.edition_id, l.code as line
    from ledger.lot t
    join rules.budget_line l on l.municipality_id = t.municipality_id and l.account_id = t.funding_account
    where t.municipality_id = db.municipality() and t.origin_attendance = :attendance_id and t.edition_id = :edition_id
    order by l.code
    """
)


def _code() -> str:
    """A scheme of one's own for each test: the module's town is shared."""
    return f"s{ids.new_id().hex[-8:]}"


async def _grant(engine: AsyncEngine, code: str, *attendances: UUID) -> list[grant.Granted]:
    """What the scheme `code` made of these attendances; schemes of other tests are in force too and are left out."""
    who = await spending.actor(engine, "officer")
    results = await spending.do(engine, grant.for_attendances, attendances, actor=who.principal_id, now=spending.NOW)
    funded = await _scheme_of(engine, code)
    return [each for each in results if each.decision_id in funded]


async def _scheme_of(engine: AsyncEngine, code: str) -> set[UUID]:
    found = query.statement(
        """
        select d.decision_id from rules.decision d
        join rules.scheme s on s.municipality_id = d.municipality_id and s.scheme_id = d.scheme_id
        where d.municipality_id = db.municipality() and s.code = :code
        """
    )

    async def work(conn: AsyncConnection) -> set[UUID]:
        return {row.decision_id for row in await query.rows(conn, found, code=code)}

    return await spending.do(engine, work)


async def test_a_grant_knows_its_attendance_edition_and_funding(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    edition_id = await schemes.publish(engine, who, code, earn=HUNDRED)
    care = await schemes.fund(engine, who, code, "care", 1_000)
    helper = await spending.member(engine)
    attendance = await spending.attendance(engine, helper)

    (granted,) = await _grant(engine, code, attendance)

    assert (granted.outcome, granted.amount, granted.unit) == ("granted", 100, "pt")
    lots = await spending.do(engine, query.rows, _LOTS, attendance_id=attendance, edition_id=edition_id)
    assert [(lot.amount, lot.line, lot.edition_id) for lot in lots] == [(100, "care", edition_id)]
    assert await schemes.left(engine, care) == 900


async def test_asking_again_answers_what_stands_and_grants_nothing_more(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(engine, who, code, earn=HUNDRED)
    care = await schemes.fund(engine, who, code, "care", 1_000)
    attendance = await spending.attendance(engine, await spending.member(engine))

    (first,) = await _grant(engine, code, attendance)
    (again,) = await _grant(engine, code, attendance)

    assert again == first
    assert await schemes.left(engine, care) == 900


async def test_the_next_line_pays_the_rest_and_each_part_knows_its_funding(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    edition_id = await schemes.publish(engine, who, code, earn=HUNDRED)
    care = await schemes.fund(engine, who, code, "care", 30)
    general = await schemes.fund(engine, who, code, "general", 1_000)
    attendance = await spending.attendance(engine, await spending.member(engine))

    await _grant(engine, code, attendance)

    lots = await spending.do(engine, query.rows, _LOTS, attendance_id=attendance, edition_id=edition_id)
    assert [(lot.line, lot.amount) for lot in lots] == [("care", 30), ("general", 70)]
    assert (await schemes.left(engine, care), await schemes.left(engine, general)) == (0, 930)


async def test_an_empty_budget_keeps_the_decision_and_pays_later(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(engine, who, code, earn=HUNDRED)
    care = await schemes.fund(engine, who, code, "care", 150)
    first, second = [await spending.attendance(engine, await spending.member(engine)) for _ in range(2)]

    results = await _grant(engine, code, first, second)

    assert [(each.outcome, each.refusal) for each in results] == [("granted", None), ("waiting", "budget_exhausted")]
    assert await schemes.left(engine, care) == 50  # whole or not at all

    await schemes.supplement(engine, who, care, 50)
    retried = await spending.do(engine, grant.retry_waiting, actor=None, now=spending.NOW)
    mine = [each for each in retried if each.attendance_id == second and each.decision_id == results[1].decision_id]
    assert [each.outcome for each in mine] == ["granted"]
    assert await schemes.left(engine, care) == 0
    assert not await spending.do(engine, _still_waiting, results[1].decision_id)


async def _still_waiting(conn: AsyncConnection, decision_id: UUID) -> bool:
    return any(each.decision_id == decision_id for each in await grant.decision_store.waiting(conn, limit=500))


async def test_a_cap_holds_within_a_list_and_across_lists(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(
        engine, who, code, earn=HUNDRED, caps=(Cap(limit=250, of="amount", per="day", for_each=("member",), stops="earning"),)
    )
    await schemes.fund(engine, who, code, "care", 10_000)
    helper = await spending.member(engine)
    of_the_day = [await spending.attendance(engine, helper) for _ in range(4)]

    in_a_list = await _grant(engine, code, *of_the_day[:2])
    later = await _grant(engine, code, *of_the_day[2:])

    assert [each.amount for each in in_a_list] == [100, 100]
    assert [(each.amount, each.outcome) for each in later] == [(50, "granted"), (0, "nothing")]
    assert "cap_reached" in {step.code for step in later[1].trace}


async def test_the_edition_in_force_when_it_occurred_counts(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    old = await schemes.publish(engine, who, code, earn=HUNDRED)
    double = PerTime(amount=200, every_minutes=60, rounding="down", minimum_minutes=0)
    new = await schemes.publish(engine, who, code, earn=double, starts_on=date(2026, 5, 15))
    await schemes.fund(engine, who, code, "care", 10_000)
    attendance = await spending.attendance(engine, await spending.member(engine))  # of 14 May

    (granted,) = await _grant(engine, code, attendance)

    kept = await spending.do(engine, grant.decision_store.find, granted.decision_id)
    assert kept is not None
    assert (granted.amount, kept.edition_id) == (100, old)
    assert kept.edition_id != new


async def test_points_go_to_the_members_own_wallet(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(engine, who, code, earn=HUNDRED)
    await schemes.fund(engine, who, code, "care", 10_000)
    helper = await spending.member(engine)
    before = await spending.posted(engine, "wallet", POINTS, helper)

    await _grant(engine, code, await spending.attendance(engine, helper))

    assert await spending.posted(engine, "wallet", POINTS, helper) >= before + 100


async def test_a_grant_that_was_taken_back_is_not_answered_as_granted(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(engine, who, code, earn=HUNDRED)
    await schemes.fund(engine, who, code, "care", 1_000)
    attendance = await spending.attendance(engine, await spending.member(engine))
    (granted,) = await _grant(engine, code, attendance)
    assert granted.entry_id is not None
    asked = correction.Asked(entry_id=granted.entry_id, reason="別の人のカード")
    await spending.do(engine, correction.correct, asked, actor=who.first, now=spending.NOW)

    (again,) = await _grant(engine, code, attendance)

    assert (again.outcome, again.amount, again.entry_id) == ("voided", 0, None)


async def test_an_attendance_named_twice_is_decided_once(engine: AsyncEngine) -> None:
    who, code = await schemes.officers(engine), _code()
    await schemes.publish(engine, who, code, earn=HUNDRED)
    care = await schemes.fund(engine, who, code, "care", 1_000)
    attendance = await spending.attendance(engine, await spending.member(engine))

    (granted,) = await _grant(engine, code, attendance, attendance)

    assert (granted.outcome, await schemes.left(engine, care)) == ("granted", 900)
