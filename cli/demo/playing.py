"""The play: the town is founded, and its scenes follow one another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from cli import entrance, token, towns
from cli import town as founded
from cli.demo import founding, gathering, helping, relatives, report, spending, treasury
from cli.demo.calendar import Calendar
from cli.demo.caller import Caller
from cli.demo.cast import Cast
from cli.demo.casting import Town
from cli.demo.shown import Say
from cli.demo.stage import Stage
from community import principals, tokens
from db import engine
from db.place import Place
from kernel import days, ids

SCENES = (
    founding.play,
    gathering.season_before,
    gathering.sheet_day,
    treasury.second_edition,
    treasury.announce_expiry,
    gathering.paper_sheet,
    helping.play,
    gathering.salon,
    gathering.park,
    treasury.supplement,
    spending.play,
    helping.by_the_pot,
    treasury.correction,
    treasury.expire,
    treasury.settle,
    treasury.third_edition,
    treasury.close_months,
)


async def play(town: Town, found: Place, stage: Stage, say: Say) -> dict[str, Any]:
    """Plays yesterday in the town and reports it; the tokens to go on with stand beside the report."""
    calendar = Calendar(days.local_date(stage.clock.now()) - timedelta(days=1))
    stage.clock.set(calendar.at(9, 0, calendar.first_edition))
    cast = Cast(stage, town, calendar, say)
    municipality = await found_town(cast, found)
    for scene in SCENES:
        await scene(cast)
    auditor = engine.create(found.auditor_url, name="yui demo auditor", pool_size=1, limited=False)
    try:
        told = await report.read(auditor, cast, municipality)
    finally:
        await auditor.dispose()
    return told | await _ways_on(cast, found, municipality)


async def found_town(cast: Cast, found: Place) -> int:
    """The town and its two officers, which no request can make."""
    created = await founded.create(
        found, cast.town.code, cast.town.name, ["福祉課", "会計課"], now=cast.now, token_days=founding.TOKEN_DAYS
    )
    for who, made in zip(("officer", "second officer"), created.officers, strict=True):
        cast.callers[who] = Caller(made.label, str(made.principal_id), made.token, cast.stage.http, cast.tally)
    return created.municipality_id


async def _ways_on(cast: Cast, found: Place, municipality: int) -> dict[str, Any]:
    """A token of every role, for whoever wants to go on trying. The auditor is made on the server, as no request can."""
    auditor = await towns.in_town(found, cast.town.code, lambda conn: _auditor(conn, cast.now))
    await towns.in_town(found, cast.town.code, lambda conn: relatives.let(conn, cast, town=municipality, now=cast.now))
    first = cast.members[0]
    told = {
        "member": first.caller.token,
        "host": cast.callers[gathering.SALON].token,
        "device": cast.callers[f"{gathering.SALON} の端末"].token,
        "coordinator": cast.callers["coordinator"].token,
        "treasurer": cast.callers[spending.GROUP].token,
        "cashier": cast.callers[spending.PARTNER].token,
        "officer": cast.callers["officer"].token,
        "auditor": auditor.token,
    }
    return {"tokens": told, "member_id": first.member_id}


async def entrances(town: Town, found: Place, told: Mapping[str, Any], *, base_url: str, now: datetime) -> dict[str, str]:
    """An address for each role that signs in to its pages once, for whoever wants to go on looking: those whose tokens were told."""

    async def work(conn: AsyncConnection) -> dict[str, str]:
        made: dict[str, str] = {}
        for role, secret in told["tokens"].items():
            actor = await tokens.resolve(conn, secret, now)
            if actor is not None:
                created = await entrance.create(conn, actor.principal_id, hours=24, public_url=base_url, now=now)
                made[role] = created.address
        return made

    return await towns.in_town(found, town.code, work)


async def _auditor(conn: AsyncConnection, now: datetime) -> token.Created:
    made = principals.Principal(principal_id=ids.new_id(), role="auditor", label="監査委員")
    return await token.create(conn, made, lifetime=timedelta(days=founding.TOKEN_DAYS), now=now)
