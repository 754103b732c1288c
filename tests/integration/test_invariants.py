"""The invariants of the book, each guarded twice under one name: here one guard is taken away, and the other is seen to hold.

`forged` entries pass by the code: they are written through the service's own role by the ledger's own writer, undecided, and
PostgreSQL refuses by name. `asked` ones meet a PostgreSQL whose guard of that name was taken out, which the same forged entry proves by
being accepted; the code still refuses by name.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import errors, query
from db.transact import read, transact
from ledger import accounts, holds, posting, refusals, verify
from ledger.draft import move
from tests.support import books, guards_removed
from tests.support.books import JUNE, draft, noon
from tests.support.forging import Forged, forge
from tests.support.invariant_cases import CASES, Story, posted, sql
from tests.support.towns import OTHER_TOWN, POINTS, TOWN

pytestmark = pytest.mark.anyio

ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
AT_ONCE = query.statement("set constraints all immediate")


@pytest.fixture(scope="module")
async def book(engine) -> books.Book:
    return await books.busy(engine, TOWN)


async def attempt(engine, story: Story, book: books.Book) -> str | None:
    """The name under which PostgreSQL refuses `story` to the service; None when it lets it pass (and it is taken back)."""

    async def work(conn: AsyncConnection) -> None:
        await story(conn, book)
        await query.run(conn, AT_ONCE)
        raise Accepted

    try:
        await transact(engine, TOWN, work)
    except Accepted:
        return None
    except DBAPIError as error:
        return errors.constraint(error) or errors.sqlstate(error)
    raise AssertionError("neither accepted nor refused")


class Accepted(Exception):
    """The attack passed; rolls it back."""


@pytest.mark.parametrize("what", CASES)
async def test_postgresql_refuses_what_the_code_did_not_decide(book, engine, what):
    assert await attempt(engine, CASES[what].forged, book) == what.split(":")[0]


@pytest.mark.parametrize("what", CASES)
async def test_the_code_refuses_where_postgresql_would_not(book, admin, what):
    case = CASES[what]
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await guards_removed.remove(conn, what.split(":")[0])
        async with conn.begin_nested() as savepoint:
            await case.forged(conn, book)  # the guard is really gone
            await savepoint.rollback()
        with pytest.raises(case.refused) as refused:
            await case.asked(conn, book)
        await transaction.rollback()
    if isinstance(refused.value, refusals.MalformedEntry):
        assert refused.value.invariant_broken == case.broken
    elif not isinstance(refused.value, refusals.InsufficientBalance):
        assert refused.value.invariant == what.split(":")[0]  # type: ignore[attr-defined]


WRONG_LINES: dict[str, dict[str, Any]] = {
    "a version skipped": {"version_more": 1},
    "a version back": {"version_more": -1},
    "another balance after": {"after_more": 7},
    "recorded before": {"recorded_later": timedelta(hours=-1)},
    "recorded later than now": {"recorded_later": timedelta(days=1)},
    "another unit": {"unit_id": POINTS},
}


@pytest.mark.parametrize("what", WRONG_LINES)
async def test_versions_gapless_in_postgresql(book, engine, what):
    wrong = Forged(lines=[(book.hours[0], -5), (book.hours[1], 5)], **WRONG_LINES[what])
    told = "journal_line_pkey" if what == "a version back" else "versions_gapless"
    assert await attempt(engine, lambda conn, _: forge(conn, wrong), book) == told


async def test_versions_gapless_in_the_code(book, engine, admin, auditor):
    """With PostgreSQL's check taken out, the locks alone keep forty postings on the same accounts in one row."""
    async with admin.begin() as conn:
        await guards_removed.remove(conn, "versions_gapless")
    try:
        story = posted(lambda book: draft("help", JUNE, move(book.hours[2], book.hours[3], 1)))
        await asyncio.gather(*(transact(engine, TOWN, lambda conn: story(conn, book)) for _ in range(40)))
    finally:
        async with admin.begin() as conn:
            for function in guards_removed.functions_with("versions_gapless"):
                await conn.exec_driver_sql(function)
    assert (await read(auditor, TOWN, verify.verify)).ok


