"""Whom a host expects at a slot, who is there and who has gone, in the order of the kana. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, presence, scans
from activities.attendances import Attendance
from activities.presence import Mark
from activities.slots import Slot
from community import members
from community.actor import Actor
from community.members import Member, Person
from flows import reach

State = Literal["expected", "here", "gone", "absent"]


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who booked or came. `attendance` is what stands of them, once there is one."""

    member_id: UUID
    number: int
    name: str
    kana: str
    booked: bool
    came_at: datetime | None
    left_at: datetime | None
    attendance: Attendance | None
    state: State


class Roster(msgspec.Struct, frozen=True):
    """A slot and everybody who has to do with it."""

    slot: Slot
    guests: tuple[Guest, ...]

    def count(self, *states: State) -> int:
        """How many are in one of these states."""
        return sum(each.state in states for each in self.guests)


async def of_slot(conn: AsyncConnection, slot_id: UUID, *, actor: Actor) -> Roster:
    """The roster of a slot that the actor runs. Raises UnknownSlot."""
    slot = await reach.slot(conn, slot_id, actor)
    booked = {each.member_id for each in await bookings.of_slot(conn, slot_id)}
    marks = await scans.of_slot(conn, slot_id)
    standing = {each.member_id: each for each in await attendances.of_slot(conn, slot_id)}
    everybody = sorted(booked | marks.keys() | standing.keys())
    known, people = await members.find_many(conn, everybody), await members.people_of(conn, everybody)
    guests = [
        _guest((known[each], people[each]), marks.get(each, ()), standing.get(each), booked=each in booked)
        for each in everybody
        if each in people
    ]
    return Roster(slot, tuple(sorted(guests, key=lambda each: (each.kana, each.number))))


def _guest(who: tuple[Member, Person], marks: Sequence[Mark], standing: Attendance | None, *, booked: bool) -> Guest:
    visits = presence.visits(marks)
    last = visits[-1] if visits else None
    again = last is not None and not last.settled and last.left_at is None
    came_at, left_at = (last.came_at, last.left_at) if last else (None, None)
    state: State = "expected" if last is None else "here" if last.left_at is None else "gone"
    if standing is not None and not again:
        state = "absent" if presence.ABSENT in standing.flags else "gone"
        came_at, left_at = standing.started_at, standing.ended_at
    return Guest(
        member_id=who[0].member_id,
        number=who[0].number,
        name=who[1].name,
        kana=who[1].kana,
        booked=booked,
        came_at=came_at,
        left_at=left_at,
        attendance=standing,
        state=state,
    )
