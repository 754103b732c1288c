"""A draft over attendances that were recorded, beside what was really decided. Pure: a stream of cases becomes totals.

The cases of a member (of everybody, where a cap or a bonus counts everybody) come in the order in which they were decided, so that
the draft counts the past as a real edition would have: an attendance that was decided and later taken back counts while it stood.
What lies outside the period counts as it was decided. Each attendance is judged on the facts that were kept with its decision,
and on what is known of people now.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from rules import capping, evaluate, known, remembered
from rules.decision import Before, Beyond, Decision, Facts, Used, Window
from rules.tally import Tally
from rules.totals import Counter, Totals, count, spend
from rules.vocabulary.edition import Edition

_FACTS = msgspec.json.Decoder(Facts)
_RECORDS = msgspec.json.Decoder(tuple[known.Record, ...])
_NOBODY = UUID(int=0)
SUPERSEDED = "superseded"


class Case(NamedTuple):
    """An attendance with what was decided about it; plain values, so that a list of them can be given to another process.

    `holder` is whose it is: a member's number, or the id of a group. `decided` is None where nothing was; instants are in
    microseconds. `facts` are those of its decision, or those that it would be decided on. `left_out` tells why nothing is decided
    on it yet: superseded, unsigned, cannot_earn. `records` is what is known of the person, in the order in which it was recorded.
    """

    holder: str
    occurred_on: date
    decided_us: int
    voided_us: int | None
    left_out: str | None
    facts: str
    decided: str | None
    slot: str | None
    area: str
    born_on: date | None
    records: str | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of a decision that was made."""

    outcome: Literal["granted", "nothing", "ask"]
    amount: int
    minutes: int = 0
    funding: tuple[str, ...] = ()
    convertible: int | None = None
    beyond: tuple[Beyond, ...] = ()
    bonus: int = 0
    looked: int = 0
    looked_earned: int = 0

    def as_decision(self) -> Decision:
        """As a decision that windows can measure."""
        return Decision(
            outcome=self.outcome,
            amount=self.amount,
            unit="",
            minutes=self.minutes,
            expires_on=None,
            funding=self.funding,
            trace=(),
            convertible=self.convertible,
            bonus=self.bonus,
            looked=self.looked,
            looked_earned=self.looked_earned,
        )


_RECORDED = msgspec.json.Decoder(Recorded)
_Whose = tuple[str | None, Window]
_Occasion = tuple[str, str]


class _Standing(NamedTuple):
    """What a decision adds while it stands: to windows, and to its occasion."""

    windows: tuple[tuple[_Whose, int], ...]
    occasion: _Occasion | None = None
    minutes: int = 0
    earned: int = 0
    granted: tuple[str, Facts, Decision] | None = None


def counts_everybody(draft: Edition) -> bool:
    """Whether a cap of the draft is for all members together: then no part of the town can be looked at alone."""
    return any("member" not in cap.for_each for cap in draft.caps)


class Trial:
    """A draft at work on the whole town or a part of it, from `first_on` to `last_on`; `totals` is what it comes to."""

    def __init__(self, draft: Edition, first_on: date, last_on: date) -> None:
        self.draft = msgspec.structs.replace(draft, starts_on=min(draft.starts_on, first_on))
        self.totals = Totals()
        self._counter = Counter(self.totals, self.draft)
        self._first_on, self._last_on = first_on, last_on
        self._used: dict[_Whose, int] = {}
        self._occasions: dict[_Occasion, Before] = {}
        self._to_void: list[tuple[int, int, _Standing]] = []
        self._nth = 0
        self._asking = remembered.asking(self.draft)
        self._granted: Tally[str] = Tally()

    def add(self, cases: Iterable[Case]) -> None:
        """Runs the draft over `cases`, those of each member in the order of their decisions."""
        for case in cases:
            self._void_until(case.decided_us)
            if self._first_on <= case.occurred_on <= self._last_on:
                if case.left_out is not None and case.decided is None:
                    count(self.totals.left_out, case.left_out)
                else:
                    self._inside(case, _FACTS.decode(case.facts))
            elif case.decided is not None:
                self._outside(case, _FACTS.decode(case.facts), _RECORDED.decode(case.decided))

    def _outside(self, case: Case, facts: Facts, recorded: Recorded) -> None:
        """What lies outside the period counts as it was decided."""
        made = recorded.as_decision()
        windows = _measured(case.holder, self._asking.counted(facts), made)
        self._stand(case, _Standing(windows, granted=(case.holder, facts, made)))
        if case.voided_us is None and facts.occurred_on < self._first_on:
            spend(self.totals.spent, facts.occurred_on, recorded)
            spend(self.totals.current_spent, facts.occurred_on, recorded)

    def _inside(self, case: Case, facts: Facts) -> None:
        occasion = None if case.slot is None else (case.slot, case.holder)
        seen = self._seen(case, facts, occasion)
        made = evaluate.evaluate(self.draft, seen)
        windows = _measured(case.holder, self._asking.counted(facts), made)
        standing = _Standing(windows, granted=(case.holder, facts, made))
        if occasion is not None and made.earned is not None:
            standing = standing._replace(occasion=occasion, minutes=facts.minutes, earned=made.earned)
        self._stand(case, standing)
        if case.voided_us is not None:
            count(self.totals.left_out, "taken_back")
            return
        recorded = None if case.decided is None else _RECORDED.decode(case.decided)
        self._counter.add(case, facts, made, recorded)

    def _seen(self, case: Case, facts: Facts, occasion: _Occasion | None) -> Facts:
        """The facts as the draft would have seen them."""
        windows = self._asking.windows(facts)
        asked = self._asking.questions(facts)
        recalled = {window: self._granted.used(case.holder, window) for window in self._asking.recalled(facts)}
        records: Sequence[known.Record] = _RECORDS.decode(case.records) if asked and case.records else ()
        return msgspec.structs.replace(
            facts,
            used=tuple(
                Used(each, recalled[each] if each in recalled else self._used.get(_whose(case.holder, each), 0))
                for each in windows
            ),
            before=None if occasion is None else self._occasions.get(occasion),
            answers=known.answers(asked, records, case.born_on) if asked else (),
        )

    def _stand(self, case: Case, standing: _Standing) -> None:
        self._change(standing, 1)
        if case.voided_us is not None:
            self._nth += 1
            corrected = case.left_out == SUPERSEDED
            heapq.heappush(self._to_void, (case.voided_us - corrected, self._nth, standing))

    def _void_until(self, now_us: int) -> None:
        """Takes back what was taken back before this instant; what was corrected, before its correction is decided in the same one."""
        while self._to_void and self._to_void[0][0] < now_us:
            self._change(heapq.heappop(self._to_void)[2], -1)

    def _change(self, standing: _Standing, sign: int) -> None:
        if standing.granted is not None and self._asking.recalls:
            self._granted.add(*standing.granted, sign)
        for whose, added in standing.windows:
            self._used[whose] = self._used.get(whose, 0) + sign * added
        if standing.occasion is not None:
            so_far = self._occasions.get(standing.occasion) or Before(0, 0)
            grown = Before(so_far.minutes + sign * standing.minutes, so_far.earned + sign * standing.earned)
            self._occasions[standing.occasion] = grown


def _measured(holder: str, windows: Iterable[Window], made: Decision) -> tuple[tuple[_Whose, int], ...]:
    """What a decision adds to each window."""
    if not made.amount and not made.looked:
        return ()
    return tuple((_whose(holder, window), added) for window in windows if (added := capping.measured(window, made)))


def _whose(holder: str, window: Window) -> _Whose:
    return (None if window.everybody else holder), window
