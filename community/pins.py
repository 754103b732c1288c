"""PINs of 4 to 6 digits: an operator's at a device, and that of a member's card. Kept by argon2id; the latest one counts.

So few digits are guarded by the count of tries (`community.attempts`), which belongs to the operator at one device, or to the card.
"""

from __future__ import annotations

import itertools
import unicodedata
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from community import device_refusals as refusals
from community import passwords
from db import query
from kernel import ids

LENGTH_MIN, LENGTH_MAX = 4, 6

_OF_OPERATOR = query.statement(
    """
    select pin_id, pin from community.operator_pin
    where municipality_id = db.municipality() and principal_id = :whose order by set_at desc, pin_id desc limit 1
    """
)
_OF_CARD = query.statement(
    """
    select pin_id, pin from community.card_pin
    where municipality_id = db.municipality() and member_id = :whose order by set_at desc, pin_id desc limit 1
    """
)
_SET_OPERATOR = query.statement(
    """
    insert into community.operator_pin (municipality_id, pin_id, principal_id, pin, set_at)
    values (db.municipality(), :pin_id, :whose, :pin, :now)
    """
)
_SET_CARD = query.statement(
    """
    insert into community.card_pin (municipality_id, pin_id, member_id, pin, set_at, set_by)
    values (db.municipality(), :pin_id, :whose, :pin, :now, :set_by)
    """
)


class Pin(msgspec.Struct, frozen=True):
    """The PIN in force, by its hash."""

    pin_id: UUID
    kept: str


def plain(told: str) -> str:
    """The digits of what was typed, full-width ones as plain ones. Pure; what are no digits stays, and matches nothing."""
    return unicodedata.normalize("NFKC", told).strip()


def hashed(told: str, again: str) -> str:
    """What is kept of a new PIN. Raises PinsDiffer, and PinTooWeak: four to six digits, no single one repeated and no run."""
    pin = plain(told)
    if pin != plain(again):
        raise refusals.PinsDiffer
    if not (pin.isascii() and pin.isdecimal() and LENGTH_MIN <= len(pin) <= LENGTH_MAX) or _even(pin):
        raise refusals.PinTooWeak(length_min=LENGTH_MIN, length_max=LENGTH_MAX)
    return passwords.hashed_pin(pin)


def matches(pin: Pin | None, told: str) -> bool:
    """Whether it is the PIN; where there is none, no, after the same time. Slow on purpose: outside of any transaction."""
    return passwords.matches(pin.kept if pin is not None else None, plain(told))


async def of_operator(conn: AsyncConnection, principal_id: UUID) -> Pin | None:
    """The PIN with which somebody begins to work at a device, or None."""
    return await _latest(conn, _OF_OPERATOR, principal_id)


async def of_card(conn: AsyncConnection, member_id: UUID) -> Pin | None:
    """The PIN of a member's card, or None."""
    return await _latest(conn, _OF_CARD, member_id)


async def set_operator(conn: AsyncConnection, principal_id: UUID, kept: str, *, now: datetime) -> None:
    """Sets an operator's PIN, of which `hashed` told what is kept."""
    await query.run(conn, _SET_OPERATOR, pin_id=ids.new_id(), whose=principal_id, pin=kept, now=now)


async def set_card(conn: AsyncConnection, member_id: UUID, kept: str, *, set_by: UUID, now: datetime) -> None:
    """Sets the PIN of a member's card, at the desk of `set_by`."""
    await query.run(conn, _SET_CARD, pin_id=ids.new_id(), whose=member_id, pin=kept, set_by=set_by, now=now)


async def _latest(conn: AsyncConnection, asked: TextClause, whose: UUID) -> Pin | None:
    row = await query.one(conn, asked, whose=whose)
    return Pin(row.pin_id, row.pin) if row is not None else None


def _even(pin: str) -> bool:
    """Whether the digits go on by one and the same step: 0000, 1234, 654321, 2468."""
    return len({int(after) - int(before) for before, after in itertools.pairwise(pin)}) == 1
