"""A scan is believed, kept once, and counts: somebody came, or went.

A check-out that closes a visit with good evidence at both ends makes the attendance, and the grant, at once; anything weaker waits
for the host to close the slot. A list from a device that was offline is worked through in the order in which it happened; one scan
that is refused does not spoil the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, locks, presence, scan_times, scans, slots
from activities.attendances import NewAttendance
from activities.bookings import Booking
from activities.presence import Mark
from activities.refusals import ScanIdReused, SlotClosed
from activities.scans import Scan
from activities.slots import Slot
from community.actor import Actor
from flows import grant, help, operating, readings  # noqa: A004 - the story's name
from flows.readings import Codes, Reading, ScanAsked
from kernel import ids
from kernel.refusal import Refusal
from qr import tokens

SCANS_MAX = 200  # of one list


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a scan. `attendance_id` and `grants` are there when it closed a visit; `replayed` when it was sent before."""

    scan_id: UUID
    member_id: UUID
    slot_id: UUID | None
    match_id: UUID | None
    direction: presence.Direction
    evidence: int
    occurred_at: datetime
    skew_seconds: int
    attendance_id: UUID | None
    grants: tuple[grant.Granted, ...]
    replayed: bool


class _Kept(msgspec.Struct, frozen=True):
    """A scan that is kept, and the attendance that it made."""

    scan: Scan
    attendance_id: UUID | None
    replayed: bool = False


async def claim(code: str, *, actor: Actor, now: datetime, codes: Codes) -> str:
    """Opens a venue's code and gives ten minutes to say so: the text for `ScanAsked.claim`, good for this actor alone.

    Raises what `tokens.read` and `tokens.open_venue` raise.
    """
    scanned = tokens.require(tokens.read(code, codes.hosts), tokens.Kind.VENUE)
    seen = tokens.open_venue(scanned.text, codes.keys, now)
    return tokens.mint_claim(seen, codes.keys, now, holder=actor.principal_id.bytes)


async def scan(conn: AsyncConnection, asked: ScanAsked, *, actor: Actor, now: datetime, codes: Codes) -> Scanned:
    """Keeps one scan. Raises its refusal: those of `readings.read`, ScanIdReused, SlotClosed, SlotFull, ScanOutside…"""
    (outcome,) = await scan_many(conn, [asked], actor=actor, now=now, codes=codes)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def scan_many(
    conn: AsyncConnection, asked: Sequence[ScanAsked], *, actor: Actor, now: datetime, codes: Codes
) -> list[Scanned | Refusal]:
    """Keeps a list of scans (at most SCANS_MAX, which the door bounds); the outcome of each stands at its place."""
    await locks.scans(conn, [each.scan_id for each in asked])
    outcomes: dict[int, _Kept | Refusal] = {}
    for place in sorted(range(len(asked)), key=lambda each: (asked[each].occurred_at or now, each)):
        try:
            async with conn.begin_nested():
                outcomes[place] = await _keep(conn, asked[place], actor=actor, now=now, codes=codes)
        except Refusal as refusal:
            outcomes[place] = refusal
    granted = await _grants(conn, list(outcomes.values()), actor, now)
    return [_outcome(outcomes[place], granted) for place in range(len(asked))]


async def _keep(conn: AsyncConnection, asked: ScanAsked, *, actor: Actor, now: datetime, codes: Codes) -> _Kept:
    before = await scans.find(conn, asked.scan_id)
    if before is not None:
        return await _replayed(conn, asked, before, actor=actor, codes=codes)
    moment = readings.moment_of(asked, now)
    reading = await readings.read(conn, asked, actor=actor, codes=codes, moment=moment)
    if reading.method in {"card", "manual"}:
        await operating.not_oneself_then(conn, reading.member_id, reading.occurred_at, actor)
    told = Scan(
        scan_id=asked.scan_id,
        member_id=reading.member_id,
        slot_id=reading.slot_id,
        match_id=reading.match_id,
        direction="in",
        method=reading.method,
        evidence=reading.evidence,
        occurred_at=reading.occurred_at,
        received_at=now,
        skew_seconds=moment.at.skew_seconds,
        scanned_by=actor.principal_id,
        credential_id=reading.credential_id,
        reason=reading.reason,
    )
    if isinstance(reading.of, Slot):
        kept = await _at_slot(conn, reading.of.slot_id, asked, told, actor)
    else:
        kept = await _at_match(conn, reading.of.match_id, asked, told, actor)
    await operating.scanned(conn, kept.scan, actor)
    return kept


async def _at_slot(conn: AsyncConnection, slot_id: UUID, asked: ScanAsked, told: Scan, actor: Actor) -> _Kept:
    await locks.slots(conn, [slot_id])
    slot = await slots.find(conn, slot_id)
    if slot.closed_at is not None:
        raise SlotClosed(slot_id=slot.slot_id, closed_at=slot.closed_at)
    scan_times.check_at_slot(slot_id, slot.planned, told.occurred_at)
    booking = await _booked(conn, slot, asked, told, actor)
    marks = await scans.of_member_at_slot(conn, slot.slot_id, told.member_id)
    told = _directed(told, asked, marks)
    await scans.record(conn, [told])
    visit = _visit_of(told, marks)
    if not visit.both_ends or visit.settled or visit.evidence < help.EVIDENCE_MIN:
        return _Kept(told, None)
    await locks.members(conn, [told.member_id])
    elsewhere = await attendances.elsewhere(conn, [told.member_id], presence.window(slot.planned))
    made = NewAttendance(
        attendance_id=ids.new_id(),
        member_id=told.member_id,
        slot_id=slot.slot_id,
        role=booking.role,
        kind=slot.kind,
        presence=presence.settle(
            [visit],
            slot.planned,
            within=presence.window(slot.planned),
            elsewhere=elsewhere.get(told.member_id, ()),
        ),
        needs_signoff=False,
        made_by=actor.principal_id,
    )
    await attendances.make(conn, [made], now=told.received_at)
    return _Kept(told, made.attendance_id)


