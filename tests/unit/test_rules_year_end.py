"""What lapses and what is carried when a scheme's year ends."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from rules import year_end
from rules.payout import Closing, Holding, Taken
from rules.vocabulary import periods
from rules.vocabulary.ending import (
    Carry,
    CarryAll,
    CarryNone,
    CarryOnce,
    CarryRemainder,
    CarryUpTo,
    Extension,
    Forfeits,
    GraceMonths,
    Keeps,
    KeepsWholeLots,
    Never,
    StatusLoss,
    WindDown,
)
from rules.vocabulary.part import Text
from tests.support import claims
from tests.support.claims import holding
from tests.support.editions import edition

OLD, MAY, MARCH, APRIL = date(2026, 3, 31), date(2026, 5, 10), date(2027, 3, 31), date(2027, 4, 1)


def close(carry: Carry, *held: Holding | int, rules: dict[str, object] | None = None, **changes: object) -> Closing:
    return year_end.close(edition(carry=carry, **(rules or {})), claims.year_end(*held, **changes))


def decree(*years: int, until: date, chosen: bool = False) -> Extension:
    return Extension(name=Text(ja="特例", en="Decree"), years=years, until=until, chosen=chosen)


@pytest.mark.parametrize(
    ("carry", "carried", "taken"),
    [
        (CarryAll(), 42, ()),
        (CarryNone(), 0, (Taken("old", 5), Taken("mine", 30), Taken("young", 7))),
        (CarryRemainder(below=10), 2, (Taken("old", 5), Taken("mine", 30), Taken("young", 5))),
        (CarryRemainder(below=100), 42, ()),
        (CarryOnce(), 37, (Taken("old", 5),)),
        (CarryUpTo(limit=36), 36, (Taken("old", 5), Taken("mine", 1))),
        (CarryUpTo(limit=42), 42, ()),
    ],
)
def test_what_is_carried_is_as_the_chapter_says(carry: Carry, carried: int, taken: tuple[Taken, ...]) -> None:
    closing = close(carry, holding("young", 7, date(2026, 7, 1)), holding("mine", 30, MAY), holding("old", 5, OLD))
    assert (closing.carried, closing.lapsed, closing.taken) == (carried, 42 - carried, taken)
    assert closing.trace[0].numbers == {"amount": 42, "first_on": "2026-04-01", "last_on": "2027-03-31"}
    assert closing.trace[-1].numbers == {"carried": carried, "lapsed": 42 - carried}


@pytest.mark.parametrize(("held", "below", "carried"), [(37, 10, 7), (700, 1000, 700), (900, 1000, 900), (2700, 1000, 700)])
def test_what_is_below_a_lot_is_carried(held: int, below: int, carried: int) -> None:
    """可児: of 37, 7 are carried (30 were exchanged or lapse); 神戸: of 2,700, 700; 横浜: 900 stay."""
    assert close(CarryRemainder(below=below), held).carried == carried


def test_four_points_below_the_minimum_lapse_where_nothing_is_carried() -> None:
    assert (close(CarryNone(), 4).lapsed, close(CarryNone(), 4).trace[1].code) == (4, "lapse_not_carried")


def test_later_years_are_not_looked_at() -> None:
    closing = close(CarryNone(), holding("mine", 30, MARCH), holding("next", 8, APRIL))
    assert (closing.carried, closing.lapsed, closing.taken) == (0, 30, (Taken("mine", 30),))


@pytest.mark.parametrize(("expires_on", "lapsed"), [(MARCH, 30), (APRIL, 0), (None, 0)])
def test_what_has_expired_lapses_even_where_all_is_carried(expires_on: date | None, lapsed: int) -> None:
    """What can still be used on the day of the closing has not expired."""
    closing = close(CarryAll(), holding("mine", 30, expires_on=expires_on))
    assert closing.lapsed == lapsed
    assert ("lapse_expired" in [step.code for step in closing.trace]) == (lapsed > 0)


def test_what_has_expired_is_no_part_of_the_remainder() -> None:
    closing = close(CarryRemainder(below=10), holding("gone", 8, expires_on=MARCH), holding("mine", 15))
    assert (closing.carried, closing.taken) == (5, (Taken("gone", 8), Taken("mine", 10)))


@pytest.mark.parametrize(
    ("until", "chosen", "choice", "lapsed"),
    [
        (date(2028, 3, 31), False, (), 5),
        (date(2028, 3, 31), True, (), 35),
        (date(2028, 3, 31), True, (1,), 5),
        (date(2028, 3, 31), True, (2,), 35),
        (APRIL, False, (), 5),
        (MARCH, False, (), 35),
    ],
)
def test_a_decree_keeps_the_years_that_it_names(until: date, chosen: bool, choice: tuple[int, ...], lapsed: int) -> None:
    rules: dict[str, object] = {"extensions": (decree(2026, until=until, chosen=chosen),)}
    held = holding("mine", 30, expires_on=MARCH), holding("old", 5, OLD)
    closing = close(CarryNone(), *held, rules=rules, chosen=choice)
    assert closing.lapsed == lapsed
    assert ("kept_by_decree" in [step.code for step in closing.trace]) == (lapsed == 5)


def test_what_a_decree_keeps_is_no_part_of_the_remainder() -> None:
    rules: dict[str, object] = {"extensions": (decree(2025, until=date(2028, 3, 31)),)}
    closing = close(CarryRemainder(below=10), holding("kept", 8, OLD), holding("mine", 15), rules=rules)
    assert (closing.carried, closing.taken) == (13, (Taken("mine", 10),))


@pytest.mark.parametrize(("balances", "closed_on", "lapsed"), [("lapse", APRIL, 38), ("lapse", MARCH, 0), ("kept", APRIL, 0)])
def test_a_scheme_that_ends_lets_everything_lapse_after_the_last_day_of_claiming(
    balances: str, closed_on: date, lapsed: int
) -> None:
    ends = WindDown(last_granting_on=OLD, last_claim_on=MARCH, balances=balances)  # pyright: ignore[reportArgumentType]
    held = holding("mine", 30), holding("next", 8, APRIL)
    closing = close(CarryAll(), *held, rules={"wind_down": ends}, closed_on=closed_on)
    assert closing.lapsed == lapsed
    assert ("lapse_scheme_ended" in [step.code for step in closing.trace]) == (lapsed > 0)


@pytest.mark.parametrize(
    ("year", "changes", "why"),
    [
        (periods.FromRegistration(), {}, "registration_day_unknown"),
        (periods.FromRegistration(), {"registered_on": date(2028, 1, 1)}, "year_unknown"),
        (periods.OneWindow(first_on=OLD, last_on=MAY), {}, "year_unknown"),
        (periods.FiscalYear(), {"year_of": date.max}, "year_unknown"),
    ],
)
def test_a_year_that_cannot_be_told_lets_nothing_lapse(year, changes: dict[str, object], why: str) -> None:
    closing = close(CarryNone(), 30, rules={"year": year}, **changes)
    assert (closing.carried, closing.lapsed) == (30, 0)
    assert [step.code for step in closing.trace] == [why, "closed"]


def test_each_member_has_their_own_year_where_it_runs_from_the_registration() -> None:
    held = holding("before", 5, date(2026, 6, 30)), holding("after", 7, date(2026, 7, 1))
    changes = {"registered_on": date(2025, 7, 1), "year_of": date(2026, 6, 30), "closed_on": date(2026, 7, 1)}
    assert close(CarryNone(), *held, rules={"year": periods.FromRegistration()}, **changes).taken == (Taken("before", 5),)


LEFT = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("loss", "left_on", "lapsed"),
    [
        (Forfeits(), LEFT, 12),
        (Forfeits(), None, 0),
        (Forfeits(), APRIL, 0),
        (GraceMonths(months=9), LEFT, 12),  # through 31 March
        (GraceMonths(months=10), LEFT, 0),
        (Keeps(), LEFT, 0),
        (KeepsWholeLots(), LEFT, 0),
    ],
)
def test_what_was_lost_with_the_status_lapses_of_whichever_year(loss: StatusLoss, left_on: date | None, lapsed: int) -> None:
    held = holding("mine", 5, MAY), holding("next", 7, APRIL)
    closing = close(CarryAll(), *held, rules={"status_loss": loss}, left_on=left_on)
    assert closing.lapsed == lapsed
    assert closing.lapsed + closing.carried == (12 if lapsed else 5)
    assert ("lapse_status_lost" in [step.code for step in closing.trace]) is bool(lapsed)


def test_who_holds_nothing_has_a_closing_of_nothing() -> None:
    assert [step.code for step in close(CarryNone()).trace] == ["year_held", "closed"]
    assert close(CarryNone(), 0).taken == ()


def test_the_first_day_of_the_year_is_of_the_year() -> None:
    held = holding("new", 5, date(2026, 4, 1)), holding("old", 7, OLD)
    assert close(CarryOnce(), *held).taken == (Taken("old", 7),)


def test_every_carry_over_of_the_vocabulary_has_its_function() -> None:
    for variant in get_args(Carry):
        assert year_end.goes.dispatch(variant) is not year_end.goes.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        year_end.goes(Never(), [], (MAY, MARCH))
