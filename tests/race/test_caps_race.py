"""Two grants in one instant cannot share the last point below a cap, whosever the cap is; the twins that do not lock let them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flows import deciding, grant
from ledger import accounts
from rules import decision_store, edition_store
from rules.vocabulary.earning import Clause, PerTime
from tests.support import editions, granting, schemes, spending
from tests.support.spending import do
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)
RACERS = 6
CAP = 250
NEW_YEAR = (date(2026, 3, 31), date(2026, 4, 1))  # of two fiscal years, whose budget lines nobody locks together


async def _scheme(engine: AsyncEngine, cap: Any) -> str:
    """A scheme for activities of its own kind with one cap, and more than enough money in two fiscal years."""
    who, code = await schemes.officers(engine), granting.code()
    clause = Clause(activity_kinds=(code,), earn=HUNDRED)
    await schemes.publish(engine, who, code, clauses=(clause,), caps=(cap,), funding=("care",), starts_on=date(2026, 3, 1))
    for fiscal_year in (2025, 2026):
        await schemes.fund(engine, who, code, "care", 100_000, fiscal_year)
    return code


async def _of_one_day(engine: AsyncEngine, code: str) -> list[UUID]:
    """Attendances of one member on one day, at one place."""
    helper, at = await spending.member(engine), await granting.place(engine, code)
    await do(engine, accounts.ensure, "wallet", POINTS, helper)
    slots = [await granting.slot(engine, at) for _ in range(RACERS)]
    return [await granting.attended(engine, each, helper) for each in slots]


async def _of_everybody(engine: AsyncEngine, code: str) -> list[UUID]:
    """Attendances of members who share no wallet, on days that share no budget line."""
    at = await granting.place(engine, code)
    slots = [await granting.slot(engine, at, on) for on in NEW_YEAR]
    found: list[UUID] = []
    for nth in range(RACERS):
        helper = await spending.member(engine)
        await do(engine, accounts.ensure, "wallet", POINTS, helper)
        found.append(await granting.attended(engine, slots[nth % 2], helper))
    return found


CAPS = {
    "of a member": (editions.cap(CAP), _of_one_day),
    "of a member at a place": (editions.cap(CAP, for_each=("member", "site")), _of_one_day),
    "of everybody": (editions.cap(CAP, per="scheme", for_each=()), _of_everybody),
    "of everybody at a place": (editions.cap(CAP, per="calendar_year", for_each=("site",)), _of_everybody),
}


@pytest.mark.parametrize("whose", CAPS)
async def test_a_cap_holds_against_simultaneous_grants(engine: AsyncEngine, whose: str) -> None:
    cap, attended = CAPS[whose]
    code = await _scheme(engine, cap)
    assert await _race(engine, code, await attended(engine, code)) == CAP


@pytest.mark.parametrize("whose", CAPS)
async def test_the_twin_without_the_lock_exceeds_the_cap(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """All racers read what was used before any of them has written: the barrier makes the instant the same for all."""
    cap, attended = CAPS[whose]
    code = await _scheme(engine, cap)
    found = await attended(engine, code)
    _meet_after_reading(monkeypatch, RACERS)

    async def no_lock(conn: AsyncConnection, account_ids: Sequence[int]) -> dict[int, Any]:
        return defaultdict(lambda: SimpleNamespace(available=100_000))

    monkeypatch.setattr(deciding, "load", SimpleNamespace(lock=no_lock))
    monkeypatch.setattr(decision_store, "lock_everybody", _lets_everybody_in)
    assert await _race(engine, code, found) > CAP


async def test_the_twin_that_locks_wallets_and_lines_alone_exceeds_what_is_capped_for_everybody(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two members on the two sides of a fiscal year's end share no account: only the lock of the scheme keeps them apart."""
    code = await _scheme(engine, editions.cap(100, per="scheme", for_each=()))
    found = (await _of_everybody(engine, code))[:2]
    _meet_after_reading(monkeypatch, 2)
    monkeypatch.setattr(decision_store, "lock_everybody", _lets_everybody_in)
    assert await _race(engine, code, found) == 200


async def _lets_everybody_in(conn: AsyncConnection, scheme_ids: Sequence[UUID]) -> None:
    return None


def _meet_after_reading(monkeypatch: pytest.MonkeyPatch, racers: int) -> None:
    barrier = asyncio.Barrier(racers)
    used = decision_store.used

    async def together(conn: AsyncConnection, asked: Sequence[Any]) -> Any:
        answer = await used(conn, asked)
        await barrier.wait()
        return answer

    monkeypatch.setattr(decision_store, "used", together)


async def _race(engine: AsyncEngine, code: str, attendances: Sequence[UUID]) -> int:
    """What the scheme grants in all for attendances that are decided at once."""
    scheme = await do(engine, edition_store.scheme_by_code, code)
    at_once: list[Awaitable[list[grant.Granted]]] = [
        do(engine, grant.for_attendances, [each], actor=None, now=spending.NOW) for each in attendances
    ]
    results = await asyncio.gather(*at_once)
    return sum(each.amount for result in results for each in result if each.scheme_id == scheme.scheme_id)
