"""Roles (役割) as an officer reads them: who may do what, for which place, since when and by whom, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from community.actor import Role
from db import query

State = Literal["waits", "stands", "ended"]
LISTED_MAX = 500

_SELECT = """
    select p.principal_id, p.role, p.label, p.member_id, m.number, p.organisation_id, o.name as organisation, p.area_id,
        a.name as area, p.created_at, p.created_by, p.valid_until, c.confirmed_at, c.confirmed_by, e.ended_at, e.ended_by,
        case when e.ended_at is not null or p.valid_until <= :now then 'ended'
            when p.needs_second and c.confirmed_at is null then 'waits' else 'stands' end as state
    from community.principal p
    left join community.member m on m.municipality_id = p.municipality_id and m.member_id = p.member_id
    left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
    left join community.area a on a.municipality_id = p.municipality_id and a.area_id = p.area_id
    left join community.principal_confirmation c
        on c.municipality_id = p.municipality_id and c.principal_id = p.principal_id
    left join community.principal_end e on e.municipality_id = p.municipality_id and e.principal_id = p.principal_id
    where p.municipality_id = db.municipality()
"""
_LISTED = query.statement(
    f"""
    {_SELECT} and p.role <> 'member'
        and (cast(:organisation_id as uuid) is null or p.organisation_id = :organisation_id)
    order by p.created_at desc, p.principal_id desc limit :limit
    """
)
_FIND = query.statement(f"{_SELECT} and p.principal_id = :principal_id and p.role <> 'member'")
_WAITING = query.statement(
    f"""
    {_SELECT} and p.needs_second and c.confirmed_at is null and e.ended_at is null
        and (p.valid_until is null or cast(:now as timestamptz) < p.valid_until)
    order by p.created_at, p.principal_id limit :limit
    """
)
_CONFIRM = query.statement(
    """
    insert into community.principal_confirmation (municipality_id, principal_id, confirmed_at, confirmed_by)
    values (db.municipality(), :principal_id, :now, :confirmed_by)
    on conflict on constraint role_confirmed_once do nothing
    """
)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role that was given: for which place, until when (`valid_until`), by whom; confirmed and ended by whom, if so."""

    principal_id: UUID
    role: Role
    label: str
    member_id: UUID | None
    number: int | None
    organisation_id: UUID | None
    organisation: str | None
    area_id: UUID | None
    area: str | None
    created_at: datetime
    created_by: UUID | None
    valid_until: datetime | None
    confirmed_at: datetime | None
    confirmed_by: UUID | None
    ended_at: datetime | None
    ended_by: UUID | None
    state: State


async def listed(
    conn: AsyncConnection, *, now: datetime, organisation_id: UUID | None = None, limit: int = LISTED_MAX
) -> list[Held]:
    """Every role but members' own, the latest first; of one organisation where it is told. At most LISTED_MAX."""
    rows = await query.rows(conn, _LISTED, now=now, organisation_id=organisation_id, limit=min(limit, LISTED_MAX))
    return [_held(row) for row in rows]


async def waiting(conn: AsyncConnection, *, now: datetime, limit: int = LISTED_MAX) -> list[Held]:
    """Roles that wait for a second person, those that wait longest first."""
    return [_held(row) for row in await query.rows(conn, _WAITING, now=now, limit=min(limit, LISTED_MAX))]


async def find(conn: AsyncConnection, principal_id: UUID, *, now: datetime) -> Held:
    """The role. Raises UnknownPrincipal, also for a member's own."""
    row = await query.one(conn, _FIND, principal_id=principal_id, now=now)
    if row is None:
        raise refusals.UnknownPrincipal(principal_id=principal_id)
    return _held(row)


async def confirm(conn: AsyncConnection, principal_id: UUID, *, confirmed_by: UUID, now: datetime) -> bool:
    """Keeps the word of the second person: whether it was the first such word."""
    return await query.run(conn, _CONFIRM, principal_id=principal_id, confirmed_by=confirmed_by, now=now) == 1


def _held(row: Row[Any]) -> Held:
    return query.into(Held, row)
