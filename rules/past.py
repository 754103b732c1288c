"""Was what the decisions counted of the past what stood then? Pure.

Each decision says what its windows held (`Facts.used`). Decisions of one member are made one after another, under the lock of the
wallet, so those that count towards a window stand in a row in which each must have counted exactly what stood before it. That they
follow from what they counted is re-performed elsewhere (`rules.reperform`); both together mean that every cap held, whatever it
counts.

Only the instants at which requests began are kept, and two of them may have waited for each other in either order: what lies within
MARGIN of each other, and was not decided in one list, may have come before or after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from rules import evaluate
from rules.decision import Decision, Facts, Window
from rules.remembered import Asking

MARGIN_US = 120_000_000  # microseconds: longer than a request may wait for its locks, with its repetitions
NOT_ASKED = -1


class Event(msgspec.Struct, frozen=True):
    """A decision that counts towards a window: when it was decided and voided (microseconds), what it counted, and what it adds."""

    decided_us: int
    voided_us: int | None
    used: int
    added: int
    decision_id: str


Whose = tuple[str, UUID | None, Window]
"""The scheme, the member (None: everybody), and the period with what is counted in it."""


class Recalled(msgspec.Struct, frozen=True):
    """A decision before the tests of the past: when it was made and voided, what it says, and what tests were told."""

    event: Event
    facts: Facts
    decision: Decision
    told: tuple[tuple[Window, int], ...]


class Ledger:
    """The events of windows, as decisions are read one after another; and decisions whole, where tests ask about any of them."""

    def __init__(self) -> None:
        self._events: dict[Whose, list[Event]] = {}
        self._recalled: dict[tuple[str, UUID], list[Recalled]] = {}

    def recall(self, scheme_id: str, recalled: Recalled) -> None:
        """Puts a decision beside the others of its member, for the windows of tests."""
        self._recalled.setdefault((scheme_id, recalled.facts.member_id), []).append(recalled)

    def add(self, whose: Whose, event: Event) -> None:
        """Puts an event beside the others of its window."""
        self._events.setdefault(whose, []).append(event)

    def take_everybody(self) -> list[tuple[Whose, Event]]:
        """Takes out what counts for everybody: it has to be seen with that of other members."""
        taken = [whose for whose in self._events if whose[1] is None]
        return [(whose, event) for whose in taken for event in self._events.pop(whose)]

    def first_untrue(self) -> dict[str, Any] | None:
        """The first decision that counted something else than what stood, or None."""
        for (scheme_id, member_id, window), events in self._events.items():
            found = _untrue(sorted(events, key=_in_turn))
            if found is not None:
                told = {"scheme_id": scheme_id, "member_id": None if member_id is None else str(member_id)}
                return found | told | {"window": msgspec.to_builtins(window)}
        return next(self._untrue_recollections(), None)

    def _untrue_recollections(self) -> Iterator[dict[str, Any]]:
        """What decisions were told for a test, where something else stood: it may be of other kinds, and of any days."""
        for (scheme_id, member_id), decided in self._recalled.items():
            for asking, window, used in ((each, *told) for each in decided for told in each.told):
                found = _untrue(sorted(_of_window(decided, asking, window, used), key=_in_turn))
                if found is not None:
                    told: dict[str, Any] = {"scheme_id": scheme_id, "member_id": str(member_id)}
                    yield found | told | {"window": msgspec.to_builtins(window)}


def events(
    own: Asking, others: Iterable[Asking], facts: Facts, kept: Decision, told: Event
) -> Iterable[tuple[UUID | None, Window, Event]]:
    """What a decision counted, and what it adds to the windows that its `own` edition and the `others` of the scheme ask about.

    `told` has when it was decided and voided, and its id.
    """
    counted: Mapping[Window, int] = {used.window: used.amount for used in facts.used}
    asked = own.counted(facts)
    further = [window for other in others if other is not own for window in other.counted(facts) if window not in asked]
    for window in (*asked, *dict.fromkeys(further)) if further else asked:
        used = counted.get(window, NOT_ASKED)
        added = evaluate.measured(window, kept)
        if added or used != NOT_ASKED:
            event = Event(told.decided_us, told.voided_us, used, added, told.decision_id)
            yield None if window.everybody else facts.member_id, window, event


def _of_window(decided: list[Recalled], asking: Recalled, window: Window, used: int) -> Iterator[Event]:
    """The decisions that count in a window of a test, and the one that was told what it holds."""
    for each in decided:
        added = evaluate.measured(window, each.decision) if evaluate.covers(window, each.facts) else 0
        if added or each is asking:
            yield msgspec.structs.replace(each.event, used=used if each is asking else NOT_ASKED, added=added)


def recalled(own: Asking, facts: Facts, kept: Decision, told: Event) -> Recalled:
    """A decision with what it was told for the tests of its `own` edition."""
    counted: Mapping[Window, int] = {used.window: used.amount for used in facts.used}
    asked = tuple((window, counted[window]) for window in own.recalled(facts) if window in counted)
    return Recalled(told, facts, kept, asked)


def _in_turn(event: Event) -> tuple[int, int, int]:
    """The order of decisions; those of one list counted ever more, and what added nothing came before what was added."""
    return event.decided_us, event.used, event.added


def _untrue(decided: list[Event]) -> dict[str, Any] | None:
    """The first event that counted something else than what stood before it; `decided` in the order of their decisions."""
    stood = 0
    voids = sorted((event.voided_us, event.added) for event in decided if event.voided_us is not None)
    gone = 0
    for place, event in enumerate(decided):
        while gone < len(voids) and voids[gone][0] < event.decided_us:
            stood -= voids[gone][1]
            gone += 1
        if event.used not in {NOT_ASKED, stood} and not _possible(decided, place, stood):
            return {"decision_id": event.decision_id, "counted": event.used, "stood": stood}
        stood += event.added
    return None


def _possible(decided: list[Event], place: int, stood: int) -> bool:
    """Whether what was counted may have stood, if what was decided or voided at about the same time came before or after."""
    asking = decided[place]
    least = most = stood
    for other, event in enumerate(decided):
        if event.decided_us != asking.decided_us and abs(event.decided_us - asking.decided_us) <= MARGIN_US:
            least -= event.added if other < place else 0
            most += event.added if other > place else 0
        if event.voided_us is not None and abs(event.voided_us - asking.decided_us) <= MARGIN_US:
            before = event.voided_us < asking.decided_us
            most += event.added if before else 0
            least -= event.added if not before and other < place else 0
    return least <= asking.used <= most
