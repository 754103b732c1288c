"""Somebody at work opens or changes a member's things: it is written down where the member can read it.

Pages call it where they show or change what belongs to a member: `await door.write(lambda conn: looked.note(conn, …))`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import looks
from community.actor import Actor
from community.looks import Look


async def note(conn: AsyncConnection, actor: Actor, member_id: UUID, what: str, now: datetime) -> None:
    """Writes down that `actor` saw or changed `what` of a member: a word of a-z and _, such as `person`. One's own is not noted,
    unless somebody acts for the member."""
    if actor.member_id != member_id or actor.acting_for is not None:
        await looks.note(conn, member_id=member_id, principal_id=actor.principal_id, what=what, now=now)


async def read(conn: AsyncConnection, member_id: UUID, *, limit: int = 50) -> Sequence[Look]:
    """Who looked at or changed a member's things, the latest first."""
    return await looks.of_member(conn, member_id, limit=limit)
