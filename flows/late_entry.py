"""Somebody is missing, or stands wrong, in a slot that is closed: put right by the word of whoever runs it, with a reason.

Who has an attendance there gets another in its place. Who has none gets one that says what the book said until now, that they were not
there, and then the correction of it. Either way the points follow as in any correction, also a group's, and both records stay.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, locks, presence
from activities.attendances import NewAttendance
from activities.presence import Span, Stated
from activities.slots import Slot
from community.actor import Actor
from flows import close_slot, correct_attendance, reach
from flows.correct_attendance import Corrected
from kernel import ids


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """Who was there, from when until when, and how one knows."""

    slot_id: UUID
    member_id: UUID
    started_at: datetime
    ended_at: datetime
    reason: str


async def enter(conn: AsyncConnection, late: Late, *, actor: Actor, now: datetime) -> Corrected:
    """Enters somebody into a slot that is closed, or puts their times right. Under the lock of the slot.

    Raises what `correct_attendance.correct` raises.
    """
    slot = await reach.slot(conn, late.slot_id, actor)
    reach.not_oneself(late.member_id, actor)
    await locks.members(conn, [late.member_id])
    standing = [each for each in await attendances.of_slot(conn, slot.slot_id) if each.member_id == late.member_id]
    wrong = standing[-1].attendance_id if standing else await _absent(conn, slot, late, actor=actor, now=now)
    asked = correct_attendance.Asked(attendance_id=wrong, started_at=late.started_at, ended_at=late.ended_at, reason=late.reason)
    return await correct_attendance.correct(conn, asked, actor=actor, now=now)


async def _absent(conn: AsyncConnection, slot: Slot, late: Late, *, actor: Actor, now: datetime) -> UUID:
    """What the book said of somebody whom it did not know to be there; its id."""
    booking = await bookings.of_member_in_slot(conn, slot.slot_id, late.member_id)
    span = Span(slot.starts_at, slot.starts_at)
    made = NewAttendance(
        attendance_id=ids.new_id(),
        member_id=late.member_id,
        slot_id=slot.slot_id,
        role=booking.role if booking is not None else close_slot.UNBOOKED,
        kind=slot.kind,
        presence=presence.state(Stated(span=span, evidence=close_slot.EVIDENCE_OF_WORD, flag=presence.ABSENT)),
        needs_signoff=True,
        made_by=actor.principal_id,
        reason=late.reason,
    )
    await attendances.make(conn, [made], now=now)
    return made.attendance_id
