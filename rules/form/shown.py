"""What a form shows: fields, groups of fields, and lists of groups. Pure data, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

import msgspec

from rules import parse
from rules.phrases.speak import Locale, Tongue
from rules.schema import Path

Sort = Literal[
    "number", "text", "day", "month_day", "choice", "choice_or_day", "code", "codes", "numbers", "several", "kind", "set"
]
"""What is filled in. "kind" chooses which fields follow; "set" says whether there is such a part at all."""
SET = "set"
"""The answer that there is such a part."""
NOBODY = "-"
"""The answer that a list of choices is meant to be empty."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a form is made: the language, the unit with its label and decimals, and what the town calls its codes.

    `suffix` is what a number of its smallest part is followed by; `kinds` are kinds of activity, `lines` budget lines, `units` what
    points can become: a word for each code.
    """

    locale: Locale
    unit: str
    scale: int = 0
    suffix: str = ""
    kinds: Mapping[str, str] = {}
    lines: Mapping[str, str] = {}
    units: Mapping[str, str] = {}

    @property
    def tongue(self) -> Tongue:
        """How what everybody reads is said."""
        return Tongue(self.locale, self.unit, self.scale, called=dict(self.kinds))

    def pick(self, both: tuple[str, str]) -> str:
        """The one of a Japanese and an English text."""
        return both[0] if self.locale == "ja" else both[1]


class Choice(msgspec.Struct, frozen=True):
    """One of several values, and what it is called."""

    value: str
    words: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Something to fill in. `given` is what the document says, as it is shown; `required`: it cannot be left out.

    `choices` are all there are for a choice, and proposals for a code. `unsaid`: a list that may be empty, and is not there yet.
    """

    path: Path
    label: str
    sort: Sort
    given: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    suffix: str = ""
    required: bool = True
    unsaid: bool = False

    @property
    def name(self) -> str:
        """What the field is called in the form: its path in the document."""
        return parse.shown(self.path)

    @property
    def value(self) -> str:
        """What is shown in the one place there is."""
        return self.given[0] if self.given else ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that belong together; `kind` chooses which ones. `unshown`: it says something that has no field."""

    path: Path
    label: str
    kind: Field | None = None
    parts: tuple[Shown, ...] = ()
    unshown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its path in the document."""
        return parse.shown(self.path)

    @property
    def runs(self) -> list[tuple[bool, list[Shown]]]:
        """Its parts in order: fields that stand side by side (True), and parts that stand alone."""
        return [(alike, list(run)) for alike, run in groupby(self.parts, key=lambda each: isinstance(each, Field))]


class Items(msgspec.Struct, frozen=True, kw_only=True):
    """A list of groups: one can be added up to `most`, and taken away down to `least`."""

    path: Path
    label: str
    items: tuple[Group, ...]
    least: int = 0
    most: int = 100

    @property
    def name(self) -> str:
        """Its path in the document."""
        return parse.shown(self.path)


Shown: TypeAlias = Field | Group | Items


def fields(parts: Sequence[Shown]) -> Iterator[Field]:
    """Every field, in order; what chooses a kind before the fields of that kind."""
    for part in parts:
        match part:
            case Field():
                yield part
            case Group():
                yield from [part.kind] if part.kind else []
                yield from fields(part.parts)
            case Items():
                yield from fields(part.items)


def labels(parts: Sequence[Shown]) -> dict[str, str]:
    """What everything in it is called, by its name."""
    found: dict[str, str] = {}
    for part in parts:
        found[part.name] = part.label
        if isinstance(part, Group):
            found |= ({part.kind.name: part.kind.label} if part.kind else {}) | labels(part.parts)
        elif isinstance(part, Items):
            found |= labels(part.items)
    return found


def trails(parts: Sequence[Shown], before: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """What leads to everything in it, by its name: 上限1, 限度."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        here = (*before, part.label)
        found[part.name] = here
        if isinstance(part, Group):
            found |= ({part.kind.name: here} if part.kind else {}) | trails(part.parts, here)
        elif isinstance(part, Items):
            found |= trails(part.items, before)
    return found
