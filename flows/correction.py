"""An officer corrects an entry: its mirror is booked beside it with the reason, and both stand.

A grant that is taken back frees its place under the caps, too. What of it was spent already can be borne by the budget: `absorb_spent`.
What two people paid out is not taken back by one: a payment that was wrong is set right by the next settlement. What a group used and
gave back in part is corrected in that order: the return first.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids, text
from ledger import posting, reversal
from rules import decision_store
from wallets import amends, applications, locks, refusals

_OF_AN_APPLICATION = frozenset({"group_use", "group_return"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entry, and why. `absorb_spent` takes back what is left of a grant and lets the budget bear what was spent of it."""

    entry_id: UUID
    reason: str
    absorb_spent: bool = False


async def correct(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> amends.Correction:
    """Reverses an entry once, with a reason, into a month that is open.

    A grant that was spent whole leaves nothing to book: the correction and the decision's end say that the budget bears it.

    Raises UnknownEntry, NotCorrectable (a settlement), ReverseReturnFirst, AlreadyReversed, AlreadyCorrected, ReversalOfReversal,
    AlreadySpent, InsufficientBalance (settled already).
    """
    reason = text.clean_note("reason", asked.reason)
    await _check(conn, asked.entry_id)
    correction_id, reversal_id = ids.new_id(), ids.new_id()
    made = await reversal.draft_of(
        conn,
        reversal.Asked(
            entry_id=asked.entry_id,
            reversal_id=reversal_id,
            kind="correction",
            cause_kind="correction",
            cause_id=correction_id,
            occurred_at=now,
            booked_on=days.local_date(now),
            actor=actor.principal_id,
            memo=reason,
            absorb_spent=asked.absorb_spent,
        ),
    )
    if made.draft is not None:
        await posting.post_one(conn, made.draft, now=now)
    correction = amends.Correction(
        correction_id=correction_id,
        entry_id=asked.entry_id,
        reversal_id=reversal_id if made.draft is not None else None,
        reason=reason,
        shortfall=made.shortfall,
        corrected_at=now,
        actor=actor.principal_id,
    )
    await amends.keep_correction(conn, correction)
    await _void_decision(conn, correction)
    return correction


async def _void_decision(conn: AsyncConnection, made: amends.Correction) -> None:
    """Ends the decision behind the grant that was corrected, if it was one."""
    decision_id = await amends.decision_behind(conn, made.entry_id)
    if decision_id is not None:
        await decision_store.void(conn, decision_id, reason=made.reason, by=made.actor, at=made.corrected_at)


async def _check(conn: AsyncConnection, entry_id: UUID) -> None:
    """Whether the entry is one that a correction sets right, and was not left to the budget before."""
    await _check_kind(conn, entry_id)
    await _check_borne(conn, entry_id)


async def _check_kind(conn: AsyncConnection, entry_id: UUID) -> None:
    """Refuses what is set right otherwise; locks the application of a group against a return in between."""
    cause = await amends.cause_of(conn, entry_id)
    if cause is None:
        return  # the reversal refuses it by name
    if cause.kind == "settlement":
        raise refusals.NotCorrectable(kind=cause.kind, instead="settlement")
    if cause.kind in _OF_AN_APPLICATION:
        await locks.take(conn, "application", cause.cause_id)
        came_back = await applications.return_entry(conn, cause.cause_id)
        if cause.kind == "group_use" and came_back is not None:
            raise refusals.ReverseReturnFirst(application_id=cause.cause_id, entry_id=came_back)


async def _check_borne(conn: AsyncConnection, entry_id: UUID) -> None:
    """Whether the entry was left to the budget before; one correction of it at a time."""
    await locks.take(conn, "correction", entry_id)
    correction_id = await amends.borne(conn, entry_id)
    if correction_id is not None:
        raise refusals.AlreadyCorrected(entry_id=entry_id, correction_id=correction_id)
