"""What an account was: statements by page, and balances as of any instant on both axes of time.

*As recorded*: what the book said at an instant. Recorded times rise with the versions of an account, so the last line before an instant
is found by halving, in about twenty look-ups for a million lines. *As occurred*: what had happened by then, as known today; this reads
the lines that happened later.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

PAGE_LINES_MAX = 200

_PAGE = query.statement(
    """
    select
        l.account_version, l.entry_id, l.amount, l.balance_after, e.kind, e.occurred_at, e.recorded_at, e.booked_on, e.cause_kind,
        e.cause_id, e.reverses, e.memo, e.actor, e.acting_for
    from ledger.journal_line l
    join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
    where l.municipality_id = db.municipality() and l.account_id = :account_id and l.account_version < :before_version
    order by l.account_version desc limit :limit
    """
)
_AS_RECORDED = query.statement("select ledger.balance_as_recorded(:account_id, :at)")
_AS_OCCURRED = query.statement(
    """
    select b.posted - coalesce((
        select sum(l.amount)
        from ledger.journal_line l
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
        where l.municipality_id = b.municipality_id and l.account_id = b.account_id and e.occurred_at > :at
    ), 0)::bigint
    from ledger.balance b where b.municipality_id = db.municipality() and b.account_id = :account_id
    """
)
_AFTER_THE_LAST = 2**62


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an account's statement; `account_version` is its number on the account and the key of the next page."""

    account_version: int
    entry_id: UUID
    amount: int
    balance_after: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    booked_on: date
    cause_kind: str
    cause_id: UUID
    reverses: UUID | None
    memo: str | None
    actor: UUID | None
    acting_for: UUID | None


async def statement(
    conn: AsyncConnection, account_id: int, *, before_version: int | None = None, limit: int = 50
) -> list[StatementLine]:
    """A page of an account's lines, the newest first, older than `before_version`. At most PAGE_LINES_MAX."""
    rows = await query.rows(
        conn,
        _PAGE,
        account_id=account_id,
        before_version=before_version if before_version is not None else _AFTER_THE_LAST,
        limit=min(limit, PAGE_LINES_MAX),
    )
    return [_line(row) for row in rows]


async def balance_as_recorded(conn: AsyncConnection, account_id: int, at: datetime) -> int:
    """What the book said at the instant `at`: minor units; 0 before the first line."""
    return await query.scalar(conn, _AS_RECORDED, account_id=account_id, at=at)


async def balance_as_occurred(conn: AsyncConnection, account_id: int, at: datetime) -> int:
    """What had happened by the instant `at`, as the book knows it today."""
    return await query.scalar(conn, _AS_OCCURRED, account_id=account_id, at=at)


def _line(row: Row[Any]) -> StatementLine:
    return query.into(StatementLine, row)
