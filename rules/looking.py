"""What tests of the activity, its day and the past see: role, proof, marks, people, figures, weekday, season. Pure, and total."""

from __future__ import annotations

from functools import singledispatch

from rules import recalling, years
from rules.seen import Look, Numbers, Seen
from rules.vocabulary import who


@singledispatch
def look(test: object, seen: Seen) -> Look:
    """Whether a test of the activity or of its day holds; None where it is not known."""
    raise NotImplementedError(f"no test is of the kind {type(test)}")


@look.register
def look_role(test: who.RoleTest, seen: Seen) -> Look:
    """In which part one attended."""
    if seen.attendance is None:
        return Look(None, "role", {})
    return Look(seen.attendance.role in test.one_of, "role", {"role": seen.attendance.role})


@look.register
def look_evidence(test: who.EvidenceTest, seen: Seen) -> Look:
    """How well it is proved."""
    if seen.attendance is None:
        return Look(None, "evidence", {"at_least": test.at_least})
    evidence = seen.attendance.evidence
    return Look(evidence >= test.at_least, "evidence", {"evidence": evidence, "at_least": test.at_least})


@look.register
def look_mark(test: who.Mark, seen: Seen) -> Look:
    """What was said about the activity, or what counts where nobody said so."""
    marks = seen.attendance.marks if seen.attendance is not None else {}
    untold = {"ask": None, "no": False, "yes": True}[test.untold]
    return Look(marks.get(test.what, untold), "mark", {"what": test.what})


@look.register
def look_headcount(test: who.Headcount, seen: Seen) -> Look:
    """How many there were, of an age where the test says so, and how many of a hundred that is."""
    counts = seen.attendance.counts if seen.attendance is not None else {}
    asked = test.of if test.age_at_least is None else f"{test.of}_{test.age_at_least}"
    numbers: Numbers = {"of": asked, "at_least": test.at_least} | ({} if test.percent is None else {"percent": test.percent})
    found, everybody = counts.get(asked), counts.get(test.of)
    if found is None or (test.percent is not None and everybody is None):
        return Look(None, "headcount", numbers)
    share = test.percent is None or found * 100 >= test.percent * (everybody or 0)
    return Look(found >= test.at_least and share, "headcount", numbers | {"found": found})


@look.register
def look_measure(test: who.MeasureTest, seen: Seen) -> Look:
    """Whether what was measured comes to so much."""
    attendance = seen.attendance
    measured = None if attendance is None else attendance.measures.get(test.measure, attendance.counts.get(test.measure))
    numbers: Numbers = {"measure": test.measure, "at_least": test.at_least}
    if measured is None:
        return Look(None, "measure", numbers)
    return Look(measured >= test.at_least, "measure", numbers | {"figure": measured})


@look.register
def look_past(test: who.Earned | who.SinceLast, seen: Seen) -> Look:
    """What was granted before."""
    return recalling.look(test, seen)


_WEEKDAYS = ("weekday",) * 5 + ("saturday", "sunday")


@look.register
def look_day_type(test: who.DayType, seen: Seen) -> Look:
    """What kind of day it was; a public holiday is neither a weekday, a Saturday nor a Sunday."""
    plain, holiday = _WEEKDAYS[seen.on.weekday()], seen.attendance.holiday if seen.attendance is not None else None
    numbers: Numbers = {"on": str(seen.on), "day_type": "holiday" if holiday else plain}
    as_plain, as_holiday = plain in test.one_of, "holiday" in test.one_of
    if holiday is None:
        return Look(as_plain if as_plain == as_holiday else None, "day_type", numbers)
    return Look(as_holiday if holiday else as_plain, "day_type", numbers)


@look.register
def look_season(test: who.Season, seen: Seen) -> Look:
    """Whether the day lies in a part of the year."""
    return Look(years.in_season(seen.on, test.first, test.last), "season", {"first": test.first, "last": test.last})


@look.register
def look_between(test: who.Between, seen: Seen) -> Look:
    """Whether the day lies between two days."""
    numbers: Numbers = {"first_on": str(test.first_on), "last_on": str(test.last_on)}
    return Look(test.first_on <= seen.on <= test.last_on, "between", numbers)


@look.register
def look_hours(test: who.Hours, seen: Seen) -> Look:
    """Whether it began between two times of the day; the later one is not included, and may be past midnight."""
    first, last = _minute(test.first), _minute(test.last)
    numbers: Numbers = {"first": test.first, "last": test.last}
    began = seen.attendance.started_minute if seen.attendance is not None else None
    if began is None:
        return Look(None, "hours", numbers)
    return Look(first <= began < last if first < last else began >= first or began < last, "hours", numbers)


def _minute(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
