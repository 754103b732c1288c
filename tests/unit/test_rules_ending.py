"""Until when a grant can be used, by days and by a day of a later year."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from rules import ending
from rules.vocabulary import periods
from rules.vocabulary.ending import DayOfYear, DaysAfter

MARCH, APRIL, DECEMBER = date(2027, 3, 31), date(2027, 4, 1), date(2026, 12, 31)


def seen(occurred_on: date, granted_on: date | None = None) -> ending.Days:
    return ending.Days(occurred_on, granted_on or occurred_on, periods.FiscalYear(), None)


def test_days_are_counted_from_the_day_after() -> None:
    """民法 140 条: the first day is not counted."""
    assert ending.last_day(DaysAfter(days=180, counted_from="activity"), seen(date(2026, 5, 10))) == date(2026, 11, 6)
    assert ending.last_day(DaysAfter(days=1, counted_from="grant"), seen(date(2026, 5, 10), MARCH)) == APRIL


@pytest.mark.parametrize(
    ("day", "of", "years_later", "on", "last"),
    [
        ("06-30", "fiscal_year", 1, MARCH, date(2027, 6, 30)),
        ("06-30", "fiscal_year", 1, APRIL, date(2028, 6, 30)),
        ("03-15", "fiscal_year", 1, MARCH, date(2028, 3, 15)),
        ("04-01", "fiscal_year", 0, MARCH, date(2026, 4, 1)),
        ("03-31", "fiscal_year", 0, MARCH, MARCH),
        ("03-15", "calendar_year", 1, DECEMBER, date(2027, 3, 15)),
        ("02-29", "calendar_year", 1, DECEMBER, date(2027, 2, 28)),
        ("02-29", "calendar_year", 2, DECEMBER, date(2028, 2, 29)),
    ],
)
def test_a_day_of_a_later_year(
    day: str, of: Literal["fiscal_year", "calendar_year"], years_later: int, on: date, last: date
) -> None:
    expiry = DayOfYear(day=day, of=of, years_later=years_later, counted_from="grant")
    assert ending.last_day(expiry, seen(date(2026, 1, 1), on)) == last
