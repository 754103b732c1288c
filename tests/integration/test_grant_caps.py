"""What a cap counts: over all places or at each, one kind alone, of everybody, towards money alone; in a list and across lists."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query
from flows import grant
from rules import edition_store
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import Clause, PerTime
from tests.support import editions, granting, schemes, spending
from tests.support.spending import do

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)
_COLUMNS = query.statement(
    """
    select activity_kind, site, event, client, book, convertible, looked, looked_earned, by_group from rules.decision
    where municipality_id = db.municipality() and decision_id = :decision_id
    """
)


class Scene:
    """A scheme whose caps are looked at, for two kinds of activity."""

    def __init__(self, engine: AsyncEngine, code: str, scheme_id: UUID) -> None:
        self.engine, self.code, self.scheme_id = engine, code, scheme_id

    async def place(self, kind: str = "a") -> granting.Place:
        """An activity of one of the two kinds."""
        return await granting.place(self.engine, f"{self.code}_{kind}")

    async def came(self, at: granting.Place, member: UUID) -> UUID:
        """An hour at a slot of its own."""
        return await granting.attended(self.engine, await granting.slot(self.engine, at), member)

    async def amounts(self, attendances: Sequence[UUID], *, as_list: bool) -> list[int]:
        """What they are granted: decided as one list, or one by one."""
        lists = [list(attendances)] if as_list else [[each] for each in attendances]
        return [each.amount for of in lists for each in await self.granted(of)]

    async def granted(self, attendances: Sequence[UUID]) -> list[grant.Granted]:
        """What this scheme makes of them."""
        return [each for each in await granting.granted(self.engine, attendances) if each.scheme_id == self.scheme_id]


async def scene(engine: AsyncEngine, *caps: Cap, code: str | None = None, **changes: object) -> Scene:
    who, code = await schemes.officers(engine), code or granting.code()
    clause = Clause(activity_kinds=(f"{code}_a", f"{code}_b"), earn=HUNDRED)
    await schemes.publish(engine, who, code, clauses=(clause,), caps=caps, funding=("care",), **changes)
    await schemes.fund(engine, who, code, "care", 100_000)
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Scene(engine, code, scheme.scheme_id)


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_cap_counts_over_all_places_and_another_at_each(engine: AsyncEngine, as_list: bool) -> None:
    found = await scene(engine, editions.cap(250), editions.cap(150, for_each=("member", "site")))
    member, one, two = await spending.member(engine), await found.place(), await found.place()
    came = [await found.came(at, member) for at in (one, one, two, two)]
    assert await found.amounts(came, as_list=as_list) == [100, 50, 100, 0]


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_cap_on_one_kind_leaves_others_alone(engine: AsyncEngine, as_list: bool) -> None:
    code = granting.code()
    found = await scene(engine, editions.cap(1, of="grants", activity_kinds=(f"{code}_b",)), code=code)
    member, plain, capped = await spending.member(engine), await found.place("a"), await found.place("b")
    came = [await found.came(at, member) for at in (capped, plain, capped, plain)]
    assert await found.amounts(came, as_list=as_list) == [100, 100, 0, 100]


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_cap_of_everybody_counts_all_members(engine: AsyncEngine, as_list: bool) -> None:
    found = await scene(engine, editions.cap(250, per="month", for_each=()))
    at = await found.place()
    came = [await found.came(at, await spending.member(engine)) for _ in range(4)]
    assert await found.amounts(came, as_list=as_list) == [100, 100, 50, 0]


@pytest.mark.parametrize("as_list", [True, False])
async def test_a_cap_of_a_place_counts_its_members_together(engine: AsyncEngine, as_list: bool) -> None:
    found = await scene(engine, editions.cap(150, for_each=("site",)))
    one, two = await found.place(), await found.place()
    came = [await found.came(at, await spending.member(engine)) for at in (one, one, two, two, one)]
    assert await found.amounts(came, as_list=as_list) == [100, 50, 100, 50, 0]


async def test_a_cap_on_converting_leaves_the_grant_and_counts_what_is_convertible(engine: AsyncEngine) -> None:
    found = await scene(engine, editions.cap(150, stops="converting"), conversion=editions.exchange())
    member, at = await spending.member(engine), await found.place()
    made = [await found.granted([await found.came(at, member)]) for _ in range(3)]
    assert [each.amount for (each,) in made] == [100, 100, 100]
    rows = [(await do(engine, query.rows, _COLUMNS, decision_id=each.decision_id))[0] for (each,) in made]
    assert [row.convertible for row in rows] == [100, 50, 0]


async def test_the_columns_say_where_and_what_it_was(engine: AsyncEngine) -> None:
    found = await scene(engine)
    at = await found.place()
    slot = await granting.slot(engine, at)
    (made,) = await found.granted([await granting.attended(engine, slot, await spending.member(engine))])
    (row,) = await do(engine, query.rows, _COLUMNS, decision_id=made.decision_id)
    assert (row.activity_kind, row.site, row.event) == (at.kind, str(at.organisation_id), str(slot))
    assert (row.client, row.book, row.convertible, row.looked, row.looked_earned, row.by_group) == (None, None, 100, 0, 0, False)


async def test_time_that_is_added_up_over_a_month_counts_what_was_looked_at(engine: AsyncEngine) -> None:
    """Forty minutes three times are two hours, though none of them is one."""
    who, code = await schemes.officers(engine), granting.code()
    summed = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0, summed_over="month")
    await schemes.publish(engine, who, code, clauses=(Clause(activity_kinds=(code,), earn=summed),), funding=("care",))
    await schemes.fund(engine, who, code, "care", 1_000)
    at, member = await granting.place(engine, code), await spending.member(engine)
    amounts: list[int] = []
    for _ in range(3):
        attendance = await granting.attended(engine, await granting.slot(engine, at), member, minutes=40)
        scheme = await do(engine, edition_store.scheme_by_code, code)
        made = await granting.granted(engine, [attendance])
        amounts += [each.amount for each in made if each.scheme_id == scheme.scheme_id]
    assert amounts == [0, 100, 100]


async def test_the_audit_holds_on_all_of_it(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    assert await granting.audited(auditor) == []
