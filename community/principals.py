"""Principals: who may call the service, in which role, for which member or organisation. One person may have several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from community.actor import Role
from db import query
from kernel import text

FOR_AN_ORGANISATION = frozenset({"host", "device", "treasurer", "cashier"})
OFFICE = frozenset({"officer", "auditor"})  # made on the server alone
VOUCHING = frozenset({"coordinator"})  # whoever gives one of these by a request is not the only one who says so

_INSERT = query.statement(
    """
    insert into community.principal (
        municipality_id, principal_id, role, member_id, organisation_id, area_id, label, valid_until, created_at, created_by,
        needs_second
    )
    values (
        db.municipality(), :principal_id, :role, cast(:member_id as uuid), cast(:organisation_id as uuid),
        cast(:area_id as uuid), :label, cast(:valid_until as timestamptz), :now, cast(:created_by as uuid), :needs_second
    )
    """
)
_FIND = query.statement(
    """
    select principal_id, role, member_id, organisation_id, area_id, label, valid_until from community.principal
    where municipality_id = db.municipality() and principal_id = :principal_id
    """
)
_OF_ORGANISATION = query.statement(
    """
    select distinct member_id from community.principal
    where municipality_id = db.municipality() and organisation_id = :organisation_id
        and member_id = any (cast(:members as uuid[]))
    """
)
_SAME_PERSON = query.statement(
    """
    select exists (
        select from community.principal a
        join community.principal b on b.municipality_id = a.municipality_id and b.principal_id = :other
        where a.municipality_id = db.municipality() and a.principal_id = :one
            and (b.member_id = a.member_id or b.created_by = a.principal_id or a.created_by = b.principal_id)
    )
    """
)
_SAME_AT = query.statement(
    """
    select exists (
        select from community.principal b
        join community.principal a on a.municipality_id = b.municipality_id and a.principal_id = :principal_id
        where b.municipality_id = db.municipality() and b.organisation_id = :organisation_id
            and (b.principal_id = a.principal_id or b.member_id = a.member_id or b.created_by = a.principal_id
                or a.created_by = b.principal_id)
    )
    """
)
_OF_MEMBER = query.statement(
    """
    select principal_id, role, member_id, organisation_id, area_id, label, valid_until from community.principal
    where municipality_id = db.municipality() and member_id = :member_id and role = 'member' order by created_at, principal_id
    """
)


_END = query.statement(
    """
    insert into community.principal_end (municipality_id, principal_id, ended_at, ended_by)
    values (db.municipality(), :principal_id, :now, cast(:ended_by as uuid))
    on conflict on constraint principal_end_pkey do nothing
    """
)
STANDS = """
    (p.valid_until is null or cast(:now as timestamptz) < p.valid_until) and not exists (
        select from community.principal_end pe
        where pe.municipality_id = p.municipality_id and pe.principal_id = p.principal_id
    ) and (not p.needs_second or exists (
        select from community.principal_confirmation pc
        where pc.municipality_id = p.municipality_id and pc.principal_id = p.principal_id
    ))
"""
"""Whether the role of the principal `p` stands at `:now`: part of every statement that lets somebody in."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """One principal. `label` tells officers what it is for (a tablet, a counter); it is not a person's name.

    A role that is given until an instant ends by itself then: its tokens, sessions and entrances open nothing any more. A coordinator
    with an area reaches the members who live there, and nobody else (`flows.in_area`).
    """

    principal_id: UUID
    role: Role
    member_id: UUID | None = None
    organisation_id: UUID | None = None
    area_id: UUID | None = None
    label: str
    valid_until: datetime | None = None


async def create(conn: AsyncConnection, principal: Principal, *, created_by: UUID | None, now: datetime) -> None:
    """Adds a principal; one who vouches and is let in by somebody waits until another person confirms it (`flows.roles`).

    Raises PrincipalIncomplete, AreaForCoordinators, and what `text.clean` raises. An unknown area is a fault: ask `areas.find` first.
    """
    if principal.role == "member" and principal.member_id is None:
        raise refusals.PrincipalIncomplete(role=principal.role, missing="member_id")
    if principal.role in FOR_AN_ORGANISATION and principal.organisation_id is None:
        raise refusals.PrincipalIncomplete(role=principal.role, missing="organisation_id")
    if principal.area_id is not None and principal.role != "coordinator":
        raise refusals.AreaForCoordinators(role=principal.role)
    labelled = msgspec.structs.replace(principal, label=text.clean("label", principal.label, text.NAME_LENGTH_MAX))
    waits = principal.role in VOUCHING and created_by is not None
    told = msgspec.structs.asdict(labelled)
    await query.run(conn, _INSERT, now=now, created_by=created_by, needs_second=waits, **told)


async def find(conn: AsyncConnection, principal_id: UUID) -> Principal:
    """The principal. Raises UnknownPrincipal."""
    row = await query.one(conn, _FIND, principal_id=principal_id)
    if row is None:
        raise refusals.UnknownPrincipal(principal_id=principal_id)
    return _principal(row)


async def of_member(conn: AsyncConnection, member_id: UUID) -> list[Principal]:
    """As whom a member acts for themselves, the first one first."""
    return [_principal(row) for row in await query.rows(conn, _OF_MEMBER, member_id=member_id)]


async def end(conn: AsyncConnection, principal_id: UUID, *, ended_by: UUID | None, now: datetime) -> bool:
    """Ends a role for good: whether it ended now. Raises UnknownPrincipal."""
    await find(conn, principal_id)
    return await query.run(conn, _END, principal_id=principal_id, ended_by=ended_by, now=now) == 1


def check_outside(role: str) -> None:
    """Whether a principal of this role, and its tokens, may be made by a request. Raises OfficeFromOutside."""
    if role in OFFICE:
        raise refusals.OfficeFromOutside(role=role)


async def same_person(conn: AsyncConnection, one: UUID, other: UUID) -> bool:
    """Whether one person may be behind both principals: the same one, two of one member, or one that the other made."""
    return one == other or await query.scalar(conn, _SAME_PERSON, one=one, other=other)


async def same_at(conn: AsyncConnection, organisation_id: UUID, principal_id: UUID) -> bool:
    """Whether the person behind a principal (`same_person`) may act for the organisation as well."""
    return await query.scalar(conn, _SAME_AT, organisation_id=organisation_id, principal_id=principal_id)


async def members_of(conn: AsyncConnection, organisation_id: UUID, among: Sequence[UUID]) -> frozenset[UUID]:
    """Which of the members `among` act for the organisation."""
    rows = await query.rows(conn, _OF_ORGANISATION, organisation_id=organisation_id, members=list(among))
    return frozenset(row.member_id for row in rows)


def _principal(row: Row[Any]) -> Principal:
    return Principal(
        principal_id=row.principal_id,
        role=row.role,
        member_id=row.member_id,
        organisation_id=row.organisation_id,
        area_id=row.area_id,
        label=row.label,
        valid_until=row.valid_until,
    )
