"""Whoever runs an activity tells what the time does not say: paid or not, how many there were, what was measured, for whom it was.

It is told of an activity, of a slot or one member there, or of a match; before the attendances are made or after. What waited for it is
decided in the same transaction; what was decided before stands. Nobody tells about their own attendance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks, marks, matches, slots
from activities.marks import Said, Telling
from activities.refusals import UnknownMatch
from community import members
from community.actor import Actor
from flows import grant, questions, reach
from kernel import ids

TELLINGS_MAX = 50  # of one list
Place = Literal["activity", "slot", "match"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, of which place; at a slot of one member alone, where `member_id` is told."""

    place: Place
    place_id: UUID
    said: tuple[Said, ...]
    member_id: UUID | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept, and what was decided because of it."""

    tellings: tuple[Telling, ...]
    grants: tuple[grant.Granted, ...]


async def tell(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Done:
    """Keeps what is said (at most TELLINGS_MAX, which the door bounds), all of it or none, and decides what waited for it.

    At an activity or a slot whoever runs it, at a match coordinators and officers. Raises UnknownActivity, UnknownSlot, UnknownMatch,
    UnknownMember, SelfConfirmation, UnreadableTelling, TellingOutOfRange and what `text.clean` raises.
    """
    await _reach(conn, asked, actor)
    new = ids.new_ids(len(asked.said))  # rising: of two alike in one list the later one counts
    kept = [_telling(telling_id, asked, said, actor, now) for telling_id, said in zip(new, asked.said, strict=True)]
    await _lock(conn, asked)
    await marks.tell(conn, kept)
    waits = await questions.of_place(conn, asked.place_id, asked.member_id, limit=grant.RETRY_MAX)
    ids_of = [each.attendance_id for each in waits]
    granted = await grant.for_attendances(conn, ids_of, actor=actor.principal_id, now=now)
    return Done(tellings=tuple(kept), grants=tuple(granted))


async def of_attendance(conn: AsyncConnection, attendance_id: UUID, said: Sequence[Said], *, actor: Actor, now: datetime) -> Done:
    """The same of one attendance: of its member at its slot, or of its match. Raises UnknownAttendance besides."""
    found = await attendances.find(conn, attendance_id)
    await reach.attendance(conn, found, actor)
    if found.slot_id is not None:
        asked = Asked(place="slot", place_id=found.slot_id, member_id=found.member_id, said=tuple(said))
    else:
        assert found.match_id is not None  # noqa: S101 - an attendance is of a slot or of a match
        asked = Asked(place="match", place_id=found.match_id, said=tuple(said))
    return await tell(conn, asked, actor=actor, now=now)


async def told(conn: AsyncConnection, place: Place, place_id: UUID, *, actor: Actor) -> list[Telling]:
    """What was told of a place, in the order in which it was. Raises UnknownActivity, UnknownSlot, UnknownMatch."""
    await may_see(conn, place, place_id, actor=actor)
    return await marks.of_place(conn, place_id)


async def may_see(conn: AsyncConnection, place: Place, place_id: UUID, *, actor: Actor) -> None:
    """For whoever may tell, and the auditor. Raises UnknownActivity, UnknownSlot, UnknownMatch."""
    if actor.role == "auditor":
        find = {"activity": slots.find_activity, "slot": slots.find, "match": matches.find}[place]
        await find(conn, place_id)
    else:
        await _runs(conn, place, place_id, actor)


async def _reach(conn: AsyncConnection, asked: Asked, actor: Actor) -> None:
    await _runs(conn, asked.place, asked.place_id, actor)
    if asked.place == "match":
        match = await matches.find(conn, asked.place_id)
        reach.not_oneself(match.helper_id, actor)
        reach.not_oneself(match.receiver_id, actor)
    if asked.member_id is not None:
        await members.find(conn, asked.member_id)
        reach.not_oneself(asked.member_id, actor)


async def _runs(conn: AsyncConnection, place: Place, place_id: UUID, actor: Actor) -> None:
    match place:
        case "activity":
            await reach.activity(conn, place_id, actor)
        case "slot":
            await reach.slot(conn, place_id, actor)
        case "match":
            if actor.role not in reach.TOWN_ROLES:
                raise UnknownMatch(match_id=place_id)
            await reach.match(conn, place_id, actor)


async def _lock(conn: AsyncConnection, asked: Asked) -> None:
    """Alone on the place, and then on the members whose attendances there wait: who decides meanwhile sees what was told, or waits."""
    match asked.place:
        case "activity":
            await locks.slots(conn, await slots.open_of(conn, asked.place_id))
        case "slot":
            await locks.slots(conn, [asked.place_id])
        case "match":
            await locks.match(conn, asked.place_id)
    waits = await questions.of_place(conn, asked.place_id, asked.member_id, limit=grant.RETRY_MAX)
    there = (await marks.present(conn, [asked.place_id])).get(asked.place_id, ())
    await locks.members(conn, [each.member_id for each in (*waits, *there)])


def _telling(telling_id: UUID, asked: Asked, said: Said, actor: Actor, now: datetime) -> Telling:
    figure, words = marks.checked(said)
    return Telling(
        telling_id=telling_id,
        activity_id=asked.place_id if asked.place == "activity" else None,
        slot_id=asked.place_id if asked.place == "slot" else None,
        match_id=asked.place_id if asked.place == "match" else None,
        member_id=asked.member_id,
        what=said.what,
        figure=figure,
        words=words,
        told_at=now,
        told_by=actor.principal_id,
    )
