"""`yui town create --code 131016 --name 千代田区 --officer 総務課 --officer 会計課`."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import location, output, plainly, town_openid
from community import municipalities, tokens
from community.refusals import UnknownMunicipality
from db import engine, place, query
from flows import found_town
from kernel.clock import SystemClock
from kernel.settings import Settings

TOKEN_DAYS = 90

_ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """An officer of the new town and the token, told this once."""

    principal_id: UUID
    label: str
    token: str


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """A founded town and its first officers."""

    municipality_id: int
    code: str
    name: str
    area_id: UUID
    officers: tuple[Officer, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    creating = commands.add_parser("create", help="found a municipality with hours, points and yen")
    creating.add_argument("--code", required=True, help="the 6-digit 全国地方公共団体コード, with its check digit")
    creating.add_argument("--name", required=True, help="the municipality's name")
    creating.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="LABEL",
        help="a first officer (rules and payments take two), with a token",
    )
    output.offer_json(creating)
    creating.set_defaults(run=_create)
    town_openid.arguments(commands)


def _create(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        now = SystemClock().now()
        created = asyncio.run(create(found, asked.code, asked.name, asked.officer, now=now))
    lines = [f"{created.name} ({created.code}) is founded", *(f"{each.label}: {each.token}" for each in created.officers)]
    output.tell(asked, "\n".join(lines), created)
    return 0


async def create(
    found: place.Place, code: str, name: str, officers: Sequence[str], *, now: datetime, token_days: int = TOKEN_DAYS
) -> Created:
    """All of it in one transaction of the owner's side, behind the new town's wall. Raises CommandFailed where it stands already."""
    await place.prepare(found)
    setup = engine.create_single(found.admin_url, name="yui town create")
    try:
        async with setup.begin() as conn:
            await _refuse_twice(conn, code)
            town = await found_town.register(conn, code, name)
            await query.rows(conn, _ENTER, municipality=str(town.municipality_id))
            founded = await found_town.found(conn, officers, now=now)
            told = [
                await _officer(conn, principal_id, label, now, token_days)
                for principal_id, label in zip(founded.officers, officers, strict=True)
            ]
    finally:
        await setup.dispose()
    return Created(**msgspec.structs.asdict(town), area_id=founded.area_id, officers=tuple(told))


async def _officer(conn: AsyncConnection, principal_id: UUID, label: str, now: datetime, token_days: int) -> Officer:
    chance = os.urandom(tokens.SECRET_BYTES)
    token = await tokens.create(conn, principal_id, lifetime=timedelta(days=token_days), chance=chance, now=now)
    return Officer(principal_id=principal_id, label=label, token=token)


async def _refuse_twice(conn: AsyncConnection, code: str) -> None:
    try:
        before = await municipalities.by_code(conn, code)
    except UnknownMunicipality:
        return
    raise plainly.CommandFailed(f"the town {code} was founded before, as {before.name}")
