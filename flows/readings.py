"""What a scan says, understood and believed: who, where, when, and how well it is supported. Reads only; nothing is decided here.

venue          the member's phone on the venue's rotating code    A2, or A1 when it arrives after the code's time
poster         the member's phone on a poster                     A1
card           a host's device on a member's card                 A3
receiver_card  the helper's phone on the receiver's card          A4, or A1 when it arrives late
manual         a host or a coordinator, by number, with a reason  A1
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matches, scan_times, slots
from activities.bookings import Role
from activities.matches import Match
from activities.presence import Direction
from activities.refusals import NoMatchThen, ScanIncomplete, ScanNotForRole, SelfConfirmation, UnknownMatch, UnknownSlot
from activities.scan_times import ScannedAt
from activities.scans import Method
from activities.slots import Slot
from community import members, principals
from community.actor import Actor
from flows import operating, phone_codes, reach
from kernel import text
from qr import refusals as codes_refused
from qr import store, tokens
from qr.keys import Keys

EVIDENCE: dict[Method, int] = {"venue": 2, "poster": 1, "card": 3, "receiver_card": 4, "manual": 1}
EVIDENCE_LATE = 1  # of what the phone alone says about when it was: what a poster is worth
LATE_AFTER = timedelta(minutes=10)  # the time that a phone on a bad line has to send a scan of the receiver's card


class ScanAsked(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as a device sends it. `scan_id` is the device's own and new for each scan; sent again, it gets the same answer.

    `code` is what the reader gave (a whole address will do). `occurred_at` and `sent_at` are by the device's clock.
    """

    scan_id: UUID
    method: Method
    code: str | None = None
    claim: str | None = None
    """instead of the venue's code: what opening it gave, good for ten minutes"""
    slot_id: UUID | None = None
    match_id: UUID | None = None
    member_number: int | None = None
    direction: Literal["auto"] | Direction = "auto"
    role: Role = "helper"
    """of a member who comes to a slot without having booked"""
    reason: str | None = None
    occurred_at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Codes:
    """What opens codes: the municipality's keys, and the hosts that are ours (None: an address of any host is read)."""

    keys: Keys
    hosts: frozenset[str] | None = None


@dataclass(frozen=True)
class Moment:
    """When the scan reached us, how far its device's clock runs ahead, and when it says it happened."""

    now: datetime
    at: ScannedAt


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan says. `member_id` came to the slot, or helps at the match, that it is `of`."""

    member_id: UUID
    of: Slot | Match
    method: Method
    evidence: int
    occurred_at: datetime
    credential_id: UUID | None = None
    reason: str | None = None

    @property
    def slot_id(self) -> UUID | None:
        """The slot, if it is of one."""
        return self.of.slot_id if isinstance(self.of, Slot) else None

    @property
    def match_id(self) -> UUID | None:
        """The match, if it is of one."""
        return self.of.match_id if isinstance(self.of, Match) else None


@dataclass(frozen=True)
class _Told:
    """One scan before it is understood."""

    asked: ScanAsked
    actor: Actor
    codes: Codes
    moment: Moment


async def read(conn: AsyncConnection, asked: ScanAsked, *, actor: Actor, codes: Codes, moment: Moment) -> Reading:
    """Understands a scan. The same scan at the same moment reads the same.

    Raises the refusals of `qr`, of `activities` about slots, matches and scans, UnknownMember…, and SelfConfirmation.
    """
    return await _READERS[asked.method](conn, _Told(asked, actor, codes, moment))


def moment_of(asked: ScanAsked, now: datetime, skew_seconds: int | None = None) -> Moment:
    """When a scan happened. `skew_seconds` is known for one that was received before. Raises ScanFromTheFuture, ScanTooOld."""
    skew = scan_times.skew_of(asked.sent_at, now) if skew_seconds is None else skew_seconds
    return Moment(now, scan_times.corrected(asked.occurred_at, skew, now))


async def _venue(conn: AsyncConnection, told: _Told) -> Reading:
    member_id = _own_member(told)
    venue, evidence, occurred_at = _opened_venue(told)
    slot = await slots.by_venue_number(conn, venue)
    return Reading(member_id=member_id, of=slot, method="venue", evidence=evidence, occurred_at=occurred_at)


def _opened_venue(told: _Told) -> tuple[int, int, datetime]:
    """The venue's number, what the scan is worth, and when it was. The code tells the time better than the phone does."""
    now, keys = told.moment.now, told.codes.keys
    if told.asked.claim is not None:
        claim = tokens.open_claim(told.asked.claim, keys, now, holder=told.actor.principal_id.bytes)
        return claim.venue, EVIDENCE["venue"], min(claim.opened_at, now)
    text_ = _scanned(told, tokens.Kind.VENUE)
    occurred_at = told.moment.at.occurred_at
    try:
        live = tokens.open_venue(text_, keys, now)
    except codes_refused.ExpiredCode:
        return tokens.open_venue(text_, keys, occurred_at).venue, EVIDENCE_LATE, occurred_at
    if not live.minted_at <= occurred_at <= now:
        occurred_at = now
    return live.venue, EVIDENCE["venue"], occurred_at


