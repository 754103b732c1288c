"""What a simulation adds up while attendances pass: plain counters that can be joined with those of another part of the town. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

import msgspec

from rules import known, wanted, years
from rules.decision import Beyond, Decision, Facts
from rules.vocabulary.conversion import Exchange
from rules.vocabulary.edition import Edition

K = TypeVar("K", bound=Hashable)
Funding = tuple[str, ...]
Spending = dict[tuple[date, Funding], int]
"""What is asked of budget lines on a day: the codes to draw on, first to last, and how much."""

TABLES = ("month", "area", "activity_kind", "age_band")
UNKNOWN = "unknown"
AGE_BAND_YEARS = 10
_CUTS = frozenset({"cap_cut", "cap_reached", "convertible_cut"})


class Cell(msgspec.Struct):
    """A row of a table while it grows: attendances; grants and amounts as the draft has them, and as they were."""

    attendances: int = 0
    draft_grants: int = 0
    draft: int = 0
    current_grants: int = 0
    current: int = 0

    def add(self, draft: int, current: int) -> None:
        """Counts one attendance with what it earns by the draft, and what it earned."""
        self.attendances += 1
        self.draft_grants += draft > 0
        self.draft += draft
        self.current_grants += current > 0
        self.current += current

    def join(self, other: Cell) -> None:
        """Adds another part."""
        self.attendances += other.attendances
        self.draft_grants += other.draft_grants
        self.draft += other.draft
        self.current_grants += other.current_grants
        self.current += other.current


class Hit(msgspec.Struct):
    """How often a cap cut, and how much in all: of what is earned, or of what can be converted."""

    times: int = 0
    cut: int = 0


Cells = dict[str, Cell]
Counts = dict[str, int]


class Totals(msgspec.Struct):
    """Everything that is counted. Keys are texts and numbers that mean the same in every part.

    `outcomes` are counted by `draft_granted`, `draft_nothing`, `draft_ask`, `current_granted`, `current_nothing`, `undecided`;
    `convertible` by holder and first day of the scheme year.
    """

    whole: Cell = msgspec.field(default_factory=Cell)
    tables: dict[str, Cells] = msgspec.field(default_factory=lambda: {table: Cells() for table in TABLES})
    members: Cells = msgspec.field(default_factory=Cells)
    outcomes: Counts = msgspec.field(default_factory=Counts)
    left_out: Counts = msgspec.field(default_factory=Counts)
    reasons: Counts = msgspec.field(default_factory=Counts)
    asked: Counts = msgspec.field(default_factory=Counts)
    caps: dict[int, Hit] = msgspec.field(default_factory=dict[int, Hit])
    spent: Spending = msgspec.field(default_factory=Spending)
    current_spent: Spending = msgspec.field(default_factory=Spending)
    convertible: dict[tuple[str, date | None], int] = msgspec.field(default_factory=dict[tuple[str, date | None], int])
    beyond: int = 0
    draws: int = 0

    def join(self, other: Totals) -> None:
        """Adds another part of the town."""
        self.whole.join(other.whole)
        for table, cells in other.tables.items():
            _join_cells(self.tables[table], cells)
        _join_cells(self.members, other.members)
        for number, hit in other.caps.items():
            mine = self.caps.setdefault(number, Hit())
            mine.times += hit.times
            mine.cut += hit.cut
        for name in ("outcomes", "left_out", "reasons", "asked", "spent", "current_spent", "convertible"):
            _join(getattr(self, name), getattr(other, name))
        self.beyond += other.beyond
        self.draws += other.draws


class Who(Protocol):
    """Whose attendance it is, where they live, and when they were born."""

    @property
    def holder(self) -> str:
        """The member's number, or the id of a group."""
        ...

    @property
    def area(self) -> str:
        """The area that they belong to."""
        ...

    @property
    def born_on(self) -> date | None:
        """The day of birth, where it is known."""
        ...


