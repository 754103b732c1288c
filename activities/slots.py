"""Activities (活動) and their slots (開催回): what is done together, and one dated occurrence of it with places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from activities.presence import Span
from db import query
from kernel import text

VENUE_NUMBER_BITS = 40
SLOT_HOURS_MAX = 24
AHEAD_MAX = timedelta(days=731)
BEHIND_MAX = timedelta(days=45)  # paper that comes late
PAGE_MAX = 200

_INSERT_ACTIVITY = query.statement(
    """
    insert into activities.activity (municipality_id, activity_id, organisation_id, kind, title, place, created_at, created_by)
    values (db.municipality(), :activity_id, :organisation_id, :kind, :title, :place, :now, :created_by)
    """
)
_FIND_ACTIVITY = query.statement(
    """
    select activity_id, organisation_id, kind, title, place from activities.activity
    where municipality_id = db.municipality() and activity_id = :activity_id
    """
)
_ACTIVITIES_OF = query.statement(
    """
    select activity_id, organisation_id, kind, title, place from activities.activity
    where municipality_id = db.municipality() and organisation_id = :organisation_id
    order by created_at desc, activity_id limit :limit
    """
)
_INSERT_SLOT = query.statement(
    """
    insert into activities.slot (
        municipality_id, slot_id, activity_id, starts_at, ends_at, capacity, venue_number, created_at, created_by
    )
    values (db.municipality(), :slot_id, :activity_id, :starts_at, :ends_at, :capacity, :venue_number, :now, :created_by)
    """
)
_SELECT = """
    select s.slot_id, s.activity_id, a.organisation_id, a.kind, a.title, a.place, s.starts_at, s.ends_at, s.capacity,
        s.venue_number, c.closed_at
    from activities.slot s
    join activities.activity a on a.municipality_id = s.municipality_id and a.activity_id = s.activity_id
    left join activities.slot_close c on c.municipality_id = s.municipality_id and c.slot_id = s.slot_id
    where s.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_SELECT + " and s.slot_id = :slot_id")
_BY_VENUE = query.statement(_SELECT + " and s.venue_number = :venue_number")
_OF_ACTIVITY_AT = query.statement(
    f"""{_SELECT} and s.activity_id = :activity_id and s.starts_at <= :latest_start and s.ends_at >= :earliest_end
    order by s.starts_at, s.slot_id"""
)
_PAGE = query.statement(
    f"""{_SELECT} and s.starts_at >= :since and (cast(:organisation_id as uuid) is null or a.organisation_id = :organisation_id)
        and (cast(:after as uuid) is null or (s.starts_at, s.slot_id) > (
            select p.starts_at, p.slot_id from activities.slot p
            where p.municipality_id = db.municipality() and p.slot_id = :after
        ))
    order by s.starts_at, s.slot_id limit :limit"""  # noqa: S608 - a constant of this module
)
_CLOSE = query.statement(
    """
    insert into activities.slot_close (municipality_id, slot_id, closed_at, closed_by)
    values (db.municipality(), :slot_id, :now, :closed_by)
    """
)
_OPEN_OF = query.statement(
    """
    select s.slot_id from activities.slot s
    where s.municipality_id = db.municipality() and s.activity_id = :activity_id and not exists (
        select from activities.slot_close c where c.municipality_id = s.municipality_id and c.slot_id = s.slot_id
    )
    """
)


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """A thing done together, held by an organisation. `kind` is what the rules know it by."""

    activity_id: UUID
    organisation_id: UUID
    kind: str
    title: str
    place: str


class NewSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A dated occurrence to be announced. `venue_number` (40 bits of chance) is what its rotating code names it by."""

    slot_id: UUID
    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    venue_number: int


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot with its activity; `closed_at` is None until the host closes it."""

    slot_id: UUID
    activity_id: UUID
    organisation_id: UUID
    kind: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    venue_number: int
    closed_at: datetime | None

    @property
    def planned(self) -> Span:
        """From its start to its end."""
        return Span(self.starts_at, self.ends_at)


