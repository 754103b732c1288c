"""PostgreSQL with one guard taken out, and everything else as it is: to see whether the code refuses alone."""

from __future__ import annotations

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate

CONSTRAINTS: dict[str, tuple[str, ...]] = {
    "entry_whole": (
        "alter table ledger.journal_entry drop constraint entry_has_two_lines",
        "alter table ledger.journal_line drop constraint entry_whole",
    ),
    "floor_holds": ("alter table ledger.balance drop constraint floor_holds",),
    "ceiling_holds": ("alter table ledger.balance drop constraint ceiling_holds",),
    "lots_cover": ("alter table ledger.lot drop constraint lots_cover",),
    "hold_once": (
        "alter table ledger.hold_resolution drop constraint hold_once",
        "alter table ledger.balance drop constraint held_is_not_negative",
    ),
    "reverse_once": ("drop index ledger.reverse_once",),
    "key_once": ("alter table ledger.idempotency drop constraint key_once",),
    "period_closed": ("alter table ledger.period_close drop constraint period_closed",),
    "tenant_walls": tuple(
        f"alter table ledger.{table} disable row level security"
        for table in ("account", "balance", "journal_entry", "journal_line", "lot", "lot_move", "hold", "hold_resolution")
    ),
}

_FUNCTION = re.compile(r"create or replace function .*?end \$\$;", re.DOTALL)


async def remove(conn: AsyncConnection, invariant: str) -> None:
    """Takes the guards called `invariant` out, as the admin: functions stop refusing under that name, constraints are dropped."""
    for changed in functions_without(invariant):
        await conn.exec_driver_sql(changed)
    for statement in CONSTRAINTS.get(invariant, ()):
        await conn.exec_driver_sql(statement)


def functions_without(invariant: str) -> list[str]:
    """The functions that refuse under a name, in versions that do not."""
    refusing = re.compile(rf"perform db\.refuse\(\s*'{invariant}',.*?\);\n", re.DOTALL)
    functions = [found for _, text, _ in migrate.sql_files() for found in _FUNCTION.findall(text)]
    return [refusing.sub("null;\n", each) for each in functions if refusing.search(each)]


def functions_with(invariant: str) -> list[str]:
    """The same functions as they are."""
    functions = [found for _, text, _ in migrate.sql_files() for found in _FUNCTION.findall(text)]
    return [each for each in functions if f"db.refuse('{invariant}'" in re.sub(r"\(\s+", "(", each)]
