"""Roles are given for a place and a time, and end by themselves. Who vouches for others' records is let in by two people.

An officer gives a role, hands over an entrance, and ends it. A coordinator can vouch for attendances and write down help that nobody
scanned, and so make points beside the main path: that role opens nothing until somebody confirms it who neither gave nor gets it.
Officers and auditors are made on the server.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import areas, members, organisations, principals, refusals, roles, sessions, tokens
from community.actor import Actor, Role
from community.principals import Principal
from community.roles import Held
from flows import devices_at_work, entrance
from kernel import ids
from wallets import holders


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which role, what it is called (not a person's name), for whom and which place, and until when."""

    role: Role
    label: str
    member_id: UUID | None = None
    organisation_id: UUID | None = None
    area_id: UUID | None = None
    valid_until: datetime | None = None


async def give(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Principal:
    """Gives a role. Raises OfficeFromOutside, PrincipalIncomplete, AreaForCoordinators, UnknownMember, UnknownOrganisation,
    UnknownArea, and what `text.clean` raises."""
    principals.check_outside(asked.role)
    if asked.member_id is not None:
        await members.find(conn, asked.member_id)
    if asked.organisation_id is not None:
        await organisations.find(conn, asked.organisation_id)
    if asked.area_id is not None:
        await areas.find(conn, asked.area_id)
    made = Principal(principal_id=ids.new_id(), **msgspec.structs.asdict(asked))
    await principals.create(conn, made, created_by=actor.principal_id, now=now)
    return made


async def confirm(conn: AsyncConnection, principal_id: UUID, *, actor: Actor, now: datetime) -> Held:
    """Confirms a role that waits, as somebody else than who gave it and who gets it. Confirming again changes nothing.

    Raises UnknownPrincipal, RoleEnded, SamePerson.
    """
    held = await roles.find(conn, principal_id, now=now)
    if held.state == "ended":
        raise refusals.RoleEnded(principal_id=principal_id)
    if held.state == "waits":
        if held.created_by is not None:
            await holders.check_other_person(conn, held.created_by, actor)
        await holders.check_other_person(conn, principal_id, actor)
        await roles.confirm(conn, principal_id, confirmed_by=actor.principal_id, now=now)
    return await roles.find(conn, principal_id, now=now)


async def end(conn: AsyncConnection, principal_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Ends a role for good, with its sessions, tokens and the devices that it added: whether it ended now. Raises UnknownPrincipal."""
    ended = await principals.end(conn, principal_id, ended_by=actor.principal_id, now=now)
    await sessions.end_all(conn, principal_id, ended_by=actor.principal_id, why="role_ended", now=now)
    await tokens.end_all(conn, principal_id, ended_by=actor.principal_id, now=now)
    await devices_at_work.end_of(conn, principal_id, ended_by=actor.principal_id, now=now)
    return ended


async def entrance_for(conn: AsyncConnection, principal_id: UUID, *, actor: Actor, chance: bytes, now: datetime) -> entrance.Made:
    """A sheet for whoever has the role. Raises UnknownPrincipal, OfficeFromOutside, RoleWaits, RoleEnded."""
    await check_stands(conn, principal_id, now=now)
    return await entrance.for_principal(conn, principal_id, actor=actor, chance=chance, now=now)


async def check_stands(conn: AsyncConnection, principal_id: UUID, *, now: datetime) -> None:
    """Whether the role opens something. Raises UnknownPrincipal, RoleWaits, RoleEnded."""
    if (await principals.find(conn, principal_id)).role == "member":
        return
    held = await roles.find(conn, principal_id, now=now)
    if held.state == "waits":
        raise refusals.RoleWaits(principal_id=principal_id)
    if held.state == "ended":
        raise refusals.RoleEnded(principal_id=principal_id)
