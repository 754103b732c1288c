"""Attendances (参加記録): what scans and sign-off prove. Never edited: a correction supersedes, with a reason; who signs is a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from activities.bookings import Role
from activities.presence import Presence, Span
from db import query
from kernel import days

PAGE_MAX = 200

_INSERT = query.statement(
    """
    insert into activities.attendance (
        municipality_id, attendance_id, member_id, slot_id, match_id, role, kind, starts, ends, started_at, ended_at, minutes,
        evidence, flags, needs_signoff, made_at, made_by, supersedes, reason
    )
    select db.municipality(), attendance_id, member_id, slot_id, match_id, role, kind, starts, ends, started_at, ended_at, minutes,
        evidence, flags, needs_signoff, made_at, made_by, supersedes, reason
    from jsonb_to_recordset(cast(:attendances as jsonb)) r (
        attendance_id uuid, member_id uuid, slot_id uuid, match_id uuid, role text, kind text, starts timestamptz[],
        ends timestamptz[], started_at timestamptz, ended_at timestamptz, minutes int, evidence smallint, flags text[],
        needs_signoff boolean, made_at timestamptz, made_by uuid, supersedes uuid, reason text
    )
    """
)
_LINK = query.statement(
    """
    insert into activities.attendance_scan (municipality_id, attendance_id, scan_id)
    select db.municipality(), l.attendance_id, l.scan_id
    from unnest(cast(:attendances as uuid[]), cast(:scans as uuid[])) l (attendance_id, scan_id)
    """
)
_SELECT = """
    select a.attendance_id, a.member_id, a.slot_id, a.match_id, a.role, a.kind, a.starts, a.ends, a.started_at, a.ended_at,
        a.minutes, a.evidence, a.flags, a.needs_signoff, a.made_at, a.made_by, a.supersedes, a.reason, o.signed_by,
        n.attendance_id as superseded_by, m.can_earn
    from activities.attendance a
    join community.member m on m.municipality_id = a.municipality_id and m.member_id = a.member_id
    left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
    left join activities.attendance n on n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
    where a.municipality_id = db.municipality()
