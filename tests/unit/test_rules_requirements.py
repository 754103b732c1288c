"""Tests of persons, of activities and of days: yes, no, or not known; and how they are joined."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from rules import asking, looking, requirements
from rules.decision import Answer, Question
from rules.seen import Seen
from rules.vocabulary import person, who
from rules.vocabulary.earning import PerTime
from rules.vocabulary.periods import FiscalYear, FromRegistration
from rules.vocabulary.who import Test
from tests.support.editions import facts

SUNDAY, MONDAY = date(2026, 5, 10), date(2026, 5, 11)


def seen(on: date = SUNDAY, answers: dict[Question, bool] | None = None, **changes: Any) -> Seen:
    known = {question: Answer(question, yes) for question, yes in (answers or {}).items()}
    return Seen(on, FiscalYear(), date(2025, 7, 1), known, facts(occurred_on=on, **changes))


def asked(*tests: Test, on: date = SUNDAY) -> list[Question]:
    return list(asking.questions(tests, seen(on)))


def judged(test: Test, on: date = SUNDAY, **changes: Any) -> bool | None:
    return requirements.judge(test, seen(on, **changes)).holds


def status(what: str) -> person.Status:
    return person.Status(what=what, counted_on="the_day")


# ------------------------------------------------------------------------------------------------------------ activities


@pytest.mark.parametrize(
    ("test", "changes", "holds"),
    [
        (who.RoleTest(one_of=("helper",)), {}, True),
        (who.RoleTest(one_of=("receiver",)), {}, False),
        (who.EvidenceTest(at_least=3), {"evidence": 3}, True),
        (who.EvidenceTest(at_least=3), {"evidence": 2}, False),
        (who.Mark(what="paid", untold="ask"), {}, None),
        (who.Mark(what="paid", untold="no"), {}, False),
        (who.Mark(what="paid", untold="yes"), {}, True),
        (who.Mark(what="paid", untold="yes"), {"marks": {"paid": False}}, False),
        (who.Headcount(of="present", at_least=3), {}, None),
        (who.Headcount(of="present", at_least=3), {"counts": {"present": 2}}, False),
        (who.Headcount(of="present", at_least=3), {"counts": {"present": 3}}, True),
        (who.Headcount(of="present", at_least=1, age_at_least=65), {"counts": {"present": 5}}, None),
        (who.Headcount(of="present", at_least=1, age_at_least=65), {"counts": {"present": 5, "present_65": 0}}, False),
        (
            who.Headcount(of="members", at_least=0, age_at_least=65, percent=50),
            {"counts": {"members": 7, "members_65": 3}},
            False,
        ),
        (who.Headcount(of="members", at_least=0, age_at_least=65, percent=50), {"counts": {"members": 6, "members_65": 3}}, True),
        (who.Headcount(of="members", at_least=0, age_at_least=65, percent=50), {"counts": {"members_65": 3}}, None),
    ],
)
def test_what_is_seen_of_an_activity(test: Test, changes: dict[str, Any], holds: bool | None) -> None:
    assert judged(test, **changes) is holds


@pytest.mark.parametrize(
    ("one_of", "on", "holiday", "holds"),
    [
        (("sunday",), SUNDAY, False, True),
        (("sunday",), SUNDAY, True, False),  # a holiday is nothing else
        (("sunday",), SUNDAY, None, None),
        (("sunday", "holiday"), SUNDAY, None, True),
        (("weekday",), MONDAY, False, True),
        (("weekday",), MONDAY, None, None),
        (("saturday",), MONDAY, None, False),
        (("holiday",), MONDAY, True, True),
        (("saturday",), date(2026, 5, 9), False, True),
    ],
)
def test_what_kind_of_day_it_was(one_of: Any, on: date, holiday: bool | None, holds: bool | None) -> None:
    assert judged(who.DayType(one_of=one_of), on, holiday=holiday) is holds


@pytest.mark.parametrize(
    ("first", "last", "began", "holds"),
    [
        ("06:00", "22:00", None, None),
        ("06:00", "22:00", 359, False),
        ("06:00", "22:00", 360, True),
        ("06:00", "22:00", 1319, True),
        ("06:00", "22:00", 1320, False),
        ("22:00", "06:00", 1320, True),
        ("22:00", "06:00", 359, True),
        ("22:00", "06:00", 360, False),
    ],
)
def test_hours_may_run_past_midnight(first: str, last: str, began: int | None, holds: bool | None) -> None:
    assert judged(who.Hours(first=first, last=last), started_minute=began) is holds


def test_days_have_both_ends() -> None:
    between = who.Between(first_on=SUNDAY, last_on=MONDAY)
    assert [judged(between, on) for on in (date(2026, 5, 9), SUNDAY, MONDAY, date(2026, 5, 12))] == [False, True, True, False]
    assert judged(who.Season(first="12-29", last="05-10")) is True


def test_a_test_of_an_activity_where_there_is_none_is_not_known() -> None:
    nowhere = Seen(SUNDAY, FiscalYear(), None, {})
    tests: list[Test] = [who.RoleTest(one_of=("helper",)), who.EvidenceTest(at_least=0), who.Hours(first="06:00", last="07:00")]
    tests += [who.Headcount(of="present", at_least=0), who.Mark(what="paid", untold="ask"), who.DayType(one_of=("holiday",))]
    assert {requirements.judge(test, nowhere).holds for test in tests} == {None}


# --------------------------------------------------------------------------------------------------------------- persons


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (person.Age(at_least=65, counted_on="fiscal_year_end"), [("age_at_least:65", "2027-03-31", None)]),
        (person.Age(at_least=65, counted_on="fiscal_year_end", reached="day_before"), [("age_at_least:65", "2027-04-01", None)]),
        (person.Age(at_most=29, counted_on="the_day", reached="day_before"), [("age_at_most:29", "2026-05-11", None)]),
        (person.Age(at_least=65, counted_on="the_day", months_early=1), [("age_at_least:65", "2026-06-10", None)]),
        (
            person.Age(at_least=18, at_most=29, counted_on="the_day", months_early=2),
            [("age_at_least:18", "2026-07-10", None), ("age_at_most:29", "2026-05-10", None)],
        ),
        (
            person.Residence(how=("lives", "works"), counted_on="registration_day"),
            [("lives", "2025-07-01", None), ("works", "2025-07-01", None)],
        ),
        (
            person.Residence(how=("lives",), counted_on="the_day", towns=("saga", "unzen")),
            [("lives:saga", "2026-05-10", None), ("lives:unzen", "2026-05-10", None)],
        ),
        (
            person.Registration(of="scheme", renewed="each_fiscal_year", counted_on="the_day"),
            [("registered:scheme", "2026-05-10", "2026-04-01")],
        ),
        (
            person.Registration(of="club", renewed="each_fiscal_year", counted_on="the_day", valid_months=1),
            [("registered:club", "2026-05-10", "2026-04-10")],
        ),
        (person.Registration(of="club", renewed="never", counted_on="the_day"), [("registered:club", "2026-05-10", None)]),
        (
            person.Training(course="briefing", counted_on="the_day", valid_months=24),
            [("trained:briefing", "2026-05-10", "2024-05-10")],
        ),
        (person.Insured(category="first", counted_on="the_day"), [("insured:first", "2026-05-10", None)]),
        (
            person.CareLevel(one_of=("support", "care"), counted_on="the_day"),
            [("care:support", "2026-05-10", None), ("care:care", "2026-05-10", None)],
        ),
        (person.OfficerFinds(matter="suitable", counted_on="10-01"), [("officer:suitable", "2026-10-01", None)]),
    ],
)
def test_what_a_test_of_a_person_asks(test: Test, expected: list[tuple[str, str, str | None]]) -> None:
    found = [(q.fact, str(q.last_on), None if q.begun_from is None else str(q.begun_from)) for q in asked(test)]
    assert found == expected


@pytest.mark.parametrize(
    ("test", "first_on"),
    [
        (person.Arrears(of=("tax",), fiscal_years_back=0, counted_on="the_day"), SUNDAY),
        (person.Arrears(of=("tax",), fiscal_years_back=5, counted_on="the_day"), date(2021, 4, 1)),  # 我孫子
        (person.Status(what="in_hospital", counted_on="the_day", days_back=30), date(2026, 4, 10)),
        (person.Status(what="in_hospital", counted_on="the_day"), SUNDAY),
    ],
)
def test_some_tests_look_back(test: Test, first_on: date) -> None:
    (question,) = asked(test)
    assert (question.first_on, question.last_on) == (first_on, SUNDAY)


def test_an_age_within_two_bounds_needs_both_and_other_tests_any() -> None:
    both, either = (
        person.Age(at_least=18, at_most=29, counted_on="the_day"),
        person.CareLevel(one_of=("support", "care"), counted_on="the_day"),
    )
    for test, yes, no in ((both, True, False), (either, True, True)):
        first, second = asked(test)
        assert judged(test, answers={first: True, second: True}) is yes
        assert judged(test, answers={first: True, second: False}) is no
        assert judged(test, answers={first: False, second: False}) is False
        assert judged(test, answers={second: True}) is (None if test is both else True)
        assert judged(test, answers={second: False}) is (False if test is both else None)


def test_a_day_of_reference_that_is_not_known_is_asked_for() -> None:
    test = person.Status(what="member", counted_on="scheme_year_start")
    verdict = requirements.judge(test, Seen(SUNDAY, FromRegistration(), None, {}))
    assert (verdict.holds, verdict.steps[0].code) == (None, "registration_day_unknown")
    assert list(asking.questions([test], Seen(SUNDAY, FromRegistration(), None, {}))) == []


# ---------------------------------------------------------------------------------------------------------------- joined

YES, NO, UNKNOWN = who.Season(first="01-01", last="12-31"), who.Season(first="06-01", last="06-30"), status("member")


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (who.AllOf(tests=(YES, YES)), True),
        (who.AllOf(tests=(UNKNOWN, NO)), False),
        (who.AllOf(tests=(UNKNOWN, YES)), None),
        (who.AnyOf(tests=(UNKNOWN, YES)), True),
        (who.AnyOf(tests=(UNKNOWN, NO)), None),
        (who.AnyOf(tests=(NO, NO)), False),
        (who.NoneOf(tests=(NO, NO)), True),
        (who.NoneOf(tests=(UNKNOWN, YES)), False),
        (who.NoneOf(tests=(UNKNOWN, NO)), None),
        (who.NoneOf(tests=(who.NoneOf(tests=(YES,)),)), True),
        (who.NoneOf(tests=(who.AllOf(tests=(YES, NO)),)), True),
        (who.NoneOf(tests=(who.AllOf(tests=(YES, UNKNOWN)),)), None),
        (who.NoneOf(tests=(who.AnyOf(tests=(NO, UNKNOWN, YES)),)), False),
    ],
)
def test_what_is_not_known_matters_only_where_the_rest_does_not_decide(test: Test, holds: bool | None) -> None:
    verdict = requirements.judge(test, seen())
    assert verdict.holds is holds
    assert bool(verdict.steps) == (holds is not True)


def test_who_needs_care_is_excluded_unless_they_use_no_service() -> None:
    """渋川: those who use the service are excluded, with an exception said as one test."""
    excluded = who.AllOf(tests=(person.CareLevel(one_of=("care",), counted_on="the_day"), status("uses_service")))
    rule = who.NoneOf(tests=(excluded,))
    care, uses = asked(rule)
    outcomes = [judged(rule, answers={care: c, uses: u}) for c in (True, False) for u in (True, False)]
    assert outcomes == [False, True, True, True]
    assert judged(rule, answers={uses: False}) is True
    assert judged(rule, answers={care: True}) is None


def test_a_refusal_and_a_question_have_their_own_codes() -> None:
    def codes(test: Test, **changes: Any) -> list[str]:
        return [step.code for step in requirements.judge(test, seen(**changes)).steps]

    assert codes(who.RoleTest(one_of=("receiver",))) == ["role_not_eligible"]
    assert codes(who.EvidenceTest(at_least=4)) == ["evidence_too_low"]
    assert codes(who.NoneOf(tests=(who.Mark(what="paid", untold="no"),)), marks={"paid": True}) == ["mark_excludes"]
    assert codes(UNKNOWN) == ["status_unknown"]
    assert codes(who.AnyOf(tests=(NO, who.RoleTest(one_of=("receiver",))))) == [
        "season_required",
        "role_not_eligible",
        "any_of_required",
    ]
    assert codes(who.AnyOf(tests=(NO,))) == ["season_required"]
    (step,) = requirements.judge(UNKNOWN, seen()).steps
    assert step.numbers == {"fact": "status:member", "first_on": "2026-05-10", "last_on": "2026-05-10"}


def test_every_test_of_the_vocabulary_has_its_function() -> None:
    joined = {who.AllOf, who.AnyOf, who.NoneOf}
    for variant in get_args(Test):
        function = asking.asking if variant in get_args(person.Personal) else looking.look
        assert variant in joined or function.dispatch(variant) is not function.dispatch(object), (
            f"{variant.__name__} is not judged"
        )
    nothing = PerTime(amount=1, every_minutes=60, rounding="down", minimum_minutes=0)
    with pytest.raises(NotImplementedError):
        looking.look(nothing, seen())
    with pytest.raises(NotImplementedError):
        asking.asking(nothing, SUNDAY, seen())
