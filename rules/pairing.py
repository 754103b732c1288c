"""Which item of one list is which of another: matched by what they are about, and not by where they stand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from rules.vocabulary.part import Part

Key = Callable[[Any], Hashable]


class Pairs(NamedTuple):
    """Positions from 0: matched ones (old, new) in the new order, those that went, those that came, and whether matched ones moved."""

    kept: list[tuple[int, int]]
    gone: list[int]
    come: list[int]
    moved: bool


def _fields(*names: str) -> Key:
    return lambda item: tuple(getattr(item, name, None) for name in names)


# From strict to loose: two items that agree on the first key are the same; what is left is tried with the next one.
ABOUT: dict[str, tuple[Key, ...]] = {
    "Clause": (
        _fields("activity_kinds", "who", "first_on"),
        _fields("activity_kinds", "who"),
        _fields("activity_kinds"),
        lambda clause: clause.activity_kinds[:1],
    ),
    "Campaign": (_fields("activity_kinds", "when"), _fields("activity_kinds")),
    "Bonus": (_fields("activity_kinds", "of", "per"), _fields("activity_kinds", "of")),
    "Cap": (
        _fields("of", "per", "for_each", "stops", "activity_kinds", "who"),
        _fields("of", "per", "for_each", "activity_kinds"),
        _fields("of", "per", "activity_kinds"),
        _fields("of", "per"),
    ),
    "Form": (_fields("form", "code"), _fields("form")),
    "ClaimLimit": (_fields("of", "per", "for_each"), _fields("of", "per"), _fields("of")),
    "Use": (_fields("what", "into"), _fields("what")),
    "Fee": (_fields("activity_kinds", "when"), _fields("activity_kinds")),
    "Cancellation": (_fields("notice"),),
    "Award": (_fields("name"), _fields("years_in_a_row")),
    "Extension": (_fields("name"), _fields("years")),
    "Band": (_fields("from_minutes"),),
    "MeasureBand": (_fields("at_least"),),
    "Tier": (_fields("from_points"),),
    "Piece": (_fields("minutes"),),
}
# A test is about its kind and about what it asks.
_TEST = (_fields("what", "of", "course", "matter", "category", "tests"), _fields("counted_on"), _fields())


def pair(old: Sequence[Any], new: Sequence[Any]) -> Pairs:
    """How the items of `old` become those of `new`. Items that are equal are matched first, in their order."""
    left, kept = list(range(len(old))), dict[int, int]()
    stages = max((len(_keys(item)) for item in new), default=0)
    for stage in range(-1, stages):
        for at, item in enumerate(new):
            if at in kept:
                continue
            found = next((each for each in left if _same(old[each], item, stage)), None)
            if found is not None:
                kept[at] = found
                left.remove(found)
    matched = [(kept[at], at) for at in sorted(kept)]
    before = [each for each, _ in matched]
    return Pairs(matched, left, [at for at in range(len(new)) if at not in kept], before != sorted(before))


def _keys(item: Any) -> tuple[Key, ...]:
    if not isinstance(item, Part):
        return ()
    return ABOUT.get(type(item).__name__, _TEST if item.__struct_config__.tag_field == "test" else ())


def _same(old: Any, new: Any, stage: int) -> bool:
    if stage < 0:
        return type(old) is type(new) and old == new
    keys = _keys(new)
    return type(old) is type(new) and stage < len(keys) and keys[stage](old) == keys[stage](new)
