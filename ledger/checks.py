"""How a check is asked: one statement that finds the first difference between what is stored and what follows from the journal.

Checks bring their own statements and use no function or view of the database: whoever can change a row could change those too. Every
statement is over whole tables, so it costs a few passes and not a look-up per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

Progress = Callable[[str], None]

_MEMORY = query.statement(
    """
    select
        set_config('work_mem', '96MB', true), set_config('hash_mem_multiplier', '2', true),
        set_config('enable_nestloop', 'off', true)
    """
)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found: over how many rows, and the first of them that is not as it should be."""

    name: str
    ok: bool
    checked: int
    first_difference: dict[str, Any] | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A check in SQL. `counted` names what is checked; `differences` selects the rows that should not be there, the first one first."""

    name: str
    counted: str
    differences: str
    given: Mapping[str, Any] = {}

    def statement(self) -> TextClause:
        """One statement: how many rows were checked, and the first difference as JSON or null."""
        return query.statement(
            f"""
            select
                (select count(*) from {self.counted}) as checked,
                (select cast(to_jsonb(d) as text) from ({self.differences} limit 1) d) as first_difference
            """  # noqa: S608 - constants of the modules that ask
        )


async def make_room(conn: AsyncConnection) -> None:
    """Memory for whole tables, for this transaction. A nested loop is never the way through one."""
    await query.rows(conn, _MEMORY)


async def ask(conn: AsyncConnection, question: Question) -> Check:
    """Asks one question."""
    row = await query.one(conn, question.statement(), **question.given)
    if row is None:
        raise LookupError(question.name)
    return found(question.name, row.checked, msgspec.json.decode(row.first_difference) if row.first_difference else None)


async def ask_all(conn: AsyncConnection, questions: Iterable[Question], progress: Progress) -> list[Check]:
    """Asks `questions` in order, telling `progress` the name of each before it is asked."""
    checks: list[Check] = []
    for question in questions:
        progress(question.name)
        checks.append(await ask(conn, question))
    return checks


def found(name: str, checked: int, first_difference: dict[str, Any] | None) -> Check:
    """The check called `name`, which holds where there is no difference."""
    return Check(name=name, ok=first_difference is None, checked=checked, first_difference=first_difference)


def silent(_: str) -> None:
    """Progress that nobody watches."""
