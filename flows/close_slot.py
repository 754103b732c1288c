"""The host closes a slot with one call: everybody present is signed for, forgotten check-outs and all, and granted as one list.

The host edits by exception, with a reason. Nobody confirms their own record: the host's own attendance is made and waits for another
signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, locks, presence, scan_times, scans, slots
from activities.attendances import NewAttendance
from activities.bookings import Role
from activities.presence import Mark, Presence, Span, Stated
from activities.refusals import AttendanceStands, EditTwice, SlotClosed, TimesOutOfRange
from activities.slots import Slot
from community import members
from community.actor import Actor
from flows import grant, help, reach  # noqa: A004 - the story's name
from kernel import ids, text

UNBOOKED: Role = "helper"  # whom the host names though nobody booked
EVIDENCE_OF_WORD = 1  # what the host says with a reason


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What the host knows better than the scans, and why: the times, or, without times, that the member was not there."""

    member_id: UUID
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str


class CloseAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which slot, and what is to be recorded otherwise than scanned."""

    slot_id: UUID
    edits: tuple[Edit, ...] = ()


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """The standing attendances of the slot, the earliest first, and what was granted for those that are vouched for."""

    slot_id: UUID
    closed_at: datetime
    attendances: tuple[attendances.Attendance, ...]
    grants: tuple[grant.Granted, ...]


async def close(conn: AsyncConnection, asked: CloseAsked, *, actor: Actor, now: datetime) -> Closed:
    """Closes a slot that the actor runs.

    Raises UnknownSlot, SlotClosed (it is closed once), UnknownMember, SelfConfirmation (an edit of one's own record), EditTwice,
    AttendanceStands (to be corrected instead), TimesOutOfRange, ScanOutsideSlot.
    """
    await reach.slot(conn, asked.slot_id, actor)
    await locks.slots(conn, [asked.slot_id])
    slot = await slots.find(conn, asked.slot_id)
    if slot.closed_at is not None:
        raise SlotClosed(slot_id=slot.slot_id, closed_at=slot.closed_at)
    marks = await scans.of_slot(conn, slot.slot_id)
    there = {each.member_id for each in await attendances.of_slot(conn, slot.slot_id)}
    await locks.members(conn, sorted({*there, *marks, *(edit.member_id for edit in asked.edits)}))
    standing = await attendances.of_slot(conn, slot.slot_id)  # anew: signed or corrected by somebody else meanwhile
    edits = await _checked(conn, slot, asked.edits, {each.member_id: each.attendance_id for each in standing}, actor)
    made = await _made(conn, slot, edits, marks, actor)
    await attendances.make(conn, made, now=now)
    unsigned = [each.attendance_id for each in standing if each.signed_by is None and each.member_id != actor.member_id]
    fresh = [each.attendance_id for each in made if each.member_id != actor.member_id]
    await attendances.sign(conn, [*unsigned, *fresh], signed_by=actor.principal_id, now=now)
    await slots.close(conn, slot.slot_id, closed_by=actor.principal_id, now=now)
    present = await attendances.of_slot(conn, slot.slot_id)
    granted = await grant.for_attendances(conn, [each.attendance_id for each in present], actor=actor.principal_id, now=now)
    return Closed(slot_id=slot.slot_id, closed_at=now, attendances=tuple(present), grants=tuple(granted))


async def _made(
    conn: AsyncConnection, slot: Slot, edits: dict[UUID, Edit], marks: dict[UUID, list[Mark]], actor: Actor
) -> list[NewAttendance]:
    """An attendance for everybody who was scanned and has none for it yet, or whom the host names. Under the members' locks."""
    visits = {member_id: [visit for visit in presence.visits(told) if not visit.settled] for member_id, told in marks.items()}
    present = sorted({member_id for member_id, open_ in visits.items() if open_} | edits.keys())
    within = presence.window(slot.planned)
    elsewhere = await attendances.elsewhere(conn, present, within)
    roles: dict[UUID, Role] = {booking.member_id: booking.role for booking in await bookings.of_slot(conn, slot.slot_id)}
    made: list[NewAttendance] = []
    for member_id in present:
        counted = elsewhere.get(member_id, ())
        edit = edits.get(member_id)
        if edit is not None:
            found = _as_told(slot, edit, marks.get(member_id, []), counted)
        else:
            found = presence.settle(visits[member_id], slot.planned, within=within, elsewhere=counted)
        made.append(
            NewAttendance(
                attendance_id=ids.new_id(),
                member_id=member_id,
                slot_id=slot.slot_id,
                role=roles.get(member_id, UNBOOKED),
                kind=slot.kind,
                presence=found,
                needs_signoff=_weak(found),
                made_by=actor.principal_id,
                reason=edit.reason if edit is not None else None,
            )
        )
    return made


async def _checked(
    conn: AsyncConnection, slot: Slot, edits: Sequence[Edit], standing: dict[UUID, UUID], actor: Actor
) -> dict[UUID, Edit]:
    """The edits by member, with clean reasons."""
    known = await members.find_many(conn, [edit.member_id for edit in edits])
    checked: dict[UUID, Edit] = {}
    for edit in edits:
        if edit.member_id not in known:
            await members.find(conn, edit.member_id)
        reach.not_oneself(edit.member_id, actor)
        if edit.member_id in checked:
            raise EditTwice(member_id=edit.member_id)
        if edit.member_id in standing:
            raise AttendanceStands(attendance_id=standing[edit.member_id])
        _check_times(slot, edit)
        checked[edit.member_id] = msgspec.structs.replace(edit, reason=text.clean_note("reason", edit.reason))
    return checked


def _check_times(slot: Slot, edit: Edit) -> None:
    within = scan_times.around(slot.planned)
    if edit.started_at is None and edit.ended_at is None:
        return
    if edit.started_at is None or edit.ended_at is None or edit.started_at >= edit.ended_at:
        length_max = (within.ends_at - within.starts_at).total_seconds() // 60
        raise TimesOutOfRange(earliest=within.starts_at, latest=within.ends_at, minutes_max=int(length_max))
    for at in (edit.started_at, edit.ended_at):
        scan_times.check_at_slot(slot.slot_id, slot.planned, at)


def _as_told(slot: Slot, edit: Edit, marks: Sequence[Mark], elsewhere: Sequence[Span]) -> Presence:
    """What the host says instead of the scans; the scans, if there are any, stand beside it."""
    scan_ids = tuple(mark.scan_id for mark in marks)
    if edit.started_at is None or edit.ended_at is None:
        at = min((mark.at for mark in marks), default=slot.starts_at)
        absence = Stated(span=Span(at, at), evidence=EVIDENCE_OF_WORD, flag=presence.ABSENT, scan_ids=scan_ids)
        return presence.state(absence)
    told = Stated(span=Span(edit.started_at, edit.ended_at), evidence=EVIDENCE_OF_WORD, flag=presence.EDITED, scan_ids=scan_ids)
    return presence.state(told, within=presence.window(slot.planned), elsewhere=elsewhere)


def _weak(found: Presence) -> bool:
    """Whether somebody has to vouch for it: little evidence, or an end that nobody scanned."""
    assumed = {presence.START_ASSUMED, presence.END_ASSUMED} & set(found.flags)
    return found.evidence < help.EVIDENCE_MIN or bool(assumed)
