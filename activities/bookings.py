"""Bookings: a member's place in a slot, as helper or as receiver. A slot never has more live bookings than places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from activities.slots import Slot
from db import query

Role = Literal["helper", "receiver"]

_LIVE = """
    from activities.booking b
    where b.municipality_id = db.municipality() and not exists (
        select from activities.booking_cancel c
        where c.municipality_id = b.municipality_id and c.booking_id = b.booking_id
    )
"""
_COUNT = query.statement(f"select count(*) {_LIVE} and b.slot_id = :slot_id")
_OF_MEMBER_IN_SLOT = query.statement(
    f"select b.booking_id, b.slot_id, b.member_id, b.role {_LIVE} and b.slot_id = :slot_id and b.member_id = :member_id"
)
_OF_SLOT = query.statement(
    f"select b.booking_id, b.slot_id, b.member_id, b.role {_LIVE} and b.slot_id = :slot_id order by b.booked_at, b.booking_id"
)
_BY_ID = query.statement(f"select b.booking_id, b.slot_id, b.member_id, b.role {_LIVE} and b.booking_id = :booking_id")
_INSERT = query.statement(
    """
    insert into activities.booking (municipality_id, booking_id, slot_id, member_id, role, booked_at, booked_by)
    values (db.municipality(), :booking_id, :slot_id, :member_id, :role, :now, :booked_by)
    """
)
_CANCEL = query.statement(
    """
    insert into activities.booking_cancel (municipality_id, booking_id, cancelled_at, cancelled_by)
    values (db.municipality(), :booking_id, :now, :cancelled_by)
    """
)


class Booking(msgspec.Struct, frozen=True):
    """A live booking."""

    booking_id: UUID
    slot_id: UUID
    member_id: UUID
    role: Role


async def place(conn: AsyncConnection, slot: Slot, booking: Booking, *, booked_by: UUID, now: datetime) -> None:
    """Takes a place, under the lock of the slot. Raises SlotClosed, BookedAlready, SlotFull."""
    if slot.closed_at is not None:
        raise refusals.SlotClosed(slot_id=slot.slot_id, closed_at=slot.closed_at)
    before = await of_member_in_slot(conn, slot.slot_id, booking.member_id)
    if before is not None:
        raise refusals.BookedAlready(booking_id=before.booking_id)
    booked = int(await query.scalar(conn, _COUNT, slot_id=slot.slot_id))
    if booked >= slot.capacity:
        raise refusals.SlotFull(slot_id=slot.slot_id, capacity=slot.capacity, booked=booked)
    await query.run(conn, _INSERT, now=now, booked_by=booked_by, **msgspec.structs.asdict(booking))


async def find(conn: AsyncConnection, booking_id: UUID) -> Booking:
    """The live booking. Raises UnknownBooking (also when it was cancelled)."""
    row = await query.one(conn, _BY_ID, booking_id=booking_id)
    if row is None:
        raise refusals.UnknownBooking(booking_id=booking_id)
    return _booking(row)


async def of_member_in_slot(conn: AsyncConnection, slot_id: UUID, member_id: UUID) -> Booking | None:
    """The member's live booking in a slot, or None."""
    row = await query.one(conn, _OF_MEMBER_IN_SLOT, slot_id=slot_id, member_id=member_id)
    return _booking(row) if row is not None else None


async def of_slot(conn: AsyncConnection, slot_id: UUID) -> Sequence[Booking]:
    """The live bookings of a slot, in the order in which they were made."""
    return [_booking(row) for row in await query.rows(conn, _OF_SLOT, slot_id=slot_id)]


async def cancel(conn: AsyncConnection, booking_id: UUID, *, cancelled_by: UUID, now: datetime) -> None:
    """Gives a place back; under the lock of the slot, after `find`."""
    await query.run(conn, _CANCEL, booking_id=booking_id, cancelled_by=cancelled_by, now=now)


def _booking(row: Row[Any]) -> Booking:
    return Booking(row.booking_id, row.slot_id, row.member_id, row.role)