async def create_activity(conn: AsyncConnection, activity: Activity, *, created_by: UUID, now: datetime) -> None:
    """Adds an activity. Raises what `text.clean` raises; an unknown organisation is a fault."""
    cleaned = msgspec.structs.replace(
        activity,
        title=text.clean("title", activity.title, text.NAME_LENGTH_MAX),
        place=text.clean("place", activity.place, text.NAME_LENGTH_MAX),
    )
    await query.run(conn, _INSERT_ACTIVITY, now=now, created_by=created_by, **msgspec.structs.asdict(cleaned))


async def find_activity(conn: AsyncConnection, activity_id: UUID) -> Activity:
    """The activity. Raises UnknownActivity."""
    row = await query.one(conn, _FIND_ACTIVITY, activity_id=activity_id)
    if row is None:
        raise refusals.UnknownActivity(activity_id=activity_id)
    return msgspec.convert(row, Activity, from_attributes=True)


async def activities_of(conn: AsyncConnection, organisation_id: UUID, *, limit: int = 50) -> list[Activity]:
    """What an organisation holds, the newest first, at most PAGE_MAX."""
    rows = await query.rows(conn, _ACTIVITIES_OF, organisation_id=organisation_id, limit=min(limit, PAGE_MAX))
    return [msgspec.convert(row, Activity, from_attributes=True) for row in rows]


async def create(conn: AsyncConnection, slot: NewSlot, *, created_by: UUID, now: datetime) -> None:
    """Announces a slot. Raises TimesOutOfRange; an unknown activity is a fault."""
    earliest, latest = now - BEHIND_MAX, now + AHEAD_MAX
    length = slot.ends_at - slot.starts_at
    if not earliest <= slot.starts_at <= latest or not timedelta(0) < length <= timedelta(hours=SLOT_HOURS_MAX):
        raise refusals.TimesOutOfRange(earliest=earliest, latest=latest, minutes_max=SLOT_HOURS_MAX * 60)
    await query.run(conn, _INSERT_SLOT, now=now, created_by=created_by, **msgspec.structs.asdict(slot))


async def find(conn: AsyncConnection, slot_id: UUID) -> Slot:
    """The slot. Raises UnknownSlot."""
    row = await query.one(conn, _BY_ID, slot_id=slot_id)
    if row is None:
        raise refusals.UnknownSlot(slot_id=slot_id)
    return _slot(row)


async def by_venue_number(conn: AsyncConnection, venue_number: int) -> Slot:
    """The slot that a rotating code names. Raises UnknownVenue."""
    row = await query.one(conn, _BY_VENUE, venue_number=venue_number)
    if row is None:
        raise refusals.UnknownVenue
    return _slot(row)


async def of_activity_at(conn: AsyncConnection, activity_id: UUID, at: datetime, around: timedelta) -> Slot:
    """The slot of an activity that is going on at `at`, give or take `around`; the nearest if there are several. Raises NoSlotThen."""
    rows = await query.rows(conn, _OF_ACTIVITY_AT, activity_id=activity_id, latest_start=at + around, earliest_end=at - around)
    if not rows:
        raise refusals.NoSlotThen(activity_id=activity_id, occurred_at=at)
    return _slot(min(rows, key=lambda row: max(row.starts_at - at, at - row.ends_at, timedelta(0))))


async def open_of(conn: AsyncConnection, activity_id: UUID) -> list[UUID]:
    """The slots of an activity that nobody has closed yet."""
    return [row.slot_id for row in await query.rows(conn, _OPEN_OF, activity_id=activity_id)]


async def page(
    conn: AsyncConnection,
    *,
    since: datetime,
    organisation_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Slot]:
    """Slots that start at `since` or later, the soonest first, following the slot `after`; at most PAGE_MAX."""
    rows = await query.rows(conn, _PAGE, since=since, organisation_id=organisation_id, after=after, limit=min(limit, PAGE_MAX))
    return [_slot(row) for row in rows]


async def close(conn: AsyncConnection, slot_id: UUID, *, closed_by: UUID, now: datetime) -> None:
    """Closes a slot; under its lock, after `find` has said that it is open."""
    await query.run(conn, _CLOSE, slot_id=slot_id, closed_by=closed_by, now=now)


def _slot(row: Row[Any]) -> Slot:
    return msgspec.convert(row, Slot, from_attributes=True)
