"""Which days are one year of a scheme or one period, and on which day something about a person is looked at."""

from __future__ import annotations

from datetime import date
from typing import get_args

import msgspec
import pytest

from rules import years
from rules.vocabulary import part
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import ClaimLimit
from rules.vocabulary.earning import Bonus, Clause, SummedOver
from rules.vocabulary.periods import CalendarYear, FiscalYear, FromRegistration, OneWindow, Year, YearFrom

WINDOW = OneWindow(first_on=date(2022, 8, 1), last_on=date(2025, 3, 31))
AUTUMN = YearFrom(first="09-01")
LEAP = YearFrom(first="02-29")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("year", "on", "first", "last"),
    [
        (FiscalYear(), "2027-03-31", "2026-04-01", "2027-03-31"),
        (FiscalYear(), "2027-04-01", "2027-04-01", "2028-03-31"),
        (CalendarYear(), "2026-12-31", "2026-01-01", "2026-12-31"),
        (AUTUMN, "2026-08-31", "2025-09-01", "2026-08-31"),
        (AUTUMN, "2026-09-01", "2026-09-01", "2027-08-31"),
        (LEAP, "2028-02-28", "2027-02-28", "2028-02-28"),
        (LEAP, "2028-02-29", "2028-02-29", "2029-02-27"),
        (WINDOW, "2022-08-01", "2022-08-01", "2025-03-31"),
        (WINDOW, "2025-03-31", "2022-08-01", "2025-03-31"),
    ],
)
def test_the_year_of_a_scheme_holds_its_days(year: Year, on: str, first: str, last: str) -> None:
    assert years.year_of(year, day(on), None) == (day(first), day(last))


@pytest.mark.parametrize(
    ("registered_on", "on", "first", "last"),
    [
        ("2025-07-10", "2025-07-10", "2025-07-10", "2026-07-09"),
        ("2025-07-10", "2026-07-09", "2025-07-10", "2026-07-09"),
        ("2025-07-10", "2026-07-10", "2026-07-10", "2027-07-09"),
        ("2024-02-29", "2025-02-28", "2024-02-29", "2025-02-28"),  # a year from 29 February ends with February
        ("2024-02-29", "2025-03-01", "2025-03-01", "2026-02-28"),
        ("2024-02-29", "2028-02-28", "2027-03-01", "2028-02-28"),
        ("2024-02-29", "2028-02-29", "2028-02-29", "2029-02-28"),
    ],
)
def test_each_person_may_have_their_own_year(registered_on: str, on: str, first: str, last: str) -> None:
    assert years.year_of(FromRegistration(), day(on), day(registered_on)) == (day(first), day(last))


@pytest.mark.parametrize(
    ("year", "on", "registered_on"),
    [
        (FromRegistration(), "2026-05-10", None),
        (FromRegistration(), "2026-05-10", "2026-05-11"),
        (WINDOW, "2022-07-31", None),
        (WINDOW, "2025-04-01", None),
    ],
)
def test_a_day_may_be_of_no_year(year: Year, on: str, registered_on: str | None) -> None:
    assert years.year_of(year, day(on), None if registered_on is None else day(registered_on)) is None


