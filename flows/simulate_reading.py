"""The rows of a simulation: attendances with what was decided about them, whole sets at a time; areas and budget lines beside them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days
from rules.exhaustion import Line
from rules.vocabulary.edition import Edition

PART_LENGTH = 1_000  # rows that come at a time
CASE_COLUMNS = 9  # the first columns are those of `rules.simulate.Case`, in its order

_COUNT = query.statement(
    """
    select count(*) from activities.attendance
    where municipality_id = (select db.municipality()) and started_at >= :first_at and started_at < :end_at
    """
)
# What the budget refused at once is as if nothing had been decided: the simulation says when the budget is empty.
_DECIDED = """
    select d.municipality_id, d.attendance_id, d.decision_id, d.facts, d.decision, d.by_group,
        cast(extract(epoch from d.decided_at) * 1000000 as bigint) as decided_us,
        cast(extract(epoch from v.voided_at) * 1000000 as bigint) as voided_us
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    where d.municipality_id = (select db.municipality()) and d.scheme_id = :scheme_id
        and d.occurred_on between :first_on and :last_on
        and (v.reason = 'budget_empty' and v.voided_by is null) is not true
"""
_MEMBERS = f"""
    with decided as ({_DECIDED})
    select cast(m.number as text) as holder, cast(a.started_at at time zone 'Asia/Tokyo' as date) as occurred_on,
        coalesce(d.decided_us, cast(extract(epoch from a.made_at) * 1000000 as bigint)) as decided_us, d.voided_us,
        case
            when n.attendance_id is not null then 'superseded'
            when a.needs_signoff and o.signed_by is null then 'unsigned'
            when not m.can_earn then 'cannot_earn'
        end as left_out,
        cast(d.facts as text) as facts, cast(d.decision as text) as decided, cast(a.slot_id as text) as slot,
        cast(m.area_id as text) as area, cast(m.member_id as text) as holder_id,
        cast(a.attendance_id as text) as attendance_id, cast(a.made_at at time zone 'Asia/Tokyo' as date) as granted_on
    from activities.attendance a
    join community.member m on m.municipality_id = a.municipality_id and m.member_id = a.member_id
    left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
    left join activities.attendance n on n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
    left join decided d on d.attendance_id = a.attendance_id and d.by_group is not true
    where a.municipality_id = (select db.municipality()) and a.started_at >= :first_at and a.started_at < :end_at
"""  # noqa: S608 - a constant of this module
# One attendance carries each slot: that of its decision, or the first that somebody vouched for.
_GROUPS = f"""
    with decided as ({_DECIDED}), carried as (
        select distinct on (a.slot_id) a.municipality_id, a.attendance_id, a.slot_id, a.started_at, a.made_at, c.organisation_id,
            d.decided_us, d.facts, d.decision, d.decision_id
        from activities.attendance a
        join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
        join activities.activity c on c.municipality_id = s.municipality_id and c.activity_id = s.activity_id
        join activities.slot_close e on e.municipality_id = s.municipality_id and e.slot_id = s.slot_id
        left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
        left join activities.attendance n on n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
        left join decided d on d.attendance_id = a.attendance_id and d.by_group and d.voided_us is null
        where a.municipality_id = (select db.municipality()) and a.started_at >= :first_at and a.started_at < :end_at
            and n.attendance_id is null and (o.signed_by is not null or not a.needs_signoff)
        order by a.slot_id, d.decision_id is null, a.started_at, a.attendance_id
    )
    select cast(organisation_id as text) as holder, cast(started_at at time zone 'Asia/Tokyo' as date) as occurred_on,
        coalesce(decided_us, cast(extract(epoch from made_at) * 1000000 as bigint)) as decided_us, cast(null as bigint) as voided_us,
        cast(null as text) as left_out, cast(facts as text) as facts, cast(decision as text) as decided,
        cast(slot_id as text) as slot, 'unknown' as area, cast(organisation_id as text) as holder_id,
        cast(attendance_id as text) as attendance_id, cast(made_at at time zone 'Asia/Tokyo' as date) as granted_on
    from carried
"""  # noqa: S608 - a constant of this module
_ORDERS = {  # whether groups hold the points, whether everybody is seen in the order of time
    (False, False): " order by a.member_id, decided_us, d.decision_id, a.attendance_id",
    (False, True): " order by decided_us, d.decision_id, a.attendance_id",
    (True, False): " order by organisation_id, decided_us, decision_id, attendance_id",
    (True, True): " order by decided_us, decision_id, attendance_id",
}
_STATEMENTS = {asked: query.statement((_GROUPS if asked[0] else _MEMBERS) + order) for asked, order in _ORDERS.items()}
_AREAS = query.statement(
    "select cast(area_id as text) as area_id, name from community.area where municipality_id = (select db.municipality())"
)
_LINES = query.statement(
    """
    select b.fiscal_year, b.code, b.funding_source, cast(coalesce(sum(l.amount), 0) as bigint) as appropriated
    from rules.budget_line b
    left join ledger.journal_line l on l.municipality_id = b.municipality_id and l.account_id = b.account_id and exists (
        select from ledger.journal_line s
        join ledger.account a on a.municipality_id = s.municipality_id and a.account_id = s.account_id and a.kind = 'appropriation'
        where s.municipality_id = l.municipality_id and s.entry_id = l.entry_id
    )
    where b.municipality_id = (select db.municipality()) and b.scheme_id = :scheme_id and b.fiscal_year between :first and :last
    group by b.fiscal_year, b.code, b.funding_source
    """
)


async def count(conn: AsyncConnection, reach: tuple[date, date]) -> int:
    """How many attendances began on these days."""
    return await query.scalar(conn, _COUNT, **_instants(reach))


async def rows(
    conn: AsyncConnection, draft: Edition, scheme_id: UUID, reach: tuple[date, date], *, by_time: bool
) -> AsyncGenerator[Sequence[Row[Any]]]:
    """The attendances of these days in parts: by holder and then in the order of decisions, or in that order alone."""
    asked = _STATEMENTS[draft.holder == "group", by_time]
    given = {"scheme_id": scheme_id, "first_on": reach[0], "last_on": reach[1]} | _instants(reach)
    async with conn.stream(asked, given) as found:
        async for part in found.partitions(PART_LENGTH):
            yield part


async def areas(conn: AsyncConnection) -> dict[str, str]:
    """The names of all areas, by id."""
    return {row.area_id: row.name for row in await query.rows(conn, _AREAS)}


async def lines(conn: AsyncConnection, scheme_id: UUID, first_on: date, last_on: date) -> list[Line]:
    """The budget lines of the scheme in the fiscal years of these days, with what was appropriated for each."""
    first, last = days.fiscal_year(first_on), days.fiscal_year(last_on)
    return [Line(*row) for row in await query.rows(conn, _LINES, scheme_id=scheme_id, first=first, last=last)]


def _instants(reach: tuple[date, date]) -> dict[str, datetime]:
    """When the first day begins and the last one ends, in Japan."""
    first, last = reach
    return {"first_at": days.local_time(first, 0), "end_at": days.local_time(last + timedelta(days=1), 0)}
