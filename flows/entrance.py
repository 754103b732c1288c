"""The desk lets somebody in: a member gets a new entrance, and the phones of before are signed out; staff get theirs from an officer.

The member sees in "who looked" that an entrance was made, and by whom.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import entrances, members, passkeys, principals, proxies, refusals, sessions
from community.actor import Actor
from community.entrances import NewEntrance
from community.members import Member
from community.principals import Principal
from flows import in_area, looked
from kernel import ids


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new entrance: its secret, told this once, until when it is good, what it asks, and how many phones were signed out."""

    secret: str
    expires_at: datetime
    asks_birth_date: bool
    sessions_ended: int


async def for_member(conn: AsyncConnection, member_id: UUID, *, actor: Actor, chance: bytes, now: datetime) -> Made:
    """A member's entrance; the older ones, the sessions on the member's phones and the member's passkeys are over.

    So is what was let on those phones that reaches the points: whoever held a lost phone could let themselves.

    Raises UnknownMember; BirthDateUnknown where nobody could tell the member from a finder, unless an officer or a coordinator hands
    the entrance over.
    """
    member = await members.find(conn, member_id)
    await in_area.check_member(conn, member_id, actor)
    born = (await members.person_of(conn, member_id)).born_on is not None
    if not born and actor.role == "host":
        raise refusals.BirthDateUnknown(member_id=member_id)
    await sessions.lock(conn, member_id)  # two desks at once: one principal
    who = await _own(conn, member, actor, now)
    ended = 0
    for each in await principals.of_member(conn, member_id):
        by = actor.principal_id
        ended += await sessions.end_all(conn, each.principal_id, ended_by=by, why="new_entrance", now=now)
        await passkeys.end(conn, None, principal_id=each.principal_id, ended_by=by, why="new_entrance", now=now)
    await proxies.end_purses(conn, member_id, ended_by=actor.principal_id, now=now)
    await looked.note(conn, actor, member_id, "entrance", now)
    new = NewEntrance(principal_id=who.principal_id, asks_birth_date=born, made_by=actor.principal_id)
    return await _made(conn, new, ended, chance=chance, now=now)


async def for_principal(conn: AsyncConnection, principal_id: UUID, *, actor: Actor, chance: bytes, now: datetime) -> Made:
    """An entrance for somebody at work. Raises UnknownPrincipal, OfficeFromOutside; a member's is `for_member`."""
    who = await principals.find(conn, principal_id)
    principals.check_outside(who.role)
    if who.role == "member" and who.member_id is not None:
        return await for_member(conn, who.member_id, actor=actor, chance=chance, now=now)
    new = NewEntrance(principal_id=principal_id, made_by=actor.principal_id, good_for=timedelta(days=3))
    return await _made(conn, new, 0, chance=chance, now=now)


async def on_server(conn: AsyncConnection, principal_id: UUID, *, good_for: timedelta, chance: bytes, now: datetime) -> Made:
    """An entrance for anybody, also an officer, made by whoever runs the server. Raises UnknownPrincipal."""
    await principals.find(conn, principal_id)
    return await _made(conn, NewEntrance(principal_id=principal_id, good_for=good_for), 0, chance=chance, now=now)


async def _own(conn: AsyncConnection, member: Member, actor: Actor, now: datetime) -> Principal:
    """As whom the member acts; made where there is none yet."""
    found = await principals.of_member(conn, member.member_id)
    if found:
        return found[0]
    made = Principal(principal_id=ids.new_id(), role="member", member_id=member.member_id, label=f"会員 {member.number}")
    await principals.create(conn, made, created_by=actor.principal_id, now=now)
    return made


async def _made(conn: AsyncConnection, new: NewEntrance, ended: int, *, chance: bytes, now: datetime) -> Made:
    secret = await entrances.make(conn, new, chance=chance, now=now)
    return Made(secret=secret, expires_at=now + new.good_for, asks_birth_date=new.asks_birth_date, sessions_ended=ended)
