"""Whose things an actor may touch. What is out of reach is answered as if it did not exist."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matches, slots
from activities.attendances import Attendance
from activities.refusals import SelfConfirmation, UnknownActivity, UnknownAttendance, UnknownMatch, UnknownSlot
from community.actor import Actor
from community.refusals import UnknownMember
from flows import in_area

TOWN_ROLES = frozenset({"coordinator", "officer"})
ORGANISATION_ROLES = frozenset({"host", "device"})


async def member(conn: AsyncConnection, member_id: UUID, actor: Actor) -> None:
    """A member's own things are for the member, for officers, and for coordinators within their area. Raises UnknownMember."""
    if actor.role not in TOWN_ROLES and actor.member_id != member_id:
        raise UnknownMember(member_id=member_id)
    await in_area.check_member(conn, member_id, actor)


def holds(organisation_id: UUID, actor: Actor) -> bool:
    """Whether the actor runs what this organisation holds: its hosts and devices do, coordinators and officers everything.

    A coordinator of one area runs what their own organisation holds alone: who comes to an activity lives anywhere.
    """
    if actor.role in ORGANISATION_ROLES or actor.area_id is not None:
        return actor.organisation_id == organisation_id
    return actor.role in TOWN_ROLES


async def activity(conn: AsyncConnection, activity_id: UUID, actor: Actor) -> slots.Activity:
    """An activity that the actor runs. Raises UnknownActivity."""
    found = await slots.find_activity(conn, activity_id)
    if not holds(found.organisation_id, actor):
        raise UnknownActivity(activity_id=activity_id)
    return found


async def slot(conn: AsyncConnection, slot_id: UUID, actor: Actor) -> slots.Slot:
    """A slot that the actor runs. Raises UnknownSlot."""
    found = await slots.find(conn, slot_id)
    if not holds(found.organisation_id, actor):
        raise UnknownSlot(slot_id=slot_id)
    return found


async def match(conn: AsyncConnection, match_id: UUID, actor: Actor) -> matches.Match:
    """A match of the actor's own, or any for coordinators (in their area) and officers. Raises UnknownMatch."""
    found = await matches.find(conn, match_id)
    if actor.role not in TOWN_ROLES and actor.member_id not in (found.helper_id, found.receiver_id):
        raise UnknownMatch(match_id=match_id)
    if not await in_area.lives(conn, [found.receiver_id], actor):
        raise UnknownMatch(match_id=match_id)
    return found


async def attendance(conn: AsyncConnection, found: Attendance, actor: Actor) -> None:
    """Who may vouch for an attendance or correct it: at a slot whoever runs it, at a match coordinators and officers; a coordinator
    of one area, for whoever lives there.

    Raises UnknownAttendance, and SelfConfirmation for whoever it is about, or, at a match, whoever was helped.
    """
    unknown = UnknownAttendance(attendance_id=found.attendance_id)
    if actor.area_id is not None:
        if not await in_area.lives(conn, [found.member_id], actor):
            raise unknown
    elif found.slot_id is not None:
        if not holds((await slots.find(conn, found.slot_id)).organisation_id, actor):
            raise unknown
    elif actor.role not in TOWN_ROLES:
        raise unknown
    if found.match_id is not None and (await matches.find(conn, found.match_id)).receiver_id == actor.member_id:
        raise SelfConfirmation
    not_oneself(found.member_id, actor)


def not_oneself(member_id: UUID, actor: Actor) -> None:
    """Nobody confirms their own record, nor does the device at which they work. Raises SelfConfirmation."""
    if actor.member_id == member_id or (actor.at is not None and actor.at.operator_member_id == member_id):
        raise SelfConfirmation
