"""A member without a phone sets a PIN for the card at the desk; above the town's limit a card pays with it alone, at a till with a key.

Up to the limit a day whoever shows the card pays: a card that is found is worth no more than that. A try is taken and committed first;
five wrong ones, and the next comes back after some minutes. A pay code needs no PIN: it was made on the member's own phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import attempts, members, pins
from community.actor import Actor
from community.attempts import Limit
from community.pins import Pin
from flows import in_area, looked, phone_codes
from kernel import days, text
from ledger.units import Unit
from qr import tokens
from wallets import card_limits
from wallets import pin_refusals as refusals
from wallets.card_limits import NewLimit

PIN = Limit(kind="card_pin", tries=5, within=timedelta(minutes=30))


@dataclass(frozen=True)
class Tried:
    """A PIN that was typed: what it is compared with, whose it is, and how many tries are left."""

    pin: Pin | None
    member_id: UUID
    left: int


@dataclass(frozen=True)
class Proven:
    """The holder typed the PIN that is in force."""

    pin_id: UUID
    member_id: UUID


@dataclass(frozen=True)
class Paying:
    """A purchase by card: whose, how much in minor units, and the PIN that was proven for it, if one was."""

    member_id: UUID
    unit: Unit
    amount: int
    proof: Proven | None


async def set_(conn: AsyncConnection, member_id: UUID, kept: str, *, actor: Actor, now: datetime) -> None:
    """Sets the PIN of a member's card, which the member typed twice at the desk, and reads of where. Raises UnknownMember."""
    await members.find(conn, member_id)
    await in_area.check_member(conn, member_id, actor)
    await pins.set_card(conn, member_id, kept, set_by=actor.principal_id, now=now)
    await looked.note(conn, actor, member_id, "card_pin", now)


async def take_try(conn: AsyncConnection, code: str, *, hosts: frozenset[str] | None, now: datetime) -> Tried | None:
    """Takes one try at the PIN of the card that was read; None where it is no card. To be committed before it is compared.

    Raises TooManyAttempts, and what reading the code raises.
    """
    scanned = tokens.read(code, hosts)
    if scanned.kind is not tokens.Kind.CARD:
        return None
    card = await phone_codes.found(conn, tokens.open_card(scanned.text), at=now)
    left = await attempts.take(conn, PIN, str(card.subject), now=now)
    return Tried(await pins.of_card(conn, card.subject), card.subject, left)


def proven(tried: Tried, told: str) -> Proven:
    """The proof, if it is the PIN; slow on purpose. Raises CardPinNotSet, CardPinWrong."""
    if tried.pin is None:
        raise refusals.CardPinNotSet
    if not pins.matches(tried.pin, told):
        raise refusals.CardPinWrong(attempts_left=tried.left)
    return Proven(tried.pin.pin_id, tried.member_id)


async def give_back(conn: AsyncConnection, proof: Proven) -> None:
    """Gives back the try that was right."""
    await attempts.give_back(conn, PIN, str(proof.member_id))


async def check(conn: AsyncConnection, asked: Paying, *, actor: Actor, now: datetime) -> bool:
    """Whether a card's purchase is proven by its PIN; False where it needs none. Under the lock of the wallet.

    Raises CardPinAtDevice, CardPinNotSet, CardPinNeeded.
    """
    at_device = actor.at is not None and actor.at.key_id is not None
    current = await pins.of_card(conn, asked.member_id)
    proof = asked.proof
    if at_device and proof and current and (proof.member_id, proof.pin_id) == (asked.member_id, current.pin_id):
        return True
    since, until = _today(now)
    limit = await card_limits.in_force(conn, now) * 10**asked.unit.scale
    spent = await card_limits.without_pin(conn, asked.member_id, asked.unit.unit_id, since=since, until=until)
    if spent + asked.amount <= limit:
        return False
    if not at_device:
        raise refusals.CardPinAtDevice(unit=asked.unit.code, limit=limit, spent_today=spent)
    if current is None:
        raise refusals.CardPinNotSet
    raise refusals.CardPinNeeded(unit=asked.unit.code, limit=limit, spent_today=spent)


async def set_limit(conn: AsyncConnection, amount: int, on: date, reason: str, *, actor: Actor, now: datetime) -> None:
    """Sets the town's limit, in whole units, from a day on; from now on where the day is today.

    Raises CardLimitPast for an earlier day, CardLimitSet where one holds from that day already.
    """
    today = days.local_date(now)
    if on < today:
        raise refusals.CardLimitPast(earliest=today)
    since = now if on == today else days.local_time(on, 0)
    new = NewLimit(amount=amount, in_force_from=since, reason=text.clean("reason", reason))
    if not await card_limits.set_(conn, new, set_by=actor.principal_id, now=now):
        raise refusals.CardLimitSet(on=on)


def _today(now: datetime) -> tuple[datetime, datetime]:
    today = days.local_date(now)
    return days.local_time(today, 0), days.local_time(today + timedelta(days=1), 0)
