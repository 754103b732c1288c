"""Tests of the past: what was granted before, in lists, in trials, in claims, in drafts over the past, and held against what stood."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from rules import contradictions, convert, evaluate, past, remembered
from rules.decision import Facts, Used, Window
from rules.past import Event, Ledger
from rules.vocabulary.earning import Clause, PerOccasion
from rules.vocabulary.edition import Edition
from rules.vocabulary.periods import FromRegistration
from rules.vocabulary.who import Earned, NoneOf, SinceLast
from tests.support.claims import claim
from tests.support.editions import edition, exchange, facts

MAY = date(2026, 5, 10)
CHECKED = Earned(activity_kinds=("check",), of="grants", at_least=1, per="fiscal_year")
RESTED = SinceLast(activity_kinds=("blood",), days=84)


def clause(kind: str, *tests: Any) -> Clause:
    return Clause(activity_kinds=(kind,), earn=PerOccasion(amount=5, minimum_minutes=0), who=tests)


def rules(*tests: Any, **changes: Any) -> Edition:
    return edition(clauses=(clause("check"), clause("blood", *tests)), **changes)


def listed(ruled: Edition, *attended: tuple[str, date]) -> list[tuple[int, str]]:
    told = [facts(n, activity_kind=kind, occurred_on=on) for n, (kind, on) in enumerate(attended)]
    known = [answered(ruled, each) for each in told]
    return [(case.decision.amount, case.decision.reason) for case in evaluate.evaluate_list(ruled, known)]


def answered(ruled: Edition, of: Facts, **held: int) -> Facts:
    return msgspec.structs.replace(of, used=tuple(Used(each, held.get(each.per, 0)) for each in evaluate.needs(ruled, of)))


def test_what_another_kind_earned_in_the_period_lets_in() -> None:
    attended = (("blood", MAY), ("check", MAY), ("blood", MAY), ("blood", date(2027, 4, 1)))
    assert listed(rules(CHECKED), *attended) == [(0, "past_required"), (5, "granted"), (5, "granted"), (0, "past_required")]


@pytest.mark.parametrize(("later", "amount"), [(0, 0), (1, 0), (83, 0), (84, 5), (400, 5)])
def test_so_many_days_must_have_passed_since_the_last_time(later: int, amount: int) -> None:
    found = listed(rules(RESTED), ("blood", MAY), ("check", MAY), ("blood", MAY + timedelta(days=later)))
    assert [each for each, _ in found] == [5, 5, amount]


def test_what_earned_nothing_is_no_last_time() -> None:
    days = (MAY, MAY + timedelta(days=83), MAY + timedelta(days=84))
    assert [amount for amount, _ in listed(rules(RESTED), *(("blood", day) for day in days))] == [5, 0, 5]


def test_what_excludes_is_the_other_way_round() -> None:
    found = listed(rules(NoneOf(tests=(CHECKED,))), ("blood", MAY), ("check", MAY), ("blood", MAY))
    assert [reason for _, reason in found] == ["granted", "granted", "past_excludes"]


def test_a_past_that_is_not_told_is_no_answer() -> None:
    decision = evaluate.evaluate(rules(CHECKED), facts(activity_kind="blood"))
    assert (decision.outcome, decision.amount, decision.reason) == ("ask", 0, "used_not_told")
    own = rules(CHECKED, year=FromRegistration(), eligibility=())
    yearly = Earned(activity_kinds=("*",), of="amount", at_least=3, per="scheme_year")
    assert evaluate.evaluate(edition(eligibility=(yearly,), year=own.year), facts()).reason == "registration_day_unknown"


def test_windows_of_tests_are_asked_and_not_counted_in() -> None:
    of = facts(activity_kind="blood", occurred_on=MAY)
    first = MAY - timedelta(days=83)
    assert evaluate.needs(rules(RESTED, CHECKED), of) == (
        Window("grants", "days", first, MAY, ("blood",)),
        Window("grants", "fiscal_year", date(2026, 4, 1), date(2027, 3, 31), ("check",)),
    )
    assert evaluate.counted(rules(RESTED, CHECKED), of) == ()
    assert not evaluate.recalls(rules())


def test_a_claim_asks_what_was_granted() -> None:
    ruled = edition(conversion=exchange(who=(CHECKED,)))
    (window,) = convert.needs(ruled, claim(10))
    assert not convert.of_claims(window)
    for found, outcome in ((0, "nothing"), (1, "paid")):
        assert convert.convert(ruled, claim(10, used=(Used(window, found),))).outcome == outcome
    assert convert.convert(ruled, claim(10)).outcome == "ask"


def test_nothing_was_earned_before_registering_nor_for_a_fee() -> None:
    found = list(contradictions.find(edition(registration=(NoneOf(tests=(RESTED,)),))))
    assert [each.path for each in found] == [("registration", 1, "tests", 1, "test")]


@pytest.mark.parametrize(("told", "true"), [(1, True), (0, False), (2, False)])
def test_what_a_decision_was_told_for_a_test_is_held_against_what_stood(told: int, true: bool) -> None:
    ruled = rules(CHECKED, RESTED)
    asking = remembered.asking(ruled)
    ledger = Ledger()
    first = facts(1, activity_kind="check", occurred_on=MAY - timedelta(days=1))
    second = answered(ruled, facts(2, activity_kind="blood", occurred_on=MAY), fiscal_year=told)
    for number, of in enumerate((first, second)):
        kept = evaluate.evaluate(ruled, of)
        event = Event(number * 10**9, None, past.NOT_ASKED, 0, str(number))
        ledger.recall("scheme", past.recalled(asking, of, kept, event))
        for member_id, window, each in past.events(asking, (asking,), of, kept, event):
            ledger.add(("scheme", member_id, window), each)
    found = ledger.first_untrue()
    assert (found is None) is true
    assert found is None or (found["decision_id"], found["counted"], found["stood"]) == ("1", told, 1)
