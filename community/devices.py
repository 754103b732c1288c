"""Devices at a counter: a host's tablet, a partner's till. Each is a principal of its own, added by somebody, with one key.

It stands as long as its principal does. Requests that it signed are kept: none counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import device_refusals as refusals
from community import principals
from db import query

_INSERT = query.statement(
    """
    insert into community.device (municipality_id, principal_id, enrolled_by, enrolled_at)
    values (db.municipality(), :device_id, :enrolled_by, :now)
    """
)
_IS_ONE = query.statement(
    """
    select exists (
        select from community.device where municipality_id = db.municipality() and principal_id = :principal_id
    )
    """
)
_ADDED = query.statement(
    """
    select principal_id from community.device
    where municipality_id = db.municipality() and enrolled_by = :enrolled_by order by principal_id
    """
)
_STANDING = query.statement(
    f"""
    select d.principal_id as device_id, p.label, p.role, p.organisation_id, o.name as organisation, d.enrolled_at,
        b.label as enrolled_by, k.key_id, k.made_at as key_made_at, (
            select max(coalesce(n.seen_at, s.opened_at)) from community.session s
            left join community.session_seen n on n.municipality_id = s.municipality_id and n.session_id = s.session_id
            where s.municipality_id = d.municipality_id and s.principal_id = d.principal_id
        ) as seen_at
    from community.device d
    join community.principal p on p.municipality_id = d.municipality_id and p.principal_id = d.principal_id
    join community.principal b on b.municipality_id = d.municipality_id and b.principal_id = d.enrolled_by
    join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
    left join community.device_key k on k.municipality_id = d.municipality_id and k.principal_id = d.principal_id
    where d.municipality_id = db.municipality() and {principals.STANDS}
        and (cast(:organisation_id as uuid) is null or p.organisation_id = :organisation_id)
        and (cast(:device_id as uuid) is null or d.principal_id = :device_id)
    order by o.name, d.enrolled_at, d.principal_id
    """  # noqa: S608 - a constant of this room
)
_SENT = query.statement(
    """
    insert into community.device_request (municipality_id, key_id, nonce, message, signature, received_at)
    values (db.municipality(), :key_id, :nonce, :message, :signature, :now)
    on conflict on constraint device_request_once do nothing
    """
)


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is in use. Without a key it was not opened yet."""

    device_id: UUID
    label: str
    role: str
    organisation_id: UUID
    organisation: str
    enrolled_at: datetime
    enrolled_by: str
    key_id: UUID | None
    key_made_at: datetime | None
    seen_at: datetime | None


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A request as a device signed it: `message` says what was asked and when, `nonce` makes it one of its kind."""

    key_id: UUID
    nonce: UUID
    message: str
    signature: bytes


async def enrol(conn: AsyncConnection, device_id: UUID, *, enrolled_by: UUID, now: datetime) -> None:
    """Says that a principal is a device at a counter: from now on it acts with a key alone."""
    await query.run(conn, _INSERT, device_id=device_id, enrolled_by=enrolled_by, now=now)


async def is_one(conn: AsyncConnection, principal_id: UUID) -> bool:
    """Whether a principal is a device at a counter."""
    return await query.scalar(conn, _IS_ONE, principal_id=principal_id)


async def added_by(conn: AsyncConnection, principal_id: UUID) -> Sequence[UUID]:
    """The devices that somebody added, whatever became of them."""
    return [row.principal_id for row in await query.rows(conn, _ADDED, enrolled_by=principal_id)]


async def standing(conn: AsyncConnection, organisation_id: UUID | None, now: datetime) -> Sequence[Device]:
    """The devices in use of an organisation, or of the whole town."""
    rows = await query.rows(conn, _STANDING, organisation_id=organisation_id, device_id=None, now=now)
    return [query.into(Device, row) for row in rows]


async def find(conn: AsyncConnection, device_id: UUID, organisation_id: UUID | None, now: datetime) -> Device:
    """A device in use, of this organisation where one is named. Raises UnknownDevice."""
    row = await query.one(conn, _STANDING, organisation_id=organisation_id, device_id=device_id, now=now)
    if row is None:
        raise refusals.UnknownDevice(device_id=device_id)
    return query.into(Device, row)


async def keep_sent(conn: AsyncConnection, signed: Signed, *, now: datetime) -> None:
    """Keeps a request that a device signed. Raises DeviceReplayed where it had been sent before."""
    if await query.run(conn, _SENT, now=now, **msgspec.structs.asdict(signed)) == 0:
        raise refusals.DeviceReplayed
