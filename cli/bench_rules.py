"""How fast a draft is tried on a year of attendances, and how fast every decision of the year is re-performed; reading included.

A durable PostgreSQL with a town in it that decided and booked everything the usual way. Beside what the commands do, in the same
run: the same in one process, and the bare evaluation of the same facts, so that a noisy machine shows.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli import bench_scene, bench_town, memory
from cli.bench_town import BenchTown
from db import query
from db.transact import read
from flows import hands, recompute, simulate
from kernel.clock import SystemClock
from rules import evaluate, parse
from rules.decision import Facts

CLOCK = SystemClock()
BARE = 20_000  # facts that are evaluated without anything around it

_FACTS = query.statement("select cast(facts as text) from rules.decision order by decision_id limit :limit")


def run_rules(attendances: int, processes: int) -> dict[str, Any]:
    """Measures a simulation and a recomputation over so many attendances; the result is ready for JSON."""
    return asyncio.run(_rules(attendances, processes))


async def _rules(attendances: int, processes: int) -> dict[str, Any]:
    memory.settle()
    async with bench_scene.throw_away() as (made, settings):
        now = CLOCK.now()
        started = time.perf_counter()
        town = await bench_town.build(made, attendances, now, _tell)
        decided = attendances / (time.perf_counter() - started)
        figures = await _measured(made, town, attendances, processes)
    return {
        "bench": "rules",
        "attendances": attendances,
        **figures,
        "decided_and_booked_per_second": round(decided),
        "settings": settings | {"processes": processes, "members": bench_town.MEMBERS, "caps": 2, "tests": 2},
    }


async def _measured(made: AsyncEngine, town: BenchTown, attendances: int, processes: int) -> dict[str, Any]:
    draft = parse.parse(bench_town.document(town.first_on, 65, 60))
    last_on = town.first_on + timedelta(days=bench_town.DAYS - 1)
    asked = simulate.Asked(draft=draft, first_on=town.first_on, last_on=last_on)
    bare = await _seconds_bare(made, town)
    with hands.processes(processes) as by:
        await asyncio.gather(*(by.do(len, ()) for _ in range(processes)))  # they start before anything is read
        await _seconds(made, lambda conn: simulate.simulate_draft(conn, asked, by=by))  # caches fill
        simulated = await _seconds(made, lambda conn: simulate.simulate_draft(conn, asked, by=by))
        recomputed = await _seconds(made, lambda conn: recompute.recompute(conn, by=by))
    simulated_alone = await _seconds(made, lambda conn: simulate.simulate_draft(conn, asked))
    recomputed_alone = await _seconds(made, recompute.recompute)
    return {
        "simulate_seconds": round(simulated, 2),
        "simulate_per_second": round(attendances / simulated),
        "simulate_in_one_process_per_second": round(attendances / simulated_alone),
        "recompute_seconds": round(recomputed, 2),
        "recompute_per_second": round(attendances / recomputed),
        "recompute_in_one_process_per_second": round(attendances / recomputed_alone),
        "bare_evaluations_per_second": round(1 / bare),
        "simulate_ratio": round(attendances / simulated * bare, 2),
        "recompute_ratio": round(attendances / recomputed * bare, 2),
    }


async def _seconds(made: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[Any]]) -> float:
    started = time.perf_counter()
    found = await read(made, bench_scene.TOWN, work)
    if isinstance(found, recompute.Recomputed) and not found.ok:
        raise RuntimeError(f"the bench's own town does not hold: {found}")
    return time.perf_counter() - started


async def _seconds_bare(made: AsyncEngine, town: BenchTown) -> float:
    """The seconds that one evaluation takes in this process, of those that were decided."""
    rows = await read(made, bench_scene.TOWN, lambda conn: query.rows(conn, _FACTS, limit=BARE))
    facts = [msgspec.json.decode(row[0], type=Facts) for row in rows]
    edition = parse.parse(bench_town.document(town.first_on, 60, 50))
    started = time.perf_counter()
    for each in facts:
        evaluate.evaluate(edition, each)
    return (time.perf_counter() - started) / len(facts)


def _tell(name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{name} …")
        sys.stderr.flush()
