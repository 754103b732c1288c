"""A draft over a played year: the edition in force costs what was granted, to the point; what changes adds up; nothing is written."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from db import query
from db.transact import read
from flows import simulate
from rules import edition_store, simulation
from rules.simulation_refusals import PeriodOutOfOrder, TooMuchToLookAt
from rules.vocabulary.caps import Cap
from rules.vocabulary.person import Age, Status
from tests.support import year as playing
from tests.support.towns import AREAS, TOWN

pytestmark = pytest.mark.anyio

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
DECIDED = query.statement(
    """
    select coalesce(sum(d.amount), 0) as amount, count(*) filter (where d.amount > 0) as grants
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    where d.municipality_id = db.municipality() and v.decision_id is null
    """
)
GRANTED = query.statement(
    """
    select coalesce(sum(l.amount), 0) from ledger.journal_line l
    join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id and e.kind = 'grant'
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id and a.kind = 'wallet'
    where l.municipality_id = db.municipality() and not exists (
        select from rules.decision_void v where v.municipality_id = e.municipality_id and v.decision_id = e.cause_id
    )
    """
)


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    return await playing.play(engine)


@pytest.fixture
def tried(year, auditor):
    """What a draft comes to: the edition in force, changed as told; read by the auditor, who can write nothing."""

    async def run(first=FIRST, last=LAST, attendances_max=None, **changes) -> simulation.Simulation:
        async def work(conn):
            published = await edition_store.edition(conn, year.edition_id)
            draft = msgspec.structs.replace(edition_store.parsed(published.document), **changes)
            asked = simulate.Asked(draft=draft, first_on=first, last_on=last, attendances_max=attendances_max)
            return await simulate.simulate_draft(conn, asked)

        return await read(auditor, TOWN, work)

    return run


async def test_the_edition_in_force_costs_what_was_granted_to_the_point(year, tried, auditor):
    found = await tried()
    decided = await read(auditor, TOWN, lambda conn: query.one(conn, DECIDED))
    granted = await read(auditor, TOWN, lambda conn: query.scalar(conn, GRANTED))
    assert decided is not None
    assert found.total.draft == found.total.current == decided.amount == granted > 0
    assert found.total.draft_grants == found.total.current_grants == decided.grants
    for table in (found.by_month, found.by_area, found.by_activity_kind, found.by_age_band):
        assert [row.difference for row in table] == [0] * len(table)
        assert sum(row.draft for row in table) == found.total.draft
    assert (found.members.gain, found.members.lose) == (0, 0)


async def test_two_parts_of_a_year_cost_what_the_year_costs(year, tried):
    """What was granted before a part counts towards the caps of the part."""
    whole, first, then = await tried(), await tried(last=date(2026, 5, 14)), await tried(first=date(2026, 5, 15))
    assert first.total.draft + then.total.draft == whole.total.draft == whole.total.current
    assert min(first.attendances, then.attendances) > 0
    capped = Cap(limit=first.total.current + 10, of="amount", per="scheme_year", for_each=(), stops="earning")
    assert (await tried(first=date(2026, 5, 15), caps=(capped,))).total.draft == 10


async def test_what_members_gain_and_lose_is_the_difference(year, tried):
    found = await tried(caps=(Cap(limit=150, of="amount", per="day", for_each=("member",), stops="earning"),))
    members = found.members
    assert members.gained - members.lost == found.total.difference < 0
    assert members.gain + members.lose + members.stay == len({row.member for row in members.largest_losses}) + members.stay
    assert members.lost == -sum(each.difference for each in members.largest_losses)
    (hit,) = found.caps
    assert (hit.times > 0, hit.limit) == (True, 150)


async def test_what_is_not_known_of_people_is_asked(year, tried):
    asking = (Age(at_least=65, counted_on="the_day"), Status(what="app", counted_on="the_day", days_back=0))
    found = await tried(eligibility=asking)
    assert found.outcomes["draft_ask"] == found.attendances > 0
    assert [(each.fact, each.attendances) for each in found.asked] == [("age_at_least:65", found.attendances)]
    assert [row.key for row in found.by_age_band] == ["unknown"]


async def test_budget_lines_run_out_on_the_day_that_they_cannot_pay(year, tried):
    found = await tried()
    care, general = found.budget
    assert (care.code, care.appropriated, care.draft_drawn) == ("care", 320, 320)
    assert care.draft_runs_out_on == care.current_runs_out_on == date(2026, 5, 14)
    assert (general.draft_runs_out_on, general.draft_short, general.draft_drawn) == (None, 0, found.total.draft - 320)
    beyond = await tried(funding=("care", "prefecture"))
    (short,) = [line for line in beyond.budget if line.code == "prefecture"]
    assert (short.appropriated, short.draft_short) == (None, found.total.draft - 320)


async def test_a_cap_on_everybody_is_seen_in_the_order_of_time(year, tried):
    found = await tried(caps=(Cap(limit=700, of="amount", per="scheme_year", for_each=(), stops="earning"),))
    assert found.total.draft == 700


async def test_attendances_that_nobody_decided_on_are_tried_too(year, tried):
    found = await tried(scheme="another")
    assert found.outcomes["undecided"] == found.attendances
    assert (found.total.current, found.total.draft > 0, found.budget[0].appropriated) == (0, True, None)
    assert found.left_out == {"superseded": 1}


async def test_points_that_groups_hold_are_tried_by_the_slot(year, tried):
    found = await tried(scheme="another", holder="group", caps=())
    assert found.outcomes == {"draft_granted": 1, "undecided": 1}


async def test_areas_have_their_names_and_members_their_numbers(year, tried):
    found = await tried()
    (area,) = found.by_area
    assert (area.key, area.label) == (str(AREAS[TOWN]), "試験町1")
    assert all(each.member.isdecimal() for each in (await tried(caps=())).members.largest_gains)


async def test_a_period_that_runs_backwards_and_one_too_large_are_refused(year, tried):
    with pytest.raises(PeriodOutOfOrder):
        await tried(first=LAST, last=FIRST)
    with pytest.raises(TooMuchToLookAt) as refused:
        await tried(attendances_max=5)
    assert refused.value.found_max == 5
