"""What a device takes along to a hall without signal: who is expected, by which cards they are known, and the town's seal on it.

No card's secret leaves: of each there is the SHA-256 of the slot's id and what the service keeps of the card, which finds a card
that is read at this slot and nothing else. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import conflicts, scan_times, scans
from community import ended
from community.actor import Actor
from flows import roster
from flows.roster import Guest, State
from qr import seals, store
from qr.keys import Keys


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the list. `undo` is a scan of theirs that the asker may take back; `cards` as hex."""

    number: int
    name: str
    kana: str
    state: State
    booked: bool
    came_at: datetime | None
    left_at: datetime | None
    undo: UUID | None
    cards: tuple[str, ...]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The list as it goes out, in the order of the kana."""

    slot_id: UUID
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    capacity: int
    conflicts: int
    given_at: datetime
    good_until: datetime
    people: tuple[Listed, ...]


class Sealed(msgspec.Struct, frozen=True):
    """The list, its exact text, and the seal over that."""

    told: Told
    text: str
    seal: str


async def of_slot(conn: AsyncConnection, slot_id: UUID, *, actor: Actor, now: datetime, keys: Keys) -> Sealed:
    """The sealed list of a slot that the actor runs; good until two hours after its end. Raises UnknownSlot."""
    found = await roster.of_slot(conn, slot_id, actor=actor)
    slot = found.slot
    cards = await _cards(conn, slot_id, [each.member_id for each in found.guests], now)
    undo = await scans.latest_open(conn, slot_id, actor.principal_id if actor.role == "device" else None)
    told = Told(
        slot_id=slot_id,
        title=slot.title,
        place=slot.place,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        closed_at=slot.closed_at,
        capacity=slot.capacity,
        conflicts=await conflicts.count_waiting(conn, slot_id),
        given_at=now.replace(microsecond=0),
        good_until=scan_times.around(slot.planned).ends_at.replace(microsecond=0),
        people=tuple(_listed(each, cards, undo, actor) for each in found.guests),
    )
    written = msgspec.json.encode(told)
    seal = seals.Seal(slot_id, told.given_at, told.good_until, seals.digest(written))
    return Sealed(told, written.decode(), seals.mint(seal, keys))


def known_by(slot_id: UUID, fingerprint: bytes) -> str:
    """What a card is called in the list of a slot. Pure."""
    return sha256(slot_id.bytes + fingerprint).hexdigest()


def _listed(guest: Guest, cards: dict[UUID, list[str]], undo: dict[UUID, UUID], actor: Actor) -> Listed:
    return Listed(
        number=guest.number,
        name=guest.name,
        kana=guest.kana,
        state=guest.state,
        booked=guest.booked,
        came_at=guest.came_at,
        left_at=guest.left_at,
        undo=undo.get(guest.member_id) if guest.member_id != actor.member_id else None,
        cards=tuple(cards.get(guest.member_id, ())),
    )


async def _cards(conn: AsyncConnection, slot_id: UUID, members: Sequence[UUID], now: datetime) -> dict[UUID, list[str]]:
    """The cards of members that count now; a phone's counts as long as its session."""
    issued = await store.cards_of(conn, members)
    over = await ended.among(conn, [each.credential_id for each in issued], now)
    found: dict[UUID, list[str]] = {}
    for each in issued:
        if each.credential_id not in over:
            found.setdefault(each.subject, []).append(known_by(slot_id, each.fingerprint))
    return found
