"""Writing into a document changes what was asked for and nothing else: not a byte, not a remark."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import parse, presets, rendering
from rules.form import edits, writing
from rules.form.edits import Add, Drop, Put
from rules.schema import Path
from tests.support.edition_strategies import editions

PRESETS = [each.code for each in presets.listed()]
documents = st.one_of(st.sampled_from(PRESETS).map(presets.document), editions.map(rendering.render))
scalars: st.SearchStrategy[Any] = st.one_of(
    st.integers(0, 10**6), st.booleans(), st.dates(), st.text(max_size=8), st.lists(st.sampled_from(["a", "b-c"]), max_size=3)
)


def places(document: object, path: Path = ()) -> list[Path]:
    """The path of everything in a document."""
    match document:
        case dict():
            inner = [found for name, each in document.items() for found in places(each, (*path, name))]
        case list():
            inner = [found for number, each in enumerate(document, start=1) for found in places(each, (*path, number))]
        case _:
            inner = []
    return ([path] if path else []) + inner


def tables(raw: dict[str, Any]) -> list[Path]:
    return [(), *(path for path in places(raw) if isinstance(edits.at(raw, path), dict))]


def lists(raw: dict[str, Any]) -> list[Path]:
    return [
        path for path in places(raw) if isinstance(found := edits.at(raw, path), list) and all(type(x) is dict for x in found)
    ]


def has_tables(value: object) -> bool:
    """Whether it can stand as sections of its own, which no value takes the place of."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value))


@st.composite
def edit(draw: st.DrawFn, raw: dict[str, Any]) -> edits.Edit:
    which = draw(st.sampled_from(["put", "new", "drop", "add"]))
    if which == "add":
        return Add(draw(st.sampled_from(lists(raw) or [("caps",)])))
    if which == "new":
        return Put((*draw(st.sampled_from(tables(raw))), draw(st.sampled_from(["fresh", "limit", "how"]))), draw(scalars))
    path = draw(st.sampled_from(places(raw)))
    return Drop(path) if which == "drop" or has_tables(edits.at(raw, path)) else Put(path, draw(scalars))


def remarks(text: str) -> list[str]:
    """The lines that are a remark alone."""
    return [line for line in text.splitlines() if line.startswith("#")]


@given(st.data())
@settings(max_examples=50)
def test_any_edits_give_what_was_meant_and_leave_every_remark(data: st.DataObject) -> None:
    text = data.draw(documents)
    for _ in range(data.draw(st.integers(1, 4))):
        raw = tomllib.loads(text)
        wanted = data.draw(edit(raw))
        after = writing.write(text, [wanted])  # raises NotWritten where the text says anything else than what was meant
        assert remarks(after) == remarks(text)
        text = after


@given(st.data())
@settings(max_examples=50)
def test_a_value_in_place_of_another_touches_no_other_byte(data: st.DataObject) -> None:
    text = data.draw(documents)
    raw = tomllib.loads(text)
    path = data.draw(st.sampled_from([each for each in places(raw) if not isinstance(edits.at(raw, each), dict | list)]))
    value = data.draw(st.integers(0, 10**6))
    before, after = text, writing.write(text, [Put(path, value)])
    shared = len(before) - len(rendering.value(edits.at(raw, path)))
    head = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    tail = next((n for n, (a, b) in enumerate(zip(before[::-1], after[::-1], strict=False)) if a != b), len(before))
    assert head + tail >= min(shared, len(after))


@pytest.mark.parametrize("code", PRESETS)
def test_no_edit_is_no_change(code: str) -> None:
    document = presets.document(code)
    assert writing.write(document, []) == document
    assert writing.write("\ufeff" + document.replace("\n", "\r\n"), []) == "\ufeff" + document.replace("\n", "\r\n")
    assert parse.parse(document)
