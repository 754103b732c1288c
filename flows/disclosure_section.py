"""A part of what is kept about a member: which tables it comes from, and the statement that reads it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import TextClause

from db import query

ROWS_MAX = 10_000  # of one part, the latest; a part that has more says so


class Section(NamedTuple):
    """`name` is its key in the file. The first table has one row for each row of the part, by `whose`, where that is told.

    `words` is the column with the thing about which the member's own words are kept, which are told as its note.

    Columns that end in _id stand in the file alone; the page shows the others.
    """

    name: str
    tables: tuple[str, ...]
    asked: TextClause
    whose: str | None = None
    words: str | None = None


def section(name: str, tables: str, prose: str, whose: str | None = None, words: str | None = None) -> Section:
    """A part whose `tables` are told in one line, and whose statement asks by :member_id and gets at most :limit rows."""
    asked = query.statement(f"select * from ({prose}) part limit :limit")  # noqa: S608 - constants of the rooms that call it
    return Section(name, tuple(tables.split()), asked, whose, words)
