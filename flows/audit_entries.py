"""The entries behind a figure: by unit, kind of entry, kind of account, budget line and accounting date; and one of them whole.

What `total` says is what the roll-forward of the same span says: a figure of the year's sheet and the list behind it are one sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

PAGE_ENTRIES_MAX = 100

# Without a kind of account there is no side to take: what comes to accounts is summed, which is what leaves others.
_FROM = """
    from ledger.journal_entry e
    join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    where e.municipality_id = db.municipality() and u.code = :unit and e.booked_on between :first and :last
        and (cast(:kinds as text[]) is null or e.kind = any (cast(:kinds as text[])))
        and case when cast(:account_kinds as text[]) is null and cast(:line as uuid) is null then l.amount > 0
            else cast(:account_kinds as text[]) is null or a.kind = any (cast(:account_kinds as text[])) end
        and (cast(:line as uuid) is null or a.account_id = (
            select b.account_id from rules.budget_line b where b.municipality_id = db.municipality() and b.budget_line_id = :line
        ))
"""
_TOTAL = query.statement(f"select count(distinct e.entry_id) as entries, coalesce(sum(l.amount), 0)::bigint as amount {_FROM}")
_PAGE = query.statement(
    f"""
    select e.entry_id, e.kind, e.booked_on, e.recorded_at, sum(l.amount)::bigint as amount
    {_FROM}
        and (cast(:after as uuid) is null or (e.booked_on, e.recorded_at, e.entry_id) > (
            select p.booked_on, p.recorded_at, p.entry_id from ledger.journal_entry p
            where p.municipality_id = db.municipality() and p.entry_id = :after
        ))
    group by e.entry_id, e.kind, e.booked_on, e.recorded_at
    order by e.booked_on, e.recorded_at, e.entry_id limit :limit
    """  # noqa: S608 - a constant of this module
)
_ONE = query.statement(
    """
    select e.entry_id, e.kind, e.occurred_at, e.recorded_at, e.booked_on, e.cause_kind, e.cause_id, e.actor, e.acting_for, e.reverses,
        x.entry_id as reversed_by, e.memo
    from ledger.journal_entry e
    left join ledger.journal_entry x on x.municipality_id = e.municipality_id and x.reverses = e.entry_id
    where e.municipality_id = db.municipality() and e.entry_id = :entry_id
    """
)
_LINES = query.statement(
    """
    select l.line_no, l.account_id, l.account_version, a.kind as account_kind, a.holder, u.code as unit, l.amount, l.balance_after,
        b.code as budget_line
    from ledger.journal_line l
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    left join rules.budget_line b on b.municipality_id = l.municipality_id and b.account_id = l.account_id
    where l.municipality_id = db.municipality() and l.entry_id = :entry_id
    order by l.line_no
    """
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: `kinds` and `account_kinds` are all where they are empty; both days are included."""

    unit: str
    first: date
    last: date
    kinds: tuple[str, ...] = ()
    account_kinds: tuple[str, ...] = ()
    line: UUID | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in a list; `amount` is what it moved on the accounts that are asked for, in minor units."""

    entry_id: UUID
    kind: str
    booked_on: date
    recorded_at: datetime
    amount: int


class Total(msgspec.Struct, frozen=True):
    """How many entries, and what they moved together."""

    entries: int
    amount: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an entry. `holder` is the member or organisation whose account it is; None for accounts of the town."""

    line_no: int
    account_id: int
    account_version: int
    account_kind: str
    holder: UUID | None
    unit: str
    amount: int
    balance_after: int
    budget_line: str | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry with all that is kept of it."""

    entry_id: UUID
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    booked_on: date
    cause_kind: str
    cause_id: UUID
    actor: UUID | None
    acting_for: UUID | None
    reverses: UUID | None
    reversed_by: UUID | None
    memo: str | None
    lines: list[Line]


async def page(conn: AsyncConnection, wanted: Wanted, *, after: UUID | None = None, limit: int = 50) -> Sequence[Listed]:
    """A page of entries by accounting date, then as recorded, following the entry `after`. At most PAGE_ENTRIES_MAX."""
    told = _told(wanted) | {"after": after, "limit": min(limit, PAGE_ENTRIES_MAX)}
    return [query.into(Listed, row) for row in await query.rows(conn, _PAGE, **told)]


async def total(conn: AsyncConnection, wanted: Wanted) -> Total:
    """All of them summed up."""
    row = await query.one(conn, _TOTAL, **_told(wanted))
    return Total(row.entries, row.amount) if row is not None else Total(0, 0)


async def find(conn: AsyncConnection, entry_id: UUID) -> Entry | None:
    """One entry with its lines; None where the municipality has none of this id."""
    row = await query.one(conn, _ONE, entry_id=entry_id)
    if row is None:
        return None
    lines = [query.into(Line, line) for line in await query.rows(conn, _LINES, entry_id=entry_id)]
    return Entry(**row._mapping, lines=lines)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - SQLAlchemy's documented name


def _told(wanted: Wanted) -> dict[str, Any]:
    return {
        "unit": wanted.unit,
        "first": wanted.first,
        "last": wanted.last,
        "kinds": list(wanted.kinds) or None,
        "account_kinds": list(wanted.account_kinds) or None,
        "line": wanted.line,
    }
