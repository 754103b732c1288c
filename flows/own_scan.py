"""A member's own phone on a venue's code, a poster or a receiver's card: what stands now, and one tap that says so, once.

Looking changes nothing. Somebody who says a second time that they came, or went, is told when it was recorded, and nothing is kept
twice: that is asked again under the lock of the slot or match.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks, matches, presence, scans, slots
from activities.attendances import Attendance
from activities.matches import Match
from activities.offline_refusals import ScanCounted, ScanNotLast, UnknownScan
from activities.presence import Direction, Mark
from activities.refusals import MatchNotOpen, SlotClosed
from activities.scans import Method, Scan
from activities.slots import Slot
from community import members
from community.actor import Actor
from flows import check_in, readings
from flows.readings import Codes, Reading, ScanAsked
from kernel import ids, text


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the phone read, by which way; `claim` stands for a venue's code that is over by now."""

    scan_id: UUID
    method: Method
    code: str
    claim: str | None = None
    direction: Direction


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: the slot or match, whom they help, and since when they are there or gone.

    `claim` gives ten minutes to say so, where the code was a venue's.
    """

    method: Method
    me: str
    slot: Slot | None
    match: Match | None
    other: str | None
    came_at: datetime | None
    left_at: datetime | None
    claim: str | None

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        if self.slot is not None:
            return self.slot.ends_at
        if self.match is not None:
            return self.match.planned.ends_at
        raise LookupError("a scan is of a slot or of a match")


class Came(msgspec.Struct, frozen=True):
    """The scan that says so; `before` where it was recorded before."""

    scan_id: UUID
    before: bool


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One's own scan with what it is of, and the attendance that it completed.

    `taken_back`: it was; `undoable`: it still may be; `going_on`: it says that the member came, and they have not gone.
    """

    scan: Scan
    seen: Seen
    attendance: Attendance | None
    taken_back: bool
    undoable: bool
    going_on: bool


async def look(conn: AsyncConnection, method: Method, code: str, *, actor: Actor, now: datetime, codes: Codes) -> Seen:
    """What a code means to the member who read it. Raises what `readings.read` raises, and MatchNotOpen."""
    asked = ScanAsked(scan_id=ids.new_id(), method=method, code=code)
    reading = await readings.read(conn, asked, actor=actor, codes=codes, moment=readings.moment_of(asked, now))
    claim = await check_in.claim(code, actor=actor, now=now, codes=codes) if method == "venue" else None
    return await _seen(conn, method, reading.member_id, reading.of, claim)


async def come(conn: AsyncConnection, told: Told, *, actor: Actor, now: datetime, codes: Codes) -> Came:
    """Keeps the scan, or finds the one that said so before. Raises what `check_in.scan` raises."""
    asked = ScanAsked(
        scan_id=told.scan_id,
        method=told.method,
        code=None if told.claim else told.code,
        claim=told.claim,
        direction=told.direction,
    )
    await locks.scans(conn, [told.scan_id])
    if await scans.find(conn, told.scan_id) is None:
        reading = await readings.read(conn, asked, actor=actor, codes=codes, moment=readings.moment_of(asked, now))
        said = _said_before(await _marks_alone(conn, reading), told.direction)
        if said is not None:
            return Came(said.scan_id, before=True)
    done = await check_in.scan(conn, asked, actor=actor, now=now, codes=codes)
    return Came(done.scan_id, before=done.replayed)


async def recorded(conn: AsyncConnection, scan_id: UUID, *, actor: Actor) -> Recorded | None:
    """One's own scan; None where there is none, or it is another's."""
    scan = await scans.find(conn, scan_id)
    if scan is None or scan.member_id != actor.member_id:
        return None
    of = await _of(conn, scan)
    attendance = await attendances.of_scan(conn, scan_id)
    seen = await _seen(conn, scan.method, scan.member_id, of, None)
    last = _is_last(scan_id, await _marks(conn, scan.member_id, of))
    over = of.closed_at is not None if isinstance(of, Slot) else of.state != "accepted"
    return Recorded(
        scan=scan,
        seen=seen,
        attendance=attendance,
        taken_back=await scans.is_retracted(conn, scan_id),
        undoable=last and not over and attendance is None and scan.scanned_by == actor.principal_id,
        going_on=not over and scan.direction == "in" and seen.came_at is not None and seen.left_at is None,
    )


