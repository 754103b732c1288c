"""One at a time: on records that the book's own locks do not reach, and on accounts that are read before they are posted to."""

from __future__ import annotations

from collections.abc import Sequence
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
_ACCOUNTS = query.statement("select account_id from ledger.lock_balances(cast(:accounts as bigint[]))")


async def take(conn: AsyncConnection, name: str, record_id: UUID | str) -> None:
    """Waits for its turn on the record `name`:`record_id`, until the end of the transaction.

    Taken before any lock of the ledger. What must be seen under the lock is read by a statement that comes after it.
    """
    await query.rows(conn, _TAKE, name=name, id=str(record_id))


async def accounts(conn: AsyncConnection, account_ids: Sequence[int]) -> None:
    """Locks these accounts at once, in their order, until the transaction ends; after `take`, before reading what is on them."""
    await query.rows(conn, _ACCOUNTS, accounts=list(account_ids))
