"""One story is one transaction, and this is how it runs.

READ COMMITTED with explicit row locks taken in order. Raise to roll back, return to commit. What PostgreSQL rolled back for its own
reasons (serialization, deadlock, lock wait) and what was lost before COMMIT is tried again, at most `ATTEMPTS_MAX` times within the
deadline. A connection lost during COMMIT leaves the outcome unknown: it is tried again only when the work is keyed, because then the
second try finds the first one's stored answer instead of doing the work twice.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

ATTEMPTS_MAX = 3
DEADLINE_SECONDS = 20.0
BACKOFF_SECONDS = 0.02

_ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")


async def transact(
    engine: AsyncEngine,
    municipality: int,
    work: Work[T],
    *,
    keyed: bool = False,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> T:
    """Runs `work` in one transaction behind the wall of `municipality` and returns what it returns.

    `keyed` says that the work claims an idempotency key, so an unknown COMMIT may be tried again.
    Raises what the work raises, `errors.CommitUnknown`, or `errors.Unreachable` when every try lost its connection.
    """
    return await _tried(lambda: _once(engine, municipality, work), keyed=keyed, deadline_seconds=deadline_seconds)


async def read(engine: AsyncEngine, municipality: int, work: Work[T]) -> T:
    """Runs `work` on one snapshot that cannot write: every figure that it reads is of the same instant.

    Tried again like `transact` where the connection was lost, as after a restart of PostgreSQL.
    """
    return await _tried(lambda: _read_once(engine, municipality, work), keyed=False, deadline_seconds=DEADLINE_SECONDS)


async def _tried(attempt: Callable[[], Awaitable[T]], *, keyed: bool, deadline_seconds: float) -> T:
    deadline = time.monotonic() + deadline_seconds
    attempts = 0
    while True:
        attempts += 1
        try:
            return await attempt()
        except Exception as error:
            again = _may_retry(error, keyed) and attempts < ATTEMPTS_MAX and time.monotonic() < deadline
            if not again:
                if errors.is_lost_connection(error):
                    raise errors.Unreachable(str(error)) from error
                raise
        await asyncio.sleep(BACKOFF_SECONDS * attempts * (1 + secrets.randbelow(1000) / 1000))


async def _read_once(engine: AsyncEngine, municipality: int, work: Work[T]) -> T:
    async with engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with conn.begin():
            await query.run(conn, _ENTER, municipality=str(municipality))
            return await work(conn)


async def _once(engine: AsyncEngine, municipality: int, work: Work[T]) -> T:
    async with engine.connect() as conn:
        transaction = await conn.begin()
        try:
            await query.run(conn, _ENTER, municipality=str(municipality))
            result = await work(conn)
        except BaseException:
            await _roll_back(conn, transaction.rollback)
            raise
        await _commit(conn, transaction.commit)
        return result


async def _commit(conn: AsyncConnection, commit: Callable[[], Awaitable[None]]) -> None:
    try:
        await commit()
    except Exception as error:
        if not errors.is_lost_connection(error):
            raise
        await conn.invalidate()
        raise errors.CommitUnknown(str(error)) from error


async def _roll_back(conn: AsyncConnection, rollback: Callable[[], Awaitable[None]]) -> None:
    """Rolls back; on a dead connection there is nothing left to roll back, and the first error is the one to tell."""
    try:
        await rollback()
    except Exception as error:
        if not errors.is_lost_connection(error):
            raise
        await conn.invalidate()


def _may_retry(error: Exception, keyed: bool) -> bool:
    if isinstance(error, errors.CommitUnknown):
        return keyed
    return errors.is_retryable(error) or errors.is_lost_connection(error)