async def take_back(conn: AsyncConnection, scan_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Takes back what one's own phone said last, while the slot or match is open and nothing rests on it; asked twice, done once.

    Raises UnknownScan, SlotClosed, MatchNotOpen, ScanCounted, ScanNotLast.
    """
    scan = await scans.find(conn, scan_id)
    if scan is None or scan.member_id != actor.member_id or scan.scanned_by != actor.principal_id:
        raise UnknownScan(scan_id=scan_id)
    of = await _of_alone(conn, scan)
    if await scans.is_retracted(conn, scan_id):
        return
    attendance_id = await scans.attendance_on(conn, scan_id)
    if attendance_id is not None:
        raise ScanCounted(scan_id=scan_id, attendance_id=attendance_id)
    if isinstance(of, Slot) and of.closed_at is not None:
        raise SlotClosed(slot_id=of.slot_id, closed_at=of.closed_at)
    if isinstance(of, Match) and of.state != "accepted":
        raise MatchNotOpen(match_id=of.match_id, state=of.state)
    if not _is_last(scan_id, await _marks(conn, scan.member_id, of)):
        raise ScanNotLast(scan_id=scan_id)
    await scans.retract(conn, scan_id, reason=text.clean("reason", reason), retracted_by=actor.principal_id, now=now)


async def _of_alone(conn: AsyncConnection, scan: Scan) -> Slot | Match:
    """What a scan is of, with nobody else at work on it."""
    if scan.slot_id is not None:
        await locks.slots(conn, [scan.slot_id])
    elif scan.match_id is not None:
        await locks.match(conn, scan.match_id)
    return await _of(conn, scan)


async def _of(conn: AsyncConnection, scan: Scan) -> Slot | Match:
    if scan.slot_id is not None:
        return await slots.find(conn, scan.slot_id)
    if scan.match_id is not None:
        return await matches.find(conn, scan.match_id)
    raise LookupError("a scan is of a slot or of a match")


async def _seen(conn: AsyncConnection, method: Method, member_id: UUID, of: Slot | Match, claim: str | None) -> Seen:
    if isinstance(of, Match) and of.state not in {"accepted", "done"}:
        raise MatchNotOpen(match_id=of.match_id, state=of.state)
    marks = await _marks(conn, member_id, of)
    visit = presence.visits(marks)[-1] if marks else None
    other = (await members.person_of(conn, of.receiver_id)).name if isinstance(of, Match) else None
    return Seen(
        method=method,
        me=(await members.person_of(conn, member_id)).name,
        slot=of if isinstance(of, Slot) else None,
        match=of if isinstance(of, Match) else None,
        other=other,
        came_at=visit.came_at if visit else None,
        left_at=visit.left_at if visit else None,
        claim=claim,
    )


async def _marks(conn: AsyncConnection, member_id: UUID, of: Slot | Match) -> Sequence[Mark]:
    if isinstance(of, Slot):
        return await scans.of_member_at_slot(conn, of.slot_id, member_id)
    return await scans.of_match(conn, of.match_id)


async def _marks_alone(conn: AsyncConnection, reading: Reading) -> Sequence[Mark]:
    """The scans so far, with nobody else at work on the slot or match."""
    if isinstance(reading.of, Slot):
        await locks.slots(conn, [reading.of.slot_id])
    else:
        await locks.match(conn, reading.of.match_id)
    return await _marks(conn, reading.member_id, reading.of)


def _said_before(marks: Sequence[Mark], direction: Direction) -> Mark | None:
    """The scan that says the same: the last of who is there, or has gone, already."""
    found = presence.visits(marks)
    if not found:
        return None
    there = found[-1].left_at is None
    said = [mark for mark in found[-1].marks if mark.direction == direction]
    return said[-1] if said and there == (direction == "in") else None


def _is_last(scan_id: UUID, marks: Sequence[Mark]) -> bool:
    """Whether nothing was said after it, of all that was not taken back."""
    told = [mark for visit in presence.visits(marks) for mark in visit.marks]
    return bool(told) and told[-1].scan_id == scan_id
