"""A correction takes two people: an officer asks for it with a reason, another one books it or says no with a reason.

What was only asked changes nothing. What cannot be corrected is refused when it is booked, by its own name (`flows.correction`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import correction
from flows.correction import Asked
from kernel import ids, text
from ledger.refusals import UnknownEntry
from wallets import amends, correction_wishes, holders, locks, refusals
from wallets.amends import Correction
from wallets.correction_wishes import NewWish, Wish


async def ask(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Wish:
    """Asks for a correction. Raises UnknownEntry, and what `text.clean_note` raises."""
    reason = text.clean_note("reason", asked.reason)
    if await amends.cause_of(conn, asked.entry_id) is None:
        raise UnknownEntry(entry_id=asked.entry_id)
    wish = NewWish(
        wish_id=ids.new_id(),
        entry_id=asked.entry_id,
        reason=reason,
        absorb_spent=asked.absorb_spent,
        asked_at=now,
        asked_by=actor.principal_id,
    )
    await correction_wishes.add(conn, wish)
    return await correction_wishes.get(conn, wish.wish_id)


async def approve(conn: AsyncConnection, wish_id: UUID, *, actor: Actor, now: datetime) -> Correction:
    """Another person books it. Raises UnknownCorrectionAsked, CorrectionDecided, SamePerson, and what `correction.correct` raises."""
    wish = await _undecided(conn, wish_id, actor)
    asked = Asked(entry_id=wish.entry_id, reason=wish.reason, absorb_spent=wish.absorb_spent)
    made = await correction.correct(conn, asked, actor=actor, now=now)
    await correction_wishes.decide(
        conn, wish_id, correction_id=made.correction_id, reason=None, decided_by=actor.principal_id, now=now
    )
    return made


async def refuse(conn: AsyncConnection, wish_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Wish:
    """Another person says no, with a reason. Raises UnknownCorrectionAsked, CorrectionDecided, SamePerson, what `text.clean` raises."""
    told = text.clean("reason", reason)
    await _undecided(conn, wish_id, actor)
    await correction_wishes.decide(conn, wish_id, correction_id=None, reason=told, decided_by=actor.principal_id, now=now)
    return await correction_wishes.get(conn, wish_id)


async def _undecided(conn: AsyncConnection, wish_id: UUID, actor: Actor) -> Wish:
    """The wish, locked, still to be decided, and by somebody else than who asked."""
    await locks.take(conn, "correction_wish", wish_id)
    wish = await correction_wishes.get(conn, wish_id)
    if wish.state != "waits":
        raise refusals.CorrectionDecided(wish_id=wish_id, state=wish.state)
    await holders.check_other_person(conn, wish.asked_by, actor)
    return wish
