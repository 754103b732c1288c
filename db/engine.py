"""Engines: pools of connections with time limits on every one of them."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

STATEMENT_MS_MAX = 30_000
LOCK_WAIT_MS_MAX = 8_000
IDLE_IN_TRANSACTION_MS_MAX = 15_000
CONNECT_SECONDS_MAX = 10


def driver_url(url: str) -> URL:
    """`url` with the asyncpg driver named: `postgresql://…` alone would mean another one."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def create(url: str, *, name: str, pool_size: int = 8, limited: bool = True) -> AsyncEngine:
    """A pool of at most `pool_size` connections. `limited=False` lifts the statement limit, for audits and migrations.

    JIT is off: our statements are short, and compiling one costs more than running it.
    """
    settings = {
        "application_name": name,
        "timezone": "UTC",
        "jit": "off",
        "lock_timeout": str(LOCK_WAIT_MS_MAX),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS_MAX if limited else 0),
        "statement_timeout": str(STATEMENT_MS_MAX if limited else 0),
    }
    return create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS_MAX,
        hide_parameters=True,  # values in play have no place in a traceback
        connect_args={"server_settings": settings, "timeout": CONNECT_SECONDS_MAX},
    )


def create_single(url: str, *, name: str, autocommit: bool = False) -> AsyncEngine:
    """An engine without a pool or limits: one connection at a time, closed after use. For set-up commands."""
    return create_async_engine(
        driver_url(url),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT" if autocommit else "READ COMMITTED",
        hide_parameters=True,
        connect_args={"server_settings": {"application_name": name, "timezone": "UTC"}, "timeout": CONNECT_SECONDS_MAX},
    )
