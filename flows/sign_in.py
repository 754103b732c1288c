"""Somebody signs in with an entrance, sees where they are signed in, and ends it here or elsewhere.

An entrance is used up with the session that it opens. A step-up, like every sign-in, comes with a new secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import attempts, entrances, refusals, sessions
from community.attempts import Limit
from community.entrances import Entrance
from community.sessions import Opened, Opening, Session


class Entering(msgspec.Struct, frozen=True, kw_only=True):
    """The secret of an entrance, where the try comes from and on what, and, where it is asked for, a birth date."""

    secret: str
    device: str
    address: str
    tries_left: int
    born_on: date | None = None


BIRTH_DATE = Limit(kind="birth_date", tries=5, within=5 * entrances.GOOD_FOR)
"""Five tries for each entrance: none comes back before the entrance is over."""


async def look(conn: AsyncConnection, secret: str, *, now: datetime) -> Entrance:
    """What an entrance would open. Reads only: a preview of the link changes nothing. Raises EntranceClosed."""
    return await entrances.find(conn, secret, now)


async def take_try(conn: AsyncConnection, secret: str, address: str, *, now: datetime) -> int:
    """Takes one try at an entrance and one of the address; how many are left. To be committed before `enter`.

    Raises EntranceClosed, EntranceSpent, TooManyAttempts.
    """
    entrance = await entrances.find(conn, secret, now)
    await attempts.take(conn, attempts.ADDRESS, attempts.of_address(address), now=now)
    if not entrance.asks_birth_date:
        return BIRTH_DATE.tries
    try:
        return await attempts.take(conn, BIRTH_DATE, str(entrance.entrance_id), now=now)
    except refusals.TooManyAttempts:
        raise _spent() from None


async def enter(conn: AsyncConnection, asked: Entering, *, chance: bytes, now: datetime) -> tuple[Entrance, Opened]:
    """Opens a session, after a try was taken. Raises EntranceClosed, BirthDateDiffers, EntranceSpent: the entrance is not used up.

    A device at a counter comes in with its key alone (`flows.devices_at_work.come_in`).
    """
    await sessions.lock(conn, (await entrances.find(conn, asked.secret, now)).principal_id)
    entrance = await entrances.find(conn, asked.secret, now)
    if entrance.of_device:
        raise refusals.EntranceClosed
    if entrance.asks_birth_date and asked.born_on != entrance.born_on:
        raise refusals.BirthDateDiffers(attempts_left=asked.tries_left) if asked.tries_left else _spent()
    opening = Opening(principal_id=entrance.principal_id, role=entrance.role, device=asked.device, opened_by="entrance")
    opened = await sessions.open_(conn, opening, chance=chance, now=now)
    await entrances.use(conn, entrance.entrance_id, session_id=opened.session_id, now=now)
    await attempts.give_back(conn, attempts.ADDRESS, attempts.of_address(asked.address))
    return entrance, opened


async def seen(conn: AsyncConnection, session: Session, *, now: datetime) -> None:
    """Notes that a session is used. Whose turn it is at a device goes on with what the device signs alone."""
    await sessions.see(conn, session.session_id, now)


async def sign_out(conn: AsyncConnection, session: Session, *, why: str = "signed_out", now: datetime) -> None:
    """Ends the session on this device."""
    await _end(conn, session, [session.session_id], why, now)


async def devices(conn: AsyncConnection, session: Session, *, now: datetime) -> Sequence[Session]:
    """Where whoever is signed in is signed in: this device first, then the others, the latest first."""
    found = await sessions.of_principal(conn, session.actor.principal_id, now)
    return sorted(found, key=lambda each: each.session_id != session.session_id)


async def end_others(conn: AsyncConnection, session: Session, chosen: Sequence[UUID] | None, *, now: datetime) -> int:
    """Ends one's sessions on other devices: those chosen, or all; how many ended. Somebody else's are not reached."""
    others = [each.session_id for each in await devices(conn, session, now=now) if each.session_id != session.session_id]
    return await _end(conn, session, [each for each in others if chosen is None or each in chosen], "ended_elsewhere", now)


def _spent() -> refusals.EntranceSpent:
    return refusals.EntranceSpent(tries_max=BIRTH_DATE.tries)


async def _end(conn: AsyncConnection, session: Session, ended: Sequence[UUID], why: str, now: datetime) -> int:
    actor = session.actor.principal_id
    return await sessions.end(conn, ended, principal_id=actor, ended_by=actor, why=why, now=now)
