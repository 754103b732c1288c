"""Those who act for a member and are none: a principal that stands in, and a name that is sealed with the key of that member.

Erasing the member erases the name as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import persons, refusals
from db import query
from kernel import ids, text

LABEL = "ご家族など"
_VERSION = 1  # a name is sealed once

_KEY = query.statement(
    """
    select municipality_id, member_id, master_id, wrapped from community.person_key
    where municipality_id = db.municipality() and member_id = :member_id
    """
)
_STAND_IN = query.statement(
    """
    insert into community.principal (municipality_id, principal_id, role, label, created_at, stands_in)
    values (db.municipality(), :principal_id, 'member', :label, :now, true)
    """
)
_RELATIVE = query.statement(
    """
    insert into community.relative (municipality_id, principal_id, member_id, name)
    values (db.municipality(), :principal_id, :member_id, :name)
    """
)
_NAMES = query.statement(
    """
    select r.principal_id, r.name, k.municipality_id, k.member_id, k.master_id, k.wrapped
    from community.relative r
    join community.person_key k on k.municipality_id = r.municipality_id and k.member_id = r.member_id
    where r.municipality_id = db.municipality() and r.principal_id = any (cast(:ids as uuid[]))
    """
)
_OF_MEMBER = query.statement(
    """
    select r.principal_id, r.name, k.municipality_id, k.member_id, k.master_id, k.wrapped
    from community.relative r
    join community.person_key k on k.municipality_id = r.municipality_id and k.member_id = r.member_id
    where r.municipality_id = db.municipality() and r.member_id = :member_id order by r.principal_id
    """
)


async def stand_in(conn: AsyncConnection, member_id: UUID, name: str, *, now: datetime) -> UUID:
    """A principal for somebody who will act for this member and is none; its id. Raises UnknownMember, and what `text.clean` raises."""
    cleaned, principal_id = text.clean("name", name, text.NAME_LENGTH_MAX), ids.new_id()
    row = await query.one(conn, _KEY, member_id=member_id)
    if row is None:
        raise refusals.UnknownMember(member_id=member_id)
    sealed = persons.key_of(conn, row).seal(_field(principal_id), _VERSION, cleaned)
    await query.run(conn, _STAND_IN, principal_id=principal_id, label=LABEL, now=now)
    await query.run(conn, _RELATIVE, principal_id=principal_id, member_id=member_id, name=sealed)
    return principal_id


async def names(conn: AsyncConnection, principals: Sequence[UUID]) -> dict[UUID, str]:
    """What those who stand in are called, by principal; not where the member whom they acted for was erased."""
    rows = await query.rows(conn, _NAMES, ids=list(principals))
    return {row.principal_id: persons.key_of(conn, row).open(_field(row.principal_id), _VERSION, bytes(row.name)) for row in rows}


async def of_member(conn: AsyncConnection, member_id: UUID) -> list[str]:
    """What those are called who stand in for a member and are none."""
    rows = await query.rows(conn, _OF_MEMBER, member_id=member_id)
    return [persons.key_of(conn, row).open(_field(row.principal_id), _VERSION, bytes(row.name)) for row in rows]


def _field(principal_id: UUID) -> str:
    return f"relative {principal_id}"
