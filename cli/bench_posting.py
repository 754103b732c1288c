"""How fast the book takes grants, in lists and one at a time in the same run, so that a noisy machine shows; and how fast it answers.

The posting bench runs on a durable PostgreSQL of its own (checksums, fsync and synchronous commit on) with everything in force: tenant
walls, triggers, lots, the service's own role.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli import bench_scene, memory
from db import query
from db.transact import read, transact
from kernel import days, ids
from kernel.clock import SystemClock
from ledger import accounts, balances, history, posting, units
from ledger.draft import Draft, Fresh, Posted, move

CLOCK = SystemClock()
POINTS = units.Unit(unit_id=1, code="pt", kind="points", label_ja="ポイント", label_en="points")
GRANT = 100
APPROPRIATION = 10**11

_LINES = query.statement("select count(*) from ledger.journal_line where municipality_id = db.municipality()")


class PostingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured: from how many budgets to how many wallets, in lists of which length, for how long."""

    mode: str
    budgets: int
    wallets: int
    list_length: int
    seconds: float

    @staticmethod
    def of(mode: str, list_length: int, seconds: float) -> PostingPlan:
        """`hot`: one hard-limited budget to many wallets. `spread`: many budgets to many wallets."""
        budgets = 1 if mode == "hot" else 200
        return PostingPlan(mode=mode, budgets=budgets, wallets=2_000, list_length=list_length, seconds=seconds)


class Scene(msgspec.Struct, frozen=True):
    """The accounts that a bench plays on."""

    budgets: Sequence[int]
    wallets: Sequence[int]


def run_posting(plan: PostingPlan) -> dict[str, Any]:
    """Measures grants per second; the result is ready for JSON."""
    return asyncio.run(_posting(plan))


def run_reading(sizes: Sequence[int]) -> dict[str, Any]:
    """Measures balance, available and statement page on a wallet with each of `sizes` lines; median microseconds of 200 reads."""
    return asyncio.run(_reading(sizes))


async def _posting(plan: PostingPlan) -> dict[str, Any]:
    memory.settle()
    async with bench_scene.throw_away() as (made, settings):
        scene = await _set_scene(made, plan)
        await _grants(made, scene, plan.list_length, min(plan.seconds, 1.0))  # warm-up: plans, caches, file growth
        slow = await _grants(made, scene, 1, plan.seconds / 2)
        fast = await _grants(made, scene, plan.list_length, plan.seconds)
        slow_again = await _grants(made, scene, 1, plan.seconds / 2)
        single = (slow + slow_again) / 2
        lines = await read(made, bench_scene.TOWN, lambda conn: query.scalar(conn, _LINES))
    return {
        "bench": "posting",
        "mode": plan.mode,
        "lists_per_second": round(fast),
        "one_at_a_time_per_second": round(single),
        "ratio": round(fast / single, 1),
        "settings": msgspec.to_builtins(plan) | settings | {"lines_written": lines, "connections": 1},
    }


async def _reading(sizes: Sequence[int]) -> dict[str, Any]:
    figures: list[dict[str, Any]] = []
    async with bench_scene.throw_away() as (made, settings):
        plan = PostingPlan(mode="reading", budgets=1, wallets=1, list_length=2_000, seconds=0)
        scene = await _set_scene(made, plan)
        lines = 0
        for size in sorted(sizes):
            while lines < size:
                length = min(plan.list_length, size - lines)
                await _grant_list(made, scene, length, lines)
                lines += length
            figures.append({"lines": lines} | await _read_times(made, scene.wallets[0]))
    return {"bench": "reading", "figures": figures, "settings": settings}


async def _read_times(made: AsyncEngine, wallet: int) -> dict[str, Any]:
    now = CLOCK.now()

    async def work(conn: AsyncConnection) -> dict[str, Any]:
        times: dict[str, list[float]] = {"balance_us": [], "statement_page_us": [], "as_recorded_us": []}
        for _ in range(200):
            started = time.perf_counter()
            await balances.of(conn, wallet, now=now)
            times["balance_us"].append(time.perf_counter() - started)
            started = time.perf_counter()
            await history.statement(conn, wallet, limit=50)
            times["statement_page_us"].append(time.perf_counter() - started)
            started = time.perf_counter()
            await history.balance_as_recorded(conn, wallet, now)
            times["as_recorded_us"].append(time.perf_counter() - started)
        return {name: round(sorted(each)[100] * 1_000_000) for name, each in times.items()}

    return await read(made, bench_scene.TOWN, work)


async def _grants(made: AsyncEngine, scene: Scene, list_length: int, seconds: float) -> float:
    """Grants per second over at least `seconds`, one list per transaction, one connection."""
    done = 0
    started = time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        done += await _grant_list(made, scene, list_length, done)
    return done / elapsed


async def _grant_list(made: AsyncEngine, scene: Scene, length: int, offset: int) -> int:
    now = CLOCK.now()
    attendances = ids.new_ids(length)
    entries = ids.new_ids(length)
    today = days.local_date(now)
    expires_on = today + timedelta(days=730)
    edition = UUID(int=1)
    drafts = [
        Draft(
            entry_id=entries[i],
            kind="grant",
            occurred_at=now,
            booked_on=today,
            cause_kind="attendance",
            cause_id=attendances[i],
            lines=move(
                budget := scene.budgets[(offset + i) % len(scene.budgets)],
                scene.wallets[(offset + i) % len(scene.wallets)],
                GRANT,
                give=Fresh(attendances[i], budget, edition, today, expires_on),
            ),
        )
        for i in range(length)
    ]
    outcomes = await transact(made, bench_scene.TOWN, lambda conn: posting.post(conn, drafts, now=now))
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Posted)]
    if refused:
        raise RuntimeError(f"the bench's own grant was refused: {refused[0]}")
    return length


async def _set_scene(made: AsyncEngine, plan: PostingPlan) -> Scene:
    now = CLOCK.now()

    async def work(conn: AsyncConnection) -> Scene:
        await units.create(conn, POINTS)
        source = await accounts.ensure(conn, "appropriation", POINTS.unit_id, ids.new_id())
        budgets = await accounts.open_many(
            conn, [accounts.Opening(POINTS.unit_id, "budget", ids.new_id()) for _ in range(plan.budgets)]
        )
        wallets = await accounts.open_many(
            conn, [accounts.Opening(POINTS.unit_id, "wallet", ids.new_id()) for _ in range(plan.wallets)]
        )
        drafts = [
            Draft(
                entry_id=ids.new_id(),
                kind="appropriation",
                occurred_at=now,
                booked_on=days.local_date(now),
                cause_kind="bench",
                cause_id=ids.new_id(),
                lines=move(source, budget, APPROPRIATION),
            )
            for budget in budgets
        ]
        await posting.post_all(conn, drafts, now=now)
        return Scene(budgets, wallets)

    return await transact(made, bench_scene.TOWN, work)
