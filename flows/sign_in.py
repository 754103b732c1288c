"""Somebody signs in with an entrance: it is used up, a session opens on this device, and the ones that the entrance replaces end."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import entrances, refusals, sessions
from community.entrances import Entrance
from community.sessions import Opened, Opening


class Entering(msgspec.Struct, frozen=True, kw_only=True):
    """The secret of an entrance, what the browser says of the device, and, where it is asked for, a birth date."""

    secret: str
    device: str
    born_on: date | None = None
    replaces: UUID | None = None


async def look(conn: AsyncConnection, secret: str, *, now: datetime) -> Entrance:
    """What an entrance would open. Reads only: a preview of the link changes nothing. Raises EntranceClosed."""
    return await entrances.find(conn, secret, now)


async def enter(conn: AsyncConnection, asked: Entering, *, chance: bytes, now: datetime) -> tuple[Entrance, Opened]:
    """Opens a session. Raises EntranceClosed, BirthDateDiffers (nothing is used up)."""
    entrance = await entrances.find(conn, asked.secret, now)
    if entrance.asks_birth_date and asked.born_on != entrance.born_on:
        raise refusals.BirthDateDiffers(attempts_left=0)
    opening = Opening(principal_id=entrance.principal_id, role=entrance.role, device=asked.device, opened_by="entrance")
    opened = await sessions.open_(conn, opening, chance=chance, now=now)
    await entrances.use(conn, entrance.entrance_id, session_id=opened.session_id, now=now)
    return entrance, opened


async def sign_out(conn: AsyncConnection, session: sessions.Session, *, now: datetime) -> None:
    """Ends the session on this device."""
    actor = session.actor.principal_id
    await sessions.end(conn, [session.session_id], principal_id=actor, ended_by=actor, why="signed_out", now=now)
