"""What an edition grants, clause by clause, at the edges where a printed rule is read differently by two people."""

from __future__ import annotations

from datetime import date
from typing import get_args
from uuid import UUID

import msgspec
import pytest

from rules import earnings, evaluate
from rules.decision import Window
from rules.vocabulary.caps import Cap
from rules.vocabulary.earning import Clause, Earning, PerOccasion, PerTime
from rules.vocabulary.ending import EndOfFiscalYear, Expiry, FixedDate, MonthsAfter, Never
from rules.vocabulary.part import DATE_FIRST, DATE_LAST, MINUTES_MAX, Rounding
from rules.vocabulary.who import EvidenceTest, RoleTest, Test
from tests.support.editions import HOURLY, edition, facts, told


def per_time(rounding: Rounding, minimum_minutes: int = 0, every_minutes: int = 60) -> PerTime:
    return PerTime(amount=2, every_minutes=every_minutes, rounding=rounding, minimum_minutes=minimum_minutes)


def cap(limit: int, of: str, per: str) -> Cap:
    return Cap(limit=limit, of=of, per=per, for_each=("member",), stops="earning")  # pyright: ignore[reportArgumentType]


# --------------------------------------------------------------------------------------------------------------- earning


@pytest.mark.parametrize(
    ("rounding", "minutes", "amount"),
    [
        ("down", 59, 0),
        ("down", 60, 2),
        ("down", 90, 2),
        ("down", 119, 2),
        ("up", 0, 0),
        ("up", 1, 2),
        ("up", 60, 2),
        ("up", 61, 4),
        ("up", 90, 4),
        ("nearest", 29, 0),
        ("nearest", 30, 2),
        ("nearest", 89, 2),
        ("nearest", 90, 4),
    ],
)
def test_a_part_of_an_hour_counts_as_the_clause_says(rounding: Rounding, minutes: int, amount: int) -> None:
    assert evaluate.evaluate(edition(earn=per_time(rounding)), facts(minutes=minutes)).amount == amount


def test_half_hours_count_where_the_step_is_half_an_hour() -> None:
    rules = edition(earn=per_time("down", every_minutes=30))
    assert [evaluate.evaluate(rules, facts(minutes=m)).amount for m in (29, 30, 59, 90)] == [0, 2, 2, 6]


def test_nearest_of_an_odd_step_rounds_up_only_from_the_true_half_on() -> None:
    rules = edition(earn=per_time("nearest", every_minutes=45))
    assert [evaluate.evaluate(rules, facts(minutes=m)).amount for m in (22, 23)] == [0, 2]


def test_below_the_minimum_nothing_is_earned_and_the_trace_says_so() -> None:
    rules = edition(earn=per_time("up", minimum_minutes=30))
    short, enough = (evaluate.evaluate(rules, facts(minutes=m)) for m in (29, 30))
    assert (short.outcome, short.amount, short.reason, short.funding) == ("nothing", 0, "below_minimum", ())
    assert short.trace[-1].numbers == {"minutes": 29, "minimum_minutes": 30}
    assert (enough.outcome, enough.amount, enough.reason) == ("granted", 2, "granted")


def test_an_occasion_earns_the_same_however_long() -> None:
    rules = edition(earn=PerOccasion(amount=100, minimum_minutes=30))
    assert [evaluate.evaluate(rules, facts(minutes=m)).amount for m in (29, 30, 600)] == [0, 100, 100]


def test_time_that_rounds_to_nothing_has_its_own_reason() -> None:
    assert evaluate.evaluate(edition(), facts(minutes=59)).reason == "rounded_to_nothing"


def test_the_first_clause_that_names_the_kind_counts() -> None:
    clauses = (
        Clause(activity_kinds=("visit",), earn=PerOccasion(amount=7, minimum_minutes=0)),
        Clause(activity_kinds=("*",), earn=HOURLY),
    )
    rules = edition(clauses=clauses)
    assert [evaluate.evaluate(rules, facts(activity_kind=kind)).amount for kind in ("visit", "anything")] == [7, 2]


def test_a_kind_that_no_clause_names_earns_nothing_by_name() -> None:
    rules = edition(clauses=(Clause(activity_kinds=("visit",), earn=HOURLY),))
    decision = evaluate.evaluate(rules, facts(activity_kind="concert"))
    assert decision.reason == "no_clause"
    assert decision.trace[-1].numbers == {"activity_kind": "concert"}


# ----------------------------------------------------------------------------------------------------------- eligibility


