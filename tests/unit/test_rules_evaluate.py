"""What an edition makes of an attendance as a whole: in force? who? which clause? until when? with which steps?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from rules import ending, evaluate
from rules.decision import Answer, Decision, Facts
from rules.vocabulary.earning import Campaign, Clause, PerOccasion
from rules.vocabulary.ending import (
    DayOfYear,
    DaysAfter,
    EndOfCalendarYear,
    EndOfFiscalYear,
    EndOfSchemeYear,
    Expiry,
    Extension,
    FixedDate,
    MonthsAfter,
    Never,
    WindDown,
)
from rules.vocabulary.part import Text
from rules.vocabulary.periods import FromRegistration, Granting, InDates, InSeason, OneWindow, YearFrom
from rules.vocabulary.person import Age, CareLevel, Status
from rules.vocabulary.who import DayType, EvidenceTest, NoneOf, RoleTest
from tests.support.editions import HOURLY, answered, cap, edition, facts, told

SEVEN = PerOccasion(amount=7, minimum_minutes=0)
ENDS = WindDown(last_granting_on=date(2026, 5, 10), last_claim_on=date(2027, 3, 31), balances="kept")
HOLDS_CARD = Status(what="holds_card", counted_on="the_day")


def decided(changes: dict[str, Any], **seen: Any) -> Decision:
    return evaluate.evaluate(edition(**changes), facts(**seen))


# -------------------------------------------------------------------------------------------------------------- in force


@pytest.mark.parametrize(
    ("changes", "on", "reason"),
    [
        ({}, date(2026, 3, 31), "not_yet_in_force"),
        ({}, date(2026, 4, 1), "granted"),
        ({"wind_down": ENDS}, date(2026, 5, 10), "granted"),
        ({"wind_down": ENDS}, date(2026, 5, 11), "scheme_ended"),
        ({"year": OneWindow(first_on=date(2026, 5, 1), last_on=date(2026, 5, 31))}, date(2026, 5, 31), "granted"),
        ({"year": OneWindow(first_on=date(2026, 5, 1), last_on=date(2026, 5, 31))}, date(2026, 6, 1), "outside_window"),
        ({"granting": InSeason(first="05-01", last="02-29")}, date(2027, 2, 28), "granted"),
        ({"granting": InSeason(first="05-01", last="02-29")}, date(2027, 3, 1), "outside_season"),
        ({"granting": InDates(first_on=date(2026, 7, 4), last_on=date(2027, 2, 28))}, date(2026, 7, 3), "outside_window"),
        ({"granting": InDates(first_on=date(2026, 7, 4), last_on=date(2027, 2, 28))}, date(2026, 7, 4), "granted"),
    ],
)
def test_on_which_days_an_activity_earns(changes: dict[str, Any], on: date, reason: str) -> None:
    assert decided(changes, occurred_on=on).reason == reason


@pytest.mark.parametrize(
    "granting",
    [
        InSeason(first="05-01", last="02-29", grace_days=7),
        InDates(first_on=date(2026, 5, 1), last_on=date(2027, 2, 28), grace_days=7),
    ],
)
def test_what_is_recorded_after_the_days_of_grace_earns_nothing(granting: Granting) -> None:
    last = date(2027, 2, 28)
    reasons = [decided({"granting": granting}, occurred_on=last, granted_on=last + timedelta(days=n)).reason for n in (7, 8)]
    assert reasons == ["granted", "recorded_too_late"]


def test_nobody_earns_before_their_registration_where_the_year_begins_with_it() -> None:
    changes = {"year": FromRegistration()}
    assert decided(changes, registered_on=date(2026, 5, 11)).reason == "before_registration"
    assert decided(changes, registered_on=date(2026, 5, 10)).reason == "granted"
    assert decided(changes).reason == "granted"


def test_a_day_that_no_calendar_here_counts_is_told_not_computed() -> None:
    rules = edition(caps=(cap(2, per="month"),), expiry=MonthsAfter(months=1200, counted_from="activity"))
    for on in (date.min, date.max):
        assert evaluate.needs(rules, facts(occurred_on=on)) == evaluate.questions(rules, facts(occurred_on=on)) == ()
        assert evaluate.evaluate(rules, facts(occurred_on=on)).reason == "date_out_of_range"
        by_grant = edition(expiry=MonthsAfter(months=1200, counted_from="grant"))
        assert evaluate.evaluate(by_grant, facts(granted_on=on)).reason == "date_out_of_range"


# ------------------------------------------------------------------------------------------------------------------- who


def test_only_the_named_roles_earn() -> None:
    assert decided({"eligibility": (RoleTest(one_of=("helper",)),)}, role="receiver").reason == "role_not_eligible"
    assert decided({"eligibility": ()}, role="receiver").amount == 2


def test_evidence_below_the_least_earns_nothing() -> None:
    changes = {"eligibility": (EvidenceTest(at_least=2),)}
    assert [decided(changes, evidence=e).reason for e in (1, 2)] == ["evidence_too_low", "granted"]


def test_what_is_not_known_of_the_person_is_asked_and_then_decides() -> None:
    rules = edition(
        eligibility=(
            Age(at_least=65, counted_on="fiscal_year_end"),
            NoneOf(tests=(CareLevel(one_of=("care",), counted_on="the_day"),)),
        )
    )
    age, care = evaluate.questions(rules, facts())
    assert (age.first_on, age.last_on, care.fact) == (date(2027, 3, 31), date(2027, 3, 31), "care:care")

    def with_answers(*answers: Answer) -> Decision:
        return evaluate.evaluate(rules, facts(answers=answers))

    assert (with_answers().outcome, with_answers().reason, with_answers().amount) == ("ask", "age_unknown", 0)
    assert with_answers(Answer(age, yes=True)).reason == "care_level_unknown"
    assert with_answers(Answer(age, yes=False)).reason == "age_required"
    assert with_answers(Answer(age, yes=True), Answer(care, yes=True)).reason == "care_level_excludes"
    assert with_answers(Answer(age, yes=True), Answer(care, yes=False)).reason == "granted"


def test_each_question_is_asked_once() -> None:
    clause = Clause(activity_kinds=("*",), earn=HOURLY, who=(HOLDS_CARD,))
    campaign = Campaign(activity_kinds=("*",), when=(HOLDS_CARD,), percent=200, rounding="down")
    rules = edition(eligibility=(HOLDS_CARD,), clauses=(clause,), campaigns=(campaign,), caps=(cap(1, who=(HOLDS_CARD,)),))
    assert [question.fact for question in evaluate.questions(rules, facts())] == ["status:holds_card"]


# ----------------------------------------------------------------------------------------------------------------- clauses


def test_a_kind_that_no_clause_names_earns_nothing_by_name() -> None:
    decision = decided({"clauses": (Clause(activity_kinds=("visit",), earn=HOURLY),)}, activity_kind="concert")
    assert decision.reason == "no_clause"
    assert decision.trace[-1].numbers == {"activity_kind": "concert"}


def test_the_first_clause_whose_tests_pass_counts() -> None:
    rest = Clause(activity_kinds=("*",), earn=SEVEN, who=(DayType(one_of=("sunday", "holiday")),))
    rules = edition(clauses=(rest, Clause(activity_kinds=("*",), earn=HOURLY)))
    days = (date(2026, 5, 10), date(2026, 5, 11))
    assert [evaluate.evaluate(rules, facts(occurred_on=on, holiday=False)).amount for on in days] == [7, 2]
    monday = evaluate.evaluate(rules, facts(occurred_on=days[1]))
    assert (monday.outcome, monday.reason) == ("ask", "day_type_unknown")


def test_where_no_clause_passes_the_first_reason_is_told() -> None:
    rest = Clause(activity_kinds=("*",), earn=SEVEN, who=(DayType(one_of=("saturday",)),))
    proved = Clause(activity_kinds=("*",), earn=SEVEN, who=(EvidenceTest(at_least=4),))
    assert decided({"clauses": (rest, proved)}).reason == "day_type_required"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"first_on": date(2026, 5, 11)}, "clause_not_yet"),
        ({"first_on": date(2026, 5, 10)}, "granted"),
        ({"last_on": date(2026, 5, 9)}, "clause_ended"),
        ({"last_on": date(2026, 5, 10)}, "granted"),
    ],
)
def test_a_clause_may_have_its_own_days(changes: dict[str, Any], reason: str) -> None:
    assert decided({"clauses": (Clause(activity_kinds=("*",), earn=HOURLY, **changes),)}).reason == reason


def test_a_campaign_that_may_apply_is_asked_about() -> None:
    rules = edition(campaigns=(Campaign(activity_kinds=("*",), when=(HOLDS_CARD,), percent=200, rounding="down"),))
    assert evaluate.evaluate(rules, facts()).outcome == "ask"
    assert [evaluate.evaluate(rules, answered(rules, facts(), *no)).amount for no in ((), ("status:holds_card",))] == [4, 2]
    assert evaluate.evaluate(rules, facts(minutes=5)).reason == "rounded_to_nothing"


# ---------------------------------------------------------------------------------------------------------------- expiry


def june(of: Any, years_later: int) -> DayOfYear:
    return DayOfYear(day="06-30", of=of, years_later=years_later, counted_from="activity")


@pytest.mark.parametrize(
    ("expiry", "occurred_on", "granted_on", "expires_on"),
    [
        (Never(), date(2028, 2, 29), None, None),
        (MonthsAfter(months=12, counted_from="activity"), date(2028, 2, 29), None, date(2029, 2, 28)),
        (MonthsAfter(months=48, counted_from="activity"), date(2028, 2, 29), None, date(2032, 2, 29)),
        (MonthsAfter(months=1, counted_from="activity"), date(2027, 1, 31), None, date(2027, 2, 28)),
        (MonthsAfter(months=1, counted_from="grant"), date(2027, 1, 31), date(2027, 2, 3), date(2027, 3, 3)),
        (EndOfFiscalYear(years_later=0, counted_from="activity"), date(2027, 3, 31), None, date(2027, 3, 31)),
        (EndOfFiscalYear(years_later=0, counted_from="activity"), date(2027, 4, 1), None, date(2028, 3, 31)),
        (EndOfFiscalYear(years_later=1, counted_from="activity"), date(2027, 3, 31), None, date(2028, 3, 31)),
        (EndOfFiscalYear(years_later=1, counted_from="grant"), date(2027, 3, 31), date(2027, 4, 1), date(2029, 3, 31)),
        (EndOfCalendarYear(years_later=1, counted_from="activity"), date(2026, 5, 1), None, date(2027, 12, 31)),  # 横浜
        (EndOfSchemeYear(years_later=0, counted_from="activity"), date(2026, 8, 31), None, date(2026, 8, 31)),
        (EndOfSchemeYear(years_later=1, counted_from="activity"), date(2026, 9, 1), None, date(2028, 8, 31)),
        (DaysAfter(days=180, counted_from="activity"), date(2026, 5, 10), None, date(2026, 11, 6)),
        (DaysAfter(days=1, counted_from="grant"), date(2026, 5, 10), date(2027, 2, 28), date(2027, 3, 1)),
        (june("fiscal_year", 1), date(2027, 3, 31), None, date(2027, 6, 30)),
        (june("fiscal_year", 1), date(2027, 4, 1), None, date(2028, 6, 30)),
        (june("calendar_year", 1), date(2026, 12, 31), None, date(2027, 6, 30)),
        (
            DayOfYear(day="02-29", of="fiscal_year", years_later=0, counted_from="activity"),
            date(2026, 4, 1),
            None,
            date(2027, 2, 28),
        ),
        (FixedDate(on=date(2027, 3, 31)), date(2027, 3, 31), None, date(2027, 3, 31)),
    ],
)
def test_the_last_day_of_use(expiry: Expiry, occurred_on: date, granted_on: date | None, expires_on: date | None) -> None:
    changes = {"expiry": expiry, "year": YearFrom(first="09-01")}
    decision = decided(changes, occurred_on=occurred_on, granted_on=granted_on)
    assert (decision.outcome, decision.expires_on) == ("granted", expires_on)


@pytest.mark.parametrize(("occurred_on", "granted_on"), [(date(2027, 4, 1), None), (date(2027, 3, 1), date(2027, 4, 1))])
def test_nothing_is_granted_that_could_not_be_used(occurred_on: date, granted_on: date | None) -> None:
    decision = decided({"expiry": FixedDate(on=date(2027, 3, 31))}, occurred_on=occurred_on, granted_on=granted_on)
    assert decision.reason == "already_expired"


@pytest.mark.parametrize(("chosen", "expires_on"), [(False, date(2028, 3, 31)), (True, date(2027, 3, 31))])
def test_a_decree_that_is_for_all_keeps_a_grant_alive(chosen: bool, expires_on: date) -> None:
    decree = Extension(name=Text(ja="特例", en="Decree"), years=(2026,), until=date(2028, 3, 31), chosen=chosen)
    changes = {"expiry": EndOfFiscalYear(years_later=0, counted_from="activity"), "extensions": (decree,)}
    assert decided(changes).expires_on == expires_on


def test_every_expiry_of_the_vocabulary_has_its_function() -> None:
    for variant in get_args(Expiry):
        assert ending.last_day.dispatch(variant) is not ending.last_day.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        ending.last_day(UUID(int=0), ending.Days(date.min, date.min, FromRegistration(), None))


# ------------------------------------------------------------------------------------------------------- the whole decision


def test_a_grant_names_its_funding_in_order_and_its_steps() -> None:
    decision = decided({}, minutes=150)
    assert (decision.amount, decision.unit, decision.minutes, decision.funding) == (2, "stamp", 150, ("care", "general"))
    assert [step.code for step in decision.trace] == ["clause", "earned_per_time", "granted"]


def test_a_case_holds_the_facts_that_its_decision_saw() -> None:
    rules = edition(caps=(cap(3),))
    cases = evaluate.evaluate_list(rules, [told(rules, facts(n)) for n in (1, 2)])
    assert [case.facts.used[0].amount for case in cases] == [0, 2]
    assert [evaluate.evaluate(rules, case.facts) for case in cases] == [case.decision for case in cases]


def test_one_attendance_is_the_list_of_one() -> None:
    seen: list[Facts] = [facts(minutes=minutes) for minutes in (0, 60)]
    assert [evaluate.evaluate_list(edition(), [each])[0].decision for each in seen] == [
        evaluate.evaluate(edition(), each) for each in seen
    ]
