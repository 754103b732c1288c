"""One at a time where the book's own locks do not reach: a pay code, an application, a settlement, an expiry run."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_TAKE = query.statement(
    """
    select pg_advisory_xact_lock(
        hashtextextended('wallets.' || cast(:name as text) || ':' || cast(:id as text), db.municipality())
    )
    """
)


async def take(conn: AsyncConnection, name: str, record_id: UUID | str) -> None:
    """Waits for its turn on the record `name`:`record_id`, until the end of the transaction.

    Taken before any lock of the ledger. What must be seen under the lock is read by a statement that comes after it.
    """
    await query.rows(conn, _TAKE, name=name, id=str(record_id))
