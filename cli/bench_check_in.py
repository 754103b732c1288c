"""How fast check-ins become grants over HTTP: phones on a venue's rotating code, in and out, on a real socket.

Every request is a transaction of its own. Client and server share this process and its cores, as they would not in a town; the
figures are for comparing one version with another on one machine.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli import ports
from cli.demo import founding, gathering
from cli.demo.calendar import Calendar
from cli.demo.cast import Cast, Member
from cli.demo.casting import cast as town_of
from cli.demo.playing import found_town
from cli.demo.shown import silent
from cli.demo.stage import opened
from cli.plainly import CommandFailed
from db import place
from kernel import days
from kernel.clock import MovableClock, SystemClock
from kernel.settings import Settings

APPROPRIATION = 10**9
STAY = timedelta(minutes=45)


def run_check_in(settings: Settings, rounds: int, concurrency: int) -> dict[str, Any]:
    """All members of a town check in and out once a day for `rounds` days, `concurrency` at a time."""
    home = Path(tempfile.mkdtemp(prefix="yui-bench-"))
    found = place.find(Settings(data_dir=home, pool_size=settings.pool_size))
    try:
        return asyncio.run(_check_in(found, settings, rounds, concurrency))
    finally:
        found.close()
        shutil.rmtree(home)


async def _check_in(found: place.Place, settings: Settings, rounds: int, concurrency: int) -> dict[str, Any]:
    await place.prepare(found)
    clock = MovableClock(SystemClock().now())
    calendar = Calendar(days.local_date(clock.now()) - timedelta(days=1))
    clock.set(calendar.at(9, 0, calendar.first_edition))
    async with opened(found, clock, settings.host, ports.free(settings.host, settings.port)) as stage:
        cast = Cast(stage, town_of(1), calendar, silent)
        await found_town(cast, found)
        await founding.play(cast)
        for line in cast.budget_lines.values():
            await cast.callers["officer"].post(
                f"/budget-lines/{line}/appropriations", {"amount": APPROPRIATION, "reason": "bench"}
            )
        earners = cast.members[: -founding.CANNOT_EARN]
        times: dict[str, list[float]] = {"in": [], "out": []}
        started, spent = time.perf_counter(), 0.0
        for _ in range(rounds):
            spent += await _round(cast, earners, concurrency, times)
        return _figures(times, spent, time.perf_counter() - started, rounds, concurrency)


async def _round(cast: Cast, people: Sequence[Member], concurrency: int, times: dict[str, list[float]]) -> float:
    """One gathering on the next morning; the seconds that its scans took. Raises CommandFailed where one was not granted."""
    cast.until(cast.calendar.at(10, 0, days.local_date(cast.now) + timedelta(days=1)))
    slot = await gathering.slot_of(cast, gathering.IN_THE_PARK, cast.now, capacity=len(people))
    spent = await _wave(cast, people, slot, concurrency, times["in"])
    cast.stage.clock.forward(STAY)
    return spent + await _wave(cast, people, slot, concurrency, times["out"])


async def _wave(cast: Cast, people: Sequence[Member], slot: str, concurrency: int, times: list[float]) -> float:
    code = await gathering.venue_code(cast, slot)
    places = asyncio.Semaphore(concurrency)

    async def one(member: Member) -> None:
        async with places:
            started = time.perf_counter()
            told = await member.caller.post("/scans", gathering.on_the_code(code))
            times.append(time.perf_counter() - started)
        outcomes = [each["outcome"] for each in told["grants"]]
        if told["direction"] == "out" and outcomes != ["granted"]:
            raise CommandFailed(f"a check-out of the bench was not granted: {outcomes}")

    started = time.perf_counter()
    await asyncio.gather(*(one(member) for member in people))
    return time.perf_counter() - started


def _figures(times: dict[str, list[float]], spent: float, elapsed: float, rounds: int, concurrency: int) -> dict[str, Any]:
    grants = len(times["out"])
    return {
        "bench": "check-in",
        "check_ins_with_grant_per_second": round(grants / spent, 1),
        "requests_per_second": round((len(times["in"]) + grants) / spent, 1),
        "check_in": _percentiles(times["in"]),
        "check_out_with_grant": _percentiles(times["out"]),
        "settings": {
            "rounds": rounds,
            "concurrency": concurrency,
            "grants": grants,
            "seconds": round(elapsed, 1),
            "durable": True,
        },
    }


def _percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p99_ms": round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000, 1),
    }