def test_only_the_named_roles_earn() -> None:
    rules = edition(eligibility=(RoleTest(one_of=("helper",)),))
    assert evaluate.evaluate(rules, facts(role="receiver")).reason == "role_not_eligible"
    assert evaluate.evaluate(edition(eligibility=()), facts(role="receiver")).amount == 2


def test_evidence_below_the_least_earns_nothing() -> None:
    rules = edition(eligibility=(EvidenceTest(at_least=2),))
    assert [evaluate.evaluate(rules, facts(evidence=e)).reason for e in (1, 2)] == ["evidence_too_low", "granted"]


def test_an_edition_grants_from_its_first_day_on() -> None:
    days = (date(2026, 3, 31), date(2026, 4, 1))
    assert [evaluate.evaluate(edition(), facts(occurred_on=on)).reason for on in days] == ["not_yet_in_force", "granted"]


def test_a_day_that_no_calendar_here_counts_is_told_not_computed() -> None:
    rules = edition(caps=(cap(2, "amount", "month"),), expiry=MonthsAfter(months=1200, counted_from="activity"))
    for on in (date.min, date.max):
        assert evaluate.needs(rules, on) == ()
        assert evaluate.evaluate(rules, facts(occurred_on=on)).reason == "date_out_of_range"
        by_grant = edition(expiry=MonthsAfter(months=1200, counted_from="grant"))
        assert evaluate.evaluate(by_grant, facts(granted_on=on)).reason == "date_out_of_range"


@pytest.mark.parametrize(("minutes", "counted"), [(-5, 0), (10**12, MINUTES_MAX)])
def test_minutes_out_of_bounds_count_as_the_nearest_bound(minutes: int, counted: int) -> None:
    rules = edition(earn=PerOccasion(amount=5, minimum_minutes=0))
    assert evaluate.evaluate(rules, facts(minutes=minutes)).minutes == counted


# ------------------------------------------------------------------------------------------------------------------ caps


def test_a_cap_cuts_the_amount_and_tells_its_numbers() -> None:
    rules = edition(caps=(cap(3, "amount", "day"),))
    decision = evaluate.evaluate(rules, told(rules, facts(minutes=240), 1))
    assert (decision.amount, decision.outcome) == (2, "granted")
    cut = next(step for step in decision.trace if step.code == "cap_cut")
    assert cut.numbers == {
        "cap": 1, "of": "amount", "per": "day", "limit": 3, "used": 1, "left": 2, "before": 4, "after": 2,
    }  # fmt: skip


@pytest.mark.parametrize("used", [3, 4, 10**9])
def test_a_cap_that_is_reached_or_was_lowered_grants_nothing(used: int) -> None:
    rules = edition(caps=(cap(3, "amount", "fiscal_year"),))
    decision = evaluate.evaluate(rules, told(rules, facts(), used))
    assert (decision.outcome, decision.amount, decision.minutes, decision.reason) == ("nothing", 0, 0, "cap_reached")
    assert decision.trace[-1].numbers["left"] == 0


def test_time_beyond_a_cap_on_minutes_is_as_if_it_had_not_been() -> None:
    rules = edition(caps=(cap(120, "minutes", "day"),))
    decision = evaluate.evaluate(rules, told(rules, facts(minutes=180), 30))
    assert (decision.amount, decision.minutes) == (1, 90)


def test_what_a_cap_on_minutes_leaves_must_still_reach_the_minimum() -> None:
    rules = edition(earn=PerOccasion(amount=5, minimum_minutes=30), caps=(cap(60, "minutes", "day"),))
    reasons = [evaluate.evaluate(rules, told(rules, facts(), used)).reason for used in (30, 31)]
    assert reasons == ["granted", "cap_reached"]


def test_no_minutes_left_is_nothing_even_where_no_minimum_is_stated() -> None:
    rules = edition(earn=PerOccasion(amount=5, minimum_minutes=0), caps=(cap(60, "minutes", "day"),))
    assert evaluate.evaluate(rules, told(rules, facts(), 60)).reason == "cap_reached"


def test_a_cap_on_grants_counts_how_many_times() -> None:
    rules = edition(caps=(cap(2, "grants", "week"),))
    assert [evaluate.evaluate(rules, told(rules, facts(), used)).amount for used in (0, 1, 2)] == [2, 2, 0]


def test_caps_apply_in_the_order_of_the_document() -> None:
    rules = edition(caps=(cap(3, "amount", "day"), cap(50, "amount", "fiscal_year")))
    decision = evaluate.evaluate(rules, told(rules, facts(minutes=300), 0, 49))
    cuts = [(s.numbers["cap"], s.numbers["before"], s.numbers["after"]) for s in decision.trace if s.code == "cap_cut"]
    assert cuts == [(1, 5, 3), (2, 3, 1)]


