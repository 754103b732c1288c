"""A purchase taken back at the counter: within ten minutes, as a counter-entry. The points go back into the lots they came from."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import operating
from kernel import days, ids, text
from ledger import posting, reversal
from wallets import amends, redemptions, refusals

UNDO_SECONDS = 600


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which purchase, and why."""

    redemption_id: UUID
    reason: str


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """The counter-entry. What the holder has after it is the holder's to read."""

    redemption_id: UUID
    entry_id: UUID
    unit: str
    amount: int
    undone_at: datetime


async def undo(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Undone:
    """Reverses a purchase for the partner that made it, or for an officer. A pay code that paid it stays used.

    Raises UnknownRedemption (another partner's too), NotUndoable, UndoTooLate, AlreadyReversed, InsufficientBalance (settled already),
    OperatorNeeded.
    """
    reason = text.clean("reason", asked.reason)
    standing = await redemptions.get(conn, asked.redemption_id)
    _check(standing, actor, now)
    operating.answerable(actor)
    entry_id = ids.new_id()
    made = await reversal.draft_of(
        conn,
        reversal.Asked(
            entry_id=standing.redemption.entry_id,
            reversal_id=entry_id,
            kind="undo",
            cause_kind="redemption",
            cause_id=asked.redemption_id,
            occurred_at=now,
            booked_on=days.local_date(now),
            actor=actor.principal_id,
            memo=reason,
        ),
    )
    await posting.post_one(conn, made.booked, now=now)
    await amends.keep_undo(
        conn,
        amends.Undo(redemption_id=asked.redemption_id, entry_id=entry_id, reason=reason, undone_at=now, actor=actor.principal_id),
    )
    await operating.undone(conn, asked.redemption_id, actor)
    return Undone(
        redemption_id=asked.redemption_id,
        entry_id=entry_id,
        unit=standing.unit,
        amount=standing.redemption.amount,
        undone_at=now,
    )


def _check(standing: redemptions.Standing, actor: Actor, now: datetime) -> None:
    redemption = standing.redemption
    if actor.role != "officer" and (actor.organisation_id is None or redemption.counterparty != actor.organisation_id):
        raise refusals.UnknownRedemption(redemption_id=redemption.redemption_id)
    if redemption.kind != "purchase":
        raise refusals.NotUndoable(redemption_id=redemption.redemption_id, kind=redemption.kind)
    until = redemption.redeemed_at + timedelta(seconds=UNDO_SECONDS)
    if now > until:
        raise refusals.UndoTooLate(redemption_id=redemption.redemption_id, undoable_until=until)
