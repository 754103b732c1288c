"""The whole audit holds on a town that did something of everything, and names what somebody altered in any of its rooms."""

from __future__ import annotations

import pytest

from api.pages import texts
from db import query
from db.transact import read
from flows import audit, recompute
from tests.support import year as playing
from tests.support import year_counters, year_facts
from tests.support.room_alterations import ALTERATIONS
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

BEHIND_THE_GUARDS = query.statement("set local session_replication_role = replica")
ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
AS_AUDITOR = query.statement("set local role yui_auditor")


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    made = await playing.play(engine)
    await year_facts.play(engine, made.officers)
    await year_counters.play(engine, made)
    return made


async def test_a_town_holds(year, auditor):
    found = await read(auditor, TOWN, audit.audit)
    assert [check for check in found.checks if not check.ok] == []
    assert found.ok


async def test_every_check_of_the_rooms_had_something_to_check(year, auditor):
    found = await read(auditor, TOWN, audit.audit)
    named = {altered.split(":")[0] for altered in ALTERATIONS}
    assert [check.name for check in found.checks if check.name in named and check.checked == 0] == []


async def test_every_check_of_the_rooms_has_an_alteration_that_it_catches(year, auditor):
    found = await read(auditor, TOWN, audit.audit)
    names = [check.name for check in found.checks]
    assert set(names[names.index("append_only_rooms") :]) <= {altered.split(":")[0] for altered in ALTERATIONS}


async def test_every_check_is_told_in_words(year, auditor):
    found = await read(auditor, TOWN, audit.audit)
    again = await read(auditor, TOWN, recompute.recompute)
    told = {name.removeprefix("audit.check.") for name in texts.catalogue() if name.startswith("audit.check.")}
    assert {check.name for check in (*found.checks, *again.checks)} == told


async def test_a_town_without_a_deed_holds(year, auditor):
    assert (await read(auditor, OTHER_TOWN, audit.audit)).ok


@pytest.mark.parametrize("what", ALTERATIONS)
async def test_an_alteration_is_named(year, admin, what):
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, BEHIND_THE_GUARDS)
        for statement in ALTERATIONS[what]:
            await conn.exec_driver_sql(statement)
        await query.run(conn, ENTER, municipality=str(TOWN))
        await query.run(conn, AS_AUDITOR)
        found = await audit.audit(conn)
        await transaction.rollback()
    by_name = {check.name: check for check in found.checks}
    assert not found.ok
    name = what.split(":")[0]
    assert not by_name[name].ok, f"caught by {[check.name for check in found.checks if not check.ok]} alone"
    assert by_name[name].first_difference


async def test_recompute_performs_every_decision(year, auditor):
    found = await read(auditor, TOWN, recompute.recompute)
    assert (found.ok, found.municipality) == (True, TOWN)
    counted = [("editions_as_approved", 3), ("decisions_recomputed", 39), ("grants_to_the_point", 29), ("caps_hold", 39)]
    assert [(check.name, check.checked) for check in found.checks][:4] == counted


async def test_nothing_was_left_altered(year, auditor):
    assert (await read(auditor, TOWN, audit.audit)).ok