def test_a_question_left_unanswered_grants_nothing() -> None:
    rules = edition(caps=(cap(3, "amount", "day"),))
    assert evaluate.evaluate(rules, facts()).reason == "used_not_told"


@pytest.mark.parametrize(
    ("per", "on", "first_on", "last_on"),
    [
        ("day", date(2026, 5, 10), date(2026, 5, 10), date(2026, 5, 10)),
        ("week", date(2026, 5, 10), date(2026, 5, 4), date(2026, 5, 10)),
        ("week", date(2026, 5, 11), date(2026, 5, 11), date(2026, 5, 17)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("fiscal_year", date(2027, 3, 31), date(2026, 4, 1), date(2027, 3, 31)),
        ("fiscal_year", date(2027, 4, 1), date(2027, 4, 1), date(2028, 3, 31)),
        ("calendar_year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        ("scheme", date(2026, 5, 10), DATE_FIRST, DATE_LAST),
    ],
)
def test_the_window_of_a_cap_holds_its_day(per: str, on: date, first_on: date, last_on: date) -> None:
    assert evaluate.needs(edition(caps=(cap(1, "amount", per),)), on) == (Window("amount", per, first_on, last_on),)


def test_every_period_of_the_vocabulary_has_its_days() -> None:
    per = next(field.type for field in msgspec.structs.fields(Cap) if field.name == "per")
    assert set(get_args(get_args(per)[0])) == set(evaluate.PERIODS)


def test_a_list_counts_what_it_grants_itself_for_each_member_and_period() -> None:
    rules = edition(caps=(cap(3, "amount", "day"), cap(5, "amount", "fiscal_year")))
    days = [date(2027, 3, 30), date(2027, 3, 30), date(2027, 3, 31), date(2027, 4, 1)]
    listed = [told(rules, facts(n, occurred_on=on)) for n, on in enumerate(days)]
    listed.append(told(rules, facts(9, member=2, occurred_on=days[2])))
    assert [case.decision.amount for case in evaluate.evaluate_list(rules, listed)] == [2, 1, 2, 2, 2]


def test_a_case_holds_the_facts_that_its_decision_saw() -> None:
    rules = edition(caps=(cap(3, "amount", "day"),))
    cases = evaluate.evaluate_list(rules, [told(rules, facts(n)) for n in (1, 2)])
    assert [case.facts.used[0].amount for case in cases] == [0, 2]
    assert [evaluate.evaluate(rules, case.facts) for case in cases] == [case.decision for case in cases]


# ---------------------------------------------------------------------------------------------------------------- expiry


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
        (FixedDate(on=date(2027, 3, 31)), date(2027, 3, 31), None, date(2027, 3, 31)),
    ],
)
def test_the_last_day_of_use(expiry: Expiry, occurred_on: date, granted_on: date | None, expires_on: date | None) -> None:
    decision = evaluate.evaluate(edition(expiry=expiry), facts(occurred_on=occurred_on, granted_on=granted_on))
    assert (decision.outcome, decision.expires_on) == ("granted", expires_on)


@pytest.mark.parametrize(("occurred_on", "granted_on"), [(date(2027, 4, 1), None), (date(2027, 3, 1), date(2027, 4, 1))])
def test_nothing_is_granted_that_could_not_be_used(occurred_on: date, granted_on: date | None) -> None:
    rules = edition(expiry=FixedDate(on=date(2027, 3, 31)))
    assert evaluate.evaluate(rules, facts(occurred_on=occurred_on, granted_on=granted_on)).reason == "already_expired"


# ------------------------------------------------------------------------------------------------------- the whole decision


def test_a_grant_names_its_funding_in_order_and_its_steps() -> None:
    decision = evaluate.evaluate(edition(), facts(minutes=150))
    assert (decision.amount, decision.unit, decision.minutes, decision.funding) == (2, "stamp", 150, ("care", "general"))
    assert [step.code for step in decision.trace] == ["clause", "earned_per_time", "granted"]


@pytest.mark.parametrize(
    ("union", "function", "arguments"),
    [
        (Earning, earnings.earn, (1,)),
        (Test, evaluate.refuse, (facts(),)),
        (Expiry, evaluate.expires_on, (facts(),)),
    ],
)
def test_every_variant_of_the_vocabulary_has_its_function(union, function, arguments) -> None:
    for variant in get_args(union):
        assert function.dispatch(variant) is not function.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        function(UUID(int=0), *arguments)
