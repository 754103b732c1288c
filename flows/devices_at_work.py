"""Devices at a counter: added by somebody of the house, opened once on the device itself, which makes its key; ended in one tap.

From then on the device does nothing without its key: what it sends is signed, arrives within minutes, and counts once. A cookie that
was copied elsewhere opens what is to be read, until the device is ended, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import attempts, device_keys, device_refusals, devices, entrances, operators, organisations, principals, sessions
from community.actor import Actor, Role
from community.devices import Device, Signed
from community.entrances import NewEntrance
from community.principals import Principal
from community.sessions import Opened, Opening, Session
from flows.entrance import Made
from kernel import ids

GOOD_FOR = timedelta(minutes=15)
CLOCK_MAX = timedelta(minutes=5)  # by which a device's clock may be wrong
KIND: dict[str, Role] = {"host": "device", "cashier": "cashier", "treasurer": "cashier"}
"""What somebody of an organisation adds: a host a device at the door, a cashier or treasurer a till. An officer says which."""


class Enrolling(msgspec.Struct, frozen=True, kw_only=True):
    """A new device: where it stands, what it is, and what it is called."""

    organisation_id: UUID
    role: Role
    name: str


class DeviceOpening(msgspec.Struct, frozen=True, kw_only=True):
    """A device opens its entrance: the secret, its public key, its signature over `to_sign`, what it is, and from where."""

    secret: str
    public_key: bytes
    signature: bytes
    device: str
    address: str


class Come(msgspec.Struct, frozen=True, kw_only=True):
    """A device that was opened: its session, its key, and in which role it begins."""

    opened: Opened
    key_id: UUID
    device_id: UUID
    role: Role


def check_person(actor: Actor) -> None:
    """Devices are added and ended by people. Raises DeviceAddsNone."""
    if actor.at is not None or actor.role == "device":
        raise device_refusals.DeviceAddsNone


def reaches(actor: Actor) -> UUID | None:
    """Of which organisation somebody sees the devices: of their own; of every one, for an officer."""
    return None if actor.role == "officer" else actor.organisation_id


async def enrol(conn: AsyncConnection, asked: Enrolling, *, actor: Actor, chance: bytes, now: datetime) -> Made:
    """Adds a device, and makes the entrance by which it is opened once within fifteen minutes.

    Its role ends with that of whoever adds it, if that has an end. Raises DeviceAddsNone, UnknownOrganisation, and what `text.clean`
    raises.
    """
    check_person(actor)
    await organisations.find(conn, asked.organisation_id)
    maker, device_id = await principals.find(conn, actor.principal_id), ids.new_id()
    made = Principal(
        principal_id=device_id,
        role=asked.role,
        organisation_id=asked.organisation_id,
        label=asked.name,
        valid_until=maker.valid_until,
    )
    await principals.create(conn, made, created_by=actor.principal_id, now=now)
    await devices.enrol(conn, device_id, enrolled_by=actor.principal_id, now=now)
    new = NewEntrance(principal_id=device_id, made_by=actor.principal_id, good_for=GOOD_FOR)
    secret = await entrances.make(conn, new, chance=chance, now=now)
    return Made(secret=secret, expires_at=now + GOOD_FOR, asks_birth_date=False, sessions_ended=0)


def to_sign(secret: str) -> bytes:
    """What a device signs when it is opened: that it holds the key, for this entrance."""
    return f"yui device\n{secret}".encode()


async def come_in(conn: AsyncConnection, asked: DeviceOpening, *, chance: bytes, now: datetime) -> Come:
    """Opens the device, after a try was taken: its session and its key at once.

    Raises EntranceClosed, NotADevice, DeviceKeyTaken, BadDeviceKey, DeviceSignatureWrong.
    """
    await sessions.lock(conn, (await entrances.find(conn, asked.secret, now)).principal_id)
    entrance = await entrances.find(conn, asked.secret, now)
    if not entrance.of_device:
        raise device_refusals.NotADevice
    if await device_keys.had_one(conn, entrance.principal_id):
        raise device_refusals.DeviceKeyTaken
    opening = Opening(principal_id=entrance.principal_id, role=entrance.role, device=asked.device, opened_by="entrance")
    opened = await sessions.open_(conn, opening, chance=chance, now=now)
    await entrances.use(conn, entrance.entrance_id, session_id=opened.session_id, now=now)
    key = await device_keys.add(conn, entrance.principal_id, asked.public_key, session_id=opened.session_id, now=now)
    if not device_keys.verify(key, to_sign(asked.secret), asked.signature):
        raise device_refusals.DeviceSignatureWrong
    await attempts.give_back(conn, attempts.ADDRESS, attempts.of_address(asked.address))
    return Come(opened=opened, key_id=key.key_id, device_id=entrance.principal_id, role=entrance.role)


async def register_key(conn: AsyncConnection, session: Session, public_key: bytes, *, now: datetime) -> UUID:
    """Keeps the key of somebody's own phone; its id. Raises BadDeviceKey, UnknownDeviceKey; DeviceKeyTaken at a counter."""
    who = session.actor.principal_id
    if await devices.is_one(conn, who):
        raise device_refusals.DeviceKeyTaken
    return (await device_keys.add(conn, who, public_key, session_id=session.session_id, now=now)).key_id


