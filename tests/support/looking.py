"""Looks for words everywhere in a database: every column of every table that can hold text or bytes, and a whole dump.

And for figures in what is told: `says` and `without_ids` leave out ids, keys and fingerprints, in which any few digits stand by chance.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import embedded, query
from tests.support.postgres import Clone

_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")
_ENQUIRY = re.compile(r'(?<=class="reference">)[0-9A-Z-]{9}(?=<)')
_COLUMNS = query.statement(
    """
    select c.table_schema || '.' || c.table_name as in_table, c.column_name, c.data_type
    from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
        and c.data_type in ('text', 'character varying', 'bytea', 'jsonb', 'json', 'ARRAY')
    order by 1, 2
    """
)


def without_numbers(page: str) -> str:
    """A page without what differs each time that it is shown: its ids, and the number of the enquiry."""
    return _ENQUIRY.sub("", without_ids(page))


def without_ids(told: str) -> str:
    """What is told, without its ids and fingerprints."""
    return _IDS.sub("", told)


def says(page: str) -> str:
    """What a page says to a reader: without its head and what stands within tags."""
    body = page.partition("<body")[2] or page
    return without_ids(html.unescape(re.sub(r"<[^>]*>", " ", "<body" + body)))


async def holds(admin: AsyncEngine, words: Sequence[str]) -> list[str]:
    """The columns that hold one of the words, in text or in bytes; as the superuser, whom no wall stops."""
    async with admin.connect() as conn:
        columns = await query.rows(conn, _COLUMNS)
        assert len(columns) > 100, "the walk sees hardly any columns"
        return [f"{row.in_table}.{row.column_name}" for row in columns if await _holds(conn, row, words)]


async def _holds(conn: AsyncConnection, row: Row[Any], words: Sequence[str]) -> bool:
    name = f'"{row.column_name}"'
    counted = f"select count(*) from {row.in_table} t cross join unnest(cast(:words as text[])) w (word)"
    inside = "position(convert_to(w.word, 'UTF8') in {})" if row.data_type == "bytea" else "strpos(cast({} as text), w.word)"
    return bool(await query.scalar(conn, query.statement(f"{counted} where {inside.format(name)} > 0"), words=list(words)))


def dumped(database: Clone) -> bytes:
    """Everything that a backup of the database would hold, as `pg_dump` writes it."""
    parts = make_url(database.admin_url)
    host = parts.host or str(parts.query.get("host", ""))
    told = {
        "PGHOST": host,
        "PGPORT": str(parts.port or ""),
        "PGUSER": str(parts.username),
        "PGPASSWORD": str(parts.password or ""),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {name: value for name, value in told.items() if value}
    command = [str(embedded.binaries(18) / "pg_dump"), "--format=plain", str(parts.database)]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout
