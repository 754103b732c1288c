"""Until when a grant can be used, and which decrees keep it alive longer. Pure; each kind of expiry has its function `last_day`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import singledispatch

from kernel import days
from rules import years
from rules.vocabulary import ending as vocabulary
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import DATE_FIRST, DATE_LAST, CountedFrom
from rules.vocabulary.periods import Year


class Days:
    """The days that an expiry may count from: that of the activity, that of the grant, and the years of the scheme."""

    __slots__ = ("granted_on", "occurred_on", "registered_on", "year")

    def __init__(self, occurred_on: date, granted_on: date, year: Year, registered_on: date | None) -> None:
        self.occurred_on, self.granted_on = occurred_on, granted_on
        self.year, self.registered_on = year, registered_on

    def counted_from(self, which: CountedFrom) -> date:
        """The day from which a period runs."""
        return self.granted_on if which == "grant" else self.occurred_on


@singledispatch
def last_day(expiry: object, seen: Days) -> date | None:
    """The last day on which the grant can be used; None for never ending."""
    raise NotImplementedError(f"no expiry is of the kind {type(expiry)}")


@last_day.register
def last_day_never(_: vocabulary.Never, seen: Days) -> date | None:
    """No last day."""
    del seen


@last_day.register
def last_day_months_after(expiry: vocabulary.MonthsAfter, seen: Days) -> date | None:
    """The same day some months later; the last of the month where it has no such day."""
    return days.months_later(seen.counted_from(expiry.counted_from), expiry.months)


@last_day.register
def last_day_days_after(expiry: vocabulary.DaysAfter, seen: Days) -> date | None:
    """So many days later."""
    return seen.counted_from(expiry.counted_from) + timedelta(days=expiry.days)


@last_day.register
def last_day_of_fiscal_year(expiry: vocabulary.EndOfFiscalYear, seen: Days) -> date | None:
    """31 March of the fiscal year that holds the day, or of a later one."""
    return days.fiscal_year_bounds(days.fiscal_year(seen.counted_from(expiry.counted_from)) + expiry.years_later)[1]


@last_day.register
def last_day_of_calendar_year(expiry: vocabulary.EndOfCalendarYear, seen: Days) -> date | None:
    """31 December of the year that holds the day, or of a later one."""
    return date(seen.counted_from(expiry.counted_from).year + expiry.years_later, 12, 31)


@last_day.register
def last_day_of_scheme_year(expiry: vocabulary.EndOfSchemeYear, seen: Days) -> date | None:
    """The last day of the scheme's year that holds the day, or of a later one; DATE_LAST where a year cannot be told any more."""
    bounds = years.year_of(seen.year, seen.counted_from(expiry.counted_from), seen.registered_on)
    if bounds is None:
        return DATE_LAST
    return days.months_later(bounds[1], 12 * expiry.years_later) if expiry.years_later else bounds[1]


@last_day.register
def last_day_day_of_year(expiry: vocabulary.DayOfYear, seen: Days) -> date | None:
    """A month and day of the year that holds the day, or of a later one; it may have passed already in the same year."""
    on = seen.counted_from(expiry.counted_from)
    if expiry.of == "calendar_year":
        return years.day_of_year(on.year + expiry.years_later, expiry.day)
    begins = days.fiscal_year(on) + expiry.years_later
    found = years.day_of_year(begins, expiry.day)
    return found if found >= days.fiscal_year_bounds(begins)[0] else years.day_of_year(begins + 1, expiry.day)


@last_day.register
def last_day_fixed(expiry: vocabulary.FixedDate, seen: Days) -> date | None:
    """One day for all."""
    del seen
    return expiry.on


def expires_on(edition: Edition, seen: Days, chosen: tuple[int, ...] = ()) -> date | None:
    """The last day of use by the edition, with the decrees that are for all, and those (from 1) that the holder chose."""
    last = last_day(edition.expiry, seen)
    return with_decrees(edition, last, seen.occurred_on, seen.registered_on, chosen)


def with_decrees(
    edition: Edition, last: date | None, occurred_on: date, registered_on: date | None, chosen: tuple[int, ...]
) -> date | None:
    """The last day of use `last` of what was earned on `occurred_on`, or a later one by decree; None for never ending."""
    if last is None:
        return None
    until = kept_until(edition, occurred_on, registered_on, chosen)
    return last if until is None else max(last, until)


def kept_until(edition: Edition, occurred_on: date, registered_on: date | None, chosen: tuple[int, ...]) -> date | None:
    """Until when decrees, for all or (from 1) chosen, keep what was earned on `occurred_on`; None where none does."""
    if not edition.extensions or not DATE_FIRST <= occurred_on <= DATE_LAST:
        return None
    bounds = years.year_of(edition.year, occurred_on, registered_on)
    return max(
        (
            decree.until
            for number, decree in enumerate(edition.extensions, start=1)
            if bounds is not None and bounds[0].year in decree.years and (not decree.chosen or number in chosen)
        ),
        default=None,
    )
