"""Twins that must lose: the same posting without the lock, in a database of its own without the guards of PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db import engine as engines
from db import query
from ledger import load, posting
from ledger.book import Book
from ledger.draft import Draft
from tests.support import postgres

_WITHOUT_A_LOCK = query.statement(
    """
    select b.account_id, b.unit_id, u.code as unit, a.kind, b.lot_tracked, b.floor, b.ceiling, b.posted, b.held, b.version,
        b.last_recorded_at, false as closed, clock_timestamp() as clock
    from ledger.balance b
    join ledger.account a on a.municipality_id = b.municipality_id and a.account_id = b.account_id
    join ledger.unit u on u.municipality_id = b.municipality_id and u.unit_id = b.unit_id
    where b.municipality_id = db.municipality() and b.account_id = any (cast(:accounts as bigint[]))
    """
)
_GUARDS = (
    *(
        f"alter table ledger.{table} disable trigger user"
        for table in ("journal_entry", "journal_line", "lot", "lot_move", "hold", "hold_resolution", "period_close")
    ),
    "alter table ledger.journal_line drop constraint journal_line_pkey",
    "alter table ledger.lot drop constraint lots_cover",
    "alter table ledger.hold_resolution drop constraint hold_once",
    "drop index ledger.reverse_once",
)
KEY_ONCE = ("alter table ledger.idempotency drop constraint key_once",)


async def take_down(database: postgres.Clone, guards: Sequence[str] = _GUARDS) -> None:
    """Takes down the guards of `database`. Without those of the lines, balances no longer follow them."""
    setup = engines.create_single(database.admin_url, name="test without guards")
    async with setup.begin() as conn:
        for sql in guards:
            await query.run(conn, query.statement(sql))
    await setup.dispose()


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes postings read balances without locking them."""
    monkeypatch.setattr(load, "_LOCK", _WITHOUT_A_LOCK)


def meet_after_reading(monkeypatch: pytest.MonkeyPatch, racers: int) -> asyncio.Barrier:
    """Makes `racers` postings wait for each other when each has read the book and none has written: the instant of the race."""
    barrier = asyncio.Barrier(racers)
    real = posting.load

    async def load_and_wait(conn: AsyncConnection, drafts: Sequence[Draft], now: datetime) -> Book:
        book = await real(conn, drafts, now)
        await barrier.wait()
        return book

    monkeypatch.setattr(posting, "load", load_and_wait)
    return barrier
