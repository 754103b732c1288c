"""A second officer sees which ways in were made for others: one officer alone could otherwise be everybody, unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import openings, principals
from community.actor import Actor
from community.openings import Opening
from wallets.refusals import SamePerson

FRESH = timedelta(days=14)


async def see(conn: AsyncConnection, principal_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Writes down that the actor saw what was made for a role. Seeing it again changes nothing.

    Raises UnknownPrincipal; SamePerson where there is something to see, all of it of the actor's own making.
    """
    await principals.find(conn, principal_id)
    unseen = [each for each in await openings.of_principal(conn, principal_id) if each.made_by and each.seen_at is None]
    others = [each.opening_id for each in await openings.waiting(conn, actor.principal_id) if each.principal_id == principal_id]
    if unseen and not others:
        raise SamePerson
    await openings.see(conn, others, seen_by=actor.principal_id, now=now)


async def fresh(conn: AsyncConnection, actor: Actor, now: datetime) -> int:
    """How many somebody in the town made for the person behind the actor of late: their first page tells it."""
    return sum(each.made_by is not None for each in await mine(conn, actor, now - FRESH))


async def mine(conn: AsyncConnection, actor: Actor, since: datetime) -> list[Opening]:
    """What others made for the person behind the actor since an instant."""
    own = actor.self_id if actor.acting_for else actor.member_id
    return await openings.of_person(conn, actor.principal_id, own, since)
