"""Family in the demo's town: one member lets another act for them, so that a phone there has two names to act in."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from cli.demo.cast import Cast, Member
from community import principals, sessions
from community.actor import Actor
from flows import proxies
from flows.proxies import Letting


async def let(conn: AsyncConnection, cast: Cast, *, town: int, now: datetime) -> None:
    """The second member lets the first one ask and book for them; the first one accepts."""
    daughter, mother = cast.members[0], cast.members[1]
    asked = Letting(
        member_id=UUID(mother.member_id), number=daughter.number, relation="daughter", power="arrange", consent="own_phone"
    )
    chance = os.urandom(sessions.SECRET_BYTES)
    given = await proxies.let(conn, asked, actor=await _as(conn, mother, town), chance=chance, now=now)
    await proxies.answer(conn, given.proxy_id, True, actor=await _as(conn, daughter, town), now=now)


async def _as(conn: AsyncConnection, member: Member, town: int) -> Actor:
    who = (await principals.of_member(conn, UUID(member.member_id)))[0]
    return Actor(
        principal_id=who.principal_id, role="member", member_id=who.member_id, organisation_id=None, municipality_id=town
    )
