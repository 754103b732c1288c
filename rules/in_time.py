"""Whether an attendance is in force and in time: the edition's days, its year, its season, and the day of recording. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from rules import years
from rules.decision import Facts, Step
from rules.vocabulary import part, periods
from rules.vocabulary.edition import Edition


def countable(on: date) -> bool:
    """Whether `on` is a day that the rules count."""
    return part.DATE_FIRST <= on <= part.DATE_LAST


def not_in_force(edition: Edition, facts: Facts) -> Step | None:
    """Why nothing is granted for such a day by this edition, whoever came; None where it may be."""
    on = facts.occurred_on
    if not (countable(on) and countable(facts.grant_day())):
        return Step("date_out_of_range", {"first": str(part.DATE_FIRST), "last": str(part.DATE_LAST)})
    if on < edition.starts_on:
        return Step("not_yet_in_force", {"occurred_on": str(on), "starts_on": str(edition.starts_on)})
    if edition.wind_down is not None and on > edition.wind_down.last_granting_on:
        return Step("scheme_ended", {"occurred_on": str(on), "last_granting_on": str(edition.wind_down.last_granting_on)})
    if isinstance(edition.year, periods.OneWindow) and years.year_of(edition.year, on, None) is None:
        return Step("outside_window", {"first_on": str(edition.year.first_on), "last_on": str(edition.year.last_on)})
    if isinstance(edition.year, periods.FromRegistration) and facts.registered_on is not None and on < facts.registered_on:
        return Step("before_registration", {"registered_on": str(facts.registered_on)})
    return _outside_granting(edition.granting, facts)


def _outside_granting(granting: periods.Granting, facts: Facts) -> Step | None:
    on = facts.occurred_on
    match granting:
        case periods.Always():
            return None
        case periods.InSeason():
            inside, ends = years.in_season(on, granting.first, granting.last), years.season_end(on, granting.first, granting.last)
            told: dict[str, int | str] = {"first": granting.first, "last": granting.last}
        case periods.InDates():
            inside, ends = granting.first_on <= on <= granting.last_on, granting.last_on
            told = {"first_on": str(granting.first_on), "last_on": str(granting.last_on)}
    if not inside:
        return Step("outside_season" if "first" in told else "outside_window", told)
    if granting.grace_days is not None and facts.grant_day() > ends + timedelta(days=granting.grace_days):
        return Step(
            "recorded_too_late", {"recorded_on": str(facts.grant_day()), "last_on": str(ends + timedelta(granting.grace_days))}
        )
    return None
