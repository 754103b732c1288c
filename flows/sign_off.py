"""Somebody vouches for attendances that rest on little evidence; then they are paid and granted like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks, matches
from activities.refusals import AttendanceSuperseded, UnknownAttendance
from community.actor import Actor
from flows import grant, help, reach  # noqa: A004 - the story's name

SIGNED_MAX = 200  # of one list


async def sign(conn: AsyncConnection, attendance_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[grant.Granted]:
    """Signs attendances (at most SIGNED_MAX, which the door bounds), pays matched help that waited for it, and grants what they earn.

    All of them or none. What was signed before is answered as it stands. Raises UnknownAttendance, SelfConfirmation,
    AttendanceSuperseded, InsufficientBalance (when what was held for the help has lapsed and the wallet cannot pay).
    """
    wanted = list(dict.fromkeys(attendance_ids))
    found = await attendances.find_many(conn, wanted)
    for attendance_id in wanted:
        if attendance_id not in found:
            raise UnknownAttendance(attendance_id=attendance_id)
        await reach.attendance(conn, found[attendance_id], actor)
    await locks.members(conn, [each.member_id for each in found.values()])
    found = await attendances.find_many(conn, wanted)
    for each in found.values():
        if each.superseded_by is not None:
            raise AttendanceSuperseded(attendance_id=each.attendance_id, superseded_by=each.superseded_by)
    fresh = [each.attendance_id for each in found.values() if each.signed_by is None]
    await attendances.sign(conn, fresh, signed_by=actor.principal_id, now=now)
    for each in found.values():
        if each.awaits_signoff and each.match_id is not None:
            await help.settle(conn, await matches.find(conn, each.match_id), each, actor=actor, now=now)
    return await grant.for_attendances(conn, wanted, actor=actor.principal_id, now=now)
