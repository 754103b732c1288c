"""Entrances: a secret that opens one session once, from the desk, a host's screen or a letter. A new one ends the older ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities, persons, principals, refusals, sessions
from community.actor import Role
from db import query
from kernel import ids

GOOD_FOR = timedelta(days=14)  # a letter takes some days

_INSERT = query.statement(
    """
    insert into community.entrance (
        municipality_id, entrance_id, secret_sha256, principal_id, asks_birth_date, made_at, expires_at, made_by
    )
    values (
        db.municipality(), :entrance_id, :secret_sha256, :principal_id, :asks_birth_date, :now, :expires_at, cast(:made_by as uuid)
    )
    """
)
_FIND = query.statement(
    f"""
    select e.entrance_id, e.principal_id, e.asks_birth_date, e.expires_at, p.role, p.label, p.member_id, u.used_at,
        exists (
            select from community.entrance l
            where l.municipality_id = e.municipality_id and l.principal_id = e.principal_id
                and (l.made_at, l.entrance_id) > (e.made_at, e.entrance_id)
        ) as replaced,
        exists (
            select from community.device d where d.municipality_id = e.municipality_id and d.principal_id = e.principal_id
        ) as of_device,
        {principals.STANDS} as stands
    from community.entrance e
    join community.principal p on p.municipality_id = e.municipality_id and p.principal_id = e.principal_id
    left join community.entrance_use u on u.municipality_id = e.municipality_id and u.entrance_id = e.entrance_id
    where e.municipality_id = db.municipality() and e.secret_sha256 = :secret_sha256
    """  # noqa: S608 - a constant of this room
)
_USE = query.statement(
    """
    insert into community.entrance_use (municipality_id, entrance_id, session_id, used_at)
    values (db.municipality(), :entrance_id, :session_id, :now)
    on conflict on constraint entrance_used_once do nothing
    """
)


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """An entrance that can still be used: whose it is, and whether it asks for the birth date of the member behind it.

    That of a device at a counter (`of_device`) is opened with the device's key alone (`flows.devices_at_work`).
    """

    entrance_id: UUID
    principal_id: UUID
    role: Role
    label: str
    asks_birth_date: bool
    born_on: date | None
    of_device: bool = False


class NewEntrance(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to come in, whether the birth date is asked, who made it, and how long it can be used."""

    principal_id: UUID
    asks_birth_date: bool = False
    made_by: UUID | None = None
    good_for: timedelta = GOOD_FOR


async def make(conn: AsyncConnection, new: NewEntrance, *, chance: bytes, now: datetime) -> str:
    """A new entrance; its secret is told this once. Whoever is using an older one up meanwhile is waited for."""
    await sessions.lock(conn, new.principal_id)
    town = await municipalities.current(conn)
    secret = sessions.spelled(town.code, chance)
    await query.run(
        conn,
        _INSERT,
        entrance_id=ids.new_id(),
        secret_sha256=sessions.fingerprint(secret),
        principal_id=new.principal_id,
        asks_birth_date=new.asks_birth_date,
        now=now,
        expires_at=now + new.good_for,
        made_by=new.made_by,
    )
    return secret


async def find(conn: AsyncConnection, secret: str, now: datetime) -> Entrance:
    """The entrance with this secret. Raises EntranceClosed where there is none, or it, or the role, is used, replaced or over."""
    row = await query.one(conn, _FIND, secret_sha256=sessions.fingerprint(secret), now=now)
    if row is None or row.used_at is not None or row.replaced or not row.stands or now >= row.expires_at:
        raise refusals.EntranceClosed
    return Entrance(
        entrance_id=row.entrance_id,
        principal_id=row.principal_id,
        role=row.role,
        label=row.label,
        asks_birth_date=row.asks_birth_date,
        of_device=row.of_device,
        born_on=(await persons.born_on(conn, [row.member_id])).get(row.member_id) if row.asks_birth_date else None,
    )


async def use(conn: AsyncConnection, entrance_id: UUID, *, session_id: UUID, now: datetime) -> None:
    """Uses an entrance up. Raises EntranceClosed where somebody was faster."""
    if await query.run(conn, _USE, entrance_id=entrance_id, session_id=session_id, now=now) == 0:
        raise refusals.EntranceClosed
