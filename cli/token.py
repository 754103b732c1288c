"""`yui token create | end`: how the first officer of a town comes in, and how anybody is shut out."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import location, output, towns
from community import members, organisations, principals, tokens
from community.actor import ROLES
from kernel import ids
from kernel.clock import SystemClock
from kernel.settings import Settings

T = TypeVar("T")


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """A new principal and its token, told this once."""

    token: str
    principal_id: UUID
    role: str
    expires_at: datetime


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How many tokens of a principal were ended."""

    principal_id: UUID
    ended: int


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    creating = commands.add_parser("create", help="make a principal and a token for it; the token is shown once")
    creating.add_argument("--role", required=True, choices=ROLES)
    creating.add_argument("--label", default="yui token create", help="what it is for; not a person's name")
    creating.add_argument("--member", type=int, metavar="NUMBER", help="the member who acts, by number")
    creating.add_argument("--organisation", type=UUID, metavar="ID", help="the organisation it acts for")
    creating.add_argument("--days", type=int, default=90, help="how long the token lives, 1 to 366 (90)")
    creating.set_defaults(run=_create)
    ending = commands.add_parser("end", help="end every token of a principal at once")
    ending.add_argument("--principal", required=True, type=UUID, metavar="ID")
    ending.set_defaults(run=_end)
    for command in (creating, ending):
        command.add_argument("--town", required=True, metavar="CODE", help="the municipality's 6-digit code")
        output.offer_json(command)


async def create(conn: AsyncConnection, made: principals.Principal, *, lifetime: timedelta, now: datetime) -> Created:
    """A principal of any role, made by nobody in the town, and its token. Raises PrincipalIncomplete, TokenLifetimeOutOfRange."""
    await principals.create(conn, made, created_by=None, now=now)
    chance = os.urandom(tokens.SECRET_BYTES)
    token = await tokens.create(conn, made.principal_id, lifetime=lifetime, chance=chance, now=now)
    return Created(token=token, principal_id=made.principal_id, role=made.role, expires_at=now + lifetime)


def _create(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()
    lifetime = timedelta(days=max(0, min(asked.days, 10 * tokens.LIFETIME_DAYS_MAX)))

    async def work(conn: AsyncConnection) -> Created:
        member = await members.by_number(conn, asked.member) if asked.member is not None else None
        if asked.organisation is not None:
            await organisations.find(conn, asked.organisation)
        made = principals.Principal(
            principal_id=ids.new_id(),
            role=asked.role,
            member_id=member.member_id if member else None,
            organisation_id=asked.organisation,
            label=asked.label,
        )
        return await create(conn, made, lifetime=lifetime, now=now)

    created = _in_town(settings, asked.town, work)
    output.tell(asked, created.token, created)
    return 0


def _end(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    async def work(conn: AsyncConnection) -> Ended:
        await principals.find(conn, asked.principal)
        ended = await tokens.end_all(conn, asked.principal, ended_by=None, now=now)
        return Ended(principal_id=asked.principal, ended=ended)

    told = _in_town(settings, asked.town, work)
    output.tell(asked, f"{told.ended} tokens are ended", told)
    return 0


def _in_town(settings: Settings, code: str, work: towns.Work[T]) -> T:
    with location.opened(settings) as found:
        return asyncio.run(towns.in_town(found, code, work))
