"""Closed months: nothing came in after the door was closed, and what was kept then is what the journal says today. Invariant 11."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import checks
from ledger.checks import Check, Question
from ledger.periods import Flow

# Closings go forward month by month, so the first one that covers an entry is that of its own month, or the first of all.
CLOSED = Question(
    name="period_closed",
    counted="ledger.period_close where municipality_id = (select db.municipality())",
    differences="""
        select e.entry_id, e.booked_on, e.recorded_at, p.month, p.closed_at
        from ledger.journal_entry e
        join ledger.period_close p on p.municipality_id = e.municipality_id and p.month = greatest(
            cast(date_trunc('month', e.booked_on) as date),
            (select min(f.month) from ledger.period_close f where f.municipality_id = (select db.municipality()))
        )
        where e.municipality_id = (select db.municipality()) and e.recorded_at > p.closed_at
        union all
        select null, null, null, month, closed_at
        from (
            select month, closed_at, lag(month) over by_month as month_before, lag(closed_at) over by_month as closed_before
            from ledger.period_close where municipality_id = (select db.municipality())
            window by_month as (order by month)
        ) p
        where month <> cast(month_before + interval '1 month' as date) or closed_at < closed_before
        order by 4, 1
    """,
)
_KEPT = query.statement(
    """
    select month, cast(roll_forward as text) as roll_forward
    from ledger.period_close where municipality_id = (select db.municipality()) order by month
    """
)
_MOVED = query.statement(
    """
    select
        cast(date_trunc('month', e.booked_on) as date) as month, u.code as unit, a.kind as account_kind, e.kind as entry_kind,
        cast(sum(l.amount) as bigint) as moved
    from ledger.journal_line l
    join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    where l.municipality_id = (select db.municipality())
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    """
)


class Moved(msgspec.Struct, frozen=True):
    """What entries of one kind, booked in one month, moved on accounts of one kind: in minor units of `unit`."""

    month: date
    unit: str
    account_kind: str
    entry_kind: str
    moved: int


async def check(conn: AsyncConnection) -> list[Check]:
    """`period_closed`: no entry after the closing of its month. `roll_forward`: each kept roll-forward, derived again."""
    closed = await checks.ask(conn, CLOSED)
    kept = await query.rows(conn, _KEPT)
    moved = [msgspec.convert(row, Moved, from_attributes=True) for row in await query.rows(conn, _MOVED)] if kept else []
    return [closed, checks.found("roll_forward", len(kept), _first_difference(kept, moved))]


def _first_difference(kept: Sequence[Row[Any]], moved: Sequence[Moved]) -> dict[str, Any] | None:
    for closing in kept:
        derived = [msgspec.to_builtins(flow) for flow in derive(closing.month, moved)]
        stored = msgspec.json.decode(closing.roll_forward)
        for mine, theirs in zip(derived, stored, strict=False):
            if mine != theirs:
                return {"month": str(closing.month), "kept": theirs, "derived": mine}
        if len(derived) != len(stored):
            return {"month": str(closing.month), "rows_kept": len(stored), "rows_derived": len(derived)}
    return None


def derive(month: date, moved: Sequence[Moved]) -> list[Flow]:
    """The roll-forward of `month` from what each month moved. Pure."""
    flows: dict[tuple[str, str], tuple[int, dict[str, int]]] = {}
    for row in moved:
        if row.month > month:
            continue
        opening, by_kind = flows.setdefault((row.unit, row.account_kind), (0, {}))
        if row.month < month:
            flows[(row.unit, row.account_kind)] = (opening + row.moved, by_kind)
        elif row.moved:
            by_kind[row.entry_kind] = row.moved
    return [
        Flow(unit=unit, account_kind=kind, opening=opening, moved=by_kind, closing=opening + sum(by_kind.values()))
        for (unit, kind), (opening, by_kind) in sorted(flows.items())
    ]
