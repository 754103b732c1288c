"""The demo's town, played on a database of its own and served: a person of every role, and something on every page.

async with demo_town.played(database) as town:
    await town.sign_in(page.context, "member")
    await page.goto(await town.path("/enter/{entrance}"))
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from string import Formatter
from typing import Any

import httpx
from playwright.async_api import BrowserContext
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.demo import casting, playing, shown
from cli.demo.stage import Stage
from community import proxies, sessions, tokens
from db.place import Place
from db.transact import read, transact
from kernel import settings
from tests.support import demo_counter, demo_finds, http, postgres, sites

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
        """Signs the person of a role in, always in the same session, in which they proved themselves again just now.

        `acting` is the member, on a phone that acts for another; `counter` is a device that the host added.
        """
        await self.site.carry(context, await self.session(role))

    async def session(self, role: str) -> str:
        """The secret of that session."""
        if role == "acting" and role not in self.sessions:
            self.sessions[role] = await self._acting()
        if role == "counter" and role not in self.sessions:
            self.sessions[role] = await demo_counter.session(self)
        if role not in self.sessions:
            self.sessions[role] = await self.site.session(self.callers[role], stepped_up=True, town=self.number)
        return self.sessions[role]

    async def _acting(self) -> str:
        """The secret of a session in which the member acts for the one who let them."""
        who = self.callers["member"]
        secret = await self.site.session(who, stepped_up=True, town=self.number)
        now = self.site.service.clock.now()

        async def work(conn: AsyncConnection) -> None:
            (by,) = await proxies.of_person(conn, who.principal_id, who.member_id, now=now)
            session = await sessions.resolve(conn, secret, now)
            assert session is not None
            await proxies.choose(conn, session.session_id, by.proxy_id, now=now)

        await transact(self.site.engine, self.number, work)
        return secret

    async def path(self, template: str) -> str:
        """A path with what stands in its braces found in the town. tests/support/demo_finds.py tells what can be found."""
        names = [name for _, name, _, _ in Formatter().parse(template) if name]
        for name in names:
            if name not in self.found or name in demo_finds.SHORT_LIVED:
                self.found[name] = await demo_finds.FINDERS[name](self)
        return template.format_map(self.found)


@asynccontextmanager
async def played(database: postgres.Clone) -> AsyncGenerator[DemoTown]:
    """Plays the demo's day on a fresh database, and serves the town on the morning after."""
    async with sites.served(database) as site:
        yield await _play(site, database)


async def _play(site: sites.Site, cloned: postgres.Clone) -> DemoTown:
    told = settings.Settings(
        database_url=cloned.app_url,
        admin_database_url=cloned.admin_url,
        auditor_database_url=cloned.auditor_url,
        secret_key=http.MASTER.decode(),
    )
    cast, clock = casting.cast(SEED), site.service.clock
    stage = Stage(site.address, clock, site.service.http, site.task)
    report = await playing.play(cast, Place(told, None), stage, shown.silent)
    clock.set(http.START + MORNING)
    number = int(cast.code[:5])
    callers = {role: await _caller(site, number, role, token) for role, token in report["tokens"].items()}
    town = DemoTown(site, number, report, callers)
    await _look_ahead(town)
    return town


async def _look_ahead(town: DemoTown) -> None:
    """What the next days bring: an activity this afternoon, where the member has a place, one on Sunday, and a need of theirs."""
    host, member, now = town.callers["host"], town.callers["member"], town.site.service.clock.now()
    for title, place, hours in (("ふれあいサロン", "ひだまり集会所", 0.25), ("みどり公園の花植え", "みどり公園 東口", 150)):
        asked = {"organisation_id": str(host.organisation_id), "kind": "salon", "title": title, "place": place}
        activity = _made(await host.post("/activities", asked))
        starts_at = now + timedelta(hours=hours)
        times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat(), "capacity": 12}
        slot = _made(await host.post(f"/activities/{activity['activity_id']}/slots", times))["slot_id"]
        if "slot" not in town.found:
            town.found |= {"slot": slot, "activity": activity["activity_id"]}
            _made(await host.post(f"/slots/{slot}/bookings", {"member_id": str(member.member_id)}))
    starts_at = (now + timedelta(days=2)).isoformat()
    need = {
        "kind": "shopping",
        "starts_at": starts_at,
        "minutes": 60,
        "unit": "minutes",
        "pay_per_hour": 60,
        "note": "重い物の買い物",
    }
    town.found["need"] = _made(await member.post(f"/members/{member.member_id}/needs", need))["need_id"]


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    return answer.json()


async def _caller(site: sites.Site, number: int, role: str, token: str) -> http.Caller:
    actor = await read(site.engine, number, lambda conn: tokens.resolve(conn, token, site.service.clock.now()))
    assert actor is not None
    return http.Caller(site.service.http, token, role, actor.principal_id, actor.member_id, actor.organisation_id)
