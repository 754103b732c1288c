"""The schema for editors: current, sound, and of one mind with what reads the documents."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules import json_schema, parse, presets
from tests.support.editions import cap, edition, exchange

ROOT = Path(__file__).parents[2]
EDITION = Draft202012Validator(json_schema.edition())


def as_json(value: Any) -> Any:
    """What an editor sees of a TOML document: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def valid(text: str) -> bool:
    return EDITION.is_valid(as_json(tomllib.loads(text)))


GOOD = parse.render(edition(caps=(cap(1),), conversion=exchange()))


@pytest.mark.parametrize("name", ["edition.schema.json", "facts.schema.json"])
def test_the_schema_is_what_the_types_draw(name: str) -> None:
    kept = (ROOT / "docs" / "rules" / name).read_text(encoding="utf-8")
    assert kept == json_schema.drawn()[name], "draw them anew: python -m rules.json_schema"


@pytest.mark.parametrize("schema", [json_schema.edition(), json_schema.facts()], ids=["edition", "facts"])
def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_every_preset_is_valid_by_it() -> None:
    listed = presets.listed()
    assert listed
    for preset in listed:
        assert valid(presets.document(preset.code)), preset.code


@pytest.mark.parametrize(
    ("written", "instead_of"),
    [
        ("", 'stops = "earning"\n'),
        ("", 'for_each = ["member"]\n'),
        ("", 'remainder = "kept"\n'),
        ("", 'rounding = "down", '),
        ('rounding = "floor"', 'rounding = "down"'),
        ("limit = 0", "limit = 1"),
        ("limit = 1\nlimits = 1", "limit = 1"),
        ('counted = "x"\nstarts_on', "starts_on"),
        ('unit = "a b"', 'unit = "stamp"'),
        ('how = "per_mile"', 'how = "per_time"'),
    ],
)
def test_what_is_refused_where_it_stands_is_not_valid_by_it(written: str, instead_of: str) -> None:
    assert instead_of in GOOD
    assert valid(GOOD)
    text = GOOD.replace(instead_of, written, 1)
    assert not valid(text)
    with pytest.raises(parse.UnreadableEdition):
        parse.parse(text)


def test_an_editor_shows_what_a_refusal_says_in_both_languages() -> None:
    rounding = json_schema.edition()["$defs"]["PerTime"]["properties"]["rounding"]
    assert "up (as a full one)" in rounding["description"]
    assert "切り上げ" in rounding["x-ja"]


def test_nothing_is_null_in_a_document() -> None:
    text = json_schema.written(json_schema.edition())
    assert '"null"' not in text
    assert "null" not in text.replace("annul", "")
