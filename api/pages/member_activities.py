"""What is announced, for members: joining in one tap, and giving the place back at no cost."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import agenda, bookings
from activities.bookings import Booking
from api import acting
from api.pages import member_words, own
from api.pages.door import KeyedForm, PageDoor
from flows import book

SLOTS_SHOWN = 20


class JoinForm(KeyedForm, frozen=True, kw_only=True):
    """To help, or to be helped there."""

    role: bookings.Role = "helper"


class GivenBack(msgspec.Struct, frozen=True):
    """The slot whose place was given back."""

    slot_id: UUID


@get("/activities", may=member_words.MEMBER, page=True, acts=acting.see("acted_activities"), include_in_schema=False)
async def show_activities(door: NamedDependency[PageDoor], after: FromQuery[UUID | None] = None) -> Response[str]:
    """What one can join, the soonest first."""
    me, limit = own.member(door), SLOTS_SHOWN
    found = await door.read(lambda conn: agenda.announced(conn, me, since=door.now, after=after, limit=limit + 1))
    more = found[limit - 1].slot_id if len(found) > limit else None
    return member_words.show(door, "member/activities.html", slots=found[:limit], next=more)


@get(
    "/activities/{slot_id:uuid}", may=member_words.MEMBER, page=True, acts=acting.see("acted_activities"), include_in_schema=False
)
async def show_activity(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str]:
    """One of them: where, when, how many places, and whether one has a place."""
    found = await door.read(lambda conn: agenda.find(conn, own.member(door), slot_id))
    return member_words.show(door, "member/activity.html", slot=found)


@post(
    "/activities/{slot_id:uuid}/join",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_booked"),
    include_in_schema=False,
)
async def join(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Redirect:
    """Takes a place."""
    form = await door.form(JoinForm)
    asked = book.Asked(slot_id=slot_id, member_id=own.member(door), role=form.role)
    await door.once(form.key, form, lambda conn: book.book(conn, asked, actor=door.actor, now=door.now), Booking)
    return door.go(f"/activities/{slot_id}")


@post(
    "/bookings/{booking_id:uuid}/cancel",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_booked"),
    include_in_schema=False,
)
async def give_back(door: NamedDependency[PageDoor], booking_id: FromPath[UUID]) -> Redirect:
    """Gives a place back. It costs nothing."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> GivenBack:
        found = await bookings.find(conn, booking_id)
        await book.cancel(conn, booking_id, actor=door.actor, now=door.now)
        return GivenBack(found.slot_id)

    back = await door.once(form.key, form, work, GivenBack)
    return door.go(f"/activities/{back.slot_id}")


HANDLERS = (show_activities, show_activity, join, give_back)
