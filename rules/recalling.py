"""Tests of the past: what was granted before, in a period or since some days. They ask windows, as caps do. Pure.

What is not told of the past is no answer: it is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rules import years
from rules.decision import Window
from rules.seen import Look, Numbers, Seen
from rules.vocabulary import part, who
from rules.vocabulary.who import Test

Past = who.Earned | who.SinceLast


def windows(tests: Iterable[Test], seen: Seen) -> Iterator[Window]:
    """Every window that `tests` ask about."""
    for test in tests:
        if isinstance(test, who.AllOf | who.AnyOf | who.NoneOf):
            yield from windows(test.tests, seen)
        elif isinstance(test, who.Earned | who.SinceLast):
            window = _window(test, seen)
            if window is not None:
                yield window


def asks(tests: Iterable[Test]) -> bool:
    """Whether any of `tests` asks about the past."""
    for each in tests:
        inner = each.tests if isinstance(each, who.AllOf | who.AnyOf | who.NoneOf) else ()
        if isinstance(each, who.Earned | who.SinceLast) or asks(inner):
            return True
    return False


def look(test: Past, seen: Seen) -> Look:
    """Whether so much was earned, or so many days have passed since the last time; None where the past is not told."""
    window = _window(test, seen)
    if window is None:
        return Look(None, "registration_day", {"counted_on": window_per(test)})
    kinds = " ".join(test.activity_kinds)
    told: Numbers = {"kinds": kinds, "of": window.of, "per": window.per, "first_on": str(window.first_on)}
    told |= {"at_least": test.at_least} if isinstance(test, who.Earned) else {"days": test.days}
    found = seen.past.get(window) if seen.past is not None else None
    told |= {} if found is None else {"found": max(0, found)}
    if isinstance(test, who.SinceLast):
        return Look(None if found is None else found <= 0, "since_last", told)
    return Look(None if found is None else found >= test.at_least, "past", told)


def window_per(test: Past) -> str:
    """The period in which a test counts; `days` where it is no period of the calendar."""
    return test.per if isinstance(test, who.Earned) else "days"


def _window(test: Past, seen: Seen) -> Window | None:
    """What a test asks; None where the period cannot be told."""
    kinds = () if part.ANY_KIND in test.activity_kinds else test.activity_kinds
    if isinstance(test, who.SinceLast):
        first = max(seen.on, part.DATE_FIRST + timedelta(days=test.days - 1)) - timedelta(days=test.days - 1)
        return Window("grants", "days", first, seen.on, kinds)
    bounds = years.period(test.per, seen.on, seen.year, seen.registered_on)
    return None if bounds is None else Window(test.of, test.per, *bounds, kinds)