async def test_balance_is_last_line_without_postgresql(book, admin):
    """A line that leaves no mark on its balance: the next posting meets its version, and verify names the balance."""
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await conn.exec_driver_sql("alter table ledger.journal_line disable trigger lines_arrive")
        give = posted(lambda book: draft("help", JUNE, move(book.hours[0], book.hours[1], 5)))
        await give(conn, book)
        found = await verify.verify(conn)
        assert {"balance_is_last_line", "guards_in_place"} <= {check.name for check in found.checks if not check.ok}
        with pytest.raises(DBAPIError) as refused:
            await give(conn, book)
        assert errors.constraint(refused.value) == "journal_line_pkey"
        await transaction.rollback()


BOOK = (
    "journal_entry", "journal_line", "lot_move", "hold", "hold_resolution", "unit", "account", "account_close", "period_close",
    "idempotency",
)  # fmt: skip
CHANGES = ("update ledger.{} set municipality_id = 1", "delete from ledger.{}", "truncate ledger.{} cascade")


@pytest.mark.parametrize("table", [*BOOK, "balance", "lot"])
@pytest.mark.parametrize("change", CHANGES)
async def test_append_only_by_rights(book, engine, admin, table, change):
    """Without the triggers: the service holds no right to change anything."""
    assert await attempt(engine, sql(change.format(table)), book) == "42501"


@pytest.mark.parametrize("table", BOOK)
@pytest.mark.parametrize("change", CHANGES)
async def test_append_only_by_triggers(book, admin, table, change):
    """Without the rights: even who may change everything is refused by name."""
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        rows = query.statement(
            f"insert into ledger.{table} select * from ledger.{table} where false"  # the statement trigger needs no rows
        )
        await query.run(conn, rows)
        if table == "account_close":
            await conn.exec_driver_sql(
                "insert into ledger.account_close (municipality_id, account_id) "
                "select municipality_id, account_id from ledger.balance where version = 0 and municipality_id = 1 limit 1"
            )
        if table == "idempotency":
            await idempotency_row(conn)
        with pytest.raises(DBAPIError) as refused:
            await conn.exec_driver_sql(change.format(table))
        assert errors.constraint(refused.value) == "append_only"
        await transaction.rollback()


async def idempotency_row(conn: AsyncConnection) -> None:
    await conn.exec_driver_sql(
        "insert into ledger.idempotency (municipality_id, caller, key, request_sha256, status, response) "
        "values (1, gen_random_uuid(), 'k', 'x', 200, '')"
    )


async def test_tenant_walls_in_postgresql(book, engine):
    """Another town's row is not taken, and nothing of it is seen; without a town there is nothing at all."""
    foreign = "insert into ledger.account (municipality_id, unit_id, kind, floor, lot_tracked) values (2, 1, 'wallet', 0, false)"
    assert await attempt(engine, sql(foreign), book) == "42501"
    seen = query.statement("select count(*) from ledger.account where municipality_id <> db.municipality()")
    assert await read(engine, TOWN, lambda conn: query.scalar(conn, seen)) == 0
    async with engine.connect() as conn:
        assert await query.scalar(conn, query.statement("select count(*) from ledger.account")) == 0


async def test_tenant_walls_in_the_code(book, admin):
    """With the walls of PostgreSQL down, an account of another town is still unknown."""
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await guards_removed.remove(conn, "tenant_walls")
        await query.run(conn, ENTER, municipality=str(OTHER_TOWN))
        assert await accounts.find(conn, "payable", POINTS, None) is None
        with pytest.raises(refusals.UnknownAccount):
            await posting.post_one(conn, draft("help", JUNE, move(book.hours[0], book.hours[1], 5)), now=noon(JUNE))
        with pytest.raises(refusals.UnknownHold):
            await holds.release(conn, book.holds["stand"], actor=None, now=datetime.now(UTC))
        await transaction.rollback()


async def test_the_book_holds_after_all_this(book, auditor):
    assert (await read(auditor, TOWN, verify.verify)).ok


def test_every_invariant_is_here():
    """The twelve of the architecture, `append_only`, `tenant_walls` and the two that only the ledger writes in tests of their own."""
    named = {what.split(":")[0] for what in CASES} | {"append_only", "tenant_walls", "versions_gapless", "balance_is_last_line"}
    assert named == {
        "entry_balances", "entry_whole", "append_only", "floor_holds", "ceiling_holds", "versions_gapless", "balance_is_last_line",
        "lots_cover", "hold_once", "reverse_once", "key_once", "period_closed", "tenant_walls",
    }  # fmt: skip