class Paid(Protocol):
    """What a decision asks of budget lines."""

    @property
    def outcome(self) -> str:
        """Granted, or not."""
        ...

    @property
    def amount(self) -> int:
        """How much."""
        ...

    @property
    def funding(self) -> tuple[str, ...]:
        """The lines to draw on."""
        ...

    @property
    def beyond(self) -> tuple[Beyond, ...]:
        """What other lines bear of it."""
        ...


class Counter:
    """Counts what a draft comes to, attendance by attendance."""

    def __init__(self, totals: Totals, draft: Edition) -> None:
        self._totals, self._draft = totals, draft
        self._converts = isinstance(draft.conversion, Exchange)

    def add(self, case: Who, facts: Facts, made: Decision, recorded: Paid | None) -> None:
        """Counts an attendance that stands: what the draft makes of it, and what was made of it."""
        totals, on = self._totals, facts.occurred_on
        draft, current = made.amount, recorded.amount if recorded is not None else 0
        totals.whole.add(draft, current)
        keys = (f"{on.year:04}-{on.month:02}", case.area, facts.activity_kind, age_band(case.born_on, on))
        for cells, key in zip(totals.tables.values(), keys, strict=True):
            _cell(cells, key).add(draft, current)
        _cell(totals.members, case.holder).add(draft, current)
        count(totals.outcomes, f"draft_{made.outcome}")
        count(totals.outcomes, f"current_{recorded.outcome}" if recorded is not None else "undecided")
        spend(totals.spent, on, made)
        if recorded is not None:
            spend(totals.current_spent, on, recorded)
        self._trace(made)
        if self._converts and made.can_be_converted:
            self._convertible(case.holder, facts, made.can_be_converted)

    def _trace(self, made: Decision) -> None:
        totals = self._totals
        totals.draws += made.draws
        totals.beyond += sum(part.amount for part in made.beyond)
        if made.outcome == "nothing":
            count(totals.reasons, made.reason)
        elif made.outcome == "ask":
            for fact in {each.fact for each in wanted.wanted(made.trace)}:
                count(totals.asked, fact)
        for step in made.trace:
            if step.code in _CUTS:
                hit = totals.caps.setdefault(int(step.numbers["cap"]), Hit())
                hit.times += 1
                hit.cut += int(step.numbers["before"]) - int(step.numbers["after"])

    def _convertible(self, holder: str, facts: Facts, amount: int) -> None:
        bounds = years.year_of(self._draft.year, facts.occurred_on, facts.registered_on)
        key = (holder, bounds[0] if bounds is not None else None)
        self._totals.convertible[key] = self._totals.convertible.get(key, 0) + amount


def age_band(born_on: date | None, on: date) -> str:
    """The ten years of life that hold the age on a day: "60-69"; "unknown" where the birth date is not known."""
    if born_on is None:
        return UNKNOWN
    first = known.age_on(born_on, on) // AGE_BAND_YEARS * AGE_BAND_YEARS
    return f"{first}-{first + AGE_BAND_YEARS - 1}"


def spend(spent: Spending, on: date, made: Paid) -> None:
    """Adds what a decision asks of budget lines on a day."""
    if not made.amount:
        return
    within = made.amount
    for part in made.beyond:
        key = (on, part.funding)
        spent[key] = spent.get(key, 0) + part.amount
        within -= part.amount
    if within:
        key = (on, made.funding)
        spent[key] = spent.get(key, 0) + within


def count(counted: Counts, key: str) -> None:
    """Adds one to a counter."""
    counted[key] = counted.get(key, 0) + 1


def in_order(counted: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """Counters, the largest first, and those that are alike by name."""
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _cell(cells: Cells, key: str) -> Cell:
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = Cell()
    return cell


def _join(mine: dict[K, int], others: Mapping[K, int]) -> None:
    for key, more in others.items():
        mine[key] = mine.get(key, 0) + more


def _join_cells(mine: Cells, others: Mapping[str, Cell]) -> None:
    for key, cell in others.items():
        _cell(mine, key).join(cell)
