"""Claims in one instant cannot share the last yen below a limit, nor the same points; the twin that does not lock lets them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flows import claim, claim_deciding
from kernel import ids
from kernel.refusal import Refusal
from rules.decision import Used, Window
from rules.vocabulary.conversion import ClaimLimit
from tests.support import claiming, editions
from tests.support.claiming import Desk
from wallets import claim_limits

pytestmark = pytest.mark.anyio

RACERS = 6
LIMIT = 15_000  # a claim of a hundred points is 10,000

LIMITS = {
    "of everybody": ClaimLimit(limit=LIMIT, of="value", per="fiscal_year", for_each=()),
    "of a member": ClaimLimit(limit=LIMIT, of="value", per="fiscal_year", for_each=("member",)),
}


async def _desk(engine: AsyncEngine, whose: str) -> Desk:
    exchange = editions.exchange(limits=(LIMITS[whose],))
    return await claiming.open_desk(engine, f"r{ids.new_id().hex[-10:]}", conversion=exchange)


async def _claimants(desk: Desk, whose: str) -> list[UUID]:
    if whose == "of everybody":
        return [await desk.holder(1) for _ in range(RACERS)]
    return [await desk.holder(RACERS)] * RACERS


async def _race(desk: Desk, claimants: Sequence[UUID]) -> int:
    """The value that stands after all have claimed a hundred points at once."""
    at_once = (desk.claim(each, amount=100) for each in claimants)
    results = await asyncio.gather(*at_once, return_exceptions=True)
    assert all(isinstance(each, claim.Told | Refusal) for each in results), results
    return sum(each.claim.payout.value for each in results if isinstance(each, claim.Told) and each.claim.payout)


@pytest.mark.parametrize("whose", LIMITS)
async def test_a_limit_holds_against_simultaneous_claims(engine: AsyncEngine, whose: str) -> None:
    desk = await _desk(engine, whose)
    assert await _race(desk, await _claimants(desk, whose)) == LIMIT


async def test_the_twin_without_the_lock_exceeds_the_limit(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """All racers read what was claimed before any of them has written: the barrier makes the instant the same for all."""
    desk = await _desk(engine, "of everybody")
    claimants = await _claimants(desk, "of everybody")
    _meet_after_reading(monkeypatch)
    _let_everybody_in(monkeypatch)
    assert await _race(desk, claimants) > LIMIT


async def test_the_same_points_are_not_claimed_twice(engine: AsyncEngine) -> None:
    desk = await claiming.open_desk(engine, f"r{ids.new_id().hex[-10:]}")
    me = await desk.holder(2)
    assert await _race(desk, [me] * RACERS) == 20_000
    assert await desk.free(me) == 0


async def test_the_twin_that_claims_without_turns_is_stopped_by_the_hold(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of one member decide on the same oldest lot; the hold on just this lot lets one of them through, and refuses the rest."""
    desk = await claiming.open_desk(engine, f"r{ids.new_id().hex[-10:]}")
    me = await desk.holder(RACERS)
    _meet_after_reading(monkeypatch)
    _let_everybody_in(monkeypatch)
    assert await _race(desk, [me] * RACERS) == 10_000


def _let_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(conn: AsyncConnection, *asked: Any) -> None:
        return None

    monkeypatch.setattr(claim_deciding, "locks", SimpleNamespace(take=no_lock, accounts=no_lock))


def _meet_after_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = asyncio.Barrier(RACERS)
    used = claim_limits.used

    async def together(conn: AsyncConnection, scheme_id: UUID, holder: UUID, windows: Sequence[Window]) -> tuple[Used, ...]:
        answer = await used(conn, scheme_id, holder, windows)
        await barrier.wait()
        return answer

    monkeypatch.setattr(claim_limits, "used", together)