"""
_BY_IDS = query.statement(_SELECT + " and a.attendance_id = any (cast(:ids as uuid[]))")
_OF_SLOT = query.statement(
    _SELECT + " and a.slot_id = :slot_id and n.attendance_id is null order by a.started_at, a.attendance_id"
)
_BESIDE = query.statement(
    f"{_SELECT} and (a.slot_id, a.member_id) in (select * from unnest(cast(:slots as uuid[]), cast(:members as uuid[])))"  # noqa: S608
)
_OF_MATCH = query.statement(_SELECT + " and a.match_id = :match_id and n.attendance_id is null")
_OF_SCAN = query.statement(
    f"""{_SELECT} and a.attendance_id in (
        select l.attendance_id from activities.attendance_scan l
        where l.municipality_id = db.municipality() and l.scan_id = :scan_id
    ) and a.supersedes is null"""  # noqa: S608 - a constant of this module
)
_PAGE_OF_MEMBER = query.statement(
    f"""{_SELECT} and a.member_id = :member_id and n.attendance_id is null
        and (cast(:before as uuid) is null or (a.started_at, a.attendance_id) < (
            select p.started_at, p.attendance_id from activities.attendance p
            where p.municipality_id = db.municipality() and p.attendance_id = :before
        ))
    order by a.started_at desc, a.attendance_id desc limit :limit"""  # noqa: S608 - a constant of this module
)
_UNSIGNED = query.statement(
    f"""{_SELECT} and a.needs_signoff and o.signed_by is null and n.attendance_id is null
        and community.lives_within(db.municipality(), a.member_id, cast(:area_id as uuid))
    order by a.started_at, a.attendance_id limit :limit"""
)
_ELSEWHERE = query.statement(
    """
    select a.member_id, s.starts_at, s.ends_at
    from activities.attendance a
    cross join lateral unnest(a.starts, a.ends) s (starts_at, ends_at)
    where a.municipality_id = db.municipality() and a.member_id = any (cast(:members as uuid[]))
        and a.started_at < :ends_at and a.ended_at > :starts_at
        and a.attendance_id is distinct from cast(:but as uuid)
        and not exists (
            select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
        )
    """
)
_SIGN = query.statement(
    """
    insert into activities.signoff (municipality_id, attendance_id, signed_by, signed_at)
    select db.municipality(), id, :signed_by, :now from unnest(cast(:ids as uuid[])) id
    """
)


class NewAttendance(msgspec.Struct, frozen=True, kw_only=True):
    """An attendance to be made. `presence` tells the time and the scans it rests on; `made_by` is a principal."""

    attendance_id: UUID
    member_id: UUID
    slot_id: UUID | None = None
    match_id: UUID | None = None
    role: Role
    kind: str
    presence: Presence
    needs_signoff: bool
    made_by: UUID
    supersedes: UUID | None = None
    reason: str | None = None


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """An attendance as it stands."""

    attendance_id: UUID
    member_id: UUID
    slot_id: UUID | None
    match_id: UUID | None
    role: Role
    kind: str
    spans: tuple[Span, ...]
    started_at: datetime
    ended_at: datetime
    minutes: int
    evidence: int
    flags: tuple[str, ...]
    needs_signoff: bool
    made_at: datetime
    made_by: UUID
    supersedes: UUID | None
    reason: str | None
    signed_by: UUID | None
    superseded_by: UUID | None
    can_earn: bool

    @property
    def awaits_signoff(self) -> bool:
        """Whether somebody has still to vouch for it."""
        return self.needs_signoff and self.signed_by is None


class AttendanceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules may know of an attendance. `occurred_on` is the day in Japan on which it began."""

    attendance_id: UUID
    member_id: UUID
    kind: str
    role: Role
    occurred_on: date
    occurred_at: datetime
    minutes: int
    evidence: int
    flags: tuple[str, ...]
    needs_signoff: bool
    signed: bool
    superseded: bool
    can_earn: bool
    slot_id: UUID | None
    match_id: UUID | None

    @property
    def awaits_signoff(self) -> bool:
        """Whether somebody has still to vouch for it."""
        return self.needs_signoff and not self.signed


async def make(conn: AsyncConnection, new: Sequence[NewAttendance], *, now: datetime) -> None:
    """Keeps attendances and the scans that each rests on."""
    if not new:
        return
    await query.run(conn, _INSERT, attendances=msgspec.json.encode([_flat(each, now) for each in new]).decode())
    links = [(each.attendance_id, scan_id) for each in new for scan_id in each.presence.scan_ids]
    if links:
        await query.run(conn, _LINK, attendances=[attendance for attendance, _ in links], scans=[scan for _, scan in links])


async def sign(conn: AsyncConnection, ids: Sequence[UUID], *, signed_by: UUID, now: datetime) -> None:
    """Vouches for attendances that nobody has signed yet."""
    if ids:
        await query.run(conn, _SIGN, ids=list(ids), signed_by=signed_by, now=now)


async def find(conn: AsyncConnection, attendance_id: UUID) -> Attendance:
    """The attendance, superseded or not. Raises UnknownAttendance."""
    found = await find_many(conn, [attendance_id])
    if attendance_id not in found:
        raise refusals.UnknownAttendance(attendance_id=attendance_id)
    return found[attendance_id]


async def find_many(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Attendance]:
    """Those of `ids` that exist, by id."""
    return {row.attendance_id: _attendance(row) for row in await query.rows(conn, _BY_IDS, ids=list(ids))}


async def facts_of(conn: AsyncConnection, ids: Sequence[UUID]) -> list[AttendanceFacts]:
    """What the rules may know of these attendances, in the order asked. Raises UnknownAttendance."""
    found = await find_many(conn, ids)
    for attendance_id in ids:
        if attendance_id not in found:
            raise refusals.UnknownAttendance(attendance_id=attendance_id)
    return [_facts(found[attendance_id]) for attendance_id in ids]


