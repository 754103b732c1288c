"""A code read by our own scanner counts at once where nothing is open about it: who is expected now begins, and who began ends.

Scanning on one's own page is meant, unlike an address that something opened. It still has to be clear: one match of these two, or a
slot where the member has a place, that is on now; not begun yet, or begun for a while. Everything else is asked on the code's own
page, as it is after the phone's own camera. A symbol that stays before the camera, or is read again soon, so never ends what it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import bookings, locks, matches, presence, scans
from activities.matches import Match
from activities.presence import Direction, Span, Visit
from activities.refusals import NoMatchThen, SelfConfirmation
from activities.scans import Method
from activities.slots import Slot
from community.actor import Actor
from flows import check_in, readings
from flows.own_scan import Came
from flows.readings import Codes, Reading, ScanAsked

ASKS_WITHIN = timedelta(minutes=10)  # a scan so soon after the one before may be a hand held still: it is asked


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What our scanner read. `scan_id` is new for each reading; sent again, it is one scan."""

    scan_id: UUID
    method: Method
    code: str


class _Clear(msgspec.Struct, frozen=True):
    """What the scan says, and of which match, if it is of one."""

    direction: Direction
    match_id: UUID | None


def due(visits: Sequence[Visit], expected: Span, now: datetime) -> Direction | None:
    """What a scan means now where somebody is expected; None where that has to be asked. Pure."""
    within = presence.window(expected)
    if not within.starts_at <= now <= within.ends_at:
        return None
    if not visits:
        return "in" if now <= expected.ends_at else None
    last = visits[-1]
    if last.left_at is not None or now - max(mark.at for mark in last.marks) < ASKS_WITHIN:
        return None
    return "out"


async def come(conn: AsyncConnection, told: Read, *, actor: Actor, now: datetime, codes: Codes) -> Came | None:
    """Keeps the scan, once; None, and nothing is kept, where the code's own page has to ask. Raises what `check_in.scan` raises."""
    await locks.scans(conn, [told.scan_id])
    asked = ScanAsked(scan_id=told.scan_id, method=told.method, code=told.code)
    before = await scans.find(conn, told.scan_id)
    if before is None:
        clear = await _clear(conn, asked, actor=actor, now=now, codes=codes)
    else:
        clear = _Clear(before.direction, before.match_id)
    if clear is None:
        return None
    asked = msgspec.structs.replace(asked, direction=clear.direction, match_id=clear.match_id)
    done = await check_in.scan(conn, asked, actor=actor, now=now, codes=codes)
    return Came(done.scan_id, before=done.replayed)


async def _clear(conn: AsyncConnection, asked: ScanAsked, *, actor: Actor, now: datetime, codes: Codes) -> _Clear | None:
    """What the scan says, with nobody else at work on the slot or match until the end of the transaction."""
    try:
        reading = await readings.read(conn, asked, actor=actor, codes=codes, moment=readings.moment_of(asked, now))
    except (NoMatchThen, SelfConfirmation):
        return None  # the card's own page says so, in words of its own
    if isinstance(reading.of, Slot):
        return await _at_slot(conn, reading, reading.of, now)
    return await _at_match(conn, reading.of, now)


async def _at_slot(conn: AsyncConnection, reading: Reading, slot: Slot, now: datetime) -> _Clear | None:
    await locks.slots(conn, [slot.slot_id])
    if await bookings.of_member_in_slot(conn, slot.slot_id, reading.member_id) is None:
        return None
    marks = await scans.of_member_at_slot(conn, slot.slot_id, reading.member_id)
    direction = due(presence.visits(marks), slot.planned, now)
    return _Clear(direction, None) if direction is not None else None


async def _at_match(conn: AsyncConnection, nearest: Match, now: datetime) -> _Clear | None:
    found = await matches.all_of_pair_at(conn, nearest.helper_id, nearest.receiver_id, now, presence.GRACE)
    open_ = [each.match_id for each in found if each.state == "accepted"]
    if len(open_) != 1:
        return None
    await locks.match(conn, open_[0])
    match = await matches.find(conn, open_[0])
    if match.state != "accepted":
        return None  # ended meanwhile
    direction = due(presence.visits(await scans.of_match(conn, match.match_id)), match.longest, now)
    return _Clear(direction, match.match_id) if direction is not None else None
