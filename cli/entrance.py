"""`yui entrance create`: an address that signs somebody in to the pages, once. So the first officer of a town comes in."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import location, output, towns
from community import members, organisations, principals, refusals, sessions
from community.actor import ROLES
from flows import entrance
from kernel import ids
from kernel.clock import SystemClock
from kernel.settings import Settings

HOURS_MAX = 14 * 24


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """A new entrance: its address, told this once, whose it is, and until when it is good."""

    address: str
    principal_id: UUID
    expires_at: datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    creating = commands.add_parser("create", help="make an address that signs in once; it is shown once")
    who = creating.add_mutually_exclusive_group(required=True)
    who.add_argument("--principal", type=UUID, metavar="ID", help="somebody who has a role already")
    who.add_argument("--member", type=int, metavar="NUMBER", help="a member, by number")
    who.add_argument("--role", choices=[role for role in ROLES if role != "member"], help="somebody new in this role")
    creating.add_argument("--label", default="yui entrance create", help="what a new role is for; not a person's name")
    creating.add_argument("--organisation", type=UUID, metavar="ID", help="the organisation that a new role acts for")
    creating.add_argument("--hours", type=int, default=24, help=f"how long it is good, 1 to {HOURS_MAX} (24)")
    creating.add_argument("--town", required=True, metavar="CODE", help="the municipality's 6-digit code")
    output.offer_json(creating)
    creating.set_defaults(run=_create)


async def create(conn: AsyncConnection, principal_id: UUID, *, hours: int, public_url: str, now: datetime) -> Created:
    """An entrance for a principal of any role. Raises UnknownPrincipal."""
    good_for, chance = timedelta(hours=max(1, min(hours, HOURS_MAX))), os.urandom(sessions.SECRET_BYTES)
    made = await entrance.on_server(conn, principal_id, good_for=good_for, chance=chance, now=now)
    return Created(address=f"{public_url}/enter/{made.secret}", principal_id=principal_id, expires_at=made.expires_at)


def _create(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    async def work(conn: AsyncConnection) -> Created:
        principal_id = await _who(conn, asked, now)
        return await create(conn, principal_id, hours=asked.hours, public_url=settings.public_url, now=now)

    with location.opened(settings) as found:
        created = asyncio.run(towns.in_town(found, asked.town, work))
    output.tell(asked, created.address, created)
    return 0


async def _who(conn: AsyncConnection, asked: argparse.Namespace, now: datetime) -> UUID:
    """The principal that was named, or a new one. Raises UnknownMemberNumber, UnknownOrganisation, PrincipalIncomplete."""
    if asked.principal is not None:
        return asked.principal
    if asked.member is not None:
        return await _member(conn, asked.member)
    if asked.organisation is not None:
        await organisations.find(conn, asked.organisation)
    made = principals.Principal(principal_id=ids.new_id(), role=asked.role, organisation_id=asked.organisation, label=asked.label)
    await principals.create(conn, made, created_by=None, now=now)
    return made.principal_id


async def _member(conn: AsyncConnection, number: int) -> UUID:
    member = await members.by_number(conn, number)
    found = await principals.of_member(conn, member.member_id)
    if not found:
        raise refusals.PrincipalIncomplete(role="member", missing="principal_id")
    return found[0].principal_id
