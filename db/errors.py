"""What PostgreSQL says when it says no, in words that the rooms understand."""

from __future__ import annotations

import asyncpg
from sqlalchemy import exc

RETRYABLE = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
UNIQUE_VIOLATION = "23505"
CHECK_VIOLATION = "23514"
FOREIGN_KEY_VIOLATION = "23503"
GUARD = "YU001"  # raised by our own triggers; the constraint name tells which invariant


class CommitUnknown(Exception):
    """The connection was lost while COMMIT was under way: what was written may or may not stand. Ask again with the same key."""


class Unreachable(Exception):
    """PostgreSQL cannot be reached, or the deadline passed while trying."""


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE behind `error`, if PostgreSQL sent one."""
    origin = getattr(error, "orig", None) or error
    state = getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)
    return state if isinstance(state, str) else None


def constraint(error: BaseException) -> str | None:
    """The name of the constraint, or of the invariant, that refused."""
    origin = getattr(error, "orig", None)
    for source in (getattr(origin, "__cause__", None), origin, error):
        name = getattr(source, "constraint_name", None)
        if isinstance(name, str):
            return name
    return None


def is_retryable(error: BaseException) -> bool:
    """Whether the same work may simply be tried again: PostgreSQL rolled it back for reasons of its own."""
    return sqlstate(error) in RETRYABLE


def is_lost_connection(error: BaseException) -> bool:
    """Whether the connection died. When PostgreSQL dies in mid-COMMIT asyncpg raises InternalClientError, a plain Exception."""
    if isinstance(error, exc.DBAPIError):
        if error.connection_invalidated:
            return True
        state = sqlstate(error)
        if state is not None:
            return state.startswith(("08", "57P"))
        return _is_lost(getattr(error.orig, "__cause__", None) or error.orig)
    return _is_lost(error)


def _is_lost(error: BaseException | None) -> bool:
    """Among what asyncpg calls an interface error are parameters that it cannot encode; those are values, and our mistake."""
    return isinstance(error, _LOST) and not isinstance(error, ValueError)


_LOST = (
    OSError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
)