async def _at_match(conn: AsyncConnection, match_id: UUID, asked: ScanAsked, told: Scan, actor: Actor) -> _Kept:
    match = await help.opened(conn, match_id)
    scan_times.check_at_match(match_id, match.longest, told.occurred_at)
    marks = await scans.of_match(conn, match_id)
    told = _directed(told, asked, marks)
    await scans.record(conn, [told])
    visit = _visit_of(told, marks)
    if not visit.both_ends:
        return _Kept(told, None)
    done = await help.finish(conn, match, [visit], actor=actor, now=told.received_at)
    return _Kept(told, done.attendance.attendance_id)


async def _booked(conn: AsyncConnection, slot: Slot, asked: ScanAsked, told: Scan, actor: Actor) -> Booking:
    """The member's booking; whoever comes without one is welcome while there is room. Raises SlotFull."""
    booking = await bookings.of_member_in_slot(conn, slot.slot_id, told.member_id)
    if booking is None:
        booking = Booking(ids.new_id(), slot.slot_id, told.member_id, asked.role)
        await bookings.place(conn, slot, booking, booked_by=actor.principal_id, now=told.received_at)
    return booking


async def _replayed(conn: AsyncConnection, asked: ScanAsked, before: Scan, *, actor: Actor, codes: Codes) -> _Kept:
    """The first answer again, if what is asked reads as it did then. Raises ScanIdReused."""
    if asked.match_id is None:
        asked = msgspec.structs.replace(asked, match_id=before.match_id)  # the match that was found then
    try:
        moment = readings.moment_of(asked, before.received_at, before.skew_seconds)
        reading = await readings.read(conn, asked, actor=actor, codes=codes, moment=moment)
    except Refusal:
        raise ScanIdReused(scan_id=asked.scan_id) from None
    if not _same(reading, asked, before) or actor.principal_id != before.scanned_by:
        raise ScanIdReused(scan_id=asked.scan_id)
    return _Kept(before, await _made_by(conn, before), replayed=True)


def _same(reading: Reading, asked: ScanAsked, before: Scan) -> bool:
    said = (
        reading.member_id,
        reading.slot_id,
        reading.match_id,
        reading.method,
        reading.occurred_at,
        reading.reason,
        before.direction if asked.direction == "auto" else asked.direction,
    )
    kept = (
        before.member_id,
        before.slot_id,
        before.match_id,
        before.method,
        before.occurred_at,
        before.reason,
        before.direction,
    )
    return said == kept


async def _made_by(conn: AsyncConnection, before: Scan) -> UUID | None:
    """The attendance that this scan made: of the scans behind it that came in that instant, this one happened last."""
    made = await attendances.of_scan(conn, before.scan_id)
    if made is None or made.made_at != before.received_at:
        return None
    last = await scans.last_of(conn, made.attendance_id, before.received_at)
    return made.attendance_id if last == before.scan_id else None


def _directed(told: Scan, asked: ScanAsked, marks: Sequence[Mark]) -> Scan:
    direction = presence.direction_at(marks, told.occurred_at) if asked.direction == "auto" else asked.direction
    return msgspec.structs.replace(told, direction=direction)


def _visit_of(told: Scan, marks: Sequence[Mark]) -> presence.Visit:
    mark = Mark(scan_id=told.scan_id, direction=told.direction, at=told.occurred_at, evidence=told.evidence)
    found = presence.visits([*marks, mark])
    return next(visit for visit in found if mark in visit.marks)


async def _grants(
    conn: AsyncConnection, outcomes: Sequence[_Kept | Refusal], actor: Actor, now: datetime
) -> dict[UUID, tuple[grant.Granted, ...]]:
    """What each attendance is granted; a scan that a list holds twice made it once."""
    made = {each.attendance_id: None for each in outcomes if isinstance(each, _Kept) and each.attendance_id is not None}
    if not made:
        return {}
    granted = await grant.for_attendances(conn, list(made), actor=actor.principal_id, now=now)
    return {each: tuple(found for found in granted if found.attendance_id == each) for each in made}


def _outcome(kept: _Kept | Refusal, granted: dict[UUID, tuple[grant.Granted, ...]]) -> Scanned | Refusal:
    if isinstance(kept, Refusal):
        return kept
    told = kept.scan
    return Scanned(
        scan_id=told.scan_id,
        member_id=told.member_id,
        slot_id=told.slot_id,
        match_id=told.match_id,
        direction=told.direction,
        evidence=told.evidence,
        occurred_at=told.occurred_at,
        skew_seconds=told.skew_seconds,
        attendance_id=kept.attendance_id,
        grants=granted.get(kept.attendance_id, ()) if kept.attendance_id is not None else (),
        replayed=kept.replayed,
    )
