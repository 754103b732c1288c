"""Which days are one year of a scheme, which are one period of a cap, and on which day something about a person is looked at. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import singledispatch

from kernel import days
from rules.vocabulary import part, periods

Bounds = tuple[date, date]


def day_of_year(year: int, month_day: str) -> date:
    """The month and day `month_day` of the calendar year `year`; 02-29 is the 28th where the year has no 29th."""
    month, day = (int(number) for number in month_day.split("-"))
    last = days.next_month(date(year, month, 1)) - timedelta(days=1)
    return last.replace(day=min(day, last.day))


def day_before(month_day: str, year: int) -> date:
    """The day before the month and day `month_day` of the calendar year `year`."""
    return day_of_year(year, month_day) - timedelta(days=1)


@singledispatch
def year_of(year: object, on: date, registered_on: date | None) -> Bounds | None:
    """First and last day of the scheme year that holds `on`; None where it cannot be told (not registered, outside a window)."""
    raise NotImplementedError(f"no year is of the kind {type(year)}")


@year_of.register
def year_fiscal(_: periods.FiscalYear, on: date, registered_on: date | None) -> Bounds | None:
    """April to March."""
    del registered_on
    return days.fiscal_year_bounds(days.fiscal_year(on))


@year_of.register
def year_calendar(_: periods.CalendarYear, on: date, registered_on: date | None) -> Bounds | None:
    """January to December."""
    del registered_on
    return date(on.year, 1, 1), date(on.year, 12, 31)


@year_of.register
def year_from(year: periods.YearFrom, on: date, registered_on: date | None) -> Bounds | None:
    """Twelve months from any day."""
    del registered_on
    begins = on.year if on >= day_of_year(on.year, year.first) else on.year - 1
    return day_of_year(begins, year.first), day_before(year.first, begins + 1)


@year_of.register
def year_from_registration(_: periods.FromRegistration, on: date, registered_on: date | None) -> Bounds | None:
    """Twelve months from the day of the registration and its anniversaries (民法 143 条 2 項); none before it."""
    if registered_on is None or on < registered_on:
        return None
    since = on.year - registered_on.year
    first = _anniversary(registered_on, since)
    if first > on:
        since, first = since - 1, _anniversary(registered_on, since - 1)
    return first, _anniversary(registered_on, since + 1) - timedelta(days=1)


def _anniversary(registered_on: date, years: int) -> date:
    """The first day of a person's own year; a year from 29 February ends with the February of a common year."""
    same = days.months_later(registered_on, 12 * years)
    return same if same.day == registered_on.day else same + timedelta(days=1)


@year_of.register
def year_window(year: periods.OneWindow, on: date, registered_on: date | None) -> Bounds | None:
    """One window, and nothing outside it."""
    del registered_on
    return (year.first_on, year.last_on) if year.first_on <= on <= year.last_on else None


def _week(on: date) -> Bounds:
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def _months(on: date, number: int) -> Bounds:
    """The part of the fiscal year, `number` months long, that holds `on`."""
    first = days.months_later(days.month_of(on), -((on.month - days.FISCAL_YEAR_FIRST_MONTH) % number))
    return first, days.months_later(first, number) - timedelta(days=1)


_PERIODS: dict[str, Callable[[date], Bounds]] = {
    "day": lambda on: (on, on),
    "week": _week,
    "month": lambda on: (days.month_of(on), days.next_month(on) - timedelta(days=1)),
    "quarter": lambda on: _months(on, 3),
    "half_year": lambda on: _months(on, 6),
    "fiscal_year": lambda on: days.fiscal_year_bounds(days.fiscal_year(on)),
    "calendar_year": lambda on: (date(on.year, 1, 1), date(on.year, 12, 31)),
    "scheme": lambda _: (part.DATE_FIRST, part.DATE_LAST),
}


def period(per: str, on: date, year: periods.Year, registered_on: date | None) -> Bounds | None:
    """First and last day of the period `per` that holds `on`; None where the scheme year cannot be told."""
    return year_of(year, on, registered_on) if per == "scheme_year" else _PERIODS[per](on)


def reference(counted_on: str, on: date, year: periods.Year, registered_on: date | None) -> date | None:
    """The day that `counted_on` means for something on the day `on`; None where it cannot be told."""
    if counted_on == "the_day":
        return on
    if counted_on == "registration_day":
        return registered_on
    if counted_on[0].isdigit():
        return _in_year(counted_on, year_of(year, on, registered_on))
    per, _, end = counted_on.rpartition("_")
    bounds = period(per, on, year, registered_on)
    return None if bounds is None else bounds[end == "end"]


def _in_year(month_day: str, bounds: Bounds | None) -> date | None:
    """The first such day of a scheme year."""
    if bounds is None:
        return None
    first, last = bounds
    found = next((day for y in (first.year, first.year + 1) if (day := day_of_year(y, month_day)) >= first), first)
    return min(found, last)


def in_season(on: date, first: str, last: str) -> bool:
    """Whether `on` lies between two days of the year, both included, over the new year where the first comes later."""
    begins, ends = day_of_year(on.year, first), day_of_year(on.year, last)
    return begins <= on <= ends if begins <= ends else on >= begins or on <= ends


def season_end(on: date, first: str, last: str) -> date:
    """The last day of the season that holds `on`."""
    ends = day_of_year(on.year, last)
    if day_of_year(on.year, first) > ends and on > ends:
        ends = day_of_year(on.year + 1, last)
    return ends
