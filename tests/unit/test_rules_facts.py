"""What is asked of a trace, what a registration's first day is, which line bears what, and which days are holidays."""

from __future__ import annotations

from datetime import date

import pytest

from kernel import holidays
from rules import bearing, known, wanted
from rules.decision import Beyond, Decision, Question, Step
from rules.known import Record
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import Campaign, Clause, PerMeasure
from rules.vocabulary.who import AnyOf, Headcount, Mark
from rules.wanted import Wanted
from tests.support import editions

DAY = date(2026, 5, 13)


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (Step("registration_day_unknown", {"counted_on": "scheme_year"}), [Wanted("registered:scheme")]),
        (Step("place_unknown", {"dimension": "client"}), [Wanted("client")]),
        (Step("mark_unknown", {"what": "paid"}), [Wanted("mark:paid")]),
        (Step("measure_unknown", {"measure": "steps"}), [Wanted("measure:steps")]),
        (Step("measure_unknown", {"measure": "present"}), [Wanted("count:present")]),
        (Step("headcount_unknown", {"of": "present_65", "at_least": 1}), [Wanted("count:present_65")]),
        (
            Step("headcount_unknown", {"of": "members_65", "at_least": 1, "percent": 50}),
            [Wanted("count:members_65"), Wanted("count:members")],
        ),
        (Step("attested_unknown", {"every_minutes": 60}), [Wanted("attested")]),
        (
            Step("care_level_unknown", {"fact": "care:support", "first_on": "2026-05-13", "last_on": "2026-05-13"}),
            [Wanted("care:support", DAY, DAY)],
        ),
        (Step("clause", {"clause": 1}), []),
    ],
)
def test_a_trace_says_what_is_asked(step: Step, asked: list[Wanted]) -> None:
    assert list(wanted.wanted([step, step])) == asked


def test_only_facts_about_a_person_are_personal() -> None:
    told = ("mark:paid", "count:present", "measure:steps", "host_amount", "attested", "client", "book")
    personal = (
        "lives",
        "lives:unzen",
        "registered:scheme",
        "insured:first",
        "care:checklist",
        "age_at_most:29",
        "officer:suitable",
    )
    assert [Wanted(each).personal for each in (*told, *personal)] == [False] * len(told) + [True] * len(personal)


def test_the_numbers_of_people_that_an_edition_asks_for() -> None:
    old = Headcount(of="present", at_least=1, age_at_least=65, percent=50)
    members = AnyOf(tests=(Headcount(of="members", at_least=3), Mark(what="paid", untold="no")))
    measured = PerMeasure(measure="present_75", amount=1, every=1, rounding="down")
    cap = Cap(limit=1, of="amount", per="day", for_each=("member",), stops="earning", who=(members,))
    campaign = Campaign(activity_kinds=("*",), when=(old,), percent=200, rounding="down")
    clause = Clause(activity_kinds=("*",), earn=measured)
    edition = editions.edition(clauses=(clause,), caps=(cap,), campaigns=(campaign,))
    assert wanted.counts(edition) == {"present", "present_65", "present_75", "members"}
    assert wanted.counts(editions.edition()) == frozenset()


def test_an_age_is_answered_by_records_where_no_birth_date_is_known() -> None:
    question, record = Question("age_at_least:65", DAY, DAY), Record(fact="age_at_least:65", yes=True, source="保険証")
    assert known.answer(question, [], None) is None
    answer = known.answer(question, [record], None)
    assert answer is not None
    assert (answer.yes, answer.source) == (True, "保険証")
    young = known.answer(question, [record], date(2000, 1, 1))
    assert young is not None
    assert (young.yes, young.source) == (False, "birth date")


@pytest.mark.parametrize(
    ("on", "since"),
    [
        (date(2024, 6, 1), date(2024, 4, 1)),
        (date(2025, 6, 1), date(2026, 1, 1)),  # none stands: the one recorded last
        (date(2026, 6, 1), date(2026, 1, 1)),
    ],
)
def test_a_registration_begins_with_the_one_that_stands(on: date, since: date) -> None:
    records = [
        Record(fact="registered:scheme", yes=True, first_on=date(2024, 4, 1)),
        Record(fact="registered:scheme", yes=False, first_on=date(2025, 4, 1)),
        Record(fact="registered:stamps", yes=True, first_on=date(2026, 1, 1)),
        Record(fact="registered:other", yes=True, first_on=date(2020, 1, 1)),
    ]
    assert known.registered_on(records, "stamps", on) == since
    assert known.registered_on(records[3:], "stamps", on) is None


def test_what_lines_bear_follows_where_each_part_has_one() -> None:
    plain = Decision(outcome="granted", amount=10, unit="pt", minutes=0, expires_on=None, funding=("a", "b"), trace=())
    assert bearing.to_the_point(plain, ()) is None
    assert bearing.to_the_point(plain, (75, 25)) == {"a": 8, "b": 2}
    over = Decision(
        outcome="granted", amount=10, unit="pt", minutes=0, expires_on=None, funding=("a",), trace=(), beyond=(Beyond(4, ("a",)),)
    )
    assert bearing.to_the_point(over, ()) == {"a": 10}


def test_holidays_with_the_days_off_instead_and_the_days_between() -> None:
    days = {date(2026, 5, 6): True, date(2026, 9, 22): True, date(2026, 5, 7): False, date(2026, 12, 29): False}
    assert {day: holidays.is_holiday(day) for day in days} == days
