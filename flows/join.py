"""Somebody becomes a member: a number, a wallet in every unit, and a first card. From then on they can give and receive."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import areas, members, principals
from community.actor import Actor
from community.members import Member, NewMember, Person
from community.persons import Contacts
from community.principals import Principal
from community.refusals import UnknownArea
from flows import cards, in_area
from kernel import ids
from ledger import accounts, units
from ledger.units import Unit

CREDIT_MINUTES = 600  # how far a time wallet may go below zero: help comes before it is earned


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who joins, where they live, and how they are reached. `can_earn` is false for those whose help the pot pays."""

    name: str
    kana: str
    born_on: date | None = None
    area_id: UUID
    contacts: Contacts = Contacts()
    can_earn: bool = True
    credit_minutes: int = CREDIT_MINUTES


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The member, the principal by which they call the service, and the card's token, told this once."""

    member: Member
    principal_id: UUID
    card: cards.Issued


async def join(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Joined:
    """Adds a member. Raises UnknownArea, BirthDateOutOfRange, and what `text.clean` raises."""
    await areas.find(conn, asked.area_id)
    if not await in_area.holds_area(conn, asked.area_id, actor):
        raise UnknownArea(area_id=asked.area_id)
    new = NewMember(
        member_id=ids.new_id(),
        area_id=asked.area_id,
        person=Person(asked.name, asked.kana, asked.born_on),
        contacts=asked.contacts,
        can_earn=asked.can_earn,
    )
    member = await members.add(conn, new, now=now)
    opened = [_wallet(unit, member.member_id, asked.credit_minutes) for unit in await units.all_units(conn)]
    await accounts.open_many(conn, opened)
    principal = Principal(principal_id=ids.new_id(), role="member", member_id=member.member_id, label=f"会員 {member.number}")
    await principals.create(conn, principal, created_by=actor.principal_id, now=now)
    card = await cards.issue(conn, member.member_id, actor=actor, now=now)
    return Joined(member=member, principal_id=principal.principal_id, card=card)


def _wallet(unit: Unit, member_id: UUID, credit_minutes: int) -> accounts.Opening:
    return accounts.Opening(unit.unit_id, "wallet", member_id, floor=-credit_minutes if unit.kind == "time" else 0)
