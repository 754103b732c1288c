"""A member takes a place in a slot, or gives it back. Giving it back costs nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import bookings, locks, slots
from activities.bookings import Booking, Role
from activities.refusals import SlotClosed, UnknownBooking
from community import members
from community.actor import Actor
from community.refusals import UnknownMember
from flows import reach
from kernel import ids


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to come to which slot, to help or to receive."""

    slot_id: UUID
    member_id: UUID
    role: Role = "helper"


async def book(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Booking:
    """Books a place: one's own, or a member's by whoever runs the slot.

    Raises UnknownSlot, UnknownMember, SlotClosed, BookedAlready, SlotFull.
    """
    slot = await slots.find(conn, asked.slot_id)
    if actor.member_id != asked.member_id and not reach.holds(slot.organisation_id, actor):
        raise UnknownMember(member_id=asked.member_id)
    await members.find(conn, asked.member_id)
    await locks.slots(conn, [asked.slot_id])
    booking = Booking(ids.new_id(), asked.slot_id, asked.member_id, asked.role)
    await bookings.place(conn, await slots.find(conn, asked.slot_id), booking, booked_by=actor.principal_id, now=now)
    return booking


async def cancel(conn: AsyncConnection, booking_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Gives a place back. Raises UnknownBooking (also when it was given back before), SlotClosed."""
    booking = await bookings.find(conn, booking_id)
    await locks.slots(conn, [booking.slot_id])
    booking = await bookings.find(conn, booking_id)
    slot = await slots.find(conn, booking.slot_id)
    if actor.member_id != booking.member_id and not reach.holds(slot.organisation_id, actor):
        raise UnknownBooking(booking_id=booking_id)
    if slot.closed_at is not None:
        raise SlotClosed(slot_id=slot.slot_id, closed_at=slot.closed_at)
    await bookings.cancel(conn, booking_id, cancelled_by=actor.principal_id, now=now)
