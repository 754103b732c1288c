"""Conflicts: records of a device's queue that did not count. Each stays listed until somebody says, by name, what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import offline_refusals as refusals
from db import query

Method = Literal["card", "manual", "retract"]
How = Literal["entered", "set_aside"]
LIST_MAX = 200

_INSERT = query.statement(
    """
    insert into activities.scan_conflict (
        municipality_id, conflict_id, slot_id, scan_id, method, member_id, occurred_at, code, facts, key_id, number, received_at,
        received_by, sent_in_shift
    )
    values (
        db.municipality(), :conflict_id, :slot_id, :scan_id, :method, cast(:member_id as uuid), :occurred_at, :code,
        cast(:facts as jsonb), :key_id, :number, :received_at, :received_by, cast(:sent_in_shift as uuid)
    )
    on conflict on constraint conflict_of_scan_once do nothing
    """
)
_SELECT = """
    select c.conflict_id, c.slot_id, c.scan_id, c.method, c.member_id, c.occurred_at, c.code, cast(c.facts as text) as facts, c.key_id,
        c.number, c.received_at, c.received_by, c.sent_in_shift, s.how, s.reason, s.settled_at, s.settled_by, s.member_id as entered_id
    from activities.scan_conflict c
    left join activities.conflict_settlement s
        on s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
    where c.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_SELECT + " and c.conflict_id = :conflict_id")
_OF_SCANS = query.statement(_SELECT + " and c.scan_id = any (cast(:scans as uuid[]))")
_OF_SLOT = query.statement(_SELECT + " and c.slot_id = :slot_id order by s.settled_at nulls first, c.occurred_at limit :limit")
_OPEN = query.statement(
    f"""
    {_SELECT} and s.conflict_id is null and (cast(:organisation_id as uuid) is null or c.slot_id in (
        select t.slot_id from activities.slot t
        join activities.activity v on v.municipality_id = t.municipality_id and v.activity_id = t.activity_id
        where t.municipality_id = c.municipality_id and v.organisation_id = :organisation_id
    ))
    order by c.received_at, c.conflict_id limit :limit
    """  # noqa: S608 - a constant of this module
)
_COUNT_OPEN = query.statement(
    """
    select count(*) from activities.scan_conflict c
    where c.municipality_id = db.municipality() and c.slot_id = :slot_id and not exists (
        select from activities.conflict_settlement s
        where s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
    )
    """
)
_SETTLE = query.statement(
    """
    insert into activities.conflict_settlement (municipality_id, conflict_id, how, member_id, reason, settled_at, settled_by)
    values (db.municipality(), :conflict_id, :how, cast(:member_id as uuid), :reason, :now, :settled_by)
    """
)


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """One record that did not count: the code of the refusal and its facts. `how` is None until it is settled.

    `member_id` is whose card or number it was, where that is known; `entered_id` for whom it was entered. `received_by` sent it, from a
    device in somebody's turn (`sent_in_shift`); when it was written down says the device's clock alone.
    """

    conflict_id: UUID
    slot_id: UUID
    scan_id: UUID
    method: Method
    member_id: UUID | None
    occurred_at: datetime
    code: str
    facts: dict[str, Any]
    key_id: UUID
    number: int
    received_at: datetime
    received_by: UUID
    sent_in_shift: UUID | None = None
    how: How | None = None
    reason: str | None = None
    settled_at: datetime | None = None
    settled_by: UUID | None = None
    entered_id: UUID | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a record, and why; `member_id` for whom it was entered, where it was."""

    conflict_id: UUID
    how: How
    member_id: UUID | None
    reason: str


async def keep(conn: AsyncConnection, conflict: Conflict) -> None:
    """Puts a record on its slot's list, once for the scan's id."""
    told = msgspec.structs.asdict(conflict) | {"facts": msgspec.json.encode(conflict.facts).decode()}
    left_out = ("how", "reason", "settled_at", "settled_by", "entered_id")
    await query.run(conn, _INSERT, **{name: value for name, value in told.items() if name not in left_out})


async def find(conn: AsyncConnection, conflict_id: UUID) -> Conflict:
    """The record. Raises UnknownConflict."""
    row = await query.one(conn, _BY_ID, conflict_id=conflict_id)
    if row is None:
        raise refusals.UnknownConflict(conflict_id=conflict_id)
    return _conflict(row)


async def of_scans(conn: AsyncConnection, scan_ids: Sequence[UUID]) -> dict[UUID, Conflict]:
    """What did not count of these scans, by the scan's id."""
    return {row.scan_id: _conflict(row) for row in await query.rows(conn, _OF_SCANS, scans=list(scan_ids))}


async def of_slot(conn: AsyncConnection, slot_id: UUID) -> list[Conflict]:
    """The list of a slot, at most LIST_MAX: what waits first, in the order in which it happened."""
    return [_conflict(row) for row in await query.rows(conn, _OF_SLOT, slot_id=slot_id, limit=LIST_MAX)]


async def waiting(conn: AsyncConnection, *, organisation_id: UUID | None = None) -> list[Conflict]:
    """What waits in the whole town, or at the activities of one organisation; the longest first, at most LIST_MAX."""
    rows = await query.rows(conn, _OPEN, organisation_id=organisation_id, limit=LIST_MAX)
    return [_conflict(row) for row in rows]


async def count_waiting(conn: AsyncConnection, slot_id: UUID) -> int:
    """How many wait at a slot."""
    return int(await query.scalar(conn, _COUNT_OPEN, slot_id=slot_id))


async def settle(conn: AsyncConnection, settled: Settlement, *, settled_by: UUID, now: datetime) -> None:
    """Writes down what becomes of a record; under the lock of its slot, after `find` has said that it waits."""
    await query.run(conn, _SETTLE, settled_by=settled_by, now=now, **msgspec.structs.asdict(settled))


def _conflict(row: Row[Any]) -> Conflict:
    told = dict(row._mapping)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - SQLAlchemy's documented name
    return Conflict(**(told | {"facts": msgspec.json.decode(row.facts)}))
