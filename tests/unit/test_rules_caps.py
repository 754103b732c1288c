"""Caps: what they count and for whom, what they stop, where the rest goes, and in which order; and bonuses for coming often."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules import evaluate
from rules.decision import Answer, Before, Beyond, Case, Decision, Facts, Window
from rules.vocabulary.caps import Cap, ToDraw, ToFunding
from rules.vocabulary.earning import Bonus, Campaign, PerOccasion
from rules.vocabulary.edition import Edition
from rules.vocabulary.periods import FromRegistration
from rules.vocabulary.person import Status
from tests.support.editions import answered, cap, edition, facts, told, untold

HOLDS_CARD = Status(what="holds_card", counted_on="the_day")
PREFECTURE = ToFunding(funding=("prefecture",))


def capped(*caps: Cap, **changes: Any) -> Edition:
    return edition(caps=caps, **changes)


def decided(rules: Edition, *used: int, **changes: Any) -> Decision:
    return evaluate.evaluate(rules, told(rules, facts(**changes), *used))


def amounts(cases: list[Case]) -> list[int]:
    return [case.decision.amount for case in cases]


# ----------------------------------------------------------------------------------------------------- what they count


def test_a_cap_cuts_the_amount_and_tells_its_numbers() -> None:
    decision = decided(capped(cap(3)), 1, minutes=240)
    assert (decision.amount, decision.outcome) == (2, "granted")
    cut = next(step for step in decision.trace if step.code == "cap_cut")
    assert cut.numbers == {
        "cap": 1, "of": "amount", "per": "day", "limit": 3, "for_each": "member", "used": 1, "left": 2, "before": 4, "after": 2,
    }  # fmt: skip


@pytest.mark.parametrize("used", [3, 4, 10**9])
def test_a_cap_that_is_reached_or_was_lowered_grants_nothing(used: int) -> None:
    decision = decided(capped(cap(3, per="fiscal_year")), used)
    assert (decision.outcome, decision.amount, decision.minutes, decision.reason) == ("nothing", 0, 0, "cap_reached")
    assert decision.trace[-1].numbers["left"] == 0


def test_time_beyond_a_cap_on_minutes_is_as_if_it_had_not_been() -> None:
    decision = decided(capped(cap(120, "minutes")), 30, minutes=180)
    assert (decision.amount, decision.minutes) == (1, 90)


def test_what_a_cap_on_minutes_leaves_must_still_reach_the_minimum() -> None:
    rules = capped(cap(60, "minutes"), earn=PerOccasion(amount=5, minimum_minutes=30))
    assert [decided(rules, used).reason for used in (30, 31)] == ["granted", "cap_reached"]


def test_no_minutes_left_is_nothing_even_where_no_minimum_is_stated() -> None:
    rules = capped(cap(60, "minutes"), earn=PerOccasion(amount=5, minimum_minutes=0))
    assert decided(rules, 60).reason == "cap_reached"


def test_a_cap_on_grants_counts_how_many_times() -> None:
    assert [decided(capped(cap(2, "grants", "week")), used).amount for used in (0, 1, 2)] == [2, 2, 0]


def test_caps_apply_in_the_order_of_the_document() -> None:
    decision = decided(capped(cap(3), cap(50, per="fiscal_year")), 0, 49, minutes=300)
    cuts = [(s.numbers["cap"], s.numbers["before"], s.numbers["after"]) for s in decision.trace if s.code == "cap_cut"]
    assert cuts == [(1, 5, 3), (2, 3, 1)]


def test_the_order_of_caps_changes_the_result() -> None:
    """Three hours; the second hour of the day is the last that counts, and this is the second time of two."""
    hour, two = cap(60, "minutes"), cap(2, overflow=PREFECTURE)
    assert [decided(capped(*caps), minutes=180).amount for caps in ((hour, two), (two, hour))] == [1, 2]


def test_a_question_left_unanswered_grants_nothing() -> None:
    assert evaluate.evaluate(capped(cap(3)), facts()).reason == "used_not_told"


# ---------------------------------------------------------------------------------------------------------- for whom, where


@pytest.mark.parametrize(
    ("for_each", "within", "everybody"),
    [
        (("member",), (), False),
        ((), (), True),
        (("member", "site"), (("site", "hall"),), False),
        (("site",), (("site", "hall"),), True),
        (("member", "activity_kind"), (("activity_kind", "salon"),), False),
        (("member", "client", "event", "book"), (("client", "c"), ("event", "e"), ("book", "b")), False),
    ],
)
def test_a_cap_asks_about_its_own_scope(for_each: Any, within: tuple[tuple[str, str], ...], everybody: bool) -> None:
    rules = capped(cap(1, per="month", for_each=for_each))
    seen = facts(site="hall", client="c", event="e", book="b")
    days = date(2026, 5, 1), date(2026, 5, 31)
    assert evaluate.needs(rules, seen) == (Window("amount", "month", *days, within=within, everybody=everybody),)


def test_a_place_that_nobody_told_is_asked_about() -> None:
    rules = capped(cap(1, for_each=("member", "site")))
    decision = evaluate.evaluate(rules, facts())
    assert (decision.outcome, decision.reason) == ("ask", "place_unknown")
    assert evaluate.needs(rules, facts()) == ()


def test_a_year_that_hangs_on_an_unknown_registration_is_asked_about() -> None:
    rules = capped(cap(1, per="scheme_year"), year=FromRegistration())
    assert (decided(rules).outcome, decided(rules).reason) == ("ask", "registration_day_unknown")
    assert decided(rules, registered_on=date(2026, 5, 1)).amount == 1


def test_a_list_counts_what_it_grants_itself_for_each_member_and_period() -> None:
    rules = capped(cap(3), cap(5, per="fiscal_year"))
    days = [date(2027, 3, 30), date(2027, 3, 30), date(2027, 3, 31), date(2027, 4, 1)]
    listed = [told(rules, facts(n, occurred_on=on)) for n, on in enumerate(days)]
    listed.append(told(rules, facts(9, member=2, occurred_on=days[2])))
    assert amounts(evaluate.evaluate_list(rules, listed)) == [2, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("for_each", "expected"), [(("member",), [2, 1, 2]), (("member", "site"), [2, 2, 2]), (("site",), [2, 2, 1]), ((), [2, 1, 0])]
)
def test_a_cap_is_of_a_member_of_a_place_or_of_all(for_each: Any, expected: list[int]) -> None:
    rules = capped(cap(3, for_each=for_each))
    listed = [facts(1, site="a"), facts(2, site="b"), facts(3, member=2, site="a")]
    assert amounts(evaluate.evaluate_list(rules, untold(rules, listed))) == expected


def test_a_cap_may_count_some_kinds_alone() -> None:
    rules = capped(cap(3, activity_kinds=("visit",)))
    listed = [facts(1, activity_kind="visit"), facts(2, activity_kind="salon"), facts(3, activity_kind="visit")]
    assert amounts(evaluate.evaluate_list(rules, untold(rules, listed))) == [2, 2, 1]
    assert evaluate.needs(rules, facts(activity_kind="salon")) == ()


def test_a_cap_may_be_for_some_people_alone() -> None:
    rules = capped(cap(1, who=(HOLDS_CARD,)))
    seen = told(rules, facts())
    assert [question.fact for question in evaluate.questions(rules, seen)] == ["status:holds_card"]
    assert evaluate.evaluate(rules, answered(rules, seen)).amount == 1
    assert evaluate.evaluate(rules, answered(rules, seen, "status:holds_card")).amount == 2
    assert (evaluate.evaluate(rules, seen).outcome, evaluate.evaluate(rules, seen).reason) == ("ask", "status_unknown")


def test_what_covers_a_window() -> None:
    window = Window("amount", "month", date(2026, 5, 1), date(2026, 5, 31), ("salon",), (("site", "hall"),))
    covered: list[Facts] = [facts(site="hall"), facts(site="barn"), facts(site="hall", activity_kind="visit")]
    covered.append(facts(site="hall", occurred_on=date(2026, 6, 1)))
    assert [evaluate.covers(window, each) for each in covered] == [True, False, False, False]


# ------------------------------------------------------------------------------------------------------- what is beyond


def test_earning_goes_on_where_only_converting_stops() -> None:
    """横浜: 200 a day and 8,000 a year become money; what is earned beyond stays as points."""
    rules = capped(
        cap(200, stops="converting"),
        cap(8000, per="calendar_year", stops="converting"),
        earn=PerOccasion(amount=200, minimum_minutes=30),
    )
    assert [each.of for each in evaluate.needs(rules, facts())] == ["convertible", "convertible"]
    figures = [(each.amount, each.can_be_converted) for each in (decided(rules), decided(rules, 200), decided(rules, 0, 7900))]
    assert figures == [(200, 200), (200, 0), (200, 100)]
    assert decided(rules).convertible is None
    listed = untold(
        rules, [facts(n, occurred_on=date(2026, 5, n)) for n in range(1, 31)] + [facts(40, occurred_on=date(2026, 5, 1))]
    )
    cases = evaluate.evaluate_list(rules, listed)
    assert sum(amounts(cases)) == 6200
    assert sum(case.decision.can_be_converted for case in cases) == 6000


def test_what_is_beyond_may_be_borne_by_others() -> None:
    decision = decided(capped(cap(1, overflow=PREFECTURE)))
    assert (decision.amount, decision.beyond) == (2, (Beyond(1, ("prefecture",)),))
    reached = decided(capped(cap(1, overflow=PREFECTURE)), 5)
    assert (reached.outcome, reached.beyond) == ("granted", (Beyond(2, ("prefecture",)),))
    assert [step.code for step in reached.trace] == ["clause", "earned_per_time", "cap_cut", "overflow_funding", "granted"]


def test_what_is_beyond_may_enter_a_draw() -> None:
    decision = decided(capped(cap(1, overflow=ToDraw())))
    assert (decision.amount, decision.draws) == (1, 1)
    reached = decided(capped(cap(1, overflow=ToDraw())), 1)
    assert (reached.outcome, reached.amount, reached.draws) == ("nothing", 0, 2)


def test_a_cap_that_others_may_bear_is_asked_about_even_where_a_later_one_is_reached() -> None:
    rules = capped(cap(1, who=(HOLDS_CARD,), overflow=PREFECTURE), cap(10, per="month"))
    seen = told(rules, facts(), 0, 10)
    assert evaluate.evaluate(rules, answered(rules, seen)).amount == 1
    assert evaluate.evaluate(rules, seen).outcome == "ask"
    assert evaluate.evaluate(rules, answered(rules, seen, "status:holds_card")).reason == "cap_reached"


def test_a_campaign_is_asked_about_where_an_occasion_goes_on_that_earned_all_without_it() -> None:
    double = Campaign(activity_kinds=("*",), when=(HOLDS_CARD,), percent=200, rounding="down")
    rules, seen = edition(campaigns=(double,)), facts(minutes=30, before=Before(120, 2))
    assert evaluate.evaluate(rules, answered(rules, seen)).amount == 2
    assert evaluate.evaluate(rules, seen).outcome == "ask"
    assert evaluate.evaluate(rules, answered(rules, seen, "status:holds_card")).reason == "same_occasion"


def test_what_is_nothing_for_another_reason_is_not_asked_about() -> None:
    rules = capped(cap(1, who=(HOLDS_CARD,)), cap(10, per="month"))
    assert evaluate.evaluate(rules, told(rules, facts(), 0, 10)).reason == "cap_reached"
    no = tuple(Answer(question, yes=False) for question in evaluate.questions(rules, facts()))
    assert len(no) == 1


# ---------------------------------------------------------------------------------------------------------------- bonuses


def bonus(at: int, amount: int = 5, **changes: Any) -> Bonus:
    plain: dict[str, Any] = {"of": "grants", "per": "month", "repeats": False, "capped": False}
    return Bonus(activity_kinds=("*",), at=at, amount=amount, **(plain | changes))


@pytest.mark.parametrize(("repeats", "expected"), [(False, [2, 7, 2, 2]), (True, [2, 7, 2, 7])])
def test_a_bonus_is_given_when_its_number_is_reached(repeats: bool, expected: list[int]) -> None:
    rules = edition(bonuses=(bonus(2, repeats=repeats),))
    assert amounts(evaluate.evaluate_list(rules, untold(rules, [facts(n) for n in range(4)]))) == expected


@pytest.mark.parametrize(("of", "at", "times"), [("amount", 2, 1), ("amount", 1, 2), ("minutes", 60, 2), ("minutes", 121, 0)])
def test_a_bonus_counts_what_it_says(of: str, at: int, times: int) -> None:
    rules = edition(bonuses=(bonus(at, of=of, repeats=True),))
    assert decided(rules).amount == 2 + 5 * times


def test_a_bonus_is_within_the_caps_or_left_alone_by_them() -> None:
    within, free = (capped(cap(3), bonuses=(bonus(1, capped=each),)) for each in (True, False))
    assert (decided(within).amount, decided(within).bonus) == (3, 0)
    assert (decided(free).amount, decided(free).bonus, decided(free).counted) == (7, 5, 2)
    assert decided(free, 3).reason == "cap_reached"


def test_a_free_bonus_counts_towards_no_cap() -> None:
    rules = capped(cap(1, stops="converting"), cap(9, per="month"), bonuses=(bonus(1),))
    decision = decided(rules)
    assert (decision.amount, decision.can_be_converted, decision.bonus) == (7, 6, 5)
    assert [evaluate.measured(window, decision) for window in evaluate.needs(rules, facts())[:2]] == [1, 2]


def test_a_bonus_whose_past_is_not_told_grants_nothing() -> None:
    assert evaluate.evaluate(edition(bonuses=(bonus(2),)), facts()).reason == "used_not_told"
