"""A record that did not count is settled: entered for somebody by number, or put aside. Either is written down, with who said so.

While the slot is open, entering is a scan by number, as at the door. Once it is closed, it is a late entry with its times
(flows/late_entry.py). Neither is worth more than a word (A1), however good the record was that did not count.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import conflicts, locks, slots
from activities.conflicts import Conflict, How, Settlement
from activities.offline_refusals import ConflictSettled, RetractionNotEntered, UnknownConflict
from activities.refusals import ScanIncomplete, UnknownSlot
from activities.slots import Slot
from community import members
from community.actor import Actor
from flows import check_in, late_entry, reach
from flows.late_entry import Late
from flows.readings import Codes, ScanAsked
from kernel import text


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a record. To enter it, the member's number; where the slot is closed, from when until when besides."""

    conflict_id: UUID
    how: How
    member_number: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str


async def settle(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime, codes: Codes) -> Conflict:
    """Settles a record, once.

    Raises UnknownConflict, ConflictSettled, RetractionNotEntered, ScanIncomplete, what `members.by_number` raises, and what the entry
    is refused with: that of `check_in.scan` or of `correct_attendance.correct`.
    """
    conflict = await reached(conn, asked.conflict_id, actor)
    reason = text.clean("reason", asked.reason)
    await locks.slots(conn, [conflict.slot_id])
    conflict = await conflicts.find(conn, asked.conflict_id)
    if conflict.how is not None:
        raise ConflictSettled(conflict_id=conflict.conflict_id)
    member_id = None
    if asked.how == "entered":
        member_id = await _entered(conn, conflict, asked, actor=actor, now=now, codes=codes)
    settled = Settlement(conflict_id=conflict.conflict_id, how=asked.how, member_id=member_id, reason=reason)
    await conflicts.settle(conn, settled, settled_by=actor.principal_id, now=now)
    return await conflicts.find(conn, conflict.conflict_id)


async def waiting(conn: AsyncConnection, actor: Actor) -> list[Conflict]:
    """What waits at slots that somebody of the town runs (`reach.holds`): a coordinator of one area, their own organisation's alone."""
    if actor.area_id is None:
        return await conflicts.waiting(conn)
    return await conflicts.waiting(conn, organisation_id=actor.organisation_id) if actor.organisation_id is not None else []


async def reached(conn: AsyncConnection, conflict_id: UUID, actor: Actor) -> Conflict:
    """The record at a slot that the actor runs. Raises UnknownConflict."""
    conflict = await conflicts.find(conn, conflict_id)
    try:
        await reach.slot(conn, conflict.slot_id, actor)
    except UnknownSlot:
        raise UnknownConflict(conflict_id=conflict_id) from None
    return conflict


async def _entered(conn: AsyncConnection, conflict: Conflict, asked: Asked, *, actor: Actor, now: datetime, codes: Codes) -> UUID:
    """Enters the record for the member of that number; the member's id."""
    if conflict.method == "retract":
        raise RetractionNotEntered(conflict_id=conflict.conflict_id)
    if asked.member_number is None:
        raise ScanIncomplete(method="manual", missing="member_number")
    member = await members.by_number(conn, asked.member_number)
    slot = await slots.find(conn, conflict.slot_id)
    if slot.closed_at is not None:
        await _late(conn, slot, asked, member.member_id, actor=actor, now=now)
        return member.member_id
    told = ScanAsked(
        scan_id=conflict.conflict_id,
        method="manual",
        slot_id=conflict.slot_id,
        member_number=asked.member_number,
        reason=asked.reason,
        occurred_at=conflict.occurred_at,
    )
    await check_in.scan(conn, told, actor=actor, now=now, codes=codes)
    return member.member_id


async def _late(conn: AsyncConnection, slot: Slot, asked: Asked, member_id: UUID, *, actor: Actor, now: datetime) -> None:
    late = Late(
        slot_id=slot.slot_id,
        member_id=member_id,
        started_at=asked.started_at or slot.starts_at,
        ended_at=asked.ended_at or slot.ends_at,
        reason=asked.reason,
    )
    await late_entry.enter(conn, late, actor=actor, now=now)
