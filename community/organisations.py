"""Organisations (団体・機関): hosts, administrators, providers, groups, partners and support centres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from db import query
from kernel import text

Kind = Literal["host", "administrator", "provider", "group", "partner", "support_centre"]
KINDS: tuple[str, ...] = get_args(Kind)
PAGE_MAX = 200

_INSERT = query.statement(
    """
    insert into community.organisation (municipality_id, organisation_id, kind, name, created_at)
    values (db.municipality(), :organisation_id, :kind, :name, :now)
    """
)
_FIND = query.statement(
    """
    select organisation_id, kind, name from community.organisation
    where municipality_id = db.municipality() and organisation_id = :organisation_id
    """
)
_FIND_MANY = query.statement(
    """
    select organisation_id, kind, name from community.organisation
    where municipality_id = db.municipality() and organisation_id = any (cast(:ids as uuid[]))
    """
)
_PAGE = query.statement(
    """
    select organisation_id, kind, name from community.organisation
    where municipality_id = db.municipality() and (cast(:kind as text) is null or kind = :kind)
        and (cast(:after as uuid) is null or organisation_id > :after)
    order by organisation_id limit :limit
    """
)


class Organisation(msgspec.Struct, frozen=True):
    """One organisation; only a `group` has a pool of pledged points, only a `partner` takes points."""

    organisation_id: UUID
    kind: Kind
    name: str


async def create(conn: AsyncConnection, organisation: Organisation, *, now: datetime) -> None:
    """Adds an organisation. Raises what `text.clean` raises."""
    name = text.clean("name", organisation.name, text.NAME_LENGTH_MAX)
    await query.run(conn, _INSERT, organisation_id=organisation.organisation_id, kind=organisation.kind, name=name, now=now)


async def find(conn: AsyncConnection, organisation_id: UUID) -> Organisation:
    """The organisation. Raises UnknownOrganisation."""
    row = await query.one(conn, _FIND, organisation_id=organisation_id)
    if row is None:
        raise refusals.UnknownOrganisation(organisation_id=organisation_id)
    return _organisation(row)


async def find_many(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Organisation]:
    """Those of `ids` that exist, by id."""
    return {row.organisation_id: _organisation(row) for row in await query.rows(conn, _FIND_MANY, ids=list(ids))}


async def page(
    conn: AsyncConnection, *, kind: Kind | None = None, after: UUID | None = None, limit: int = 50
) -> Sequence[Organisation]:
    """Organisations in the order of their ids, after `after`, at most PAGE_MAX."""
    rows = await query.rows(conn, _PAGE, kind=kind, after=after, limit=min(limit, PAGE_MAX))
    return [_organisation(row) for row in rows]


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.organisation_id, row.kind, row.name)
