"""Tries come back one by one, each limit says when, and what is kept of them names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import attempts, refusals
from community.attempts import Limit
from db import errors, query, transact
from tests.support.spending import NOW, do
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

FIVE = Limit(kind="test_five", tries=5, within=timedelta(minutes=15))
SECRETS = ("session", "session_seen", "session_end", "entrance", "entrance_use", "attempt", "token", "access_log")


async def minutes(engine: AsyncEngine, subject: str, after: timedelta = timedelta()) -> int:
    """In how many minutes the next try is there."""
    with pytest.raises(refusals.TooManyAttempts) as refused:
        await do(engine, attempts.take, FIVE, subject, now=NOW + after)
    return refused.value.minutes


async def test_tries_are_counted_down_and_come_back_one_by_one(engine: AsyncEngine) -> None:
    left = [await do(engine, attempts.take, FIVE, "a", now=NOW) for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert await minutes(engine, "a") == 3
    assert await minutes(engine, "a", timedelta(minutes=2, seconds=1)) == 1
    assert await do(engine, attempts.take, FIVE, "a", now=NOW + timedelta(minutes=3)) == 0
    assert await do(engine, attempts.take, FIVE, "a", now=NOW + timedelta(hours=1)) == 4


async def test_a_refused_try_costs_nothing_and_waiting_never_grows(engine: AsyncEngine) -> None:
    for _ in range(5):
        await do(engine, attempts.take, FIVE, "b", now=NOW)
    assert [await minutes(engine, "b") for _ in range(10)] == [3] * 10


async def test_one_who_fails_holds_back_nobody_else(engine: AsyncEngine) -> None:
    for _ in range(5):
        await do(engine, attempts.take, FIVE, "c", now=NOW)
    assert await do(engine, attempts.take, FIVE, "d", now=NOW) == 4
    other = await transact.transact(engine, OTHER_TOWN, lambda conn: attempts.take(conn, FIVE, "c", now=NOW))
    assert other == 4


async def test_what_succeeded_is_given_back(engine: AsyncEngine) -> None:
    for _ in range(50):
        assert await do(engine, attempts.take, FIVE, "e", now=NOW) == 4
        await do(engine, attempts.give_back, FIVE, "e")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("?", "?"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert attempts.of_address(address) == counted


@pytest.mark.parametrize("table", SECRETS)
async def test_the_auditor_reads_no_secrets(engine: AsyncEngine, auditor: AsyncEngine, table: str) -> None:
    async def look(conn: AsyncConnection) -> None:
        await query.rows(conn, query.statement(f"select * from community.{table}"))

    with pytest.raises(exc.DBAPIError) as refused:
        await transact.read(auditor, TOWN, look)
    assert errors.sqlstate(refused.value) == "42501"
