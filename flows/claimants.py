"""Whose claim: a member's by the member, a group's by its treasurer, and either's by an officer, on record."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from community.refusals import UnknownOrganisation
from wallets import holders


def reaches(holder: UUID, actor: Actor) -> bool:
    """Whether the actor may see and end what `holder` claimed."""
    if actor.role in ("officer", "auditor"):
        return True
    return holder == (actor.organisation_id if actor.role == "treasurer" else actor.member_id)


async def acting_for(conn: AsyncConnection, holder: UUID, kind: str, actor: Actor) -> UUID | None:
    """For whom the actor claims what belongs to `holder`, which is a `member` or a `group`: None for their own.

    Raises UnknownMember, UnknownOrganisation, NotAGroup, also where somebody asks for what is another's.
    """
    if kind == "member":
        return await holders.member_for(conn, holder, actor)
    own = actor.role == "treasurer" and actor.organisation_id == holder
    if not own and actor.role != "officer":
        raise UnknownOrganisation(organisation_id=holder)
    await holders.group(conn, holder)
    return None if own else holder
