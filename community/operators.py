"""Who works at a device at a counter: chosen from the organisation's people, by a PIN. One at a time; the latest choice stands.

A choice (a shift) lasts until another is made, until it is ended, or until the device was not used for some hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import AtDevice
from db import query
from kernel import ids

IDLE_MAX = timedelta(hours=3)

_PEOPLE = query.statement(
    f"""
    select p.principal_id, p.label, p.role, exists (
        select from community.operator_pin n
        where n.municipality_id = p.municipality_id and n.principal_id = p.principal_id
    ) as has_pin
    from community.principal p
    where p.municipality_id = db.municipality() and p.organisation_id = :organisation_id
        and p.role in ('host', 'treasurer', 'cashier') and {principals.STANDS}
        and not exists (
            select from community.device d where d.municipality_id = p.municipality_id and d.principal_id = p.principal_id
        )
    order by p.label, p.principal_id
    """  # noqa: S608 - a constant of this room
)
_AT = query.statement(
    f"""
    select k.key_id, w.shift_id, w.operator_id, w.operator, w.operator_member_id
    from community.device d
    left join lateral (
        select k.key_id from community.device_key k
        where k.municipality_id = d.municipality_id and k.principal_id = d.principal_id and not exists (
            select from community.device_key_end e where e.municipality_id = k.municipality_id and e.key_id = k.key_id
        )
    ) k on true
    left join lateral (
        select s.shift_id, s.operator_id, p.label as operator, p.member_id as operator_member_id
        from community.shift s
        join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
        left join community.shift_seen n on n.municipality_id = s.municipality_id and n.shift_id = s.shift_id
        where s.municipality_id = d.municipality_id and s.device_id = d.principal_id and s.started_at <= :now
            and :now < coalesce(n.seen_at, s.started_at) + cast(:idle_max as interval)
            and not exists (
                select from community.shift_end e where e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
            )
            and not exists (
                select from community.operator_pin l
                join community.operator_pin n on n.municipality_id = l.municipality_id and n.pin_id = s.pin_id
                where l.municipality_id = s.municipality_id and l.principal_id = s.operator_id
                    and (l.set_at, l.pin_id) > (n.set_at, n.pin_id)
            )
            and {principals.STANDS}
    ) w on true
    where d.municipality_id = db.municipality() and d.principal_id = :device_id
    """  # noqa: S608 - a constant of this room
)
_THEN = query.statement(
    """
    select s.shift_id, p.member_id
    from community.shift s
    join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
    left join community.shift_end e on e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
    left join community.shift_seen n on n.municipality_id = s.municipality_id and n.shift_id = s.shift_id
    where s.municipality_id = db.municipality() and s.device_id = :device_id and s.started_at <= :moment
        and :moment < least(e.ended_at, coalesce(n.seen_at, s.started_at) + cast(:idle_max as interval))
    order by s.started_at desc, s.shift_id desc limit 1
    """
)
_NAMED = query.statement(
    """
    select s.shift_id, p.label from community.shift s
    join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
    where s.municipality_id = db.municipality() and s.shift_id = any (cast(:shifts as uuid[]))
    """
)
_LOCK = query.statement(
    """
    select pg_advisory_xact_lock(hashtextextended('community.shift:' || cast(:device_id as text), db.municipality()))
    """
)
_START = query.statement(
    """
    insert into community.shift (municipality_id, shift_id, device_id, operator_id, pin_id, started_at)
    values (db.municipality(), :shift_id, :device_id, :operator_id, :pin_id, :now)
    """
)
_END = query.statement(
    """
    insert into community.shift_end (municipality_id, shift_id, ended_at)
    select s.municipality_id, s.shift_id, :now from community.shift s
    where s.municipality_id = db.municipality() and (s.device_id = :device_id or s.operator_id = :operator_id)
    on conflict on constraint shift_end_pkey do nothing
    """
)
_SEE = query.statement(
    """
    insert into community.shift_seen (municipality_id, shift_id, seen_at) values (db.municipality(), :shift_id, :now)
    on conflict on constraint shift_seen_pkey do update set seen_at = greatest(shift_seen.seen_at, excluded.seen_at)
    """
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of an organisation who may work at its devices, by their label, and whether they set a PIN."""

    principal_id: UUID
    label: str
    role: str
    has_pin: bool


class Then(msgspec.Struct, frozen=True):
    """Whose turn it was at a device: the shift, and the member behind whoever worked there, if they are one."""

    shift_id: UUID
    member_id: UUID | None


async def people(conn: AsyncConnection, organisation_id: UUID, now: datetime) -> Sequence[Person]:
    """Who may work at an organisation's devices: its hosts, treasurers and cashiers, and no device."""
    rows = await query.rows(conn, _PEOPLE, organisation_id=organisation_id, now=now)
    return [query.into(Person, row) for row in rows]


async def at(conn: AsyncConnection, device_id: UUID, now: datetime) -> AtDevice | None:
    """The device's key that stands and who works at it now; None where the principal is no device at a counter."""
    row = await query.one(conn, _AT, device_id=device_id, now=now, idle_max=IDLE_MAX)
    return query.into(AtDevice, row) if row is not None else None


async def then(conn: AsyncConnection, device_id: UUID, moment: datetime) -> Then | None:
    """Whose turn it was at the device at an instant of the past; None where it was nobody's."""
    row = await query.one(conn, _THEN, device_id=device_id, moment=moment, idle_max=IDLE_MAX)
    return query.into(Then, row) if row is not None else None


async def named(conn: AsyncConnection, shifts: Sequence[UUID]) -> dict[UUID, str]:
    """What those are called whose turns these were."""
    return {row.shift_id: row.label for row in await query.rows(conn, _NAMED, shifts=list(shifts))}


async def begin(conn: AsyncConnection, device_id: UUID, operator_id: UUID, pin_id: UUID, *, now: datetime) -> UUID:
    """Somebody whose PIN was right begins to work at a device; whoever did before is over. Returns the shift."""
    await query.rows(conn, _LOCK, device_id=str(device_id))
    await query.run(conn, _END, device_id=device_id, operator_id=None, now=now)
    shift_id = ids.new_id()
    told = {"device_id": device_id, "operator_id": operator_id, "pin_id": pin_id}
    await query.run(conn, _START, shift_id=shift_id, now=now, **told)
    return shift_id


async def end_at(conn: AsyncConnection, device_id: UUID, *, now: datetime) -> None:
    """Nobody works at the device any more."""
    await query.rows(conn, _LOCK, device_id=str(device_id))
    await query.run(conn, _END, device_id=device_id, operator_id=None, now=now)


async def end_of(conn: AsyncConnection, operator_id: UUID, *, now: datetime) -> None:
    """Somebody works at no device any more: their PIN changed."""
    await query.run(conn, _END, device_id=None, operator_id=operator_id, now=now)


async def see(conn: AsyncConnection, shift_id: UUID, now: datetime) -> None:
    """Notes that the device is used."""
    await query.run(conn, _SEE, shift_id=shift_id, now=now)
