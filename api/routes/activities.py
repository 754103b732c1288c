"""What is done together: activities, their slots, the code on the venue's screen, and places in a slot."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, slots
from api.door import Door
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from community import members
from community.actor import ROLES
from flows import announce, book, reach
from qr import render, tokens

EVERYBODY = dict.fromkeys(ROLES, "town")
RUN = {"host": "organisation", "coordinator": "town", "officer": "town"}
SEE = {"host": "organisation", "device": "organisation", "coordinator": "town", "officer": "town"}
PLACE = {"member": "own", "host": "organisation", "coordinator": "town", "officer": "town"}


class NewActivity(shapes.Asked, frozen=True):
    """A thing done together, held by an organisation. `kind` is what the rules know it by."""

    organisation_id: UUID
    kind: shapes.KindCode
    title: shapes.Name
    place: shapes.Name


class NewSlot(shapes.Asked, frozen=True):
    """One dated occurrence with its number of places."""

    starts_at: shapes.Instant
    ends_at: shapes.Instant
    capacity: Annotated[int, Meta(ge=1, le=10_000, examples=[20])]


class NewBooking(shapes.Asked, frozen=True):
    """Who comes, to help or to receive."""

    member_id: UUID
    role: bookings.Role = "helper"


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot with its activity; `closed_at` is null until the host closes it."""

    slot_id: UUID
    activity_id: UUID
    organisation_id: UUID
    kind: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    closed_at: datetime | None


class Expected(msgspec.Struct, frozen=True):
    """Somebody who booked: whom the host expects."""

    booking: bookings.Booking
    number: int
    name: str


class Roster(msgspec.Struct, frozen=True):
    """A slot with those who booked and the attendances so far."""

    slot: Slot
    expected: list[Expected]
    attendances: list[attendances.Attendance]


class VenueCode(msgspec.Struct, frozen=True):
    """What the venue's screen shows now; ask again every `step_seconds`."""

    address: str
    svg: str
    step_seconds: int


@post("/activities", may=RUN, tags=["activities"])
async def create_activity(door: NamedDependency[Door], data: JSONBody[NewActivity]) -> slots.Activity:
    """Adds an activity."""
    asked = announce.ActivityAsked(**msgspec.structs.asdict(data))
    return await door.write(lambda conn: announce.activity(conn, asked, actor=door.actor, now=door.now))


@get("/activities/{activity_id:uuid}", may=EVERYBODY, tags=["activities"])
async def read_activity(door: NamedDependency[Door], activity_id: FromPath[UUID]) -> slots.Activity:
    """An activity."""
    return await door.read(lambda conn: slots.find_activity(conn, activity_id))


@post("/activities/{activity_id:uuid}/slots", may=RUN, tags=["activities"])
async def create_slot(door: NamedDependency[Door], activity_id: FromPath[UUID], data: JSONBody[NewSlot]) -> Slot:
    """Announces a slot of an activity."""
    asked = announce.SlotAsked(activity_id=activity_id, **msgspec.structs.asdict(data))
    return _slot(await door.write(lambda conn: announce.slot(conn, asked, actor=door.actor, now=door.now)))


@get("/slots", may=EVERYBODY, tags=["activities"])
async def list_slots(
    door: NamedDependency[Door],
    organisation_id: FromQuery[UUID | None] = None,
    since: shapes.Since = None,
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[Slot]:
    """Slots from yesterday on (or `since`), the soonest first."""
    first = shapes.checked_instant("since", since) or door.now - timedelta(days=1)
    found = await door.read(lambda conn: slots.page(conn, since=first, organisation_id=organisation_id, after=after, limit=limit))
    return shapes.page([_slot(each) for each in found], limit, lambda item: item.slot_id)


@get("/slots/{slot_id:uuid}", may=EVERYBODY, tags=["activities"])
async def read_slot(door: NamedDependency[Door], slot_id: FromPath[UUID]) -> Slot:
    """A slot."""
    return _slot(await door.read(lambda conn: slots.find(conn, slot_id)))


@get("/slots/{slot_id:uuid}/roster", may=SEE, tags=["activities"])
async def read_roster(door: NamedDependency[Door], slot_id: FromPath[UUID]) -> Roster:
    """Who is expected at a slot, by name and number, and who came."""

    async def work(conn: AsyncConnection) -> Roster:
        slot = await reach.slot(conn, slot_id, door.actor)
        booked = await bookings.of_slot(conn, slot_id)
        ids = [booking.member_id for booking in booked]
        known, people = await members.find_many(conn, ids), await members.people_of(conn, ids)
        expected = [Expected(each, known[each.member_id].number, people[each.member_id].name) for each in booked]
        return Roster(_slot(slot), expected, list(await attendances.of_slot(conn, slot_id)))

    return await door.read(work)


@get("/slots/{slot_id:uuid}/venue-code", may=SEE, tags=["activities"])
async def read_venue_code(door: NamedDependency[Door], slot_id: FromPath[UUID]) -> VenueCode:
    """The rotating code for the screen at the venue."""
    keys = door.context.keys_of(door.town)
    code = await door.read(lambda conn: announce.venue_code(conn, slot_id, actor=door.actor, now=door.now, keys=keys))
    address = tokens.address(door.context.public_url, tokens.Kind.VENUE, code.text)
    return VenueCode(address, render.svg(render.symbol(address), "会場の 受付の コード"), code.step_seconds)


@post("/slots/{slot_id:uuid}/bookings", may=PLACE, tags=["activities"])
async def create_booking(door: NamedDependency[Door], slot_id: FromPath[UUID], data: JSONBody[NewBooking]) -> bookings.Booking:
    """Takes a place in a slot."""
    asked = book.Asked(slot_id=slot_id, member_id=data.member_id, role=data.role)
    return await door.write(lambda conn: book.book(conn, asked, actor=door.actor, now=door.now))


@post("/bookings/{booking_id:uuid}/cancel", may=PLACE, tags=["activities"])
async def cancel_booking(door: NamedDependency[Door], booking_id: FromPath[UUID]) -> shapes.Done:
    """Gives a place back. It costs nothing."""
    await door.write(lambda conn: book.cancel(conn, booking_id, actor=door.actor, now=door.now))
    return shapes.Done()


def _slot(found: slots.Slot) -> Slot:
    """Without the number that the venue's code names it by: that is for the code alone."""
    return msgspec.convert(found, Slot, from_attributes=True)


HANDLERS = (
    create_activity,
    read_activity,
    create_slot,
    list_slots,
    read_slot,
    read_roster,
    read_venue_code,
    create_booking,
    cancel_booking,
)
