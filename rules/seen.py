"""What tests can see, and what comes of looking: shared by the tests of the person and those of the activity. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules import years
from rules.decision import Answer, Facts, Question, Step, Window
from rules.vocabulary import periods

Numbers = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What tests can see: the day that is judged, the year of the scheme, the answers, and the attendance where there is one."""

    on: date
    year: periods.Year
    registered_on: date | None
    answers: Mapping[Question, Answer]
    attendance: Facts | None = None
    past: Mapping[Window, int] | None = None
    """what was granted before, as far as it is told"""

    def reference(self, counted_on: str) -> date | None:
        """The day on which something is looked at; None where it cannot be told."""
        return years.reference(counted_on, self.on, self.year, self.registered_on)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether what was wanted is so (None: not known), and the steps that say why not, or what is not known; the last decides."""

    holds: bool | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one plain test: whether it holds, what it is about, and the figures behind it."""

    holds: bool | None
    about: str
    numbers: dict[str, int | str]


HOLDS = Verdict(True)
