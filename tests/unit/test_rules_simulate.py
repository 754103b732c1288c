"""A draft over cases: caps count the past as a real edition would, voids count while they stood, parts of a town add up."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from rules import evaluate, exhaustion, paying, reaching, simulate, simulation, simulation_tables
from rules.decision import Facts
from rules.exhaustion import Line
from rules.simulate import Case, Trial
from rules.totals import Totals, age_band
from rules.vocabulary.caps import Cap, ToFunding
from rules.vocabulary.conversion import AnyTime, ClaimLimit, Exchange, Form, Linear, Lots
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Text
from rules.vocabulary.periods import FromRegistration
from rules.vocabulary.person import Age
from tests.support import editions

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
YEAR = editions.cap(5, per="fiscal_year")


def case(nth: int, member: str = "101", on: date = FIRST, minutes: int = 120, **changes: Any) -> Case:
    """The `nth` attendance to be decided, of two hours, with nothing decided about it."""
    facts = Facts(
        attendance_id=UUID(int=nth),
        member_id=UUID(int=int(member)),
        activity_kind=changes.pop("kind", "salon"),
        role="helper",
        occurred_on=on,
        minutes=minutes,
        evidence=3,
    )
    plain = Case(
        holder=member,
        occurred_on=on,
        decided_us=nth * 1_000_000,
        voided_us=None,
        left_out=None,
        facts=msgspec.json.encode(facts).decode(),
        decided=None,
        slot=None,
        area="a",
        born_on=None,
        records=None,
    )
    return plain._replace(**changes)


def granted(amount: int, **changes: Any) -> str:
    """A decision as it is stored."""
    plain = {"outcome": "granted", "amount": amount, "unit": "stamp", "minutes": 120, "expires_on": None, "funding": ["care"]}
    return msgspec.json.encode(plain | {"trace": []} | changes).decode()


def tried(draft: Edition, *cases: Case, first: date = FIRST, last: date = LAST) -> Totals:
    trial = Trial(draft, first, last)
    trial.add(cases)
    return trial.totals


def test_caps_count_what_the_draft_grants_in_the_period():
    found = tried(editions.edition(caps=(YEAR,)), *(case(nth) for nth in range(4)))
    assert (found.whole.draft, found.outcomes) == (5, {"draft_granted": 3, "draft_nothing": 1, "undecided": 4})
    assert (found.caps[1].times, found.caps[1].cut, found.reasons) == (2, 3, {"cap_reached": 1})


def test_what_was_granted_before_the_period_counts_as_it_was_decided():
    before = case(1, on=FIRST, decided=granted(4))
    found = tried(
        editions.edition(caps=(YEAR,)), before, case(2, on=FIRST + timedelta(days=40)), first=FIRST + timedelta(days=30)
    )
    assert (found.whole.draft, found.whole.current, found.whole.attendances) == (1, 0, 1)
    assert found.spent == {(FIRST, ("care",)): 4, (FIRST + timedelta(days=40), ("care", "general")): 1}


def test_what_was_taken_back_counted_while_it_stood():
    void = case(1, decided=granted(2), voided_us=2_500_000)
    found = tried(editions.edition(caps=(YEAR,)), void, case(2), case(3), case(4))
    assert (found.whole.draft, found.left_out) == (5, {"taken_back": 1})
    assert [found.caps[1].times, found.caps[1].cut] == [1, 1]


def test_what_was_corrected_is_taken_back_before_its_correction():
    old = case(1, decided=granted(2), voided_us=5_000_000, left_out="superseded")
    found = tried(editions.edition(caps=(editions.cap(2),)), old, case(5))
    assert (found.whole.draft, found.left_out) == (2, {"taken_back": 1})


def test_who_comes_back_to_a_slot_continues_the_occasion():
    halves = [case(nth, minutes=90, slot="hall") for nth in range(2)]
    assert tried(editions.edition(), *halves).whole.draft == 3
    assert tried(editions.edition(), *(each._replace(slot=str(nth)) for nth, each in enumerate(halves))).whole.draft == 2


def test_what_nobody_vouched_for_is_left_out():
    found = tried(editions.edition(), case(1, left_out="unsigned", facts=""), case(2, left_out="cannot_earn", facts=""))
    assert (found.whole.attendances, found.left_out) == (0, {"unsigned": 1, "cannot_earn": 1})


def test_what_is_known_of_people_answers_and_what_is_not_is_asked():
    draft = editions.edition(eligibility=(Age(at_least=65, counted_on="the_day"),))
    cases = [case(1, born_on=date(1950, 1, 1)), case(2, "102", born_on=date(2000, 1, 1)), case(3, "103")]
    found = tried(draft, *cases)
    assert found.outcomes == {"draft_granted": 1, "draft_nothing": 1, "draft_ask": 1, "undecided": 3}
    assert (found.asked, list(found.tables["age_band"])) == ({"age_at_least:65": 1}, ["70-79", "20-29", "unknown"])


def test_a_draft_that_starts_later_is_tried_as_if_it_started_with_the_period():
    assert tried(editions.edition(starts_on=date(2030, 4, 1)), case(1)).whole.draft == 2


def test_parts_of_a_town_add_up_to_the_town():
    draft = editions.edition(caps=(YEAR,))
    cases = [case(nth, str(101 + nth % 3), decided=granted(nth % 2)) for nth in range(12)]
    whole, parts = tried(draft, *cases), Totals()
    for member in ("101", "102", "103"):
        parts.join(tried(draft, *(each for each in cases if each.holder == member)))
    assert parts == whole


def test_a_cap_for_everybody_needs_the_whole_town():
    assert not simulate.counts_everybody(editions.edition(caps=(YEAR,)))
    assert simulate.counts_everybody(editions.edition(caps=(editions.cap(5, for_each=()),)))


def test_a_list_at_once_and_simulated_are_the_same():
    draft = editions.edition(caps=(editions.cap(3), editions.cap(10, per="month")))
    cases = [case(nth, on=FIRST + timedelta(days=nth // 2), minutes=60 + 37 * nth % 120) for nth in range(20)]
    seen = editions.untold(draft, [msgspec.json.decode(each.facts, type=Facts) for each in cases])
    decided = evaluate.evaluate_list(draft, seen)
    assert tried(draft, *cases).whole.draft == sum(each.decision.amount for each in decided) > 0


@pytest.mark.parametrize(("born_on", "band"), [(None, "unknown"), (date(1926, 4, 2), "90-99"), (date(1926, 4, 1), "100-109")])
def test_bands_of_age_are_of_the_day(born_on, band):
    assert age_band(born_on, FIRST) == band


# ------------------------------------------------------------------------------------------------------ what it reaches


def test_a_draft_looks_as_far_as_its_caps_and_its_fiscal_year():
    day = date(2026, 6, 15)
    assert reaching.around(editions.edition(), day, day) == (date(2026, 4, 1), day)
    calendar = editions.edition(caps=(editions.cap(5, per="calendar_year"),))
    assert reaching.around(calendar, day, day) == (date(2026, 1, 1), date(2026, 12, 31))
    own = editions.edition(year=FromRegistration(), caps=(editions.cap(5, per="scheme_year"),))
    assert reaching.around(own, day, day) == (date(2025, 6, 15), date(2027, 6, 15))


# ------------------------------------------------------------------------------------------------------ budget and payout

CARE, GENERAL = Line(2026, "care", "介護保険", 3), Line(2026, "general", "一般財源", 4)


def used(draft: Edition, *cases: Case) -> dict[str, tuple[int, date | None, int]]:
    found = exhaustion.used(draft, (CARE, GENERAL), tried(draft, *cases))
    return {line.code: (line.draft_drawn, line.draft_runs_out_on, line.draft_short) for line in found}


def test_lines_pay_in_turn_until_they_are_empty():
    days = [case(nth, on=FIRST + timedelta(days=nth)) for nth in range(5)]
    assert used(editions.edition(), *days) == {
        "care": (3, FIRST + timedelta(days=1), 0),
        "general": (4, FIRST + timedelta(days=3), 3),
    }


def test_shares_are_drawn_from_each_line():
    draft = editions.edition(shares=(75, 25), earn=msgspec.structs.replace(editions.HOURLY, amount=2))
    assert used(draft, case(1)) == {"care": (3, None, 0), "general": (1, None, 0)}


def test_what_is_beyond_a_cap_is_borne_by_its_own_line():
    cap = Cap(limit=1, of="amount", per="day", for_each=("member",), stops="earning", overflow=ToFunding(funding=("prefecture",)))
    found = used(editions.edition(caps=(cap,)), case(1))
    assert (found["care"], found["prefecture"]) == ((1, None, 0), (0, FIRST, 1))


def exchange(*forms: Form, **changes: Any) -> Exchange:
    plain: dict[str, Any] = {
        "rate": Lots(lot=10, get=1000),
        "into": "yen",
        "minimum": 0,
        "remainder": "kept",
        "points_of": "any_year",
        "window": AnyTime(),
        "pays": "at_once",
        "forms": forms or (Form(form="cash"),),
    }
    return Exchange(**(plain | changes))


def test_what_it_pays_at_most_is_one_claim_of_each_in_each_form():
    held: dict[tuple[str, date | None], int] = {("101", FIRST): 25, ("102", FIRST): 9, ("103", FIRST): 60}
    voucher = Form(form="voucher", rate=Linear(give=1, get=110), into="voucher", from_points=20)
    cash, other = paying.at_most(exchange(Form(form="cash"), voucher), held)
    assert (cash.claims, cash.pays_at_most, other.into, other.claims, other.pays_at_most) == (2, 8000, "voucher", 2, 9350)
    limit = ClaimLimit(limit=5000, of="value", per="fiscal_year", for_each=("member",))
    (cash,) = paying.at_most(exchange(limits=(limit,)), held)
    assert cash.pays_at_most == 7000
    (cash,) = paying.at_most(exchange(limits=(msgspec.structs.replace(limit, for_each=()),)), held)
    assert cash.pays_at_most == 5000


# ------------------------------------------------------------------------------------------------------------- what is told


def told() -> simulation.Simulation:
    draft = editions.edition(caps=(editions.cap(1),), conversion=exchange())
    cases = [case(nth, str(101 + nth), decided=granted(nth), area="=1+1") for nth in range(3)]
    town = simulation.Surroundings(areas={"=1+1": "=第1地区"}, lines=(CARE,), unit_label=Text(ja="スタンプ", en="stamp"))
    return simulation.told(draft, (FIRST, LAST), tried(draft, *cases), town)


def test_what_members_gain_and_lose_reconciles():
    members = told().members
    assert (members.gain, members.lose, members.stay, members.gained, members.lost) == (1, 1, 1, 1, 1)
    assert [(each.member, each.difference) for each in (*members.largest_gains, *members.largest_losses)] == [
        ("101", 1),
        ("103", -1),
    ]


def test_the_long_table_has_every_figure_and_no_formula():
    found = told()
    rows = list(csv.DictReader(io.StringIO(simulation_tables.csv(found))))
    assert tuple(rows[0]) == simulation_tables.COLUMNS
    figures = {(row["table"], row["row"], row["measure"]): row["value"] for row in rows}
    assert figures["total", "total", "draft"] == str(found.total.draft)
    assert figures["by_month", "2026-04", "difference"] == str(found.total.difference)
    assert figures["budget", "2026 care", "appropriated"] == "3"
    assert {row["label"] for row in rows if row["table"] == "by_area"} == {"'=第1地区"}


def test_a_simulation_is_the_same_after_json():
    found = told()
    assert msgspec.json.decode(msgspec.json.encode(found), type=simulation.Simulation) == found
