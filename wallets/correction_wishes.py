"""Corrections that somebody asked for, and what a second person said: done, or refused with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from wallets import refusals

PAGE_MAX = 200
State = Literal["waits", "corrected", "refused"]

_INSERT = query.statement(
    """
    insert into wallets.correction_wish (municipality_id, wish_id, entry_id, reason, absorb_spent, asked_at, asked_by)
    values (db.municipality(), :wish_id, :entry_id, :reason, :absorb_spent, :asked_at, :asked_by)
    """
)
_DECIDE = query.statement(
    """
    insert into wallets.correction_decision (municipality_id, wish_id, correction_id, reason, decided_at, decided_by)
    values (db.municipality(), :wish_id, cast(:correction_id as uuid), :reason, :now, :decided_by)
    """
)
_SELECT = """
    select w.wish_id, w.entry_id, w.reason, w.absorb_spent, w.asked_at, w.asked_by, d.correction_id, d.reason as refused_because,
        d.decided_at, d.decided_by,
        case when d.wish_id is null then 'waits' when d.correction_id is null then 'refused' else 'corrected' end as state
    from wallets.correction_wish w
    left join wallets.correction_decision d on d.municipality_id = w.municipality_id and d.wish_id = w.wish_id
    where w.municipality_id = db.municipality()
"""
_FIND = query.statement(_SELECT + " and w.wish_id = :wish_id")
_PAGE = query.statement(
    f"""{_SELECT} and w.wish_id < coalesce(cast(:before as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        and (not :waiting or d.wish_id is null)
    order by w.wish_id desc limit :limit"""
)


class NewWish(msgspec.Struct, frozen=True, kw_only=True):
    """Which entry is to be corrected, why, and whether the budget bears what was spent of a grant."""

    wish_id: UUID
    entry_id: UUID
    reason: str
    absorb_spent: bool
    asked_at: datetime
    asked_by: UUID


class Wish(NewWish, frozen=True, kw_only=True):
    """A wish as it stands. `correction_id` once it is done, `refused_because` once it is refused."""

    state: State
    correction_id: UUID | None
    refused_because: str | None
    decided_at: datetime | None
    decided_by: UUID | None


async def add(conn: AsyncConnection, wish: NewWish) -> None:
    """Keeps a new wish."""
    await query.run(conn, _INSERT, **msgspec.structs.asdict(wish))


async def get(conn: AsyncConnection, wish_id: UUID) -> Wish:
    """The wish. Raises UnknownCorrectionAsked."""
    row = await query.one(conn, _FIND, wish_id=wish_id)
    if row is None:
        raise refusals.UnknownCorrectionAsked(wish_id=wish_id)
    return _wish(row)


async def page(conn: AsyncConnection, *, before: UUID | None = None, waiting: bool = False, limit: int = 50) -> list[Wish]:
    """Wishes, the newest first, those before the id `before`; those that wait alone if told. At most PAGE_MAX."""
    rows = await query.rows(conn, _PAGE, before=before, waiting=waiting, limit=min(max(limit, 1), PAGE_MAX))
    return [_wish(row) for row in rows]


async def decide(
    conn: AsyncConnection, wish_id: UUID, *, correction_id: UUID | None, reason: str | None, decided_by: UUID, now: datetime
) -> None:
    """Keeps what the second person said: the correction that was made, or why there is none."""
    await query.run(conn, _DECIDE, wish_id=wish_id, correction_id=correction_id, reason=reason, decided_by=decided_by, now=now)


def _wish(row: Row[Any]) -> Wish:
    return query.into(Wish, row)