async def beside(conn: AsyncConnection, found: Sequence[AttendanceFacts]) -> list[AttendanceFacts]:
    """Every attendance of the same members at the same slots, superseded or not, `found` itself included."""
    at_slots = [each for each in found if each.slot_id is not None]
    slots, members = [each.slot_id for each in at_slots], [each.member_id for each in at_slots]
    return [_facts(_attendance(row)) for row in await query.rows(conn, _BESIDE, slots=slots, members=members)]


async def of_slot(conn: AsyncConnection, slot_id: UUID) -> Sequence[Attendance]:
    """The standing attendances at a slot, the earliest first."""
    return [_attendance(row) for row in await query.rows(conn, _OF_SLOT, slot_id=slot_id)]


async def of_match(conn: AsyncConnection, match_id: UUID) -> Sequence[Attendance]:
    """The standing attendances of a match: its helper's, once it is done."""
    return [_attendance(row) for row in await query.rows(conn, _OF_MATCH, match_id=match_id)]


async def of_scan(conn: AsyncConnection, scan_id: UUID) -> Attendance | None:
    """The attendance that was made from a scan, as it was made (not what superseded it), or None."""
    row = await query.one(conn, _OF_SCAN, scan_id=scan_id)
    return _attendance(row) if row is not None else None


async def page_of_member(
    conn: AsyncConnection, member_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> Sequence[Attendance]:
    """A member's standing attendances, the latest first, those before the attendance `before`; at most PAGE_MAX."""
    rows = await query.rows(conn, _PAGE_OF_MEMBER, member_id=member_id, before=before, limit=min(limit, PAGE_MAX))
    return [_attendance(row) for row in rows]


async def unsigned(conn: AsyncConnection, *, area_id: UUID | None = None, limit: int = 50) -> Sequence[Attendance]:
    """Standing attendances that wait for somebody to vouch for them, of one area if told; the oldest first, at most PAGE_MAX."""
    return [_attendance(row) for row in await query.rows(conn, _UNSIGNED, area_id=area_id, limit=min(limit, PAGE_MAX))]


async def elsewhere(
    conn: AsyncConnection, member_ids: Sequence[UUID], within: Span, *, but: UUID | None = None
) -> Mapping[UUID, Sequence[Span]]:
    """What is counted already `within` a time, by member: the spans of standing attendances, `but` one. Under the members' locks."""
    rows = await query.rows(
        conn, _ELSEWHERE, members=list(member_ids), starts_at=within.starts_at, ends_at=within.ends_at, but=but
    )
    found: dict[UUID, list[Span]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(Span(row.starts_at, row.ends_at))
    return found


def _flat(new: NewAttendance, now: datetime) -> dict[str, Any]:
    flat: dict[str, Any] = {name: getattr(new, name) for name in new.__struct_fields__ if name != "presence"}
    presence = new.presence
    return flat | {
        "starts": [span.starts_at for span in presence.spans],
        "ends": [span.ends_at for span in presence.spans],
        "started_at": presence.started_at,
        "ended_at": presence.ended_at,
        "minutes": presence.minutes,
        "evidence": presence.evidence,
        "flags": presence.flags,
        "made_at": now,
    }


def _facts(found: Attendance) -> AttendanceFacts:
    return AttendanceFacts(
        attendance_id=found.attendance_id,
        member_id=found.member_id,
        kind=found.kind,
        role=found.role,
        occurred_on=days.local_date(found.started_at),
        occurred_at=found.started_at,
        minutes=found.minutes,
        evidence=found.evidence,
        flags=found.flags,
        needs_signoff=found.needs_signoff,
        signed=found.signed_by is not None,
        superseded=found.superseded_by is not None,
        can_earn=found.can_earn,
        slot_id=found.slot_id,
        match_id=found.match_id,
    )


def _attendance(row: Row[Any]) -> Attendance:
    told = dict(row._asdict())  # pyright: ignore[reportPrivateUsage]
    starts, ends = told.pop("starts"), told.pop("ends")
    told["spans"] = tuple(Span(starts_at, ends_at) for starts_at, ends_at in zip(starts, ends, strict=True))
    told["flags"] = tuple(told["flags"])
    return Attendance(**told)
