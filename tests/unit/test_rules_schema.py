"""The vocabulary describes itself: every field says how it is said, every pattern what it is, every part its clause."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import inspect

from rules import schema, vocabulary
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import IN_WORDS, Part

CHAPTERS = [importlib.import_module(f"rules.vocabulary.{each.name}") for each in pkgutil.iter_modules(vocabulary.__path__)]
PARTS = [
    part
    for chapter in CHAPTERS
    for part in vars(chapter).values()
    if isinstance(part, type) and issubclass(part, Part) and part.__module__ == chapter.__name__
]
STATED = [part for part in PARTS if not part.__name__.startswith("_")]
ROWS = {
    "Part",
    "Text",
    "Edition",
    "Requirement",
    "Personal",
    "Piece",
    "Band",
    "MeasureBand",
    "Tier",
    "Slice",
    "AnyTime",
    "Always",
}
"""What stands for no clause of its own: rows of tables, and what the others are made of."""


def fields() -> Iterator[tuple[str, inspect.Field]]:
    for part in PARTS:
        kind = inspect.type_info(part)
        assert isinstance(kind, inspect.StructType)
        for field in kind.fields:
            yield f"{part.__name__}.{field.name}", field


def within(kind: Any) -> Iterator[Any]:
    """Every type that a field consists of, without going into tables."""
    yield kind
    inner = [getattr(kind, "type", None), getattr(kind, "item_type", None), *getattr(kind, "types", ())]
    for each in inner:
        if each is not None and not isinstance(each, inspect.StructType):
            yield from within(each)


def test_every_field_says_how_it_is_said_in_both_languages() -> None:
    listed = dict(fields())
    assert len(listed) > 100
    for name, field in listed.items():
        said = [each for each in within(field.type) if isinstance(each, inspect.Metadata) and each.extra]
        assert said, f"{name} has no hint"
        for each in said:
            assert (each.extra_json_schema or {})["description"].isprintable(), name
            assert not (each.extra or {})["ja"].isascii(), f"{name} has no hint in Japanese"


def test_what_may_be_left_out_is_a_condition_or_a_chapter_that_is_absent() -> None:
    """Nothing, no, none, or what leaves a figure as it is."""
    for name, field in fields():
        if not field.required:
            default = field.default
            nothing = default in (None, (), False, 0)
            assert nothing or name in {"Age.reached", "Edition.holder", "Edition.granting", "Edition.transfer", "Cap.overflow"}, (
                name
            )


def test_every_pattern_is_said_in_words() -> None:
    patterns = {each.pattern for _, field in fields() for each in within(field.type) if isinstance(each, inspect.StrType)}
    assert patterns - {None} == set(IN_WORDS)
    assert all(en.isprintable() and not ja.isascii() for en, ja in IN_WORDS.values())


@pytest.mark.parametrize("part", [part for part in STATED if part.__name__ not in ROWS], ids=lambda part: part.__name__)
def test_a_part_names_its_clause_in_both_languages(part: type) -> None:
    assert "「" in str(part.__doc__), "no clause in Japanese"
    assert '"' in str(part.__doc__) or part.__name__ in {"FiscalYear", "CalendarYear"}, "no clause in English"


def test_every_part_is_closed_and_frozen() -> None:
    for part in STATED:
        config = part.__struct_config__
        assert all((config.frozen, config.forbid_unknown_fields, config.omit_defaults)), part.__name__


def test_every_variant_has_a_tag_of_its_own() -> None:
    unions = [each for _, field in fields() for each in within(field.type) if isinstance(each, inspect.UnionType)]
    for union in unions:
        tags = [each.tag for each in union.types if isinstance(each, inspect.StructType)]
        assert len(tags) == len(set(tags))


def test_the_walk_knows_nothing_of_editions() -> None:
    for module in (schema, importlib.import_module("rules.scalars")):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in named if name and name.startswith("rules.vocabulary")} - {"rules.vocabulary.part"}


def test_a_good_value_has_no_faults_and_every_wrong_one_has_a_place() -> None:
    kind = inspect.type_info(Edition)
    for wrong in (None, 1, [], "x", {"scheme": None, "caps": {}, "clauses": [None], "wind_down": []}):
        found = list(schema.faults(kind, wrong))
        assert found
        assert all(fault.problem["en"] and fault.problem["ja"] for fault in found)
