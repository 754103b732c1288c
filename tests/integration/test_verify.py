"""Verify holds on a busy book, and names what somebody altered behind PostgreSQL's guards.

Every alteration is made by the superuser with triggers off, in a transaction in which the auditor then verifies, and which is rolled
back: one book serves all of them.
"""

from __future__ import annotations

from datetime import date

import pytest

from db import query
from db.transact import read
from ledger import checks, verify, verify_periods
from tests.support import books
from tests.support.alterations import ALTERATIONS
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

BEHIND_THE_GUARDS = query.statement("set local session_replication_role = replica")
ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
AS_AUDITOR = query.statement("set local role yui_auditor")


@pytest.fixture(scope="module")
async def book(engine) -> books.Book:
    return await books.busy(engine, TOWN)


async def altered(admin, statements: tuple[str, ...]) -> verify.Verification:
    """What the auditor finds after `statements`, which are then taken back."""
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, BEHIND_THE_GUARDS)
        for statement in statements:
            await conn.exec_driver_sql(statement)
        await query.run(conn, ENTER, municipality=str(TOWN))
        await query.run(conn, AS_AUDITOR)
        found = await verify.verify(conn)
        await transaction.rollback()
    return found


async def test_a_busy_book_holds(book, auditor):
    found = await read(auditor, TOWN, verify.verify)
    assert [check for check in found.checks if not check.ok] == []
    assert found.ok
    assert (found.municipality, found.entries > 290, found.lines > 590) == (TOWN, True, True)


async def test_every_check_had_something_to_check(book, auditor):
    """A check over nothing would hold whatever was altered. Closed accounts have a test of their own below."""
    found = await read(auditor, TOWN, verify.verify)
    assert [check.name for check in found.checks if check.checked == 0] == ["close_empty"]


async def test_an_empty_book_holds(engine, auditor):
    found = await read(auditor, OTHER_TOWN, verify.verify)
    assert found.ok
    assert (found.entries, found.lines) == (0, 0)


async def test_every_check_has_an_alteration_that_it_catches(book, auditor):
    found = await read(auditor, TOWN, verify.verify)
    assert {check.name for check in found.checks} == {altered.split(":")[0] for altered in ALTERATIONS}


@pytest.mark.parametrize("what", ALTERATIONS)
async def test_an_alteration_is_named(book, admin, what):
    found = await altered(admin, ALTERATIONS[what])
    name = what.split(":")[0]
    by_name = {check.name: check for check in found.checks}
    assert not found.ok
    assert not by_name[name].ok, f"caught by {[check.name for check in found.checks if not check.ok]} alone"
    assert by_name[name].first_difference


async def test_a_second_reader_finds_nothing_altered(book, auditor):
    """The alterations were all taken back: what was found was found in them."""
    assert (await read(auditor, TOWN, verify.verify)).ok


async def test_progress_names_each_check(book, auditor):
    told: list[str] = []
    found = await read(auditor, TOWN, lambda conn: verify.verify(conn, progress=told.append))
    assert told == [check.name for check in found.checks if check.name != "roll_forward"]


async def test_a_difference_is_the_first_one(book, admin):
    """Of all wallets that are wrong, the one with the lowest number is named."""
    found = await altered(
        admin, ("update ledger.balance set held = held + 1 where lot_tracked and posted > held and municipality_id = 1",)
    )
    held = next(check for check in found.checks if check.name == "held")
    first = await scalar(
        admin, "select min(account_id) from ledger.balance where lot_tracked and posted > held and municipality_id = 1"
    )
    assert held.first_difference is not None
    assert held.first_difference["account_id"] == first


async def scalar(admin, sql: str) -> object:
    async with admin.connect() as conn:
        return (await conn.exec_driver_sql(sql)).scalar_one()


def test_a_roll_forward_is_derived_without_the_ledgers_own_sum():
    """Pure: months before make the opening, months after do not count, and a kind of entry that moved nothing is left out."""

    figures = [(4, "grant", 5), (5, "grant", 3), (5, "gift", 0), (6, "grant", 9)]
    rows = [verify_periods.Moved(date(2026, month, 1), "pt", "wallet", kind, moved) for month, kind, moved in figures]
    (flow,) = verify_periods.derive(date(2026, 5, 1), rows)
    assert (flow.opening, flow.moved, flow.closing) == (5, {"grant": 3}, 8)


def test_a_check_without_a_difference_holds():
    assert checks.found("x", 3, None).ok
    assert not checks.found("x", 3, {"row": 1}).ok
