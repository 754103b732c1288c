"""Seeing that somebody waits for a lock, so that a race is arranged by what PostgreSQL shows and not by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from db import query

T = TypeVar("T")

_WAITING = query.statement(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)
_BUSY = query.statement(
    """
    select count(*) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'
    """
)
SECONDS_MAX = 20


async def until(engine: AsyncEngine, waiting: int) -> None:
    """Returns when `waiting` connections to this database wait for a lock."""
    async with asyncio.timeout(SECONDS_MAX), engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        while await query.scalar(conn, _WAITING) < waiting:
            pass


async def until_idle(engine: AsyncEngine) -> None:
    """Returns when no other connection to this database is inside a transaction."""
    async with asyncio.timeout(SECONDS_MAX), engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        while await query.scalar(conn, _BUSY) > 0:
            pass


@asynccontextmanager
async def behind_a_lock(engine: AsyncEngine, work: Coroutine[Any, Any, T]) -> AsyncGenerator[asyncio.Task[T]]:
    """Starts `work` and enters when it waits for a lock that the caller holds; leaving, the caller must have let go of it."""
    task = asyncio.ensure_future(work)
    try:
        await until(engine, 1)
        yield task
    finally:
        await asyncio.wait([task])
