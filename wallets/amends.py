"""What was taken back: a purchase undone at the counter, an entry corrected. Each names the entry that reverses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

PAGE_MAX = 200

_UNDO = query.statement(
    """
    insert into wallets.undo (municipality_id, redemption_id, entry_id, reason, undone_at, actor)
    values (db.municipality(), :redemption_id, :entry_id, :reason, :undone_at, :actor)
    """
)
_CORRECT = query.statement(
    """
    insert into wallets.correction (municipality_id, correction_id, entry_id, reversal_id, reason, shortfall, corrected_at, actor)
    values (db.municipality(), :correction_id, :entry_id, :reversal_id, :reason, :shortfall, :corrected_at, :actor)
    """
)
_CORRECTIONS = query.statement(
    """
    select correction_id, entry_id, reversal_id, reason, shortfall, corrected_at, actor
    from wallets.correction
    where municipality_id = db.municipality()
        and correction_id < coalesce(cast(:before as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by correction_id desc limit :limit
    """
)
_BORNE = query.statement(
    """
    select correction_id from wallets.correction
    where municipality_id = db.municipality() and entry_id = :entry_id and reversal_id is null
    """
)
_DECISION = query.statement(
    """
    select d.decision_id
    from ledger.journal_entry e
    join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
    where e.municipality_id = db.municipality() and e.entry_id = :entry_id and e.kind = 'grant' and not exists (
        select from rules.decision_void v where v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    )
    """
)
_CAUSE = query.statement(
    "select kind, cause_id from ledger.journal_entry where municipality_id = db.municipality() and entry_id = :entry_id"
)


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase undone: by which entry, why, and by whom."""

    redemption_id: UUID
    entry_id: UUID
    reason: str
    undone_at: datetime
    actor: UUID


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """An entry corrected by its reversal. `shortfall` is what of it was spent and stays on the budget, in minor units.

    `reversal_id` is None where all of it was spent: then nothing was booked.
    """

    correction_id: UUID
    entry_id: UUID
    reversal_id: UUID | None
    reason: str
    shortfall: int
    corrected_at: datetime
    actor: UUID


class Cause(msgspec.Struct, frozen=True):
    """What an entry was booked for: its kind, and the record behind it."""

    kind: str
    cause_id: UUID


async def cause_of(conn: AsyncConnection, entry_id: UUID) -> Cause | None:
    """What an entry was booked for, or None where there is no such entry."""
    row = await query.one(conn, _CAUSE, entry_id=entry_id)
    return Cause(row.kind, row.cause_id) if row is not None else None


async def keep_undo(conn: AsyncConnection, undo: Undo) -> None:
    """Records an undo whose reversal is posted."""
    await query.run(conn, _UNDO, **msgspec.structs.asdict(undo))


async def keep_correction(conn: AsyncConnection, correction: Correction) -> None:
    """Records a correction whose reversal is posted."""
    await query.run(conn, _CORRECT, **msgspec.structs.asdict(correction))


async def corrections(conn: AsyncConnection, *, before: UUID | None = None, limit: int = 50) -> list[Correction]:
    """The corrections, the newest first, those before the id `before`; at most PAGE_MAX at once."""
    rows = await query.rows(conn, _CORRECTIONS, before=before, limit=min(max(limit, 1), PAGE_MAX))
    return [_correction(row) for row in rows]


async def borne(conn: AsyncConnection, entry_id: UUID) -> UUID | None:
    """The correction that left all of an entry to the budget, or None."""
    row = await query.one(conn, _BORNE, entry_id=entry_id)
    return row.correction_id if row is not None else None


async def decision_behind(conn: AsyncConnection, entry_id: UUID) -> UUID | None:
    """The decision that an entry granted and that is still in force, or None where the entry is no grant."""
    row = await query.one(conn, _DECISION, entry_id=entry_id)
    return row.decision_id if row is not None else None


def _correction(row: Row[Any]) -> Correction:
    return msgspec.convert(row, Correction, from_attributes=True)
