"""What a claim is paid: rates, remainders, forms and limits, at the edges where a printed rule is read differently by two people."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from rules import convert, rates
from rules.decision import Window
from rules.payout import Taken
from rules.vocabulary.conversion import AnyTime, Form, Linear, Lots, Milestone, Rate, Stage
from rules.vocabulary.person import Age
from tests.support.claims import answered, claim, exchanging, limit, paid, tiers, told
from tests.support.editions import edition

STAMPS = tiers((10, 1000), (20, 2000), (30, 3000), (40, 4000), (50, 5000))


def codes(payout) -> list[str]:
    return [step.code for step in payout.trace]


# ----------------------------------------------------------------------------------------------------------------- rates


def test_what_is_not_convertible_is_paid_nothing_and_says_so() -> None:
    payout = paid(edition(), 100)
    assert (payout.outcome, payout.reason, payout.value, payout.taken, payout.unit) == (
        "nothing",
        "no_conversion",
        0,
        (),
        "stamp",
    )
    assert convert.needs(edition(), claim(100)) == convert.questions(edition(), claim(100)) == ()


@pytest.mark.parametrize(
    ("rate", "held", "value", "points"),
    [
        (Linear(give=1, get=100), 49, 4900, 49),
        (Linear(give=3, get=100), 11, 300, 9),
        (Lots(lot=10, get=1000), 27, 2000, 20),  # 弘前: 27 points are 2,000 yen
        (Lots(lot=5, get=500), 14, 1000, 10),  # 村上
        (Lots(lot=5, get=500), 50, 5000, 50),
        (Lots(lot=10, get=500), 10, 500, 10),  # 足立
        (STAMPS, 10, 1000, 10),  # 稲城, row by row
        (STAMPS, 19, 1000, 10),
        (STAMPS, 20, 2000, 20),
        (STAMPS, 49, 4000, 40),
        (STAMPS, 50, 5000, 50),
        (STAMPS, 73, 5000, 50),
        (tiers((0, 100)), 1, 100, 1),
        (Milestone(at=100, get=1, repeats=True), 250, 2, 200),
        (Milestone(at=100, get=1, repeats=False), 250, 1, 100),
    ],
)
def test_points_become_value_by_their_rate_and_the_rest_is_kept(rate: Rate, held: int, value: int, points: int) -> None:
    payout = paid(exchanging(rate=rate), held)
    assert (payout.outcome, payout.value, payout.points, payout.lost) == ("paid", value, points, 0)
    assert payout.trace[-1].numbers == {"points": points, "value": value, "unit": "yen"}
    assert ("remainder_kept" in codes(payout)) == (points < held)


@pytest.mark.parametrize(("rate", "held"), [(Lots(lot=5, get=500), 4), (STAMPS, 9), (Linear(give=2, get=1), 1)])
def test_too_few_points_for_the_rate_are_worth_nothing_and_stay(rate: Rate, held: int) -> None:
    for remainder in ("kept", "lost"):
        payout = paid(exchanging(rate=rate, remainder=remainder), held)
        assert (payout.outcome, payout.reason, payout.points, payout.taken) == ("nothing", "worth_nothing", 0, ())


def test_a_remainder_that_is_lost_is_taken_and_told() -> None:
    payout = paid(exchanging(rate=STAMPS, remainder="lost"), 73)
    assert (payout.value, payout.points, payout.lost) == (5000, 73, 23)
    assert payout.taken == (Taken("1", 73),)
    assert next(step.numbers for step in payout.trace if step.code == "remainder_lost") == {"points": 23}


def test_every_rate_of_the_vocabulary_is_laid_out() -> None:
    for variant in get_args(Rate):
        assert rates.laid.dispatch(variant) is not rates.laid.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        rates.laid(AnyTime())


def test_a_table_that_falls_counts_by_the_best_row_that_was_reached() -> None:
    assert paid(exchanging(rate=tiers((20, 100), (10, 500))), 25).value == 500


# ------------------------------------------------------------------------------------------------------------ two stages


@pytest.mark.parametrize(
    ("first", "second", "remainder", "held", "points", "value"),
    [
        (Lots(lot=2, get=1), Linear(give=1, get=100), "kept", 7, 6, 300),
        (Lots(lot=2, get=1), Linear(give=1, get=100), "lost", 7, 7, 300),
        (Linear(give=1, get=3), Lots(lot=10, get=100), "kept", 5, 0, 0),  # 15 are a lot and a half: nothing may be left over
        (Linear(give=1, get=3), Lots(lot=10, get=100), "kept", 19, 10, 300),
        (Linear(give=1, get=3), Lots(lot=10, get=100), "lost", 5, 5, 100),
        (Linear(give=1, get=4), Lots(lot=6, get=100), "kept", 5, 3, 200),
        (Linear(give=1, get=5), tiers((10, 100), (22, 300), (30, 500)), "kept", 5, 2, 100),
        (Linear(give=1, get=5), tiers((10, 100), (22, 300), (30, 500)), "lost", 5, 5, 300),
        (tiers((10, 1), (20, 2), (30, 4)), Lots(lot=2, get=700), "kept", 39, 30, 1400),
        (tiers((10, 1), (20, 2), (30, 3)), Lots(lot=2, get=700), "kept", 39, 20, 700),
        (Milestone(at=10, get=4, repeats=False), Linear(give=1, get=50), "kept", 25, 10, 200),
    ],
)
def test_what_the_first_stage_gives_goes_through_the_second(first, second, remainder, held, points, value) -> None:
    rules = exchanging(rate=first, into="point", then=Stage(rate=second, into="yen"), remainder=remainder)
    payout = paid(rules, held)
    assert (payout.points, payout.value, payout.unit) == (points, value, "yen")
    assert (payout.reason == "paid") == (value > 0)


def test_both_stages_are_told() -> None:
    rules = exchanging(rate=Lots(lot=2, get=1), into="point", then=Stage(rate=Linear(give=1, get=100), into="yen"))
    assert codes(paid(rules, 7)) == ["claimed", "converted_lots", "stage_linear", "remainder_kept", "payable", "paid"]


def test_of_two_stages_only_what_leaves_nothing_over_is_told() -> None:
    rules = exchanging(rate=Linear(give=1, get=3), into="point", then=Stage(rate=Lots(lot=10, get=100), into="yen"))
    numbers = {step.code: step.numbers for step in paid(rules, 19).trace}
    assert numbers["converted_linear"] == {"points": 19, "made": 10, "value": 30, "give": 1, "get": 3}
    assert numbers["stage_lots"] == {"points": 30, "made": 30, "value": 300, "give": 10, "get": 100}


# --------------------------------------------------------------------------------------------- minimum and what is claimed


@pytest.mark.parametrize(
    ("held", "asked", "reason"), [(9, None, "below_minimum_claim"), (10, 9, "below_minimum_claim"), (10, None, "paid")]
)
def test_fewer_points_than_the_minimum_cannot_be_claimed(held: int, asked: int | None, reason: str) -> None:
    rules = exchanging(rate=Linear(give=1, get=50), minimum=10)  # 世田谷: from 10 points on
    assert paid(rules, held, amount=asked).reason == reason


def test_points_of_two_years_reach_the_minimum_together() -> None:
    assert paid(exchanging(rate=Linear(give=1, get=50), minimum=10), 6, 5).value == 550


def test_nothing_held_is_nothing_to_claim() -> None:
    assert paid(exchanging()).reason == "nothing_to_claim"


def test_no_more_is_taken_than_is_claimed_nor_than_there_is() -> None:
    assert paid(exchanging(), 10, amount=4).points == 4
    assert paid(exchanging(), 10, amount=40).points == 10


# ----------------------------------------------------------------------------------------------------------------- forms

CASH = Form(form="cash")
VOUCHERS = Form(form="voucher", code="shops", from_points=50, rate=tiers((50, 5500)), into="voucher")


@pytest.mark.parametrize(
    ("form", "held", "reason", "value", "unit"),
    [
        ("cash", 49, "paid", 4900, "yen"),  # 臼杵: cash 100 yen a stamp, 50 stamps 5,500 in vouchers
        ("cash", 50, "paid", 5000, "yen"),
        ("shops", 50, "paid", 5500, "voucher"),
        ("shops", 49, "form_from_points", 0, "voucher"),
        ("voucher", 50, "form_not_offered", 0, "yen"),
        ("gold", 50, "form_not_offered", 0, "yen"),
        (None, 50, "form_required", 0, "yen"),
    ],
)
def test_a_form_has_its_own_rate_unit_and_condition(form: str | None, held: int, reason: str, value: int, unit: str) -> None:
    payout = paid(exchanging(forms=(CASH, VOUCHERS)), held, form=form)
    assert (payout.reason, payout.value, payout.unit) == (reason, value, unit)
    assert payout.form == (form if reason == "paid" else None)
    assert payout.outcome == {"paid": "paid", "form_required": "ask"}.get(reason, "nothing")


def test_the_only_form_need_not_be_chosen() -> None:
    assert paid(exchanging(), 5).form == "cash"


def test_a_limit_does_not_leave_a_form_fewer_points_than_it_is_offered_from() -> None:
    rules = exchanging(forms=(CASH, VOUCHERS), limits=(limit(50, "points"),))
    assert paid(rules, 60, form="shops", used=(20,)).reason == "form_from_points"
    assert paid(rules, 60, form="shops").value == 5500


def test_a_directed_form_asks_to_whom() -> None:
    rules = exchanging(forms=(Form(form="donation", directed=True),))
    assert (paid(rules, 5).outcome, paid(rules, 5).reason) == ("ask", "direction_required")
    assert paid(rules, 5, directed_to="shrine-wood").outcome == "paid"


def test_a_form_that_is_for_some_alone_is_asked_about_and_refused() -> None:
    young = Age(at_most=29, counted_on="the_day")
    rules = exchanging(forms=(CASH, Form(form="voucher", who=(young,))))
    asked = claim(10, form="voucher")
    assert [question.fact for question in convert.questions(rules, asked)] == ["age_at_most:29"]
    assert convert.questions(rules, claim(10, form="cash")) == ()
    assert (convert.convert(rules, asked).outcome, convert.convert(rules, asked).reason) == ("ask", "age_unknown")
    assert paid(rules, 10, form="voucher").outcome == "paid"


# ---------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("held", "other", "value"),
    [(61, 0, 60000), (61, 25000, 35000), (34, 25000, 34000), (61, 24500, 35000), (61, 60000, 0), (61, 99999, 0)],
)
def test_a_limit_on_the_value_is_lowered_by_what_is_taken_off_it(held: int, other: int, value: int) -> None:
    rules = exchanging(rate=Linear(give=1, get=1000), limits=(limit(60000, minus=("subsidy",)),))  # 枕崎
    payout = paid(rules, held, deductions={"subsidy": other})
    assert (payout.value, payout.points) == (value, value // 1000)
    assert (payout.reason == "limit_reached") == (value == 0)


def test_what_is_taken_off_must_be_told_unless_nothing_is_left_anyway() -> None:
    rules = exchanging(limits=(limit(500, minus=("subsidy",)),))
    assert (paid(rules, 9).outcome, paid(rules, 9).reason) == ("ask", "deduction_unknown")
    assert paid(rules, 9, used=(500,)).reason == "limit_reached"
    cheap = exchanging(rate=Linear(give=1, get=1), limits=(limit(500, minus=("subsidy",)),))
    assert paid(cheap, 9, used=(499,)).reason == "deduction_unknown"
    cut = next(step for step in paid(cheap, 9, used=(100,), deductions={"subsidy": 395}).trace if step.code == "limit_cut")
    assert (cut.numbers["minus"], cut.numbers["left"]) == (395, 5)


def test_a_limit_may_be_for_some_alone() -> None:
    rules = exchanging(limits=(limit(200, who=(Age(at_most=29, counted_on="the_day"),)),))
    asked = told(rules, claim(10))
    assert (convert.convert(rules, asked).outcome, convert.convert(rules, asked).reason) == ("ask", "age_unknown")
    assert convert.convert(rules, answered(rules, asked)).value == 200
    assert convert.convert(rules, answered(rules, asked, "age_at_most:29")).value == 1000


@pytest.mark.parametrize(("used", "points"), [(0, 50), (45, 5), (50, 0), (99, 0), (-7, 50)])
def test_a_limit_on_points_counts_earlier_claims(used: int, points: int) -> None:
    assert paid(exchanging(limits=(limit(50, "points"),)), 64, used=(used,)).points == points


def test_a_limit_on_claims_refuses_the_next() -> None:
    rules = exchanging(limits=(limit(1, "claims"),))
    assert [paid(rules, 5, used=(n,)).outcome for n in (0, 1)] == ["paid", "nothing"]


def test_no_point_is_lost_to_a_limit_on_the_value() -> None:
    rules = exchanging(rate=Lots(lot=10, get=1000), remainder="lost", limits=(limit(3000),))
    payout = paid(rules, 61)
    assert (payout.value, payout.points, payout.lost) == (3000, 30, 0)


def test_a_limit_that_is_just_reached_takes_nothing_off() -> None:
    rules = exchanging(rate=Lots(lot=10, get=1000), remainder="lost", limits=(limit(3000),))
    assert (paid(rules, 35).points, paid(rules, 35).lost) == (35, 5)


def test_a_limit_cuts_a_table_to_the_row_that_fits() -> None:
    assert paid(exchanging(rate=STAMPS, limits=(limit(3500),)), 73).points == 30
    assert paid(exchanging(rate=tiers((0, 100)), limits=(limit(50),)), 9).reason == "limit_reached"


def test_limits_apply_in_the_order_of_the_document_and_are_told() -> None:
    rules = exchanging(limits=(limit(2000), limit(15, "points", "month")))
    payout = paid(rules, 30, used=(300, 5))
    cuts = [(s.numbers["limit"], s.numbers["before"], s.numbers["after"]) for s in payout.trace if s.code == "limit_cut"]
    assert cuts == [(1, 30, 17), (2, 17, 10)]


def test_a_limit_whose_past_is_not_told_pays_nothing() -> None:
    assert convert.convert(exchanging(limits=(limit(5),)), claim(9)).reason == "used_not_told"


def test_a_limit_asks_about_the_period_of_the_claim() -> None:
    rules = exchanging(limits=(limit(5), limit(9, "claims", "month", for_each=())))
    assert convert.needs(rules, claim(1)) == (
        Window("value", "fiscal_year", date(2026, 4, 1), date(2027, 3, 31)),
        Window("claims", "month", date(2026, 6, 1), date(2026, 6, 30), everybody=True),
    )


def test_a_milestone_that_is_given_once_asks_whether_it_was() -> None:
    rules = exchanging(rate=Milestone(at=100, get=1, repeats=False))
    assert [paid(rules, 100, used=(n,)).reason for n in (0, 1)] == ["paid", "limit_reached"]
    assert paid(rules, 100, used=(1,)).trace[-1].numbers["limit"] == 0  # no limit of the document
    assert convert.needs(exchanging(rate=Milestone(at=100, get=1, repeats=True)), claim(100)) == ()


def test_what_a_payout_adds_to_a_window() -> None:
    rules = exchanging(rate=Lots(lot=10, get=1000), limits=(limit(9999, "points"), limit(9999), limit(9, "claims")))
    windows = convert.needs(rules, claim(27))
    assert [convert.measured(window, paid(rules, 27)) for window in windows] == [20, 2000, 1]
    assert [convert.measured(window, paid(rules, 5)) for window in windows] == [0, 0, 0]
    assert convert.convert(rules, told(rules, claim(27))) == paid(rules, 27)
