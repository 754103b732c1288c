"""Reversal: an entry is undone by its mirror, once, in the open.

What the entry took from lots goes back into them; what it put into new lots is taken out of those same lots, and of no others: points
of another origin do not pay for this mistake. Where such a lot was spent in part, the reversal is refused with what is left
(AlreadySpent), and there are two ways on: reverse the spending first, or, for a grant, `absorb_spent`: take back what is left and let
the budget bear the rest, which the correction records as its shortfall (docs/decisions/0004).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import refusals
from ledger.draft import Draft, Exactly, Line

_ENTRY = query.statement(
    """
    select e.kind, e.reverses, r.entry_id as reversal
    from ledger.journal_entry e
    left join ledger.journal_entry r on r.municipality_id = e.municipality_id and r.reverses = e.entry_id
    where e.municipality_id = db.municipality() and e.entry_id = :entry_id
    """
)
_ACCOUNTS = query.statement(
    """
    select b.account_id from ledger.lock_balances(array(
        select l.account_id from ledger.journal_line l
        where l.municipality_id = db.municipality() and l.entry_id = :entry_id
    )) b
    """
)
_LINES = query.statement(
    """
    select l.line_no, l.account_id, l.amount, u.code as unit
    from ledger.journal_line l
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    where l.municipality_id = db.municipality() and l.entry_id = :entry_id order by l.line_no
    """
)
_PARTS = query.statement(
    """
    select line_no, lot_id, -amount as amount, null::bigint as remaining from ledger.lot_move
    where municipality_id = db.municipality() and entry_id = :entry_id
    union all
    select line_no, lot_id, -amount, remaining from ledger.lot
    where municipality_id = db.municipality() and entry_id = :entry_id
    order by line_no, lot_id
    """
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A reversal to be made: of which entry, under which id and cause, when, by whom and why."""

    entry_id: UUID
    reversal_id: UUID
    cause_kind: str
    cause_id: UUID
    occurred_at: datetime
    booked_on: date
    actor: UUID | None
    memo: str
    kind: str = "reversal"
    absorb_spent: bool = False


class Reversal(msgspec.Struct, frozen=True):
    """The mirror entry, ready to be posted, and how much of the original it leaves standing (0 unless spent points are absorbed)."""

    draft: Draft
    shortfall: int


async def draft_of(conn: AsyncConnection, asked: Asked) -> Reversal:
    """Locks the accounts of an entry and drafts its mirror; `posting.post_one(conn, reversal.draft, …)` books it.

    Raises UnknownEntry, AlreadyReversed, ReversalOfReversal, AlreadySpent.
    """
    entry = await query.one(conn, _ENTRY, entry_id=asked.entry_id)
    if entry is None:
        raise refusals.UnknownEntry(entry_id=asked.entry_id)
    if entry.reverses is not None:
        raise refusals.ReversalOfReversal(entry_id=asked.entry_id)
    await query.rows(conn, _ACCOUNTS, entry_id=asked.entry_id)
    entry = await query.one(conn, _ENTRY, entry_id=asked.entry_id)  # again, under the locks
    if entry is not None and entry.reversal is not None:
        raise refusals.AlreadyReversed(entry_id=asked.entry_id, reversal=entry.reversal)
    lines = await query.rows(conn, _LINES, entry_id=asked.entry_id)
    parts = await query.rows(conn, _PARTS, entry_id=asked.entry_id)
    shortfall = _shortfall(asked, lines, parts)
    return Reversal(_mirror(asked, lines, parts, shortfall), shortfall)


def _shortfall(asked: Asked, lines: Sequence[Row[Any]], parts: Sequence[Row[Any]]) -> int:
    """How much of what the entry put into new lots is no longer in them."""
    spent = sum(-part.amount - part.remaining for part in parts if part.remaining is not None)
    if spent == 0:
        return 0
    needed = sum(-part.amount for part in parts if part.remaining is not None)
    simple = len(lines) == 2 and len(parts) == 1  # one account gave, one received one lot: a grant
    if asked.absorb_spent and simple and spent < needed:
        return spent
    unit = next(line.unit for line in lines if line.amount > 0)
    raise refusals.AlreadySpent(entry_id=asked.entry_id, unit=unit, needed=needed, remaining=needed - spent)


def _mirror(asked: Asked, lines: Sequence[Row[Any]], parts: Sequence[Row[Any]], shortfall: int) -> Draft:
    mirrored: list[Line] = []
    for line in lines:
        of_line = tuple((part.lot_id, abs(part.amount) - shortfall) for part in parts if part.line_no == line.line_no)
        amount = -line.amount + (shortfall if line.amount > 0 else -shortfall)
        mirrored.append(Line(line.account_id, amount, Exactly(of_line) if of_line else None))
    return Draft(
        entry_id=asked.reversal_id,
        kind=asked.kind,
        occurred_at=asked.occurred_at,
        booked_on=asked.booked_on,
        cause_kind=asked.cause_kind,
        cause_id=asked.cause_id,
        lines=tuple(mirrored),
        actor=asked.actor,
        reverses=asked.entry_id,
        memo=asked.memo,
    )
