"""How far back and ahead a draft looks: which days' decisions count for attendances of a period. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kernel import days
from rules import frequent, years
from rules.vocabulary import part, periods
from rules.vocabulary.edition import Edition


def around(draft: Edition, first_on: date, last_on: date) -> tuple[date, date]:
    """First and last day of what counts: every period of a cap, a bonus or a sum that touches these days, and their fiscal years.

    Where the year of the scheme is each person's own, a year before and after.
    """
    first, last = days.fiscal_year_bounds(days.fiscal_year(first_on))[0], last_on
    for per in set(_periods(draft)):
        if per == "scheme_year" and isinstance(draft.year, periods.FromRegistration):
            bounds = [(days.months_later(first_on, -12), days.months_later(last_on, 12))]
        else:
            bounds = [years.period(per, on, draft.year, None) for on in (first_on, last_on)]
        first = min(first, *(each[0] for each in bounds if each is not None))
        last = max(last, *(each[1] for each in bounds if each is not None))
    return max(first, part.DATE_FIRST), min(last, part.DATE_LAST)


def _periods(draft: Edition) -> Iterator[str]:
    yield from (cap.per for cap in draft.caps)
    yield from (bonus.per for bonus in draft.bonuses)
    yield from (per for clause in draft.clauses if (per := frequent.summed_over(clause)) is not None)