@pytest.mark.parametrize(
    ("per", "on", "first", "last"),
    [
        ("day", "2026-05-10", "2026-05-10", "2026-05-10"),
        ("week", "2026-05-10", "2026-05-04", "2026-05-10"),
        ("week", "2026-05-11", "2026-05-11", "2026-05-17"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-04-01", "2026-04-01", "2026-06-30"),
        ("quarter", "2027-03-31", "2027-01-01", "2027-03-31"),
        ("half_year", "2026-09-30", "2026-04-01", "2026-09-30"),
        ("half_year", "2027-01-01", "2026-10-01", "2027-03-31"),
        ("fiscal_year", "2027-03-31", "2026-04-01", "2027-03-31"),
        ("calendar_year", "2026-12-31", "2026-01-01", "2026-12-31"),
        ("scheme_year", "2026-05-10", "2025-09-01", "2026-08-31"),
        ("scheme", "2026-05-10", "1900-01-01", "2999-12-31"),
    ],
)
def test_a_period_holds_its_day(per: str, on: str, first: str, last: str) -> None:
    assert years.period(per, day(on), AUTUMN, None) == (day(first), day(last))


def _literals(struct: type, name: str) -> set[str]:
    kind = next(field.type for field in msgspec.structs.fields(struct) if field.name == name)
    return set(get_args(get_args(kind)[0]))


def test_every_period_of_the_vocabulary_has_its_days() -> None:
    named = (
        _literals(Cap, "per") | _literals(ClaimLimit, "per") | _literals(Bonus, "per") | set(get_args(get_args(SummedOver)[0]))
    )
    for per in named:
        bounds = years.period(per, date(2026, 5, 10), FiscalYear(), None)
        assert bounds is not None
        assert bounds[0] <= date(2026, 5, 10) <= bounds[1]


def test_every_kind_of_year_has_its_function() -> None:
    for variant in get_args(Year):
        assert years.year_of.dispatch(variant) is not years.year_of.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        years.year_of(Clause, date(2026, 5, 10), None)


# ---------------------------------------------------------------------------------------------------- days of reference


@pytest.mark.parametrize(
    ("counted_on", "expected"),
    [
        ("the_day", "2026-05-10"),
        ("registration_day", "2025-07-01"),
        ("fiscal_year_start", "2026-04-01"),
        ("fiscal_year_end", "2027-03-31"),
        ("calendar_year_start", "2026-01-01"),
        ("calendar_year_end", "2026-12-31"),
        ("scheme_year_start", "2025-09-01"),
        ("scheme_year_end", "2026-08-31"),
        ("10-01", "2025-10-01"),
        ("09-01", "2025-09-01"),
        ("08-31", "2026-08-31"),
        ("02-29", "2026-02-28"),
    ],
)
def test_the_day_on_which_a_person_is_looked_at(counted_on: str, expected: str) -> None:
    assert years.reference(counted_on, date(2026, 5, 10), AUTUMN, date(2025, 7, 1)) == day(expected)


def test_a_day_of_reference_that_cannot_be_told_is_none() -> None:
    on = date(2026, 5, 10)
    assert years.reference("registration_day", on, FiscalYear(), None) is None
    assert years.reference("scheme_year_start", on, FromRegistration(), None) is None
    assert years.reference("10-01", on, WINDOW, None) is None


def test_a_day_of_reference_lies_within_a_window_that_does_not_hold_it() -> None:
    short = OneWindow(first_on=date(2026, 5, 1), last_on=date(2026, 6, 30))
    assert years.reference("10-01", date(2026, 5, 10), short, None) == date(2026, 6, 30)


def test_every_day_of_reference_of_the_vocabulary_is_known() -> None:
    for counted_on in part.REFERENCES:
        assert years.reference(counted_on, date(2026, 5, 10), FiscalYear(), date(2025, 7, 1)) is not None


# ---------------------------------------------------------------------------------------------------------------- seasons


@pytest.mark.parametrize(
    ("on", "first", "last", "inside", "ends"),
    [
        ("2026-05-01", "05-01", "02-29", True, "2027-02-28"),
        ("2027-02-28", "05-01", "02-29", True, "2027-02-28"),
        ("2027-03-01", "05-01", "02-29", False, None),
        ("2027-01-03", "12-29", "01-03", True, "2027-01-03"),
        ("2026-12-28", "12-29", "01-03", False, None),
        ("2026-05-31", "04-01", "05-31", True, "2026-05-31"),
        ("2026-06-01", "04-01", "05-31", False, None),
    ],
)
def test_a_season_may_run_over_the_new_year(on: str, first: str, last: str, inside: bool, ends: str | None) -> None:
    assert years.in_season(day(on), first, last) is inside
    if ends is not None:
        assert years.season_end(day(on), first, last) == day(ends)
