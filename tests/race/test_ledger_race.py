"""Postings at once on a real PostgreSQL. Each race has a twin without the lock that loses it, in a database without guards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import query
from db.transact import read
from kernel.refusal import Refusal
from ledger import holds, posting, reversal
from ledger.draft import Confirm, move
from tests.support import postgres, unguarded
from tests.support.desk import NOW, Desk, draft, open_desk

pytestmark = pytest.mark.anyio

RACERS = 20

_MOVED = query.statement(
    """
    select coalesce(sum(amount), 0)::bigint from ledger.journal_line
    where municipality_id = db.municipality() and account_id = :account_id
    """
)
_RESOLUTIONS = query.statement(
    "select kind from ledger.hold_resolution where municipality_id = db.municipality() and hold_id = :hold_id"
)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine)


async def outcomes(racers: Sequence[Awaitable[Any]]) -> list[str]:
    """What each racer met: "ok", or the code of its refusal. A fault is raised."""
    results = await asyncio.gather(*racers, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return sorted(result.code if isinstance(result, Refusal) else "ok" for result in results)


async def sum_of_lines(desk: Desk, account: int) -> int:
    return await read(desk.engine, desk.town, lambda conn: query.scalar(conn, _MOVED, account_id=account))


# ------------------------------------------------------------------------------------------ the last points of a budget


async def grants_at_once(desk: Desk) -> list[str]:
    wishes = [desk.grant((desk.ume, desk.matsu, desk.club)[n % 3], 1) for n in range(RACERS)]
    return await outcomes([desk.do(lambda conn, wish=wish: _post(conn, wish)) for wish in wishes])


async def _post(conn: AsyncConnection, wish: Any) -> None:
    await posting.post_one(conn, wish, now=NOW)


async def test_the_last_points_of_a_budget_are_granted_once(desk: Desk) -> None:
    await desk.fund(5)
    assert await grants_at_once(desk) == ["budget_exhausted"] * (RACERS - 5) + ["ok"] * 5
    assert ((await desk.balance(desk.budget)).posted, await sum_of_lines(desk, desk.budget)) == (0, 0)


async def test_the_twin_grants_what_the_budget_does_not_have(
    twin: Desk, bare: postgres.Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await twin.fund(5)
    await unguarded.take_down(bare)
    unguarded.unlock(monkeypatch)
    unguarded.meet_after_reading(monkeypatch, RACERS)
    assert await grants_at_once(twin) == ["ok"] * RACERS
    assert await sum_of_lines(twin, twin.budget) == 5 - RACERS


# ------------------------------------------------------------------------------------------------ the floor of a wallet


async def purchases_at_once(desk: Desk) -> list[str]:
    wishes = [draft("purchase", move(desk.ume, desk.shop, 10)) for _ in range(RACERS)]
    return await outcomes([desk.do(lambda conn, wish=wish: _post(conn, wish)) for wish in wishes])


async def test_a_wallet_is_not_spent_below_its_floor(desk: Desk) -> None:
    for _ in range(4):
        await desk.granted(desk.ume, 25)
    assert await purchases_at_once(desk) == ["insufficient_balance"] * 10 + ["ok"] * 10
    assert ((await desk.balance(desk.ume)).posted, await sum_of_lines(desk, desk.shop)) == (0, 100)


async def test_the_twin_spends_the_same_points_many_times(
    twin: Desk, bare: postgres.Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await twin.granted(twin.ume, 100)
    await unguarded.take_down(bare)
    unguarded.unlock(monkeypatch)
    unguarded.meet_after_reading(monkeypatch, RACERS)
    assert await purchases_at_once(twin) == ["ok"] * RACERS
    assert await sum_of_lines(twin, twin.ume) == -100


# --------------------------------------------------------------------------------------------------- one reversal of ten


async def test_an_entry_is_reversed_once_by_ten_at_once(desk: Desk) -> None:
    grant = await desk.granted(desk.ume, 100)
    assert await outcomes([desk.reverse(grant) for _ in range(10)]) == ["already_reversed"] * 9 + ["ok"]
    assert await sum_of_lines(desk, desk.ume) == 0


async def test_the_twin_reverses_ten_times(twin: Desk, bare: postgres.Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    grant = await twin.granted(twin.ume, 100)
    await unguarded.take_down(bare)
    unguarded.unlock(monkeypatch)
    monkeypatch.setattr(
        reversal,
        "_ACCOUNTS",
        query.statement(
            "select account_id from ledger.journal_line where municipality_id = db.municipality() and entry_id = :entry_id"
        ),
    )
    unguarded.meet_after_reading(monkeypatch, 10)
    assert await outcomes([twin.reverse(grant) for _ in range(10)]) == ["ok"] * 10
    assert await sum_of_lines(twin, twin.ume) == 100 - 10 * 100


# --------------------------------------------------------------------------------------- a hold confirmed and released


async def ends_at_once(desk: Desk, hold_id: UUID) -> list[str]:
    wish = draft("help", move(desk.ume, desk.shop, 60), confirms=Confirm(hold_id, 60))
    releasing = desk.do(lambda conn: holds.release(conn, hold_id, actor=None, now=NOW))
    return await outcomes([desk.do(lambda conn: _post(conn, wish)), releasing])


async def resolutions(desk: Desk, hold_id: UUID) -> list[str]:
    rows = await read(desk.engine, desk.town, lambda conn: query.rows(conn, _RESOLUTIONS, hold_id=hold_id))
    return sorted(row.kind for row in rows)


async def test_a_hold_ends_once_whoever_comes_first(desk: Desk) -> None:
    await desk.granted(desk.ume, 60 * 10)
    for _ in range(10):
        hold_id = await desk.hold(desk.ume, 60)
        assert await ends_at_once(desk, hold_id) == ["hold_resolved", "ok"]
        assert await resolutions(desk, hold_id) in (["confirm"], ["release"])
        assert (await desk.balance(desk.ume)).held == 0


async def test_the_twin_confirms_and_releases_the_same_hold(
    twin: Desk, bare: postgres.Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await twin.granted(twin.ume, 60)
    hold_id = await twin.hold(twin.ume, 60)
    await unguarded.take_down(bare)
    unguarded.unlock(monkeypatch)
    barrier = unguarded.meet_after_reading(monkeypatch, 2)
    real, looks = holds.find, 0

    async def find_and_wait(conn: AsyncConnection, asked: UUID) -> holds.PlacedHold | None:
        nonlocal looks
        looks += 1
        placed = await real(conn, asked)
        if looks == 2:  # under what would be the lock
            await barrier.wait()
        return placed

    monkeypatch.setattr(holds, "find", find_and_wait)
    assert await ends_at_once(twin, hold_id) == ["ok", "ok"]
    assert await resolutions(twin, hold_id) == ["confirm", "release"]
