"""A member asks for help, or says what they can do for others; and takes it back. A coordinator may write it down for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import helpers, locks, matching, needs, offers
from activities.needs import Need, NewNeed, Payer
from activities.offers import Offer, Weekday
from activities.refusals import NeedNotOpen, PotForThoseWhoCannotEarn, PotNeedsCoordinator, UnknownNeed, UnknownOffer
from community import members
from community.actor import Actor
from community.refusals import UnknownMember
from flows import reach
from kernel import ids
from ledger import units


class NeedAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `pay_per_hour` is in minor units of `unit`: 60 of `minutes` is hour for hour, 0 asks for a gift."""

    member_id: UUID
    kind: str
    note: str | None = None
    starts_at: datetime
    minutes: int
    payer: Payer = "receiver"
    unit: str
    pay_per_hour: int


class OfferAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a member can do. `weekdays` 1 (Monday) to 7; none means any day."""

    member_id: UUID
    kind: str
    note: str | None = None
    weekdays: tuple[Weekday, ...] = ()


async def ask(conn: AsyncConnection, asked: NeedAsked, *, actor: Actor, now: datetime) -> Need:
    """Writes a need down. The pot pays for those who cannot earn, as a coordinator says who is somebody else.

    Raises UnknownMember, UnknownUnit, PotNeedsCoordinator, SelfConfirmation, PotForThoseWhoCannotEarn, TimesOutOfRange, and what
    `text.clean` raises.
    """
    await reach.member(conn, asked.member_id, actor)
    member = await members.find(conn, asked.member_id)
    if asked.payer == "pot":
        _check_pot(member, actor)
    unit = await units.by_code(conn, asked.unit)
    new = NewNeed(
        need_id=ids.new_id(),
        member_id=asked.member_id,
        kind=asked.kind,
        note=asked.note,
        starts_at=asked.starts_at,
        minutes=asked.minutes,
        payer=asked.payer,
        pay_unit_id=unit.unit_id,
        pay_per_hour=asked.pay_per_hour,
    )
    await needs.ask(conn, new, asked_by=actor.principal_id, now=now)
    return await needs.find(conn, new.need_id)


def _check_pot(member: members.Member, actor: Actor) -> None:
    if actor.role not in reach.TOWN_ROLES:
        raise PotNeedsCoordinator
    reach.not_oneself(member.member_id, actor)
    if member.can_earn:
        raise PotForThoseWhoCannotEarn(member_id=member.member_id)


async def withdraw(conn: AsyncConnection, need_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Takes a need back. Raises UnknownNeed, NeedNotOpen."""
    await own(conn, need_id, actor)
    await locks.need(conn, need_id)
    need = await needs.find(conn, need_id)
    if need.state != "open":
        raise NeedNotOpen(need_id=need_id, state=need.state)
    await needs.end(conn, need_id, "withdrawn", ended_by=actor.principal_id, now=now)


async def own(conn: AsyncConnection, need_id: UUID, actor: Actor) -> Need:
    """A need of the actor's own, or any for coordinators and officers. Raises UnknownNeed."""
    need = await needs.find(conn, need_id)
    try:
        await reach.member(conn, need.member_id, actor)
    except UnknownMember:
        raise UnknownNeed(need_id=need_id) from None
    return need


async def candidates(conn: AsyncConnection, need_id: UUID, *, actor: Actor, now: datetime) -> list[matching.Candidate]:
    """Three who fit, with plain reasons. Reads only. Raises UnknownNeed."""
    return await helpers.candidates(conn, await own(conn, need_id, actor), now=now, area_id=actor.area_id)


async def offer(conn: AsyncConnection, asked: OfferAsked, *, actor: Actor, now: datetime) -> Offer:
    """Writes an offer down. Raises UnknownMember, and what `text.clean` raises."""
    await reach.member(conn, asked.member_id, actor)
    await members.find(conn, asked.member_id)
    made = Offer(offer_id=ids.new_id(), member_id=asked.member_id, kind=asked.kind, note=asked.note, weekdays=asked.weekdays)
    await offers.make(conn, made, offered_by=actor.principal_id, now=now)
    return await offers.find(conn, made.offer_id)


async def end_offer(conn: AsyncConnection, offer_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Ends an offer. Raises UnknownOffer."""
    found = await offers.find(conn, offer_id)
    try:
        await reach.member(conn, found.member_id, actor)
    except UnknownMember:
        raise UnknownOffer(offer_id=offer_id) from None
    await offers.end(conn, offer_id, ended_by=actor.principal_id, now=now)
