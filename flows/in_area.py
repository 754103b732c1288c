"""A coordinator of one area (圏域) reaches the members who live in it, and what is theirs; nothing else exists for them.

A thing is of the area where its member lives: a need where it was asked, an attendance where whoever came is at home, a match where
help is received. Who has no area, as of layer 1, reaches the whole town.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.refusals import UnknownAttendance, UnknownBooking, UnknownMatch, UnknownNeed, UnknownOffer
from community.actor import Actor
from community.members import Member
from community.proxy_refusals import UnknownProxy
from community.refusals import UnknownMember
from db import query
from kernel.refusal import Refusal
from qr.refusals import UnknownCredential
from rules.refusals import UnknownDecision

_LIVE_THERE = query.statement(
    """
    select m.member_id from community.member m
    where m.municipality_id = db.municipality() and m.member_id = any (cast(:members as uuid[]))
        and community.lives_within(db.municipality(), m.member_id, cast(:area_id as uuid))
    """
)
_PAGE = query.statement(
    """
    select m.member_id, m.number, m.area_id, m.can_earn, m.joined_on from community.member m
    where m.municipality_id = db.municipality() and m.number > :after_number
        and community.lives_within(db.municipality(), m.member_id, cast(:area_id as uuid))
    order by m.number limit :limit
    """
)
_AREAS = query.statement("select community.areas_within(db.municipality(), cast(:area_id as uuid)) as area_id")
_OF = {
    name: query.statement(f"select {whose} as member_id from {table} where municipality_id = db.municipality() and {name} = :id")  # noqa: S608
    for name, (whose, table) in {
        "need_id": ("member_id", "activities.need"),
        "match_id": ("receiver_id", "activities.match"),
        "attendance_id": ("member_id", "activities.attendance"),
        "offer_id": ("member_id", "activities.offer"),
        "booking_id": ("member_id", "activities.booking"),
        "decision_id": ("member_id", "rules.decision"),
        "credential_id": ("subject", "qr.credential"),
        "proxy_id": ("member_id", "community.proxy"),
    }.items()
}
_UNKNOWN: dict[str, type[Refusal]] = {
    "member_id": UnknownMember,
    "need_id": UnknownNeed,
    "match_id": UnknownMatch,
    "attendance_id": UnknownAttendance,
    "offer_id": UnknownOffer,
    "booking_id": UnknownBooking,
    "decision_id": UnknownDecision,
    "credential_id": UnknownCredential,
    "proxy_id": UnknownProxy,
}
NAMES = frozenset(_UNKNOWN)
"""What a path may name that belongs to a member."""


async def lives(conn: AsyncConnection, members: Sequence[UUID], actor: Actor) -> bool:
    """Whether the actor reaches all of these members, as far as an area bounds it."""
    if actor.area_id is None:
        return True
    found = await query.rows(conn, _LIVE_THERE, members=list(members), area_id=actor.area_id)
    return {row.member_id for row in found} >= set(members)


async def check_member(conn: AsyncConnection, member_id: UUID, actor: Actor) -> None:
    """Raises UnknownMember for who lives outside the actor's area."""
    if not await lives(conn, [member_id], actor):
        raise UnknownMember(member_id=member_id)


async def check(conn: AsyncConnection, named: Mapping[str, UUID], actor: Actor) -> None:
    """The same for everything that a path names, by its name there (NAMES). What does not exist is left to whoever looks it up.

    Raises Unknown… of what it is.
    """
    for name, asked in named.items():
        whose = [asked] if name == "member_id" else [row.member_id for row in await query.rows(conn, _OF[name], id=asked)]
        if whose and not await lives(conn, whose, actor):
            raise _UNKNOWN[name](**{name: asked})


async def holds_area(conn: AsyncConnection, area_id: UUID, actor: Actor) -> bool:
    """Whether the actor's area is this one or one around it."""
    if actor.area_id is None:
        return True
    return area_id in {row.area_id for row in await query.rows(conn, _AREAS, area_id=actor.area_id)}


async def members_of(conn: AsyncConnection, area_id: UUID, *, after_number: int, limit: int) -> list[Member]:
    """Members who live in an area, in the order of their numbers."""
    rows = await query.rows(conn, _PAGE, area_id=area_id, after_number=after_number, limit=limit)
    return [Member(row.member_id, row.number, row.area_id, row.can_earn, row.joined_on) for row in rows]
