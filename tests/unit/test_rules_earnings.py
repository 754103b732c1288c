"""What an attendance earns before any cap, at the edges where a printed rule is read differently by two people."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

import pytest

from rules import earnings, evaluate
from rules.decision import Before, Decision
from rules.vocabulary.earning import (
    Attested,
    Band,
    Bands,
    Campaign,
    Clause,
    Earning,
    FirstThen,
    HostSet,
    MeasureBand,
    MeasureBands,
    PerMeasure,
    PerOccasion,
    PerTime,
    Piece,
)
from rules.vocabulary.part import MEASURE_MAX, MINUTES_MAX, Rounding
from rules.vocabulary.who import Season
from tests.support.editions import HOURLY, edition, facts, told


def per_time(rounding: Rounding, minimum_minutes: int = 0, every_minutes: int = 60, **changes: Any) -> PerTime:
    return PerTime(amount=2, every_minutes=every_minutes, rounding=rounding, minimum_minutes=minimum_minutes, **changes)


def decided(earn: Earning, **changes: Any) -> Decision:
    return evaluate.evaluate(edition(earn=earn), facts(**changes))


def amounts(earn: Earning, *minutes: int) -> list[int]:
    return [decided(earn, minutes=each).amount for each in minutes]


# ------------------------------------------------------------------------------------------------------------------ time


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
    assert amounts(per_time(rounding), minutes) == [amount]


def test_half_hours_count_where_the_step_is_half_an_hour() -> None:
    assert amounts(per_time("down", every_minutes=30), 29, 30, 59, 90) == [0, 2, 2, 6]


def test_nearest_of_an_odd_step_rounds_up_only_from_the_true_half_on() -> None:
    assert amounts(per_time("nearest", every_minutes=45), 22, 23) == [0, 2]


def test_below_the_minimum_nothing_is_earned_and_the_trace_says_so() -> None:
    short, enough = (decided(per_time("up", minimum_minutes=30), minutes=m) for m in (29, 30))
    assert (short.outcome, short.amount, short.reason, short.funding) == ("nothing", 0, "below_minimum", ())
    assert short.trace[-1].numbers == {"minutes": 29, "minimum_minutes": 30}
    assert (enough.outcome, enough.amount, enough.reason) == ("granted", 2, "granted")


def test_an_occasion_earns_the_same_however_long() -> None:
    assert amounts(PerOccasion(amount=100, minimum_minutes=30), 29, 30, 600) == [0, 100, 100]


def test_time_that_rounds_to_nothing_has_its_own_reason() -> None:
    assert decided(HOURLY, minutes=59).reason == "rounded_to_nothing"


def test_one_attendance_may_earn_no_more_than_so_much() -> None:
    assert amounts(per_time("down", at_most=5), 120, 180, 600) == [4, 5, 5]


@pytest.mark.parametrize(("minutes", "counted"), [(-5, 0), (10**12, MINUTES_MAX)])
def test_minutes_out_of_bounds_count_as_the_nearest_bound(minutes: int, counted: int) -> None:
    assert decided(PerOccasion(amount=5, minimum_minutes=0), minutes=minutes).minutes == counted


@pytest.mark.parametrize(
    ("minutes", "amount"),
    [(0, 0), (1, 750), (60, 750), (61, 1130), (90, 1130), (91, 1500), (120, 1500), (150, 1880), (180, 2250)],
)
def test_the_first_hour_counts_in_full_and_what_follows_in_the_longest_pieces(minutes: int, amount: int) -> None:
    """福岡: an hour 750, half an hour 380: two half hours never cost more than the hour."""
    pieces = (Piece(minutes=30, amount=380), Piece(minutes=60, amount=750))
    earn = FirstThen(first_minutes=60, first_amount=750, then=pieces, rounding="up", minimum_minutes=0)
    assert amounts(earn, minutes) == [amount]


def test_a_first_length_may_have_a_minimum() -> None:
    earn = FirstThen(first_minutes=60, first_amount=9, then=(Piece(minutes=60, amount=5),), rounding="down", minimum_minutes=20)
    assert amounts(earn, 19, 20, 60, 119, 120) == [0, 9, 9, 9, 14]


def test_the_band_that_the_time_falls_into_counts() -> None:
    earn = Bands(bands=(Band(from_minutes=0, amount=100), Band(from_minutes=120, amount=200)))  # 神戸
    assert amounts(earn, 0, 90, 119, 120, 500) == [100, 100, 100, 200, 200]
    over_an_hour = Bands(bands=(Band(from_minutes=30, amount=1), Band(from_minutes=61, amount=2)))  # 西東京
    assert amounts(over_an_hour, 29, 60, 61) == [0, 1, 2]
    assert decided(over_an_hour, minutes=29).reason == "below_minimum"


def test_a_band_may_be_worth_nothing_and_a_table_may_fall() -> None:
    earn = Bands(
        bands=(Band(from_minutes=0, amount=0), Band(from_minutes=60, amount=9), Band(from_minutes=90, amount=3)), may_fall=True
    )
    assert amounts(earn, 10, 60, 90) == [0, 9, 3]
    assert decided(earn, minutes=10).reason == "band_of_nothing"


# ------------------------------------------------------------------------------- what is measured, set by the host, attested


def test_what_is_measured_earns_by_its_units() -> None:
    earn = PerMeasure(measure="steps", amount=2, every=1000, rounding="down", at_most=10)
    figures = [decided(earn, measures={"steps": steps}) for steps in (999, 1000, 4999, 9000, -1)]
    assert [each.amount for each in figures] == [0, 2, 8, 10, 0]
    assert figures[0].reason == "measure_too_low"
    assert (decided(earn).outcome, decided(earn).reason) == ("ask", "measure_unknown")


def test_a_headcount_can_be_what_is_measured() -> None:
    earn = PerMeasure(measure="present", amount=10, every=1, rounding="down")
    assert decided(earn, counts={"present": 7}).amount == 70
    assert decided(earn, counts={"present": 7}, measures={"present": 3}).amount == 30


def test_a_figure_out_of_bounds_counts_as_the_bound() -> None:
    earn = PerMeasure(measure="steps", amount=1, every=1, rounding="down")
    assert decided(earn, measures={"steps": 10**15}).amount == MEASURE_MAX


def test_a_figure_has_its_bands() -> None:
    earn = MeasureBands(measure="steps", bands=(MeasureBand(at_least=4000, amount=1), MeasureBand(at_least=8000, amount=5)))
    assert [decided(earn, measures={"steps": steps}).amount for steps in (3999, 4000, 8000)] == [0, 1, 5]
    assert decided(earn, measures={"steps": 0}).reason == "measure_too_low"
    assert decided(earn).outcome == "ask"


@pytest.mark.parametrize(
    ("amount", "granted", "reason"),
    [
        (None, 0, "host_amount_unknown"),
        (99, 0, "host_amount_out_of_bounds"),
        (100, 100, "granted"),
        (501, 0, "host_amount_out_of_bounds"),
    ],
)
def test_the_host_sets_an_amount_within_bounds(amount: int | None, granted: int, reason: str) -> None:
    decision = decided(HostSet(at_least=100, at_most=500), host_amount=amount)
    assert (decision.amount, decision.reason) == (granted, reason)
    assert (decision.outcome == "ask") == (amount is None)


def test_a_host_may_set_nothing() -> None:
    assert decided(HostSet(at_least=0, at_most=5), host_amount=0).reason == "host_set_nothing"


@pytest.mark.parametrize(
    ("untold", "attested", "minutes", "amount"),
    [
        ("ask", None, 70, 0),
        ("down", None, 70, 1),
        ("up", None, 70, 2),
        ("nearest", None, 70, 1),
        ("up", 1, 200, 1),
        ("down", 0, 200, 0),
    ],
)
def test_who_attests_says_how_many(untold: Any, attested: int | None, minutes: int, amount: int) -> None:
    earn = Attested(amount=1, every_minutes=60, untold=untold, minimum_minutes=0)  # 「1時間程度につき1個」
    decision = decided(earn, attested=attested, minutes=minutes)
    assert decision.amount == amount
    assert decision.reason == ("attested_unknown" if untold == "ask" else "attested_nothing" if attested == 0 else "granted")


# ----------------------------------------------------------------------------------------------- campaigns and occasions


def campaign(percent: int, rounding: Rounding = "down") -> Campaign:
    return Campaign(activity_kinds=("*",), when=(Season(first="05-01", last="05-31"),), percent=percent, rounding=rounding)


@pytest.mark.parametrize(
    ("campaigns", "amount"),
    [
        ((campaign(200),), 6),
        ((campaign(150),), 4),
        ((campaign(150, "up"),), 5),
        ((campaign(50),), 1),
        ((campaign(200), campaign(50)), 3),
    ],
)
def test_a_campaign_is_so_many_percent_of_what_the_clause_gives(campaigns: tuple[Campaign, ...], amount: int) -> None:
    rules = edition(campaigns=campaigns)
    assert evaluate.evaluate(rules, facts(minutes=180)).amount == amount


def test_a_campaign_is_for_its_days_and_kinds() -> None:
    rules = edition(campaigns=(Campaign(activity_kinds=("visit",), when=(), percent=200, rounding="down"), campaign(300)))
    reached = [evaluate.evaluate(rules, facts(activity_kind=kind)).amount for kind in ("visit", "salon")]
    assert reached == [12, 6]
    assert (
        evaluate.evaluate(edition(campaigns=(campaign(300),)), facts(occurred_on=facts().occurred_on.replace(month=6))).amount
        == 2
    )


@pytest.mark.parametrize(
    ("before", "minutes", "amount", "reason"),
    [
        (Before(90, 1), 30, 1, "granted"),  # two hours in all
        (Before(90, 1), 20, 0, "same_occasion"),
        (Before(50, 0), 20, 1, "granted"),  # what earned nothing is looked at again
        (Before(50, -3), 20, 1, "granted"),
    ],
)
def test_who_comes_back_earns_what_the_whole_adds(before: Before, minutes: int, amount: int, reason: str) -> None:
    decision = decided(HOURLY, minutes=minutes, before=before)
    assert (decision.amount, decision.reason) == (amount, reason)


def test_the_time_of_a_day_or_month_may_be_added_up_before_it_is_rounded() -> None:
    rules = edition(earn=per_time("down", summed_over="month"))
    listed = [told(rules, facts(n, minutes=minutes)) for n, minutes in enumerate((40, 40, 40, 60))]
    cases = evaluate.evaluate_list(rules, listed)
    assert [case.decision.amount for case in cases] == [0, 2, 2, 2]
    assert [case.decision.looked for case in cases] == [40, 40, 40, 60]
    assert cases[0].decision.reason == "rounded_to_nothing"
    assert "earned_summed" in [step.code for step in cases[1].decision.trace]


def test_an_attendance_that_is_too_short_is_not_added_up_and_the_sum_itself_has_no_shortest_time() -> None:
    rules = edition(earn=per_time("down", minimum_minutes=30, summed_over="month"))
    cases = evaluate.evaluate_list(rules, [told(rules, facts(n, minutes=minutes)) for n, minutes in enumerate((29, 30, 15, 30))])
    assert [case.decision.reason for case in cases] == ["below_minimum", "rounded_to_nothing", "below_minimum", "granted"]
    assert [case.decision.looked for case in cases] == [0, 30, 0, 30]
    assert cases[3].decision.amount == 2


def test_the_most_of_one_attendance_cuts_what_it_adds_and_is_not_made_up_later() -> None:
    rules = edition(earn=per_time("down", at_most=4, summed_over="month"))
    cases = evaluate.evaluate_list(
        rules, [told(rules, facts(n, minutes=minutes)) for n, minutes in enumerate((50, 300, 30, 40, 60))]
    )
    assert [case.decision.amount for case in cases] == [0, 4, 2, 2, 2]
    assert [case.decision.looked_earned for case in cases] == [0, 10, 2, 2, 2]
    assert cases[1].decision.earned == 4


def test_time_that_is_added_up_must_be_told() -> None:
    assert decided(per_time("down", summed_over="month"), minutes=600).reason == "used_not_told"


def test_every_earning_of_the_vocabulary_has_its_function() -> None:
    for variant in get_args(Earning):
        assert earnings.earn.dispatch(variant) is not earnings.earn.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        earnings.earn(UUID(int=0), 1, facts())


def test_the_first_clause_that_names_the_kind_counts() -> None:
    clauses = (
        Clause(activity_kinds=("visit",), earn=PerOccasion(amount=7, minimum_minutes=0)),
        Clause(activity_kinds=("*",), earn=HOURLY),
    )
    rules = edition(clauses=clauses)
    assert [evaluate.evaluate(rules, facts(activity_kind=kind)).amount for kind in ("visit", "anything")] == [7, 2]
