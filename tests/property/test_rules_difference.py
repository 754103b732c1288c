"""What holds for every two editions: equal ones differ in nothing, any field that differs is named, and no sentence is half said."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rules import difference, statements
from rules.difference import Change
from rules.phrases.speak import LOCALES
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part
from tests.support.edition_strategies import editions

Path = tuple[str | int, ...]
HALF_SAID = re.compile(r"\{[a-z_]{3,}")
"""A field of a phrase that nobody filled in."""


def leaves(value: Any, path: Path = ()) -> list[Path]:
    """Where the single values of a part are."""
    if isinstance(value, Part):
        return [leaf for field in value.__struct_fields__ for leaf in leaves(getattr(value, field), (*path, field))]
    if isinstance(value, tuple) and value:
        return [leaf for at, item in enumerate(value) for leaf in leaves(item, (*path, at))]
    return [] if value is None or value == () else [path]


def altered(value: Any, path: Path) -> Any:
    """The same with another value at `path`."""
    if not path:
        return another(value)
    at, rest = path[0], path[1:]
    if isinstance(at, str):
        return msgspec.structs.replace(value, **{at: altered(getattr(value, at), rest)})
    return (*value[:at], altered(value[at], rest), *value[at + 1 :])


def another(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value - timedelta(days=1)
    return value + 1 if isinstance(value, int) else f"{value}x"


def written(path: Path) -> str:
    """A path as changes have it."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def covers(change: Change, leaf: str) -> bool:
    """Whether a change is about the leaf, its part, or its list: an item that is about something else now has gone and come."""
    of_list = re.sub(r"\[\d+\]$", "", change.path)
    return any(leaf == each or leaf.startswith((f"{each}.", f"{each}[")) for each in (change.path, of_list))


@given(edition=editions)
def test_equal_editions_differ_in_nothing(edition: Edition) -> None:
    assert difference.between(edition, edition, "ja") == []


@given(edition=editions, data=st.data())
def test_any_field_that_differs_is_named(edition: Edition, data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(leaves(edition)))
    new = altered(edition, leaf)
    for locale in LOCALES:
        changes = difference.between(edition, new, locale)
        assert any(covers(each, written(leaf)) for each in changes), (written(leaf), changes)
        assert not any(re.search(r"が、(.+)から\1に変わります", each.sentence) for each in changes)
        assert not any(re.search(r": from (.+) to \1\.$", each.sentence) for each in changes)


@given(old=editions, new=editions)
def test_every_change_is_a_whole_sentence(old: Edition, new: Edition) -> None:
    for locale, stop in zip(LOCALES, "。.", strict=True):
        changes = difference.between(old, new, locale)
        assert bool(changes) == (old != new)
        for each in changes:
            assert each.sentence.endswith(stop)
            assert not HALF_SAID.search(each.sentence)


@given(edition=editions)
def test_an_edition_is_said_chapter_by_chapter(edition: Edition) -> None:
    for locale in LOCALES:
        said = statements.of(edition, locale)
        assert len(said) >= len([field for field in msgspec.structs.fields(edition) if field.required])
        assert not any(HALF_SAID.search(each) for each in said)
