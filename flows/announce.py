"""A host announces an activity and when it takes place."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import slots
from community import organisations
from community.actor import Actor
from community.refusals import UnknownOrganisation
from flows import reach
from kernel import ids
from qr import tokens
from qr.keys import Keys


class ActivityAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A thing done together, held by an organisation. `kind` is what the rules know it by: salon, park_cleaning."""

    organisation_id: UUID
    kind: str
    title: str
    place: str


class SlotAsked(msgspec.Struct, frozen=True, kw_only=True):
    """One dated occurrence with its number of places."""

    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int


class VenueCode(msgspec.Struct, frozen=True):
    """What the venue's screen shows now: the text of the token. The next one comes with the next step of 30 seconds."""

    text: str
    step_seconds: int


async def activity(conn: AsyncConnection, asked: ActivityAsked, *, actor: Actor, now: datetime) -> slots.Activity:
    """Adds an activity. Raises UnknownOrganisation, and what `text.clean` raises."""
    if not reach.holds(asked.organisation_id, actor):
        raise UnknownOrganisation(organisation_id=asked.organisation_id)
    await organisations.find(conn, asked.organisation_id)
    made = slots.Activity(
        activity_id=ids.new_id(),
        organisation_id=asked.organisation_id,
        kind=asked.kind,
        title=asked.title,
        place=asked.place,
    )
    await slots.create_activity(conn, made, created_by=actor.principal_id, now=now)
    return await slots.find_activity(conn, made.activity_id)


async def slot(conn: AsyncConnection, asked: SlotAsked, *, actor: Actor, now: datetime) -> slots.Slot:
    """Announces a slot. Raises UnknownActivity, TimesOutOfRange."""
    await reach.activity(conn, asked.activity_id, actor)
    new = slots.NewSlot(
        slot_id=ids.new_id(),
        activity_id=asked.activity_id,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        capacity=asked.capacity,
        venue_number=secrets.randbits(slots.VENUE_NUMBER_BITS),
    )
    await slots.create(conn, new, created_by=actor.principal_id, now=now)
    return await slots.find(conn, new.slot_id)


async def venue_code(conn: AsyncConnection, slot_id: UUID, *, actor: Actor, now: datetime, keys: Keys) -> VenueCode:
    """The rotating code for the screen of a slot that the actor runs. Reads only. Raises UnknownSlot."""
    found = await reach.slot(conn, slot_id, actor)
    return VenueCode(tokens.mint_venue(found.venue_number, keys, now), tokens.STEP_SECONDS)
