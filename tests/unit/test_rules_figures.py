"""A figure as a test, and what was attested within a cap on minutes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rules import check, evaluate, parse
from rules.decision import Used
from rules.vocabulary.earning import Attested, Clause
from rules.vocabulary.ending import Free, MonthsAfter
from rules.vocabulary.who import MeasureTest, NoneOf
from tests.support.editions import cap, edition, facts

SNOW = MeasureTest(measure="snow_cm", at_least=100)


@pytest.mark.parametrize(
    ("test", "told", "reason"),
    [
        (SNOW, {"measures": {"snow_cm": 100}}, "granted"),
        (SNOW, {"measures": {"snow_cm": 99}}, "measure_required"),
        (SNOW, {"measures": {"steps": 100}}, "measure_unknown"),
        (SNOW, {}, "measure_unknown"),
        (MeasureTest(measure="present", at_least=3), {"counts": {"present": 3}}, "granted"),
        (NoneOf(tests=(SNOW,)), {"measures": {"snow_cm": 100}}, "measure_excludes"),
        (NoneOf(tests=(SNOW,)), {"measures": {"snow_cm": 99}}, "granted"),
    ],
)
def test_a_figure_decides_as_a_test(test: MeasureTest | NoneOf, told: dict[str, Any], reason: str) -> None:
    decision = evaluate.evaluate(edition(eligibility=(test,)), facts(**told))
    assert decision.reason == reason
    assert decision.outcome == ("granted" if reason == "granted" else "ask" if reason == "measure_unknown" else "nothing")


@pytest.mark.parametrize(
    ("minutes", "attested", "used", "amount"),
    [(180, 3, 0, 2), (120, 3, 0, 3), (100, 2, 0, 2), (60, 1, 120, 0), (90, 2, 60, 1), (50, 1, 0, 1), (180, 1, 0, 1)],
)
def test_what_was_attested_beyond_a_cap_on_minutes_does_not_count(minutes: int, attested: int, used: int, amount: int) -> None:
    """東大和: two hours a day. Within them the attestor's number stands; of a time that is cut, whole units count."""
    clause = Clause(activity_kinds=("*",), earn=Attested(amount=1, every_minutes=60, untold="nearest", minimum_minutes=0))
    rules = edition(clauses=(clause,), caps=(cap(120, "minutes"),))
    plain = facts(minutes=minutes, attested=attested)
    seen = facts(minutes=minutes, attested=attested, used=tuple(Used(each, used) for each in evaluate.needs(rules, plain)))
    assert evaluate.evaluate(rules, seen).amount == amount


@pytest.mark.parametrize(("on", "outcome", "balance"), [("2027-05-01", "allowed", 0), ("2027-05-02", "refused", 1)])
def test_what_has_expired_is_not_passed_on_in_a_trial(on: str, outcome: str, balance: int) -> None:
    rules = edition(expiry=MonthsAfter(months=12, counted_from="grant"), transfer=Free())
    events = [
        {"type": "opening", "id": "held", "member": "m", "amount": 1, "occurred_on": "2026-05-01"},
        {"type": "transfer", "id": "given", "member": "m", "amount": 1, "transferred_on": on},
    ]
    given = check.evaluate_document(parse.render(rules), json.dumps({"events": events}).encode())[1]
    assert (given.outcome, given.balance) == (outcome, balance)
    assert given.reason == ("transfer_allowed" if outcome == "allowed" else "not_enough_held")
