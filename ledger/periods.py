"""Months: what came, what went, what is left, and the door that closes behind them.

The roll-forward of a span says, for each unit and kind of account: opening + what each kind of entry moved = closing; and over all
kinds of account every unit sums to zero. A closed month keeps its roll-forward; nothing is ever booked into it or before it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import canonical, days
from ledger import refusals

_LOCK = query.statement("select pg_advisory_xact_lock(hashtext('ledger.period'), db.municipality())")
_NEXT = query.statement(
    """
    select
        (select max(month) from ledger.period_close where municipality_id = db.municipality()) as last_closed,
        (select min(booked_on) from ledger.journal_entry where municipality_id = db.municipality()) as first_booked
    """
)
_KEEP = query.statement(
    """
    insert into ledger.period_close (municipality_id, month, actor, roll_forward)
    values (db.municipality(), :month, :actor, cast(:roll_forward as jsonb))
    """
)
_ROLL_FORWARD = query.statement(
    """
    select u.code as unit, a.kind as account_kind, e.kind as entry_kind,
        coalesce(sum(l.amount) filter (where e.booked_on < :first), 0)::bigint as opening,
        coalesce(sum(l.amount) filter (where e.booked_on >= :first), 0)::bigint as moved
    from ledger.journal_line l
    join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    where l.municipality_id = db.municipality() and e.booked_on <= :last
    group by u.code, a.kind, e.kind
    order by u.code, a.kind, e.kind
    """
)


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a roll-forward: opening + the sum of `moved` = closing, in minor units."""

    unit: str
    account_kind: str
    opening: int
    moved: dict[str, int]
    """By kind of entry."""
    closing: int


async def roll_forward(conn: AsyncConnection, first: date, last: date) -> list[Flow]:
    """What every kind of account held before `first`, what moved until `last`, and what it held then, by accounting date."""
    flows: dict[tuple[str, str], tuple[int, dict[str, int]]] = {}
    for row in await query.rows(conn, _ROLL_FORWARD, first=first, last=last):
        opening, moved = flows.get((row.unit, row.account_kind), (0, {}))
        if row.moved:
            moved[row.entry_kind] = row.moved
        flows[(row.unit, row.account_kind)] = (opening + row.opening, moved)
    return [
        Flow(unit=unit, account_kind=kind, opening=opening, moved=moved, closing=opening + sum(moved.values()))
        for (unit, kind), (opening, moved) in sorted(flows.items())
    ]


def differences(flows: Sequence[Flow]) -> dict[str, int]:
    """What is left of each unit when all kinds of account are added up: zero, or something is wrong."""
    left: dict[str, int] = {}
    for flow in flows:
        left[flow.unit] = left.get(flow.unit, 0) + flow.closing
    return left


async def close_month(conn: AsyncConnection, month: date, *, actor: UUID | None, now: datetime) -> list[Flow]:
    """Closes a month that is over, in order, and returns the roll-forward that is kept with it. Waits for postings under way;
    `closed_at` is PostgreSQL's clock, as all recorded times are.

    When it was closed is told by PostgreSQL's clock, as recorded times are, so that verify can compare the two.
    Raises PeriodClosed when it is closed already, PeriodNotOver when it is not its turn or not over.
    """
    month = days.month_of(month)
    await query.rows(conn, _LOCK)
    due = await next_to_close(conn, now=now)
    if month < due:
        raise refusals.PeriodClosed(month=month, open_from=due)
    if month != due or days.next_month(month) > days.local_date(now):
        raise refusals.PeriodNotOver(month=month, next_to_close=due)
    flows = await roll_forward(conn, month, days.next_month(month) - timedelta(days=1))
    kept = canonical.encode(msgspec.to_builtins(flows)).decode()
    await query.run(conn, _KEEP, month=month, actor=actor, roll_forward=kept)
    return flows


async def next_to_close(conn: AsyncConnection, *, now: datetime) -> date:
    """The first month that is open: after the last closed one, else that of the first entry, else this one. Its first day."""
    row = await query.one(conn, _NEXT)
    if row is not None and row.last_closed is not None:
        return days.next_month(row.last_closed)
    first = row.first_booked if row is not None else None
    return days.month_of(first or days.local_date(now))
