"""Reversal: an entry is undone by its mirror, once, in the open.

What the entry took from lots goes back into them; what it put into new lots is taken out of those same lots, and of no others: points
of another origin do not pay for this mistake. Where such a lot was spent in part, the reversal is refused with what is left
(AlreadySpent), and there are two ways on: reverse the spending first, or, for a grant, `absorb_spent`: take back what is left and let
the budget bear the rest, which the correction records as its shortfall (docs/decisions/0004). Each budget line bears what was spent of
the lots that it funded. Where nothing is left, there is nothing to book.
"""

from __future__ import annotations

from collections import Counter
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
    select line_no, lot_id, -amount as amount, null::bigint as remaining, null::bigint as funding_account
    from ledger.lot_move
    where municipality_id = db.municipality() and entry_id = :entry_id
    union all
    select line_no, lot_id, -amount, remaining, funding_account
    from ledger.lot
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
    """The mirror entry, ready to be posted, and how much of the original it leaves standing (0 unless spent points are absorbed).

    `draft` is None where all of it was spent and is absorbed: then there is nothing to book.
    """

    draft: Draft | None
    shortfall: int

    @property
    def booked(self) -> Draft:
        """The mirror entry of a reversal that absorbs nothing: it always has one."""
        if self.draft is None:
            raise LookupError("all of it was spent: there is nothing to book")
        return self.draft


async def draft_of(conn: AsyncConnection, asked: Asked) -> Reversal:
    """Locks the accounts of an entry and drafts its mirror; `posting.post_one(conn, reversal.booked, …)` books it.

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
    standing = _standing(asked, lines, parts)
    shortfall = sum(standing[line.line_no] for line in lines if line.amount > 0)
    return Reversal(_mirror(asked, lines, parts, standing), shortfall)


def _standing(asked: Asked, lines: Sequence[Row[Any]], parts: Sequence[Row[Any]]) -> Counter[int]:
    """How much of each line stays, by its number: what is no longer in the lots that it brought, and as much of what funded them."""
    born = [part for part in parts if part.remaining is not None]
    needed, remaining = sum(-part.amount for part in born), sum(part.remaining for part in born)
    standing = Counter[int]()
    if remaining == needed:
        return standing
    funding = {line.account_id: line.line_no for line in lines if line.amount < 0}
    for part in born:
        spent = -part.amount - part.remaining
        standing[part.line_no] += spent
        if part.funding_account in funding:
            standing[funding[part.funding_account]] += spent
    of_a_grant = len(born) == len(parts) and all(part.funding_account in funding for part in born)
    fits = all(standing[line.line_no] <= abs(line.amount) for line in lines)
    if asked.absorb_spent and of_a_grant and fits:
        return standing
    unit = next(line.unit for line in lines if line.amount > 0)
    raise refusals.AlreadySpent(entry_id=asked.entry_id, unit=unit, needed=needed, remaining=remaining)


def _mirror(asked: Asked, lines: Sequence[Row[Any]], parts: Sequence[Row[Any]], standing: Counter[int]) -> Draft | None:
    mirrored: list[Line] = []
    for line in lines:
        left = abs(line.amount) - standing[line.line_no]
        if left == 0:
            continue
        back = [
            (each.lot_id, abs(each.amount) if each.remaining is None else each.remaining)
            for each in parts
            if each.line_no == line.line_no
        ]
        of_line = tuple((lot_id, amount) for lot_id, amount in back if amount > 0)
        mirrored.append(Line(line.account_id, left if line.amount < 0 else -left, Exactly(of_line) if of_line else None))
    if not mirrored:
        return None
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