async def receive(conn: AsyncConnection, signed: Signed, *, actor: Actor, told_at: datetime, now: datetime) -> None:
    """Checks and keeps what a device signed; to be committed before what was asked is done. Whoever works there goes on working:
    a page that a copied cookie reads says nothing of anybody's being there.

    Raises DeviceSignatureWrong (of another key, of one that ended, or of other words), DeviceClockWrong, DeviceReplayed.
    """
    if actor.at is None or actor.at.key_id != signed.key_id:
        raise device_refusals.DeviceSignatureWrong
    key = await device_keys.find(conn, signed.key_id)
    if not device_keys.verify(key, signed.message.encode(), signed.signature):
        raise device_refusals.DeviceSignatureWrong
    if abs(now - told_at) > CLOCK_MAX:
        off, most = round(abs(now - told_at) / timedelta(minutes=1)), CLOCK_MAX // timedelta(minutes=1)
        raise device_refusals.DeviceClockWrong(minutes=off, minutes_max=most)
    await devices.keep_sent(conn, signed, now=now)
    if actor.at.shift_id is not None:
        await operators.see(conn, actor.at.shift_id, now)


async def listed(conn: AsyncConnection, actor: Actor, *, now: datetime) -> Sequence[Device]:
    """The devices in use that somebody sees. Raises DeviceAddsNone."""
    check_person(actor)
    return await devices.standing(conn, reaches(actor), now)


async def end(conn: AsyncConnection, device_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Ends a device at once: its role, its sessions, its key, and whoever worked at it. Raises DeviceAddsNone, UnknownDevice."""
    check_person(actor)
    await devices.find(conn, device_id, reaches(actor), now)
    await _stop(conn, device_id, actor.principal_id, now)


async def end_of(conn: AsyncConnection, principal_id: UUID, *, ended_by: UUID, now: datetime) -> None:
    """Ends the devices that somebody added, as their role ends: nobody keeps a tablet who lost it."""
    for device_id in await devices.added_by(conn, principal_id):
        await _stop(conn, device_id, ended_by, now)


async def _stop(conn: AsyncConnection, device_id: UUID, by: UUID, now: datetime) -> None:
    await principals.end(conn, device_id, ended_by=by, now=now)
    await sessions.end_all(conn, device_id, ended_by=by, why="device_ended", now=now)
    await device_keys.end(conn, device_id, ended_by=by, why="device_ended", now=now)
    await operators.end_at(conn, device_id, now=now)


async def worn(conn: AsyncConnection, session: Session, *, now: datetime) -> Session:
    """The session with its device's key and operator, where it is that of a device at a counter."""
    if session.actor.role not in {"device", "cashier"}:
        return session
    at = await operators.at(conn, session.actor.principal_id, now)
    return session if at is None else msgspec.structs.replace(session, actor=msgspec.structs.replace(session.actor, at=at))
