"""Guesses that are made at the same time are counted one after the other; the twin that reads and then writes lets more through."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import attempts, refusals
from community.attempts import Limit
from db import query
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio

FIVE = Limit(kind="test_race", tries=5, within=timedelta(minutes=15))
_COUNT = query.statement(
    """
    select count(*) from community.attempt where municipality_id = db.municipality() and kind = 'test_twin'
    """
)
_WRITE = query.statement(
    """
    insert into community.attempt (municipality_id, kind, subject_sha256, spent_until)
    values (db.municipality(), 'test_twin', sha256(convert_to(:subject, 'utf8')), :now)
    """
)


async def taken(engine: AsyncEngine, subject: str) -> int:
    return await do(engine, attempts.take, FIVE, subject, now=NOW)


async def test_twenty_guesses_at_once_are_five_tries(engine: AsyncEngine) -> None:
    outcomes = await asyncio.gather(*(taken(engine, "one") for _ in range(20)), return_exceptions=True)
    assert sorted(each for each in outcomes if isinstance(each, int)) == [0, 1, 2, 3, 4]
    assert sum(isinstance(each, refusals.TooManyAttempts) for each in outcomes) == 15


async def test_the_twin_that_counts_and_then_writes_lets_all_through(engine: AsyncEngine) -> None:
    barrier = asyncio.Barrier(10)

    async def counted(conn: AsyncConnection, guess: int, *, now: datetime) -> bool:
        left = await query.scalar(conn, _COUNT) < FIVE.tries
        await barrier.wait()
        await query.run(conn, _WRITE, subject=str(guess), now=now)
        return left

    assert await asyncio.gather(*(do(engine, counted, guess, now=NOW) for guess in range(10))) == [True] * 10
