"""Whose things, and which two people: what every story of spending asks about its actor."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import members, organisations, principals
from community.actor import Actor
from community.proxy_refusals import PowerNotGiven, SelfDealing
from community.refusals import UnknownMember
from wallets import refusals


async def member_for(conn: AsyncConnection, member_id: UUID, actor: Actor) -> UUID | None:
    """Whom the actor acts for when spending the points of `member_id`: None for their own. Officers act for others, and whom the
    member lets spend.

    Raises UnknownMember, also where anybody else asks for another one, and PowerNotGiven.
    """
    if actor.role != "officer" and actor.member_id != member_id:
        raise UnknownMember(member_id=member_id)
    await members.find(conn, member_id)
    if actor.acting_for is not None:
        if not actor.has("spend"):
            raise PowerNotGiven(needed="spend", given=str(actor.power))
        return actor.acting_for
    return None if actor.member_id == member_id else member_id


async def partner(conn: AsyncConnection, organisation_id: UUID | None) -> organisations.Organisation:
    """The partner with this id. Raises UnknownOrganisation, NotAPartner."""
    if organisation_id is None:
        raise refusals.NotAPartner(organisation_id=None)
    found = await organisations.find(conn, organisation_id)
    if found.kind != "partner":
        raise refusals.NotAPartner(organisation_id=organisation_id)
    return found


async def group(conn: AsyncConnection, organisation_id: UUID | None) -> organisations.Organisation:
    """The group with this id. Raises UnknownOrganisation, NotAGroup."""
    if organisation_id is None:
        raise refusals.NotAGroup(organisation_id=None)
    found = await organisations.find(conn, organisation_id)
    if found.kind != "group":
        raise refusals.NotAGroup(organisation_id=organisation_id)
    return found


async def check_no_own_gain(conn: AsyncConnection, organisation_id: UUID, actor: Actor) -> None:
    """Whoever acts for a member gives nothing to an organisation that they act for themselves. Raises SelfDealing."""
    if actor.acting_for is not None and await principals.same_at(conn, organisation_id, actor.principal_id):
        raise SelfDealing


async def check_other_person(conn: AsyncConnection, first: UUID, actor: Actor) -> None:
    """Makes sure that the actor is another person than the principal `first` (`principals.same_person`). Raises SamePerson."""
    if await principals.same_person(conn, first, actor.principal_id):
        raise refusals.SamePerson


async def names_of(conn: AsyncConnection, payees: list[UUID]) -> dict[UUID, str]:
    """The names of payees, organisations and members alike. Personal data: for the payment list alone."""
    found = {each.organisation_id: each.name for each in (await organisations.find_many(conn, payees)).values()}
    people = await members.people_of(conn, [payee for payee in payees if payee not in found])
    return found | {member_id: person.name for member_id, person in people.items()}
