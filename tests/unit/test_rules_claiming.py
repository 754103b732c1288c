"""Whether and from what a claim is paid: days of claiming, loss of the status, years of points, last days, and when it is paid."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from rules import claiming, convert
from rules.payout import Taken
from rules.vocabulary import periods
from rules.vocabulary.conversion import InDates, InSeason, Linear, Lots, Window
from rules.vocabulary.ending import Extension, Forfeits, GraceMonths, Keeps, KeepsWholeLots, StatusLoss, WindDown
from rules.vocabulary.part import DATE_FIRST, DATE_LAST, Text
from rules.vocabulary.person import Age, Arrears
from rules.vocabulary.who import NoneOf, Test
from tests.support.claims import JUNE, answered, claim, exchanging, holding, limit, paid, tiers
from tests.support.editions import edition, exchange


def on(*day: int) -> date:
    return date(*day)


# ----------------------------------------------------------------------------------------------------------- on this day


@pytest.mark.parametrize(
    ("window", "day", "reason"),
    [
        (InSeason(first="04-01", last="05-31"), on(2026, 5, 31), "paid"),
        (InSeason(first="04-01", last="05-31"), on(2026, 6, 1), "outside_claim_season"),
        (InSeason(first="12-01", last="01-31"), on(2027, 1, 31), "paid"),
        (InSeason(first="12-01", last="01-31"), on(2026, 11, 30), "outside_claim_season"),
        (InSeason(first="02-01", last="02-29"), on(2027, 2, 28), "paid"),
        (InDates(first_on=on(2026, 6, 2), last_on=on(2026, 6, 9)), on(2026, 6, 1), "outside_claim_window"),
        (InDates(first_on=on(2026, 6, 2), last_on=on(2026, 6, 9)), on(2026, 6, 2), "paid"),
        (InDates(first_on=on(2026, 6, 2), last_on=on(2026, 6, 9)), on(2026, 6, 9), "paid"),
        (InDates(first_on=on(2026, 6, 2), last_on=on(2026, 6, 9)), on(2026, 6, 10), "outside_claim_window"),
    ],
)
def test_the_window_of_claiming_holds_both_its_days(window: Window, day: date, reason: str) -> None:
    assert paid(exchanging(window=window), 10, claimed_on=day).reason == reason


def test_a_scheme_that_ends_has_a_last_day_of_claiming() -> None:
    ends = WindDown(last_granting_on=on(2026, 3, 31), last_claim_on=JUNE, balances="kept")
    rules = edition(conversion=exchange(), wind_down=ends)
    assert paid(rules, 10).reason == "paid"
    assert paid(rules, 10, claimed_on=on(2026, 6, 2)).reason == "claims_ended"


@pytest.mark.parametrize(("day", "reason"), [(on(2026, 3, 31), "not_yet_in_force"), (date.min, "date_out_of_range")])
def test_a_claim_outside_all_rules_is_refused_by_name(day: date, reason: str) -> None:
    rules = exchanging(limits=(limit(5),))
    assert convert.convert(rules, claim(10, claimed_on=day)).reason == reason
    assert (convert.needs(rules, claim(10, claimed_on=day)) == ()) == (reason == "date_out_of_range")


def test_the_first_day_of_an_edition_and_the_bounds_of_the_calendar_are_within() -> None:
    held = holding("a", 5, date(2026, 4, 1))
    assert paid(exchanging(), held, claimed_on=date(2026, 4, 1)).reason == "paid"
    assert [claiming.countable(day) for day in (date(1899, 12, 31), DATE_FIRST, DATE_LAST, date(3000, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


# ------------------------------------------------------------------------------------------------------ loss of the status


@pytest.mark.parametrize(
    ("loss", "left_on", "last_on"),
    [
        (Forfeits(), on(2026, 6, 10), on(2026, 6, 10)),
        (Keeps(), on(2026, 6, 10), None),
        (KeepsWholeLots(), on(2026, 6, 10), None),
        (GraceMonths(months=3), on(2026, 6, 10), on(2026, 9, 10)),
        (GraceMonths(months=3), on(2027, 2, 28), on(2027, 5, 31)),
        (GraceMonths(months=3), on(2026, 11, 30), on(2027, 2, 28)),
        (GraceMonths(months=3), on(2026, 11, 29), on(2027, 2, 28)),
        (GraceMonths(months=3), on(2026, 11, 28), on(2027, 2, 28)),
        (GraceMonths(months=3), on(2026, 11, 27), on(2027, 2, 27)),
        (GraceMonths(months=12), on(2028, 2, 28), on(2029, 2, 28)),
        (GraceMonths(months=1), on(2026, 12, 31), on(2027, 1, 31)),
    ],
)
def test_the_last_day_of_claiming_after_the_status_is_lost(loss: StatusLoss, left_on: date, last_on: date | None) -> None:
    assert claiming.last_claim(loss, left_on) == last_on


def test_who_lost_the_status_claims_through_the_last_day() -> None:
    rules = edition(conversion=exchange(), status_loss=GraceMonths(months=3))
    reasons = [paid(rules, 10, left_on=on(2026, 6, 10), claimed_on=day).reason for day in (on(2026, 9, 10), on(2026, 9, 11))]
    assert reasons == ["paid", "status_lost"]
    assert claiming.left(Forfeits(), on(2026, 6, 10), on(2026, 6, 10)) is None
    assert claiming.left(Forfeits(), None, date.max) is None


@pytest.mark.parametrize(
    ("rate", "left_on", "held", "points", "reason"),
    [
        (Lots(lot=1000, get=1000), JUNE, 1400, 1400, "paid"),  # the last day with the status
        (Lots(lot=1000, get=1000), on(2026, 5, 31), 1400, 1000, "paid"),  # 神戸
        (Lots(lot=1000, get=1000), on(2026, 5, 31), 900, 0, "whole_lots_after_leaving"),
        (Linear(give=1, get=1), on(2026, 5, 31), 1400, 1400, "paid"),
        (tiers((1000, 1000)), on(2026, 5, 31), 900, 0, "worth_nothing"),
    ],
)
def test_only_whole_lots_can_be_claimed_after_leaving(rate, left_on: date, held: int, points: int, reason: str) -> None:
    rules = edition(conversion=exchange(rate=rate, remainder="lost"), status_loss=KeepsWholeLots())
    payout = paid(rules, held, left_on=left_on)
    assert (payout.points, payout.reason) == (points, reason)


@pytest.mark.parametrize(
    ("union", "function", "arguments"), [(Window, claiming.closed, (JUNE,)), (StatusLoss, claiming.last_claim, (JUNE,))]
)
def test_every_variant_of_the_vocabulary_has_its_function(union, function, arguments) -> None:
    for variant in get_args(union):
        assert function.dispatch(variant) is not function.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        function(periods.Always(), *arguments)


# ------------------------------------------------------------------------------------------------------- which holdings


@pytest.mark.parametrize(
    ("points_of", "year", "points"),
    [
        ("any_year", periods.FiscalYear(), 7),
        ("this_year", periods.FiscalYear(), 4),
        ("previous_year", periods.FiscalYear(), 3),
        ("this_year", periods.CalendarYear(), 6),
        ("previous_year", periods.CalendarYear(), 1),
        ("previous_year", periods.OneWindow(first_on=on(2025, 1, 1), last_on=on(2026, 5, 31)), 7),
        ("this_year", periods.FromRegistration(), 4),
    ],
)
def test_the_points_of_a_year_are_told_by_the_day_of_the_activity(points_of: str, year, points: int) -> None:
    held = [holding("a", 1, on(2025, 12, 31)), holding("b", 2, on(2026, 3, 31)), holding("c", 4, on(2026, 4, 1))]
    rules = edition(conversion=exchange(points_of=points_of), year=year)
    assert paid(rules, *held, registered_on=on(2026, 4, 1)).points == points


def test_the_last_day_of_a_year_is_of_the_year() -> None:
    last = on(2027, 3, 31)
    held = [holding("a", 5, last), holding("b", 2, on(2027, 4, 1))]
    assert paid(exchanging(points_of="this_year"), *held, claimed_on=last).points == 5


def test_a_year_that_hangs_on_an_unknown_registration_is_asked_about() -> None:
    rules = edition(conversion=exchange(points_of="this_year"), year=periods.FromRegistration())
    assert (paid(rules, 5).outcome, paid(rules, 5).reason) == ("ask", "registration_day_unknown")
    yearly = edition(conversion=exchange(limits=(limit(500, per="scheme_year"),)), year=periods.FromRegistration())
    assert (paid(yearly, 5).outcome, paid(yearly, 5).reason) == ("ask", "registration_day_unknown")


@pytest.mark.parametrize(("expires_on", "points"), [(on(2026, 5, 31), 0), (JUNE, 5), (None, 5)])
def test_what_has_expired_cannot_be_claimed(expires_on: date | None, points: int) -> None:
    assert paid(exchanging(), holding("a", 5, expires_on=expires_on)).points == points


@pytest.mark.parametrize(("for_each", "chosen", "points"), [(True, (), 0), (True, (1,), 5), (True, (2,), 0), (False, (), 5)])
def test_a_decree_keeps_the_points_of_its_years(for_each: bool, chosen: tuple[int, ...], points: int) -> None:
    decree = Extension(name=Text(ja="特例", en="Decree"), years=(2025,), until=on(2027, 3, 31), chosen=for_each)
    rules = edition(conversion=exchange(), extensions=(decree,))
    held = [holding(str(n), 5, day, expires_on=on(2026, 3, 31)) for n, day in enumerate((on(2025, 4, 1), on(2025, 3, 31)))]
    assert paid(rules, *held, chosen=chosen).points == points


def test_only_what_can_be_turned_into_money_is_claimed() -> None:
    held = [holding("a", 900, convertible=800), holding("b", 200, convertible=0), holding("c", 100, convertible=999)]
    payout = paid(exchanging(), *held)
    assert payout.taken == (Taken("a", 800), Taken("c", 100))


@pytest.mark.parametrize(
    ("held", "numbers"),
    [
        ([], {}),
        ([holding("a", 0)], {}),
        ([holding("a", 5, expires_on=on(2026, 5, 31)), holding("b", 4, convertible=0)], {"held_expired": 5}),
        ([holding("a", 5, expires_on=on(2026, 5, 31)), holding("b", 6, convertible=0)], {"held_inconvertible": 6}),
        ([holding("a", 7, on(2026, 3, 31)), holding("b", 6, convertible=0)], {"held_of_other_years": 7}),
    ],
)
def test_where_nothing_can_be_claimed_it_is_told_what_is_held(held, numbers: dict[str, int]) -> None:
    payout = paid(exchanging(points_of="this_year"), *held)
    assert payout.reason == "nothing_to_claim"
    assert payout.trace[-1].numbers == {"points_of": "this_year", "available": 0} | numbers


def test_the_oldest_is_taken_first() -> None:
    held = [
        holding("never", 5),
        holding("late", 5, expires_on=on(2027, 3, 31)),
        holding("soon", 5, expires_on=on(2026, 6, 30)),
        holding("soon-too", 5, expires_on=on(2026, 6, 30)),
        holding("granted-before", 5, granted_on=on(2026, 5, 1), expires_on=on(2026, 6, 30)),
    ]
    taken = paid(exchanging(), *held, amount=22).taken
    assert [each.holding_id for each in taken] == ["granted-before", "soon", "soon-too", "late", "never"]
    assert taken[-1].amount == 2


def test_points_that_expire_by_the_year_of_earning_cannot_be_claimed_two_years_later() -> None:
    lot = holding("a", 1000, on(2026, 5, 1), expires_on=on(2027, 12, 31))  # 横浜
    rules = exchanging(rate=Linear(give=1, get=1), minimum=1000)
    assert [paid(rules, lot, claimed_on=day).value for day in (on(2027, 12, 31), on(2028, 1, 5))] == [1000, 0]


# -------------------------------------------------------------------------------------------------- by whom, paid when


def test_the_claimant_is_asked_about_and_refused_by_name() -> None:
    rules = exchanging(who=(Age(at_most=29, counted_on="the_day"),))
    asked = claim(10)
    assert (convert.convert(rules, asked).outcome, convert.convert(rules, asked).reason) == ("ask", "age_unknown")
    refused = convert.convert(rules, answered(rules, asked, "age_at_most:29"))
    assert (refused.outcome, refused.reason, refused.taken) == ("nothing", "age_required", ())
    assert convert.convert(rules, answered(rules, asked)).value == 1000


def test_arrears_are_looked_at_on_the_day_of_the_claim_and_back() -> None:
    test: Test = NoneOf(tests=(Arrears(of=("care_premium",), fiscal_years_back=5, counted_on="the_day"),))
    rules = exchanging(who=(test,))
    (question,) = convert.questions(rules, claim(10))
    assert (question.first_on, question.last_on) == (on(2021, 4, 1), JUNE)
    assert paid(rules, 10).reason == "arrears_excludes"


def test_what_is_nothing_anyway_is_not_asked_about() -> None:
    rules = exchanging(who=(Age(at_most=29, counted_on="the_day"),), minimum=10)
    assert convert.convert(rules, claim(9)).reason == "below_minimum_claim"


@pytest.mark.parametrize(
    ("pays", "claimed_on", "payable_from"),
    [
        ("at_once", JUNE, JUNE),
        ("next_month", on(2026, 12, 31), on(2027, 1, 1)),
        ("next_fiscal_year", on(2027, 3, 31), on(2027, 4, 1)),
        ("next_fiscal_year", on(2027, 4, 1), on(2028, 4, 1)),
        ("next_calendar_year", on(2026, 12, 31), on(2027, 1, 1)),
        ("next_scheme_year", JUNE, on(2026, 9, 1)),
        ("07-01", JUNE, on(2026, 7, 1)),
        ("07-01", on(2026, 7, 1), on(2026, 7, 1)),
        ("07-01", on(2026, 7, 2), on(2027, 7, 1)),
        ("02-29", on(2026, 12, 1), on(2027, 2, 28)),
    ],
)
def test_from_when_it_is_paid(pays: str, claimed_on: date, payable_from: date) -> None:
    rules = edition(conversion=exchange(pays=pays), year=periods.YearFrom(first="09-01"))
    assert paid(rules, 5, claimed_on=claimed_on).payable_from == payable_from


def test_the_next_year_of_a_scheme_of_one_window_is_after_its_end() -> None:
    rules = edition(
        conversion=exchange(pays="next_scheme_year"), year=periods.OneWindow(first_on=on(2026, 4, 1), last_on=on(2026, 6, 30))
    )
    days = [paid(rules, 5, claimed_on=day).payable_from for day in (JUNE, on(2026, 8, 1))]
    assert days == [on(2026, 7, 1), on(2026, 8, 1)]


def test_a_year_that_begins_with_an_unknown_registration_cannot_be_paid_after() -> None:
    rules = edition(conversion=exchange(pays="next_scheme_year"), year=periods.FromRegistration())
    assert (paid(rules, 5).outcome, paid(rules, 5).reason) == ("ask", "registration_day_unknown")
    assert paid(rules, 5, registered_on=on(2026, 5, 20)).payable_from == on(2027, 5, 20)
