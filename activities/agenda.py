"""What is announced, as a member sees it: places left, and the member's own place; and where the member is booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals, slots
from activities.bookings import Role
from db import query

PAGE_MAX = 100

_SELECT = """
    select s.slot_id, a.kind, a.title, a.place, o.name as organisation, s.starts_at, s.ends_at, s.capacity, c.closed_at,
        m.booking_id, m.role, (
            select count(*) from activities.booking b
            where b.municipality_id = s.municipality_id and b.slot_id = s.slot_id and not exists (
                select from activities.booking_cancel x
                where x.municipality_id = b.municipality_id and x.booking_id = b.booking_id
            )
        ) as taken
    from activities.slot s
    join activities.activity a on a.municipality_id = s.municipality_id and a.activity_id = s.activity_id
    join community.organisation o on o.municipality_id = a.municipality_id and o.organisation_id = a.organisation_id
    left join activities.slot_close c on c.municipality_id = s.municipality_id and c.slot_id = s.slot_id
    left join activities.booking m on m.municipality_id = s.municipality_id and m.slot_id = s.slot_id
        and m.member_id = :member_id and not exists (
            select from activities.booking_cancel x
            where x.municipality_id = m.municipality_id and x.booking_id = m.booking_id
        )
    where s.municipality_id = db.municipality()
"""
_ONE = query.statement(_SELECT + " and s.slot_id = :slot_id")
# A slot lasts a day at most: the index by its start finds those that have not ended.
_GOING = " and s.starts_at >= :earliest and s.ends_at >= :since and c.closed_at is null"
_ANNOUNCED = query.statement(
    f"""{_SELECT}{_GOING} and (cast(:after as uuid) is null or (s.starts_at, s.slot_id) > (
        select p.starts_at, p.slot_id from activities.slot p where p.municipality_id = db.municipality() and p.slot_id = :after
    ))
    order by s.starts_at, s.slot_id limit :limit"""  # noqa: S608 - a constant of this module
)
_BOOKED = query.statement(f"{_SELECT}{_GOING} and m.booking_id is not null order by s.starts_at, s.slot_id limit :limit")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A slot before a member's eyes; `booking_id` and `role` are None where they have no place in it."""

    slot_id: UUID
    kind: str
    title: str
    place: str
    organisation: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    closed_at: datetime | None
    booking_id: UUID | None
    role: Role | None

    @property
    def left(self) -> int:
        """How many places are left."""
        return max(self.capacity - self.taken, 0)


async def find(conn: AsyncConnection, member_id: UUID, slot_id: UUID) -> Place:
    """A slot as the member sees it. Raises UnknownSlot."""
    row = await query.one(conn, _ONE, member_id=member_id, slot_id=slot_id)
    if row is None:
        raise refusals.UnknownSlot(slot_id=slot_id)
    return _place(row)


async def announced(
    conn: AsyncConnection, member_id: UUID, *, since: datetime, after: UUID | None = None, limit: int = 20
) -> Sequence[Place]:
    """Slots that have not ended by `since`, the soonest first, following the slot `after`; at most PAGE_MAX."""
    told = {"member_id": member_id, "since": since, "earliest": _earliest(since), "after": after, "limit": min(limit, PAGE_MAX)}
    return [_place(row) for row in await query.rows(conn, _ANNOUNCED, **told)]


async def booked(conn: AsyncConnection, member_id: UUID, *, since: datetime, limit: int = 20) -> Sequence[Place]:
    """Where the member has a place and that has not ended by `since`, the soonest first; at most PAGE_MAX."""
    told = {"member_id": member_id, "since": since, "earliest": _earliest(since), "limit": min(limit, PAGE_MAX)}
    return [_place(row) for row in await query.rows(conn, _BOOKED, **told)]


def _earliest(since: datetime) -> datetime:
    return since - timedelta(hours=slots.SLOT_HOURS_MAX)


def _place(row: Row[Any]) -> Place:
    return msgspec.convert(row, Place, from_attributes=True)
