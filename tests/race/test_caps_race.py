"""Two grants in one instant cannot share the last point below a cap; the twin that does not lock lets them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flows import grant
from ledger import accounts
from rules import decision_store
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import PerTime
from tests.support import schemes, spending
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)
RACERS = 6
CAP = 250


@pytest.fixture(scope="module", autouse=True)
async def scheme(engine: AsyncEngine) -> None:
    """One scheme with a daily cap and more than enough money."""
    who = await schemes.officers(engine)
    await schemes.publish(
        engine, who, earn=HUNDRED, caps=(Cap(limit=CAP, of="amount", per="day", for_each=("member",), stops="earning"),)
    )
    await schemes.fund(engine, who, schemes.SCHEME, "care", 100_000)


async def test_a_daily_cap_holds_against_simultaneous_grants(engine: AsyncEngine) -> None:
    assert await _race(engine) == CAP


async def test_the_twin_without_the_lock_exceeds_the_cap(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """All racers read what was used before any of them has written: the barrier makes the instant the same for all."""
    barrier = asyncio.Barrier(RACERS)
    used = decision_store.used

    async def together(conn: AsyncConnection, asked: Sequence[Any]) -> Any:
        answer = await used(conn, asked)
        await barrier.wait()
        return answer

    async def no_lock(conn: AsyncConnection, account_ids: Sequence[int]) -> dict[int, Any]:
        return {}

    monkeypatch.setattr(decision_store, "used", together)
    monkeypatch.setattr(grant, "load", SimpleNamespace(lock=no_lock))
    assert await _race(engine) > CAP


async def _race(engine: AsyncEngine) -> int:
    """What a member is granted in all by attendances of one day that are decided at once."""
    helper = await spending.member(engine)
    await spending.do(engine, accounts.ensure, "wallet", POINTS, helper)
    of_the_day = [await spending.attendance(engine, helper) for _ in range(RACERS)]
    at_once = [
        spending.do(engine, grant.for_attendances, [attendance], actor=None, now=spending.NOW) for attendance in of_the_day
    ]
    return sum(each.amount for result in await asyncio.gather(*at_once) for each in result)
