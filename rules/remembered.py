"""What an edition asks, remembered: over a year of attendances it asks the same again and again. Pure.

Which windows of the past are asked follows from the kind of activity, its day, the day of the registration, and from those of place,
client, event and booklet that a cap counts by; what is asked about a person, from the first three. Nothing else of the facts matters to
`rules.evaluate.needs` and `rules.evaluate.questions`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar

from rules import evaluate
from rules.decision import Facts, Question, Window
from rules.vocabulary.edition import Edition

REMEMBERED_MAX = 20_000  # then everything is forgotten, and asked anew

T = TypeVar("T")
_PLAIN = ("activity_kind", "occurred_on", "registered_on")
_person = attrgetter(*_PLAIN)


class Asking:
    """What one edition asks."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        counted_by = {dimension for cap in edition.caps for dimension in cap.for_each} - {"member", "activity_kind"}
        self._past: Callable[[Facts], Hashable] = attrgetter(*_PLAIN, *sorted(counted_by))
        self._windows: dict[Hashable, tuple[Window, ...]] = {}
        self._questions: dict[Hashable, tuple[Question, ...]] = {}
        self._counted: dict[Hashable, tuple[Window, ...]] = {}
        self._recalled: dict[Hashable, tuple[Window, ...]] = {}
        self.recalls = evaluate.recalls(edition)
        """whether tests ask about the past"""

    def windows(self, facts: Facts) -> tuple[Window, ...]:
        """What is asked about the past, as `evaluate.needs` says."""
        key = self._past(facts)
        known = self._windows.get(key)
        return known if known is not None else _remember(self._windows, key, evaluate.needs(self._edition, facts))

    def counted(self, facts: Facts) -> tuple[Window, ...]:
        """What a decision counts in itself, as `evaluate.counted` says."""
        if not self.recalls:
            return self.windows(facts)
        key = self._past(facts)
        known = self._counted.get(key)
        return known if known is not None else _remember(self._counted, key, evaluate.counted(self._edition, facts))

    def recalled(self, facts: Facts) -> tuple[Window, ...]:
        """What tests ask about the past, as `evaluate.recalled` says."""
        if not self.recalls:
            return ()
        key: Hashable = _person(facts)
        known = self._recalled.get(key)
        return known if known is not None else _remember(self._recalled, key, evaluate.recalled(self._edition, facts))

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        """What is asked about the person, as `evaluate.questions` says."""
        key: Hashable = _person(facts)
        known = self._questions.get(key)
        return known if known is not None else _remember(self._questions, key, evaluate.questions(self._edition, facts))


@lru_cache(maxsize=16)
def asking(edition: Edition) -> Asking:
    """What an edition asks; remembered as long as nobody asks for many others."""
    return Asking(edition)


def _remember(known: dict[Hashable, T], key: Hashable, found: T) -> T:
    if len(known) >= REMEMBERED_MAX:
        known.clear()
    known[key] = found
    return found
