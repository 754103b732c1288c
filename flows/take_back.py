"""A scan was a mistake and is taken back, as long as its slot is open and nothing rests on it.

Nothing is deleted: the retraction is a record beside the scan, which then makes no attendance and says nothing about coming or going.
Where an attendance rests on the scan already, points may have been given for it: taking back is refused, and the record is corrected
instead, with all that follows from it (flows/correct_attendance.py).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import locks, scans, slots
from activities.offline_refusals import ScanCounted, UnknownScan
from activities.refusals import SlotClosed, UnknownSlot
from activities.scans import Scan
from community.actor import Actor
from flows import reach
from kernel import text


async def take_back(conn: AsyncConnection, scan_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Scan:
    """Takes a scan back; asked twice, it is done once. A device takes back its own, a host what anybody scanned at their slots.

    Raises UnknownScan, SelfConfirmation, SlotClosed, ScanCounted, and what `text.clean` raises.
    """
    found = await _reached(conn, scan_id, actor)
    if found.slot_id is None:
        raise UnknownScan(scan_id=scan_id)
    reach.not_oneself(found.member_id, actor)
    told = text.clean("reason", reason)
    await locks.slots(conn, [found.slot_id])
    if await scans.is_retracted(conn, scan_id):
        return found
    slot = await slots.find(conn, found.slot_id)
    if slot.closed_at is not None:
        raise SlotClosed(slot_id=slot.slot_id, closed_at=slot.closed_at)
    attendance_id = await scans.attendance_on(conn, scan_id)
    if attendance_id is not None:
        raise ScanCounted(scan_id=scan_id, attendance_id=attendance_id)
    await scans.retract(conn, scan_id, reason=told, retracted_by=actor.principal_id, now=now)
    return found


async def _reached(conn: AsyncConnection, scan_id: UUID, actor: Actor) -> Scan:
    """The scan at a slot that the actor runs. Raises UnknownScan."""
    found = await scans.find(conn, scan_id)
    unknown = UnknownScan(scan_id=scan_id)
    if found is None or found.slot_id is None:
        raise unknown
    try:
        await reach.slot(conn, found.slot_id, actor)
    except UnknownSlot:
        raise unknown from None
    if actor.role == "device" and found.scanned_by != actor.principal_id:
        raise unknown
    return found
