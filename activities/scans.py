"""Scans: the acts of coming and going, append-only, once per `scan_id`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.presence import Direction, Mark
from db import query

Method = Literal["venue", "poster", "card", "receiver_card", "manual"]

_COLUMNS = """
    scan_id, member_id, slot_id, match_id, direction, method, evidence, occurred_at, received_at, skew_seconds, scanned_by,
    credential_id, reason
"""
_INSERT = query.statement(
    f"""
    insert into activities.scan (municipality_id, {_COLUMNS})
    select db.municipality(), {_COLUMNS}
    from jsonb_to_recordset(cast(:scans as jsonb)) r (
        scan_id uuid, member_id uuid, slot_id uuid, match_id uuid, direction text, method text, evidence smallint,
        occurred_at timestamptz, received_at timestamptz, skew_seconds int, scanned_by uuid, credential_id uuid, reason text
    )
    """  # noqa: S608 - a constant of this module
)
_BY_ID = query.statement(
    f"select {_COLUMNS} from activities.scan where municipality_id = db.municipality() and scan_id = :scan_id"  # noqa: S608
)
_MARKS = """
    select s.member_id, s.scan_id, s.direction, s.occurred_at, s.evidence, exists (
        select from activities.attendance_scan a
        where a.municipality_id = s.municipality_id and a.scan_id = s.scan_id
    ) as settled
    from activities.scan s
    where s.municipality_id = db.municipality() and not exists (
        select from activities.scan_retraction t where t.municipality_id = s.municipality_id and t.scan_id = s.scan_id
    )
"""
_OF_SLOT = query.statement(_MARKS + " and s.slot_id = :slot_id order by s.occurred_at, s.scan_id")
_OF_MEMBER_AT_SLOT = query.statement(_MARKS + " and s.slot_id = :slot_id and s.member_id = :member_id")
_OF_MATCH = query.statement(_MARKS + " and s.match_id = :match_id")

_LAST_OF = query.statement(
    """
    select s.scan_id
    from activities.attendance_scan a
    join activities.scan s on s.municipality_id = a.municipality_id and s.scan_id = a.scan_id
    where a.municipality_id = db.municipality() and a.attendance_id = :attendance_id and s.received_at = :received_at
    order by s.occurred_at desc, s.direction desc, s.scan_id desc limit 1
    """
)
_LATEST = query.statement(
    """
    select distinct on (s.member_id) s.member_id, s.scan_id, s.scanned_by, exists (
        select from activities.attendance_scan a
        where a.municipality_id = s.municipality_id and a.scan_id = s.scan_id
    ) as settled
    from activities.scan s
    where s.municipality_id = db.municipality() and s.slot_id = :slot_id and not exists (
        select from activities.scan_retraction t where t.municipality_id = s.municipality_id and t.scan_id = s.scan_id
    )
    order by s.member_id, s.occurred_at desc, s.direction desc, s.scan_id desc
    """
)
_ATTENDANCE_ON = query.statement(
    """
    select attendance_id from activities.attendance_scan
    where municipality_id = db.municipality() and scan_id = :scan_id order by attendance_id desc limit 1
    """
)
_RETRACTED = query.statement(
    "select exists (select from activities.scan_retraction where municipality_id = db.municipality() and scan_id = :scan_id)"
)
_RETRACT = query.statement(
    """
    insert into activities.scan_retraction (municipality_id, scan_id, reason, retracted_at, retracted_by)
    values (db.municipality(), :scan_id, :reason, :now, :retracted_by)
    """
)


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as it is kept. `occurred_at` is by our clock; the device said `occurred_at` + `skew_seconds`.

    `member_id` is who came or went; at a match that is the helper.
    """

    scan_id: UUID
    member_id: UUID
    slot_id: UUID | None
    match_id: UUID | None
    direction: Direction
    method: Method
    evidence: int
    occurred_at: datetime
    received_at: datetime
    skew_seconds: int
    scanned_by: UUID
    credential_id: UUID | None
    reason: str | None


async def record(conn: AsyncConnection, scans: Sequence[Scan]) -> None:
    """Keeps scans whose ids are new."""
    await query.run(conn, _INSERT, scans=msgspec.json.encode(scans).decode())


async def find(conn: AsyncConnection, scan_id: UUID) -> Scan | None:
    """The scan sent under this id, or None."""
    row = await query.one(conn, _BY_ID, scan_id=scan_id)
    return msgspec.convert(row, Scan, from_attributes=True) if row is not None else None


async def of_slot(conn: AsyncConnection, slot_id: UUID) -> dict[UUID, list[Mark]]:
    """Every scan at a slot that was not taken back, by member."""
    found: dict[UUID, list[Mark]] = {}
    for row in await query.rows(conn, _OF_SLOT, slot_id=slot_id):
        found.setdefault(row.member_id, []).append(_mark(row))
    return found


async def of_member_at_slot(conn: AsyncConnection, slot_id: UUID, member_id: UUID) -> list[Mark]:
    """A member's scans at a slot, without those that were taken back."""
    return [_mark(row) for row in await query.rows(conn, _OF_MEMBER_AT_SLOT, slot_id=slot_id, member_id=member_id)]


async def of_match(conn: AsyncConnection, match_id: UUID) -> list[Mark]:
    """The helper's scans at a match."""
    return [_mark(row) for row in await query.rows(conn, _OF_MATCH, match_id=match_id)]


async def latest_open(conn: AsyncConnection, slot_id: UUID, scanned_by: UUID | None) -> dict[UUID, UUID]:
    """By member, the latest scan at a slot where nothing rests on it yet: of one who scanned, or, with None, of anybody."""
    rows = await query.rows(conn, _LATEST, slot_id=slot_id)
    return {row.member_id: row.scan_id for row in rows if not row.settled and scanned_by in {None, row.scanned_by}}


async def attendance_on(conn: AsyncConnection, scan_id: UUID) -> UUID | None:
    """The latest attendance that rests on a scan, or None."""
    row = await query.one(conn, _ATTENDANCE_ON, scan_id=scan_id)
    return row.attendance_id if row is not None else None


async def is_retracted(conn: AsyncConnection, scan_id: UUID) -> bool:
    """Whether a scan was taken back."""
    return bool(await query.scalar(conn, _RETRACTED, scan_id=scan_id))


async def retract(conn: AsyncConnection, scan_id: UUID, *, reason: str, retracted_by: UUID, now: datetime) -> None:
    """Takes a scan back; under the lock of its slot, while that is open and nothing rests on the scan."""
    await query.run(conn, _RETRACT, scan_id=scan_id, reason=reason, retracted_by=retracted_by, now=now)


async def last_of(conn: AsyncConnection, attendance_id: UUID, received_at: datetime) -> UUID | None:
    """Of the scans of an attendance that were received at this instant, the one that happened last; None if none was."""
    row = await query.one(conn, _LAST_OF, attendance_id=attendance_id, received_at=received_at)
    return row.scan_id if row is not None else None


def _mark(row: Row[Any]) -> Mark:
    return Mark(scan_id=row.scan_id, direction=row.direction, at=row.occurred_at, evidence=row.evidence, settled=row.settled)
