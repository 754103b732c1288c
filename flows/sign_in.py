"""Somebody signs in with an entrance, sees where they are signed in, and ends it here or elsewhere.

An entrance is used up with the session that it opens. A step-up, like every sign-in, comes with a new secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import entrances, refusals, sessions
from community.entrances import Entrance
from community.sessions import Opened, Opening, Session


class Entering(msgspec.Struct, frozen=True, kw_only=True):
    """The secret of an entrance, what the browser says of the device, and, where it is asked for, a birth date."""

    secret: str
    device: str
    born_on: date | None = None


async def look(conn: AsyncConnection, secret: str, *, now: datetime) -> Entrance:
    """What an entrance would open. Reads only: a preview of the link changes nothing. Raises EntranceClosed."""
    return await entrances.find(conn, secret, now)


async def enter(conn: AsyncConnection, asked: Entering, *, chance: bytes, now: datetime) -> tuple[Entrance, Opened]:
    """Opens a session. Raises EntranceClosed, BirthDateDiffers (nothing is used up)."""
    await entrances.lock(conn, (await entrances.find(conn, asked.secret, now)).principal_id)
    entrance = await entrances.find(conn, asked.secret, now)
    if entrance.asks_birth_date and asked.born_on != entrance.born_on:
        raise refusals.BirthDateDiffers(attempts_left=0)
    opening = Opening(principal_id=entrance.principal_id, role=entrance.role, device=asked.device, opened_by="entrance")
    opened = await sessions.open_(conn, opening, chance=chance, now=now)
    await entrances.use(conn, entrance.entrance_id, session_id=opened.session_id, now=now)
    return entrance, opened


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


async def _end(conn: AsyncConnection, session: Session, ended: Sequence[UUID], why: str, now: datetime) -> int:
    actor = session.actor.principal_id
    return await sessions.end(conn, ended, principal_id=actor, ended_by=actor, why=why, now=now)
