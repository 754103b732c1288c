"""The whole book of a municipality as a stream of text that hledger, beancount or a spreadsheet reads.

An export leaves the house: what it says can be checked with programs that we did not write. Entries stand in the order of their
accounting dates, within a day in the order they were recorded. However long the book is, only one entry at a time is in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import export_formats
from ledger.export_formats import Account, Book, Unit

FORMATS = tuple(export_formats.FORMATS)

_NO_ENTRY_YET = date(2000, 1, 1)

_UNITS = query.statement(
    "select unit_id, code, scale from ledger.unit where municipality_id = (select db.municipality()) order by unit_id"
)
_ACCOUNTS = query.statement(
    """
    select a.account_id, a.kind, a.unit_id, b.posted
    from ledger.account a
    join ledger.balance b on b.municipality_id = a.municipality_id and b.account_id = a.account_id
    where a.municipality_id = (select db.municipality()) order by a.account_id
    """
)
_SPAN = query.statement(
    """
    select min(booked_on) as first_on, max(booked_on) as last_on
    from ledger.journal_entry where municipality_id = (select db.municipality())
    """
)
_LINES = query.statement(
    """
    select e.booked_on, e.occurred_at, e.recorded_at, e.entry_id, e.kind, e.cause_kind, e.cause_id, e.reverses, l.line_no, l.account_id,
        l.account_version, l.unit_id, l.amount, l.balance_after, a.kind as account_kind, u.code as unit, u.scale
    from ledger.journal_entry e
    join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
    join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
    where e.municipality_id = (select db.municipality())
    order by e.booked_on, e.recorded_at, e.entry_id, l.line_no
    """
)


async def export(conn: AsyncConnection, form: str) -> AsyncIterator[str]:
    """The book behind whose wall `conn` runs, in pieces of text; `form` is one of FORMATS. Run it in one snapshot."""
    writer = export_formats.FORMATS[form]
    book = await _book(conn)
    for piece in writer.head(book):
        yield piece
    async for lines in _entries(conn):
        yield writer.entry(lines, book)
    for piece in writer.foot(book):
        yield piece


async def _book(conn: AsyncConnection) -> Book:
    units = {row.unit_id: Unit(row.unit_id, row.code, row.scale) for row in await query.rows(conn, _UNITS)}
    accounts = [Account(row.account_id, row.kind, units[row.unit_id], row.posted) for row in await query.rows(conn, _ACCOUNTS)]
    span = await query.one(conn, _SPAN)
    first_on: date = (span.first_on if span else None) or _NO_ENTRY_YET
    last_on: date = (span.last_on if span else None) or _NO_ENTRY_YET
    return Book(tuple(units.values()), tuple(accounts), first_on, last_on + timedelta(days=1))


async def _entries(conn: AsyncConnection) -> AsyncIterator[list[Row[Any]]]:
    """The lines of each entry together, read through a cursor of the server."""
    lines: list[Row[Any]] = []
    async with conn.stream(_LINES) as found:
        async for line in found:
            if lines and lines[0].entry_id != line.entry_id:
                yield lines
                lines = []
            lines.append(line)
    if lines:
        yield lines
