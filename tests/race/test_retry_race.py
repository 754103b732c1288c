"""A grant that waits for money is not paid once its attendance was corrected, whichever of the two comes first.

Each twin takes the first guard away and runs into the second one, `grant_of_standing_decision`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors
from flows import correct_attendance, funding, grant
from rules import decision_store
from rules.decision_store import Kept
from rules.vocabulary.earning import Clause, PerTime
from tests.support import blocked, deeds, schemes, spending
from tests.support.deeds import at
from tests.support.spending import do
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

HALF_HOURS = PerTime(amount=100, every_minutes=30, rounding="down", minimum_minutes=30)
GUARD = "grant_of_standing_decision"


class Waiting:
    """Two hours that earned 400 points, and a budget that came too late for them."""

    def __init__(self, who: deeds.Guest, attendance_id: UUID) -> None:
        self.who = who
        self.attendance_id = attendance_id


async def waiting(engine: AsyncEngine) -> Waiting:
    code, who = f"r{deeds.ids.new_id().hex[-8:]}", await schemes.officers(engine)
    kind = f"salon_{code}"
    clause = Clause(activity_kinds=(kind,), earn=HALF_HOURS)
    await schemes.publish(engine, who, code, clauses=(clause,), funding=("care",))
    line = await schemes.fund(engine, who, code, "care", 0)
    place, guest = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, place, guest, at(0))
    left = await deeds.card(engine, place, guest, at(120))
    assert left.attendance_id is not None
    assert deeds.granted(left.grants, left.attendance_id) == [("waiting", 400)]
    await schemes.supplement(engine, who, line, 10_000)
    return Waiting(guest, left.attendance_id)


async def retry(engine: AsyncEngine) -> list[grant.Granted]:
    return await do(engine, grant.retry_waiting, actor=None, now=at(170))


async def corrected(engine: AsyncEngine, found: Waiting) -> correct_attendance.Corrected:
    """An hour, not two."""
    officer = await spending.actor(engine, "officer")
    return await deeds.correct(engine, officer, found.attendance_id, started_at=at(0), ended_at=at(60))


async def points(engine: AsyncEngine, found: Waiting) -> int:
    return await spending.posted(engine, "wallet", POINTS, found.who.id)


async def corrected_after_the_retry_has_read(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, found: Waiting) -> None:
    read = decision_store.waiting

    async def then_corrected(conn: AsyncConnection, *, limit: int) -> list[Kept]:
        waits = await read(conn, limit=limit)
        await corrected(engine, found)
        return waits

    with monkeypatch.context() as patched:
        patched.setattr(decision_store, "waiting", then_corrected)
        await retry(engine)


async def test_what_was_corrected_since_the_retry_read_it_is_not_paid(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await waiting(engine)
    await corrected_after_the_retry_has_read(engine, monkeypatch, found)
    assert await points(engine, found) == 200


async def test_the_twin_that_does_not_read_again_runs_into_the_guard(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await waiting(engine)
    read = await do(engine, decision_store.waiting, limit=grant.RETRY_MAX)
    (stale,) = [each for each in read if each.facts.attendance_id == found.attendance_id]

    async def as_it_was(conn: AsyncConnection, decision_ids: Sequence[UUID]) -> list[Kept]:
        return [stale]

    monkeypatch.setattr(decision_store, "still_waiting", as_it_was)
    with pytest.raises(exc.DBAPIError) as refused:
        await corrected_after_the_retry_has_read(engine, monkeypatch, found)
    assert errors.constraint(refused.value) == GUARD
    assert await points(engine, found) == 200


async def test_a_retry_waits_for_a_correction_that_has_begun(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The correction has read that nothing is paid yet; the retry comes, and has to wait for its wallet."""
    found = await waiting(engine)
    retried: list[asyncio.Task[Any]] = []

    async def meanwhile() -> None:
        retried.append(asyncio.ensure_future(retry(engine)))
        await blocked.until(engine, 1)

    await _correct_with(engine, monkeypatch, found, meanwhile)
    await asyncio.gather(*retried)
    assert await points(engine, found) == 200


async def test_the_twin_that_does_not_lock_runs_into_the_guard(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await waiting(engine)

    async def no_lock(conn: AsyncConnection, *asked: Any) -> None:
        return None

    async def meanwhile() -> None:
        await retry(engine)

    monkeypatch.setattr(funding, "lock_around", no_lock)
    with pytest.raises(exc.DBAPIError) as refused:
        await _correct_with(engine, monkeypatch, found, meanwhile)
    assert errors.constraint(refused.value) == GUARD
    assert await points(engine, found) == 400  # the grant, and no correction


async def _correct_with(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, found: Waiting, meanwhile: Any) -> None:
    """A correction, and what happens once it has read the decisions of the attendance."""
    read = decision_store.of_attendances

    async def then(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> list[Kept]:
        decisions = await read(conn, attendance_ids)
        if found.attendance_id in attendance_ids:
            await meanwhile()
        return decisions

    with monkeypatch.context() as patched:
        patched.setattr(decision_store, "of_attendances", then)
        await corrected(engine, found)
