"""Places, slots and attendances of any kind and day, closed or open; facts recorded and things told: for the tests of grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import slots
from activities.marks import Said
from db import query, transact
from flows import audit, facts, grant, tell
from kernel import days, ids
from ledger.checks import Check
from tests.support import schemes, spending
from tests.support.spending import NOW, do
from tests.support.towns import TOWN

DAY = date(2026, 5, 13)  # a Wednesday

_ATTENDANCE = query.statement(
    """
    insert into activities.attendance (
        municipality_id, attendance_id, member_id, slot_id, role, kind, starts, ends, started_at, ended_at, minutes, evidence,
        needs_signoff, made_at, made_by
    )
    values (
        db.municipality(), :attendance_id, :member_id, :slot_id, :role, :kind, array[cast(:starts_at as timestamptz)],
        array[cast(:ends_at as timestamptz)], :starts_at, :ends_at, :minutes, 3, :needs_signoff, :ends_at, :actor
    )
    """
)


class Place(msgspec.Struct, frozen=True):
    """An activity of an organisation."""

    organisation_id: UUID
    activity_id: UUID
    kind: str


def code() -> str:
    """A scheme or a kind of one's own for each test: the module's town is shared."""
    return f"s{ids.new_id().hex[-8:]}"


async def place(engine: AsyncEngine, kind: str, organisation_id: UUID | None = None) -> Place:
    """An activity of the kind, of its own host unless told."""
    host = organisation_id or await spending.organisation(engine, "host", "茶話会の会")
    made = slots.Activity(activity_id=ids.new_id(), organisation_id=host, kind=kind, title="茶話会", place="集会所")
    await do(engine, slots.create_activity, made, created_by=ids.new_id(), now=NOW)
    return Place(host, made.activity_id, kind)


async def slot(engine: AsyncEngine, at: Place, on: date = DAY, hour: int = 10) -> UUID:
    """Two hours at a place."""
    starts_at = days.local_time(on, hour)
    slot_id = ids.new_id()
    new = slots.NewSlot(
        slot_id=slot_id,
        activity_id=at.activity_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        capacity=100,
        venue_number=slot_id.int & (2**40 - 1),
    )
    await do(engine, slots.create, new, created_by=ids.new_id(), now=starts_at)
    return slot_id


async def close(engine: AsyncEngine, slot_id: UUID) -> None:
    """Closes a slot, without the story."""
    await do(engine, slots.close, slot_id, closed_by=ids.new_id(), now=NOW)


async def attended(
    engine: AsyncEngine, slot_id: UUID, member_id: UUID, *, minutes: int = 60, late: int = 0, needs_signoff: bool = False
) -> UUID:
    """An attendance of a member at a slot, `late` minutes after its start."""

    async def work(conn: AsyncConnection) -> UUID:
        at = await slots.find(conn, slot_id)
        attendance_id = ids.new_id()
        starts_at: datetime = at.starts_at + timedelta(minutes=late)
        await query.run(
            conn,
            _ATTENDANCE,
            attendance_id=attendance_id,
            member_id=member_id,
            slot_id=slot_id,
            role="helper",
            kind=at.kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            minutes=minutes,
            needs_signoff=needs_signoff,
            actor=ids.new_id(),
        )
        return attendance_id

    return await do(engine, work)


async def granted(engine: AsyncEngine, attendances: Sequence[UUID], now: datetime = NOW) -> list[grant.Granted]:
    """What becomes of attendances."""
    return await do(engine, grant.for_attendances, list(attendances), actor=None, now=now)


async def known(
    engine: AsyncEngine, who: schemes.Officers, member_id: UUID, fact: str, yes: bool = True, now: datetime = NOW, **days_of: date
) -> facts.Done:
    """An officer records a fact."""
    asked = facts.Asked(member_id=member_id, fact=fact, yes=yes, source="窓口", **days_of)
    return await do(engine, facts.record, [asked], actor=who.first, now=now)


async def told(
    engine: AsyncEngine, who: schemes.Officers, slot_id: UUID, *said: Said, member_id: UUID | None = None
) -> tell.Done:
    """An officer tells something of a slot."""
    asked = tell.Asked(place="slot", place_id=slot_id, said=said, member_id=member_id)
    return await do(engine, tell.tell, asked, actor=who.first, now=NOW)


async def audited(auditor: AsyncEngine) -> list[Check]:
    """What the audit of the town finds wrong."""
    found = await transact.read(auditor, TOWN, audit.audit)
    return [check for check in found.checks if not check.ok]
