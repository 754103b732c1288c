"""What the receiver of help pays: tariffs, day types, cancellations, expenses, tickets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules import charging
from rules.charging import Charged, Occurrence
from rules.vocabulary.between import Cancellation, Fee, FeeShare, Further, Ticket
from rules.vocabulary.earning import FirstThen, HostSet, PerOccasion, PerTime, Piece
from rules.vocabulary.person import Status
from rules.vocabulary.who import DayType, Mark
from tests.support.editions import edition

HALF_HOURS = PerTime(amount=200, every_minutes=30, rounding="up", minimum_minutes=0)


def fee(**changes: Any) -> Fee:
    plain: dict[str, Any] = {"activity_kinds": ("*",), "unit": "yen", "tariff": HALF_HOURS, "expenses": "none"}
    return Fee(**(plain | changes))


def charge(*fees: Fee, **changes: Any) -> Charged:
    plain: dict[str, Any] = {"activity_kind": "housework", "occurred_on": date(2026, 5, 11)}
    return charging.charge(edition(fees=fees), Occurrence(**(plain | changes)))


@pytest.mark.parametrize(("minutes", "amount"), [(0, 0), (1, 200), (30, 200), (31, 400), (60, 400), (90, 600)])
def test_the_time_is_charged_by_the_tariff(minutes: int, amount: int) -> None:
    due = charge(fee(), minutes=minutes)
    assert (due.amount, due.total, due.unit, due.outcome) == (amount, amount, "yen", "due" if amount else "nothing")
    assert due.reason == ("due" if amount else "rounded_to_nothing")


@pytest.mark.parametrize(
    ("minutes", "day", "holiday", "amount"),
    [
        (20, date(2026, 5, 11), False, 750),  # 福岡: the first hour in full, then half hours at 380 and hours at 750
        (60, date(2026, 5, 11), False, 750),
        (90, date(2026, 5, 11), False, 1130),
        (120, date(2026, 5, 11), False, 1500),
        (60, date(2026, 5, 10), None, 850),  # a Sunday
        (60, date(2026, 5, 5), True, 850),  # a holiday on a Tuesday
    ],
)
def test_weekends_and_holidays_have_their_own_tariff(minutes: int, day: date, holiday: bool | None, amount: int) -> None:
    def tariff(hour: int, half: int) -> FirstThen:
        pieces = (Piece(minutes=60, amount=hour), Piece(minutes=30, amount=half))
        return FirstThen(first_minutes=60, first_amount=hour, then=pieces, rounding="up", minimum_minutes=0)

    rest = DayType(one_of=("saturday", "sunday", "holiday"))
    fees = (fee(when=(rest,), tariff=tariff(850, 430)), fee(tariff=tariff(750, 380)))
    assert charge(*fees, minutes=minutes, occurred_on=day, holiday=holiday).amount == amount


def test_a_day_of_which_nobody_said_whether_it_is_a_holiday_is_asked_about() -> None:
    fees = (fee(when=(DayType(one_of=("holiday",)),)), fee())
    due = charge(*fees, minutes=60)
    assert (due.outcome, due.reason, due.total) == ("ask", "day_type_unknown", 0)


def test_the_first_fee_whose_tests_pass_counts_and_the_first_reason_is_told() -> None:
    paid = fee(when=(Mark(what="paid", untold="no"),))
    assert charge(paid, minutes=60).reason == "mark_required"
    assert charge(paid, minutes=60, marks={"paid": True}).amount == 400
    assert charge(fee(activity_kinds=("visit",)), minutes=60).reason == "no_fee"
    assert charge(minutes=60).reason == "no_fee"


def test_a_fee_may_ask_about_the_receiver() -> None:
    rules = edition(fees=(fee(when=(Status(what="reduced_fee", counted_on="the_day"),)),))
    asked = Occurrence(activity_kind="housework", occurred_on=date(2026, 5, 11), minutes=60)
    assert [question.fact for question in charging.questions(rules, asked)] == ["status:reduced_fee"]
    assert charging.charge(rules, asked).outcome == "ask"


@pytest.mark.parametrize(
    ("expenses", "cost", "total", "code"),
    [("separate", 150, 550, "expenses_separate"), ("none", 150, 400, "expenses_not_charged"), ("separate", 0, 400, "due")],
)
def test_expenses_are_paid_besides_or_not(expenses: str, cost: int, total: int, code: str) -> None:
    due = charge(fee(expenses=expenses), minutes=60, expenses=cost)
    assert (due.amount, due.total) == (400, total)
    assert code in [step.code for step in due.trace]


def test_expenses_may_be_all_that_is_owed() -> None:
    assert charge(fee(expenses="separate"), minutes=0, expenses=150).total == 150
    assert charge(fee(), minutes=0, expenses=150).reason == "rounded_to_nothing"


CALLED_OFF = (
    Cancellation(notice="before", charge="nothing"),
    Cancellation(notice="same_day", charge="minutes", minutes=60),
    Cancellation(notice="no_notice", charge="planned"),
)


@pytest.mark.parametrize(
    ("notice", "planned", "amount", "reason"),
    [
        ("before", 120, 0, "cancelled_free"),
        ("same_day", 120, 400, "due"),
        ("same_day", None, 400, "due"),
        ("no_notice", 120, 800, "due"),
        ("no_notice", None, 0, "planned_minutes_unknown"),
    ],
)
def test_a_cancellation_costs_what_its_notice_says(notice: str, planned: int | None, amount: int, reason: str) -> None:
    due = charge(fee(cancellation=CALLED_OFF), notice=notice, planned_minutes=planned)
    assert (due.amount, due.reason) == (amount, reason)
    assert (due.outcome == "ask") == (reason == "planned_minutes_unknown")


def test_a_notice_of_which_the_rule_says_nothing_is_free() -> None:
    assert charge(fee(), notice="same_day", planned_minutes=60).reason == "cancelled_free"


@pytest.mark.parametrize(("minutes", "tickets", "books"), [(30, 1, 1), (150, 5, 1), (151, 6, 2), (0, 0, 0)])
def test_tickets_cover_the_amount_and_books_the_tickets(minutes: int, tickets: int, books: int) -> None:
    due = charge(fee(ticket=Ticket(value=200, per_book=5), expenses="separate"), minutes=minutes, expenses=999)
    assert (due.tickets, due.books) == (tickets, books)


def test_a_started_ticket_counts() -> None:
    due = charge(fee(tariff=PerOccasion(amount=250, minimum_minutes=0), ticket=Ticket(value=200, per_book=1)))
    assert (due.tickets, due.books) == (2, 2)


def test_a_tariff_that_the_host_sets_is_asked_for() -> None:
    set_by_host = fee(tariff=HostSet(at_least=100, at_most=500))
    assert charge(set_by_host).outcome == "ask"
    assert charge(set_by_host, host_amount=300).amount == 300


@pytest.mark.parametrize(("on", "reason"), [(date(2026, 3, 31), "not_yet_in_force"), (date.max, "date_out_of_range")])
def test_a_day_outside_the_rules_owes_nothing(on: date, reason: str) -> None:
    assert charge(fee(), minutes=60, occurred_on=on).reason == reason


def test_nothing_is_asked_of_a_day_that_no_calendar_here_counts() -> None:
    assert charging.questions(edition(fees=(fee(),)), Occurrence(activity_kind="housework", occurred_on=date.min)) == ()


def test_further_ones_cost_their_percentage_and_an_untold_number_is_asked() -> None:
    half = fee(further=Further(measure="children", percent=50, rounding="down"))
    assert (
        charge(half, minutes=60, measures={"children": 3}).total == 2 * charge(half, minutes=60, measures={"children": 1}).total
    )
    asked = charge(half, minutes=60)
    assert (asked.outcome, asked.reason, asked.total) == ("ask", "measure_unknown", 0)


def test_a_fee_is_shared_in_its_proportions_and_what_does_not_divide_goes_to_the_first() -> None:
    shared = fee(shares=(FeeShare(to="helper", parts=2), FeeShare(to="office", parts=1)))
    due = charge(shared, minutes=60)
    assert sum(due.shares.values()) == due.amount
    assert due.shares["helper"] - 2 * due.shares["office"] in range(3)


def test_a_cancellation_costs_a_percentage_or_a_sum() -> None:
    called_off = fee(
        cancellation=(
            Cancellation(notice="same_day", charge="percent", percent=50),
            Cancellation(notice="no_notice", charge="amount", amount=1000),
        )
    )
    whole = charge(called_off, minutes=120).amount
    assert charge(called_off, notice="same_day", planned_minutes=120).amount * 2 == whole
    assert charge(called_off, notice="same_day").reason == "planned_minutes_unknown"
    assert charge(called_off, notice="no_notice").amount == 1000
