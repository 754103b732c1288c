"""An attendance was wrong: another one stands in its place, with the reason, and everything that followed from it follows anew.

What was granted and paid for the first one is reversed in the open, and the second one is decided and paid, in one transaction. Where a
group was granted for the slot, that is taken back and decided anew too: it was decided on all who were there. Nobody corrects their own
record.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks, matches, presence, scan_times, slots
from activities.attendances import Attendance, NewAttendance
from activities.presence import Presence, Span, Stated
from activities.refusals import AttendanceSuperseded, TimesOutOfRange
from community.actor import Actor
from db import query
from flows import correction, funding, grant, help, reach  # noqa: A004 - the story's name
from kernel import days, ids, text
from rules import decision_store
from rules.decision_store import Kept

_SCANS = query.statement(
    """
    select scan_id from activities.attendance_scan
    where municipality_id = db.municipality() and attendance_id = :attendance_id
    """
)
_PAID = query.statement(
    """
    select e.entry_id from ledger.journal_entry e
    where e.municipality_id = db.municipality() and e.cause_id = :attendance_id and e.kind = 'help' and not exists (
        select from ledger.journal_entry r where r.municipality_id = e.municipality_id and r.reverses = e.entry_id
    )
    """
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What really happened: the times, or, without times, that the member was not there. `absorb_spent` as in `correction.Asked`."""

    attendance_id: UUID
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str
    absorb_spent: bool = False


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """The attendance that stands now, the entries that were reversed, what help was paid anew, and what is granted."""

    attendance: Attendance
    reversed: tuple[UUID, ...]
    paid_entry_id: UUID | None
    grants: tuple[grant.Granted, ...]


async def correct(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Corrected:
    """Supersedes an attendance and books what follows.

    Raises UnknownAttendance, SelfConfirmation, AttendanceSuperseded, TimesOutOfRange, ScanOutsideSlot, ScanOutsideMatch, AlreadySpent
    (points of the first grant are spent; `absorb_spent` lets the budget bear them), InsufficientBalance.
    """
    old = await attendances.find(conn, asked.attendance_id)
    await reach.attendance(conn, old, actor)
    await locks.members(conn, [old.member_id])
    old = await attendances.find(conn, asked.attendance_id)
    if old.superseded_by is not None:
        raise AttendanceSuperseded(attendance_id=old.attendance_id, superseded_by=old.superseded_by)
    reason = text.clean_note("reason", asked.reason)
    new = NewAttendance(
        attendance_id=ids.new_id(),
        member_id=old.member_id,
        slot_id=old.slot_id,
        match_id=old.match_id,
        role=old.role,
        kind=old.kind,
        presence=await _presence(conn, old, asked),
        needs_signoff=True,
        made_by=actor.principal_id,
        supersedes=old.attendance_id,
        reason=reason,
    )
    await attendances.make(conn, [new], now=now)
    await attendances.sign(conn, [new.attendance_id], signed_by=actor.principal_id, now=now)
    undone = await _undo(conn, old, reason, asked.absorb_spent, actor=actor, now=now)
    standing = await attendances.find(conn, new.attendance_id)
    paid = None
    if standing.match_id is not None:
        paid = await help.settle(conn, await matches.find(conn, standing.match_id), standing, actor=actor, now=now)
    granted = await grant.for_attendances(conn, [new.attendance_id], actor=actor.principal_id, now=now, anew=True)
    return Corrected(attendance=standing, reversed=tuple(undone), paid_entry_id=paid, grants=tuple(granted))


async def _presence(conn: AsyncConnection, old: Attendance, asked: Asked) -> Presence:
    rows = await query.rows(conn, _SCANS, attendance_id=old.attendance_id)
    scan_ids = tuple(row.scan_id for row in rows)
    if asked.started_at is None and asked.ended_at is None:
        span = Span(old.started_at, old.started_at)
        return presence.state(Stated(span=span, evidence=old.evidence, flag=presence.ABSENT, scan_ids=scan_ids))
    span = _span(asked)
    told = Stated(span=span, evidence=old.evidence, flag=presence.CORRECTED, scan_ids=scan_ids)
    counted = await attendances.elsewhere(conn, [old.member_id], span, but=old.attendance_id)
    elsewhere = counted.get(old.member_id, ())
    if old.match_id is not None:
        match = await matches.find(conn, old.match_id)
        for at in (span.starts_at, span.ends_at):
            scan_times.check_at_match(match.match_id, match.longest, at)
        return presence.limited(presence.state(told, elsewhere=elsewhere), match.minutes_max)
    if old.slot_id is None:
        raise LookupError("an attendance is of a slot or of a match")
    slot = await slots.find(conn, old.slot_id)
    for at in (span.starts_at, span.ends_at):
        scan_times.check_at_slot(slot.slot_id, slot.planned, at)
    return presence.state(told, within=presence.window(slot.planned), elsewhere=elsewhere)


async def _undo(
    conn: AsyncConnection, old: Attendance, reason: str, absorb_spent: bool, *, actor: Actor, now: datetime
) -> list[UUID]:
    """Reverses the payment and the grants of an attendance and voids its decisions; the entries that were reversed.

    The locks come first: a grant that waits for a budget is paid before, and reversed here, or voided here, and not paid any more.
    """
    await funding.lock_around(conn, await _holders(conn, old), [days.local_date(old.started_at)])
    undone = [row.entry_id for row in await query.rows(conn, _PAID, attendance_id=old.attendance_id)]
    for entry_id in undone:
        await correction.correct(conn, correction.Asked(entry_id=entry_id, reason=reason), actor=actor, now=now)
    for decision in await _decisions(conn, old):
        if decision.voided:
            continue
        if decision.entry_id is None:
            await decision_store.void(conn, decision.decision_id, reason=reason, by=actor.principal_id, at=now)
            continue
        wanted = correction.Asked(entry_id=decision.entry_id, reason=reason, absorb_spent=absorb_spent)
        await correction.correct(conn, wanted, actor=actor, now=now)
        undone.append(decision.entry_id)
    return undone


async def _holders(conn: AsyncConnection, old: Attendance) -> list[UUID]:
    """Whose wallets an attendance may have moved: the member's, and the group's at a slot, at a match that of who was helped."""
    if old.slot_id is not None:
        return [old.member_id, (await slots.find(conn, old.slot_id)).organisation_id]
    if old.match_id is not None:
        return [old.member_id, (await matches.find(conn, old.match_id)).receiver_id]
    return [old.member_id]


async def _decisions(conn: AsyncConnection, old: Attendance) -> list[Kept]:
    """What was decided on an attendance, and for the group at its slot, whichever attendance carries that."""
    mine = await decision_store.of_attendances(conn, [old.attendance_id])
    of_group = await decision_store.of_groups(conn, [old.slot_id]) if old.slot_id is not None else []
    known = {each.decision_id for each in mine}
    return [*mine, *(each for each in of_group if each.decision_id not in known)]


def _span(asked: Asked) -> Span:
    """The times told. Raises TimesOutOfRange where one is missing or they run backwards."""
    started_at, ended_at = asked.started_at, asked.ended_at
    if started_at is None or ended_at is None or started_at >= ended_at:
        given = [at for at in (started_at, ended_at) if at is not None]
        raise TimesOutOfRange(earliest=min(given), latest=max(given), minutes_max=slots.SLOT_HOURS_MAX * 60)
    return Span(started_at, ended_at)
