"""Entries that nobody decided: what a broken or hostile service would send to PostgreSQL through its own role.

The rows are written by the ledger's own writer, so that they arrive as good ones do: only what they say is wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import ids
from ledger import write
from ledger.book import Lot
from ledger.decide import Decided, LotBorn
from ledger.draft import Line
from tests.support import books

_STATE = query.statement(
    """
    select account_id, unit_id, posted, version from ledger.lock_balances(cast(:accounts as bigint[]))
    """
)
_CLOCK = query.statement("select clock_timestamp()")

GOOD_UNTIL = date(2028, 3, 31)


@dataclass
class Forged:
    """One entry to be written as it stands. Each line is (account, amount); what follows changes what a line says of itself."""

    lines: Sequence[tuple[int, int]]
    lots: Sequence[tuple[int, int, int]] = ()
    """(line_no, account, amount) of lots born."""
    moves: Sequence[tuple[int, UUID, int]] = ()
    """(line_no, lot, amount)."""
    booked_on: date = books.JUNE
    reverses: UUID | None = None
    lines_told: int | None = None
    version_more: int = 0
    after_more: int = 0
    unit_id: int | None = None
    recorded_later: timedelta = timedelta()
    cause_id: UUID = field(default_factory=ids.new_id)
    entry_id: UUID = field(default_factory=ids.new_id)


async def forge(conn: AsyncConnection, forged: Forged) -> UUID:
    """Writes the entry; PostgreSQL raises what its guards say."""
    accounts = sorted({account for account, _ in forged.lines})
    state = {row.account_id: row for row in await query.rows(conn, _STATE, accounts=accounts)}
    draft = books.draft(
        "forged",
        forged.booked_on,
        tuple(Line(account, amount) for account, amount in forged.lines[: forged.lines_told or None]),
        entry_id=forged.entry_id,
        cause_id=forged.cause_id,
        reverses=forged.reverses,
    )
    decided = Decided(draft, _lines(forged, state), list(forged.moves), [_born(forged, *lot) for lot in forged.lots])
    recorded_at = await query.scalar(conn, _CLOCK)
    await write.write(conn, [decided], recorded_at + forged.recorded_later, datetime.now(UTC))
    return forged.entry_id


def _lines(forged: Forged, state: Mapping[int, Row[Any]]) -> list[tuple[int, int, int, int, int]]:
    written: list[tuple[int, int, int, int, int]] = []
    moved: dict[int, list[int]] = {}
    for account, amount in forged.lines:
        before = moved.setdefault(account, [])
        before.append(amount)
        row = state[account]
        version = row.version + len(before) + forged.version_more
        after = row.posted + sum(before) + forged.after_more
        written.append((account, version, forged.unit_id or row.unit_id, amount, after))
    return written


def _born(forged: Forged, line_no: int, account: int, amount: int) -> LotBorn:
    lot = Lot(ids.new_id(), account, ids.new_id(), None, None, forged.booked_on, GOOD_UNTIL, amount, amount)
    return LotBorn(line_no, lot, None)


def pairs(accounts: Sequence[int], amount: int) -> list[tuple[int, int]]:
    """Lines that move `amount` from each account to the next."""
    return [line for one, other in itertools.pairwise(accounts) for line in ((one, -amount), (other, amount))]
