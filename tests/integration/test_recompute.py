"""Everything is re-performed, also as of a day; what was altered behind the guards is named, whoever did it."""

from __future__ import annotations

from datetime import date

import pytest

from db import query
from db.transact import read
from flows import hands, recompute
from tests.support import year as playing
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

BEHIND_THE_GUARDS = query.statement("set local session_replication_role = replica")
ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
AS_AUDITOR = query.statement("set local role yui_auditor")
A_BOOKING = "(select entry_id from wallets.claim_booking order by claim_id limit 1)"
A_LAPSE = "(select entry_id from wallets.year_end_item where lapsed > 0 order by item_id limit 1)"

# the check that names it: what was done -> by what it was done
ALTERATIONS = {
    "payouts_to_the_point: more in the ledger": (
        f"update ledger.journal_line set amount = amount + sign(amount) where entry_id = {A_BOOKING}",
    ),
    "payouts_to_the_point: more in the payout, told everywhere": (
        "update wallets.claim_payout set amount = amount + 10, payout = jsonb_set(payout, '{points}', to_jsonb(amount + 10)) "
        "where outcome = 'paid'",
    ),
    "payouts_to_the_point: another value": (
        "update wallets.claim_payout set value = value + 1, payout = jsonb_set(payout, '{value}', to_jsonb(value + 1)) "
        "where outcome = 'paid'",
    ),
    "payouts_recomputed: another value": (
        "update wallets.claim_payout set value = value + 1, payout = jsonb_set(payout, '{value}', to_jsonb(value + 1)) "
        "where outcome = 'paid'",
    ),
    "payouts_recomputed: another fact": (
        "update wallets.claim_payout set facts = jsonb_set(facts, '{holdings,0,remaining}', '1') where outcome = 'paid'",
    ),
    "closings_to_the_point: less in the ledger": (
        f"update ledger.journal_line set amount = amount - sign(amount) where entry_id = {A_LAPSE}",
    ),
    "closings_recomputed: another closing": (
        "update wallets.year_end_item set lapsed = lapsed + 1, closing = jsonb_set(closing, '{lapsed}', to_jsonb(lapsed + 1)) "
        "where lapsed > 0",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    return await playing.play(engine)


async def test_everything_holds_and_there_was_something_of_everything(year, auditor):
    found = await read(auditor, TOWN, recompute.recompute)
    assert [check for check in found.checks if not check.ok or not check.checked] == []
    assert {name.split(":")[0] for name in ALTERATIONS} < {check.name for check in found.checks}


async def test_a_town_without_a_deed_holds(year, auditor):
    assert (await read(auditor, OTHER_TOWN, recompute.recompute)).ok


async def test_further_processes_find_the_same(year, auditor):
    alone = await read(auditor, TOWN, recompute.recompute)
    with hands.processes(2) as by:
        together = await read(auditor, TOWN, lambda conn: recompute.recompute(conn, by=by))
    assert together == alone


@pytest.mark.parametrize(("as_of", "decisions"), [(date(2026, 5, 14), 0), (date(2026, 5, 15), 27)])
async def test_as_of_a_day_nothing_later_counts(year, auditor, as_of, decisions):
    found = await read(auditor, TOWN, lambda conn: recompute.recompute(conn, recompute.Asked(as_of=as_of)))
    checked = {check.name: check.checked for check in found.checks}
    assert (found.ok, found.as_of, checked["decisions_recomputed"]) == (True, as_of, decisions)


@pytest.mark.parametrize("what", ALTERATIONS)
async def test_an_alteration_is_named(year, admin, what):
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, BEHIND_THE_GUARDS)
        for statement in ALTERATIONS[what]:
            await conn.exec_driver_sql(statement)
        await query.run(conn, ENTER, municipality=str(TOWN))
        await query.run(conn, AS_AUDITOR)
        found = await recompute.recompute(conn)
        await transaction.rollback()
    (check,) = [check for check in found.checks if check.name == what.split(":")[0]]
    assert (found.ok, check.ok) == (False, False), f"caught by {[check.name for check in found.checks if not check.ok]} alone"
