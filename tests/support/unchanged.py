"""Whether a database holds exactly what it held: a fingerprint of every row of every table, taken before and after a refusal.

async with unchanged.nothing(admin):
    answer = await officer.post(…)
await unchanged.refused(admin, "scheme_exists", officer.post("/schemes", …))      # by that code, with its status
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Collection
from contextlib import asynccontextmanager

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from api.problem_table import TABLE
from db import query

LEFT = frozenset(
    {
        "community.attempt",  # a guess counts, whatever becomes of it
        "community.session_seen",
        "ledger.idempotency",  # under a key a refusal stays the answer
    }
)
"""What a refusal may leave behind: that somebody tried."""
_TABLES = query.statement(
    """
    select t.table_schema || '.' || t.table_name as name from information_schema.tables t
    where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')
    order by 1
    """
)


async def fingerprint(admin: AsyncEngine, but: Collection[str] = LEFT) -> dict[str, tuple[int, int]]:
    """Of each table, but for some: how many rows there are, and a sum over their words. As the superuser, whom no wall stops."""
    async with admin.connect() as conn:
        names = [row.name for row in await query.rows(conn, _TABLES) if row.name not in but]
        assert len(names) > 50, "the walk sees hardly any tables"
        asked = " union all ".join(
            f"select '{name}' as name, count(*) as many, coalesce(sum(hashtext(cast(t as text))), 0) as words from {name} t"
            for name in names
        )
        return {row.name: (row.many, int(row.words)) for row in await query.rows(conn, query.statement(asked))}


@asynccontextmanager
async def nothing(admin: AsyncEngine, but: Collection[str] = ()) -> AsyncGenerator[None]:
    """Whatever is done inside leaves every row as it was, but for `but` and what a refusal may leave."""
    left_out = LEFT | set(but)
    before = await fingerprint(admin, left_out)
    yield
    after = await fingerprint(admin, left_out)
    changed = {name: (before[name], after[name]) for name in after if after[name] != before[name]}
    assert not changed, changed


async def refused(admin: AsyncEngine, code: str, asked: Awaitable[httpx.Response], but: Collection[str] = ()) -> httpx.Response:
    """What is `asked` is refused by that code and with its status, as a problem or on a page, and leaves every row as it was."""
    async with nothing(admin, but):
        answer = await asked
    assert (answer.status_code, code_of(answer)) == (TABLE[code].status, code), answer.text
    return answer


def code_of(answer: httpx.Response) -> str:
    """Which refusal was told, as a problem or on a page; empty where none was."""
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        return answer.json()["code"]
    return answer.text.partition('data-code="')[2].partition('"')[0]