async def _poster(conn: AsyncConnection, told: _Told) -> Reading:
    member_id, at = _own_member(told), told.moment.at.occurred_at
    token = tokens.open_poster(_scanned(told, tokens.Kind.POSTER))
    poster = await store.poster(conn, token, at=at)
    slot = await slots.of_activity_at(conn, poster.subject, at, scan_times.AROUND_MAX)
    return Reading(
        member_id=member_id,
        of=slot,
        method="poster",
        evidence=EVIDENCE["poster"],
        occurred_at=at,
        credential_id=poster.credential_id,
    )


async def _card(conn: AsyncConnection, told: _Told) -> Reading:
    if told.actor.role not in reach.ORGANISATION_ROLES:
        raise ScanNotForRole(method="card", role=told.actor.role)
    slot = await _slot_told(conn, told)
    at = told.moment.at.occurred_at
    card = await phone_codes.found(conn, tokens.open_card(_scanned(told, tokens.Kind.CARD)), at=at)
    reach.not_oneself(card.subject, told.actor)
    return Reading(
        member_id=card.subject,
        of=slot,
        method="card",
        evidence=EVIDENCE["card"],
        occurred_at=at,
        credential_id=card.credential_id,
    )


async def _receiver_card(conn: AsyncConnection, told: _Told) -> Reading:
    helper_id, at = _own_member(told), told.moment.at.occurred_at
    card = await phone_codes.found(conn, tokens.open_card(_scanned(told, tokens.Kind.CARD)), at=at)
    reach.not_oneself(card.subject, told.actor)
    await _not_of_one_s_own_making(conn, card, told.actor)
    match_id = told.asked.match_id
    if match_id is not None:
        match = await matches.find(conn, match_id)
        if (match.helper_id, match.receiver_id) != (helper_id, card.subject):
            raise UnknownMatch(match_id=match_id)
    else:
        match = await matches.of_pair_at(conn, helper_id, card.subject, at, scan_times.AROUND_MAX)
    if match is None:
        raise NoMatchThen(occurred_at=at)
    return Reading(
        member_id=helper_id,
        of=match,
        method="receiver_card",
        evidence=EVIDENCE["receiver_card"] if told.moment.now - at <= LATE_AFTER else EVIDENCE_LATE,
        occurred_at=at,
        credential_id=card.credential_id,
    )


async def _not_of_one_s_own_making(conn: AsyncConnection, card: store.Credential, actor: Actor) -> None:
    """A receiver's card that the helper issued proves nothing: whoever works at the counter could print it. Raises SelfConfirmation."""
    if card.issued_by is not None and (await principals.find(conn, card.issued_by)).member_id == actor.member_id:
        raise SelfConfirmation


async def _manual(conn: AsyncConnection, told: _Told) -> Reading:
    if told.asked.reason is None:
        raise ScanIncomplete(method="manual", missing="reason")
    reason, at = text.clean("reason", told.asked.reason), told.moment.at.occurred_at
    if told.asked.match_id is not None:
        of = await _match_vouched_for(conn, told, told.asked.match_id)
        member_id = of.helper_id
    else:
        of = await _slot_told(conn, told)
        operating.answerable(told.actor)
        if told.actor.role == "device" and told.actor.at is None:
            raise ScanNotForRole(method="manual", role=told.actor.role)
        if told.asked.member_number is None:
            raise ScanIncomplete(method="manual", missing="member_number")
        member_id = (await members.by_number(conn, told.asked.member_number)).member_id
    reach.not_oneself(member_id, told.actor)
    return Reading(
        member_id=member_id,
        of=of,
        method="manual",
        evidence=EVIDENCE["manual"],
        occurred_at=at,
        reason=reason,
    )


_READERS: dict[Method, Callable[[AsyncConnection, _Told], Awaitable[Reading]]] = {
    "venue": _venue,
    "poster": _poster,
    "card": _card,
    "receiver_card": _receiver_card,
    "manual": _manual,
}


async def _match_vouched_for(conn: AsyncConnection, told: _Told, match_id: UUID) -> Match:
    """The match that a coordinator or officer, who is neither side of it, vouches for."""
    if told.actor.role not in reach.TOWN_ROLES:
        raise UnknownMatch(match_id=match_id)
    match = await reach.match(conn, match_id, told.actor)
    reach.not_oneself(match.receiver_id, told.actor)
    return match


async def _slot_told(conn: AsyncConnection, told: _Told) -> Slot:
    slot_id = told.asked.slot_id
    if slot_id is None:
        raise ScanIncomplete(method=told.asked.method, missing="slot_id")
    slot = await slots.find(conn, slot_id)
    if not reach.holds(slot.organisation_id, told.actor):
        raise UnknownSlot(slot_id=slot_id)
    return slot


def _own_member(told: _Told) -> UUID:
    if told.actor.member_id is None:
        raise ScanNotForRole(method=told.asked.method, role=told.actor.role)
    return told.actor.member_id


def _scanned(told: _Told, kind: tokens.Kind) -> str:
    if told.asked.code is None:
        raise ScanIncomplete(method=told.asked.method, missing="code")
    return tokens.require(tokens.read(told.asked.code, told.codes.hosts), kind).text
