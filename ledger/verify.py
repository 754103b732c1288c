"""Verify: everything that is stored beside the journal, and everything that the journal promises, derived again from its rows.

It runs as the auditor in one snapshot (`db.transact.read`), so the book may go on while it is read. Each check carries the name of its
invariant and names the first row that is not as it should be. Passing over a million lines takes tens of seconds.
"""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import checks, verify_journal, verify_lots, verify_periods, verify_walls
from ledger.checks import Check, Progress

_SIZE = query.statement(
    """
    select db.municipality() as municipality,
        (select count(*) from ledger.journal_entry where municipality_id = (select db.municipality())) as entries,
        (select count(*) from ledger.journal_line where municipality_id = (select db.municipality())) as lines
    """
)


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What verify found in one municipality: `ok` where every check holds."""

    ok: bool
    municipality: int
    checks: tuple[Check, ...]
    entries: int
    lines: int


async def verify(conn: AsyncConnection, *, progress: Progress = checks.silent) -> Verification:
    """Verifies the book of the municipality behind whose wall `conn` runs. Tells `progress` the name of each check as it begins."""
    await checks.make_room(conn)
    asked = (*verify_journal.QUESTIONS, *verify_lots.QUESTIONS, *verify_walls.of_the_book())
    found = await checks.ask_all(conn, asked, progress)
    progress("period_closed")
    found += await verify_periods.check(conn)
    return await summed_up(conn, found)


async def summed_up(conn: AsyncConnection, found: list[Check]) -> Verification:
    """The verification that `found` makes, with the size of the book that it was about."""
    size = await query.one(conn, _SIZE)
    if size is None:
        raise LookupError("size")
    return Verification(
        ok=all(check.ok for check in found),
        municipality=size.municipality,
        checks=tuple(found),
        entries=size.entries,
        lines=size.lines,
    )
