"""What was granted to whom, day by day and by kind of activity: answers windows that no single attendance asks about."""

from __future__ import annotations

from datetime import date
from typing import Generic, TypeVar

from rules import capping
from rules.decision import Decision, Facts, Measure, Window

Whose = TypeVar("Whose")
MEASURES: tuple[Measure, ...] = ("grants", "amount", "minutes")
"""What tests of the past count."""


class Tally(Generic[Whose]):
    """Grants of members, as they come and go."""

    def __init__(self) -> None:
        self._held: dict[tuple[Whose, str], dict[tuple[date, Measure], int]] = {}
        self._kinds: dict[Whose, set[str]] = {}

    def add(self, whose: Whose, facts: Facts, decision: Decision, sign: int = 1) -> None:
        """Counts a decision, or (`sign` -1) takes it back."""
        if not decision.amount:
            return
        self._kinds.setdefault(whose, set()).add(facts.activity_kind)
        held = self._held.setdefault((whose, facts.activity_kind), {})
        for of in MEASURES:
            key: tuple[date, Measure] = (facts.occurred_on, of)
            held[key] = held.get(key, 0) + sign * capping.MEASURES[of](decision)

    def used(self, whose: Whose, window: Window) -> int:
        """What a window of this member holds."""
        kinds = window.kinds or tuple(self._kinds.get(whose, ()))
        return sum(
            amount
            for kind in kinds
            for (on, of), amount in self._held.get((whose, kind), {}).items()
            if of == window.of and window.first_on <= on <= window.last_on
        )
