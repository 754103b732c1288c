"""Whoever works at a device at a counter is chosen from the organisation's people, and gives their PIN. Records name them.

A PIN is set on one's own signed-in page. A try is taken and committed first; the PIN is compared outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import operated as scans_operated
from activities.refusals import SelfConfirmation
from activities.scans import Scan
from community import attempts, device_refusals, operators, pins
from community.actor import Actor, AtDevice
from community.attempts import Limit
from community.operators import Person
from community.pins import Pin
from wallets import operated as wallets_operated

PIN = Limit(kind="operator_pin", tries=5, within=timedelta(minutes=15))
"""For one operator at one device: whoever guesses here shuts nobody out elsewhere, and no hall."""


def at_device(actor: Actor) -> AtDevice:
    """The device at which somebody is. Raises NotADevice."""
    if actor.at is None:
        raise device_refusals.NotADevice
    return actor.at


async def people(conn: AsyncConnection, actor: Actor, *, now: datetime) -> Sequence[Person]:
    """Who may work at this device. Raises NotADevice."""
    at_device(actor)
    return await operators.people(conn, _house(actor), now)


async def take_try(conn: AsyncConnection, operator_id: UUID, *, actor: Actor, now: datetime) -> tuple[Pin | None, int]:
    """Takes one try at an operator's PIN: what it is compared with, and how many are left. To be committed before.

    Raises NotADevice, TooManyAttempts. For somebody of another house, or without a PIN, there is nothing that matches.
    """
    left = await attempts.take(conn, PIN, _subject(operator_id, actor), now=now)
    known = {each.principal_id for each in await people(conn, actor, now=now)}
    return (await pins.of_operator(conn, operator_id) if operator_id in known else None), left


async def begin(conn: AsyncConnection, operator_id: UUID, pin: Pin, *, left: int, actor: Actor, now: datetime) -> None:
    """Somebody whose PIN was right works at the device from now on, in place of whoever did; `left` tries are left otherwise.

    Raises OperatorRefused where the PIN was changed while it was compared.
    """
    at_device(actor)
    if await pins.of_operator(conn, operator_id) != pin:
        raise device_refusals.OperatorRefused(attempts_left=left)
    await operators.begin(conn, actor.principal_id, operator_id, pin.pin_id, now=now)
    await attempts.give_back(conn, PIN, _subject(operator_id, actor))


async def stop(conn: AsyncConnection, *, actor: Actor, now: datetime) -> None:
    """Nobody works at the device any more. Raises NotADevice."""
    at_device(actor)
    await operators.end_at(conn, actor.principal_id, now=now)


async def set_pin(conn: AsyncConnection, kept: str, *, actor: Actor, now: datetime) -> None:
    """Sets one's own PIN, of which `pins.hashed` told what is kept; who worked anywhere with the old one begins anew.

    Raises DeviceAddsNone at a device: one's own PIN is set on one's own phone.
    """
    if actor.at is not None:
        raise device_refusals.DeviceAddsNone
    await pins.set_operator(conn, actor.principal_id, kept, now=now)
    await operators.end_of(conn, actor.principal_id, now=now)


def answerable(actor: Actor) -> None:
    """What a device does in somebody's name needs somebody: at a device, whoever chose to work there. Raises OperatorNeeded."""
    if actor.at is not None and actor.at.shift_id is None:
        raise device_refusals.OperatorNeeded


async def not_oneself_then(conn: AsyncConnection, member_id: UUID, moment: datetime, actor: Actor) -> None:
    """A scan that was kept without signal: whoever worked at the device when it was made did not let themselves in.

    Raises SelfConfirmation.
    """
    if actor.at is not None:
        found = await operators.then(conn, actor.principal_id, moment)
        if found is not None and found.member_id == member_id:
            raise SelfConfirmation


async def scanned(conn: AsyncConnection, scan: Scan, actor: Actor) -> None:
    """Says beside a new scan who worked at the device when it was made."""
    if actor.at is not None:
        found = await operators.then(conn, actor.principal_id, scan.occurred_at)
        if found is not None:
            await scans_operated.note(conn, scan.scan_id, found.shift_id)


async def taken(conn: AsyncConnection, redemption_id: UUID, actor: Actor) -> None:
    """Says beside points that were taken who worked at the till."""
    if actor.at is not None and actor.at.shift_id is not None:
        await wallets_operated.taken(conn, redemption_id, actor.at.shift_id)


async def undone(conn: AsyncConnection, redemption_id: UUID, actor: Actor) -> None:
    """Says beside points that were given back who worked at the till."""
    if actor.at is not None and actor.at.shift_id is not None:
        await wallets_operated.undone(conn, redemption_id, actor.at.shift_id)


def _house(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise device_refusals.NotADevice
    return actor.organisation_id


def _subject(operator_id: UUID, actor: Actor) -> str:
    return f"{actor.principal_id} {operator_id}"
