"""The demo's town, played on a database of its own and served: a person of every role, and something on every page.

async with demo_town.played(database) as town:
    await town.sign_in(page.context, "member")
    await page.goto(await town.path("/enter/{entrance}"))
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from string import Formatter
from typing import Any

from playwright.async_api import BrowserContext

from cli.demo import casting, playing, shown
from cli.demo.stage import Stage
from community import tokens
from db.place import Place
from db.transact import read
from kernel import settings
from tests.support import http, postgres, sites

SEED = 7
MORNING = timedelta(hours=1)  # ten o'clock on the day after the one that was played


@dataclass
class DemoTown:
    """A served town: who is in it by role, and what was reported of its day."""

    site: sites.Site
    number: int
    report: dict[str, Any]
    callers: dict[str, http.Caller]
    found: dict[str, str] = field(default_factory=dict[str, str])
    sessions: dict[str, str] = field(default_factory=dict[str, str])

    async def sign_in(self, context: BrowserContext, role: str) -> None:
        """Signs the person of a role in, always in the same session, in which they proved themselves again just now."""
        if role not in self.sessions:
            self.sessions[role] = await self.site.session(self.callers[role], stepped_up=True, town=self.number)
        await self.site.carry(context, self.sessions[role])

    async def path(self, template: str) -> str:
        """A path with what stands in its braces found in the town. FINDERS tells what can be found."""
        names = [name for _, name, _, _ in Formatter().parse(template) if name]
        for name in names:
            if name not in self.found:
                self.found[name] = await FINDERS[name](self)
        return template.format_map(self.found)


async def _entrance(town: DemoTown) -> str:
    path = await town.site.entrance(town.callers["member"], asks_birth_date=True, town=town.number)
    return path.removeprefix("/enter/")


async def _member(town: DemoTown) -> str:
    return str(town.callers["member"].member_id)


async def _redemption(town: DemoTown) -> str:
    return str(town.report["trace"]["id"])


FINDERS: dict[str, Callable[[DemoTown], Awaitable[str]]] = {
    "entrance": _entrance,
    "member": _member,
    "redemption": _redemption,
}
"""What may stand in the braces of a page's path, and how it is found. Add one line for each."""


@asynccontextmanager
async def played(database: postgres.Clone) -> AsyncGenerator[DemoTown]:
    """Plays the demo's day on a fresh database, and serves the town on the morning after."""
    async with sites.served(database) as site:
        yield await _play(site, database)


async def _play(site: sites.Site, cloned: postgres.Clone) -> DemoTown:
    told = settings.Settings(
        database_url=cloned.app_url, admin_database_url=cloned.admin_url, auditor_database_url=cloned.auditor_url
    )
    cast, clock = casting.cast(SEED), site.service.clock
    stage = Stage(site.address, clock, site.service.http, site.task)
    report = await playing.play(cast, Place(told, None), stage, shown.silent)
    clock.set(http.START + MORNING)
    number = int(cast.code[:5])
    callers = {role: await _caller(site, number, role, token) for role, token in report["tokens"].items()}
    return DemoTown(site, number, report, callers)


async def _caller(site: sites.Site, number: int, role: str, token: str) -> http.Caller:
    actor = await read(site.engine, number, lambda conn: tokens.resolve(conn, token, site.service.clock.now()))
    assert actor is not None
    return http.Caller(site.service.http, token, role, actor.principal_id, actor.member_id, actor.organisation_id)
