"""What a person is told who wrote an edition wrongly: the line, what is wrong, and how to say it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec import inspect

from rules import edition as vocabulary
from rules import lines, parse
from rules.edition import Cap, Clause
from rules.refusals import RuleError, UnreadableEdition
from tests.support.editions import edition

PRESETS = sorted((Path(__file__).parents[2] / "rules" / "presets").glob("*.toml"))

GOOD = """\
scheme = "stamps"
name = { ja = "スタンプ", en = "Stamps" }
title = { ja = "初版", en = "First" }
unit = "stamp"
starts_on = 2026-04-01
funding = ["care", "general"]

# who
[[eligibility]]
test = "role"
one_of = ["helper"]

[[clauses]]
activity_kinds = ["visit"]
[clauses.earn]
how = "per_time"
amount = 1
every_minutes = 60
rounding = "down"
minimum_minutes = 30

[[clauses]]
activity_kinds = ["*"]
earn = { how = "per_occasion", amount = 1, minimum_minutes = 0 }

[[caps]]
limit = 2
of = "amount"
per = "day"

[[caps]]
limit = 50
of = "amount"
per = "fiscal_year"

[expiry]
type = "fixed_date"
on = 2028-03-31
"""


def errors(text: str, locale: parse.Locale = "en") -> tuple[RuleError, ...]:
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(text, locale)
    return refused.value.errors


def test_the_good_document_is_read() -> None:
    assert parse.parse(GOOD).caps[1].limit == 50


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_document_from_an_office_computer_is_read(newline: str) -> None:
    assert parse.parse("\ufeff" + GOOD.replace("\n", newline)) == parse.parse(GOOD)


MISTAKES = [
    # (what is written, instead of what, line, path, in the problem, in the hint)
    ("", 'rounding = "down"\n', 15, "clauses[1].earn.rounding", "not stated", "up (as a full one)"),
    ("", "minimum_minutes = 30\n", 15, "clauses[1].earn.minimum_minutes", "not stated", "0 when there is none"),
    ("", "starts_on = 2026-04-01\n", 1, "starts_on", "not stated", "2026-04-01"),
    ("", 'how = "per_time"\n', 15, "clauses[1].earn.how", "not stated", "per_time, per_occasion"),
    ("limit = 2\nlimits = 2", "limit = 2", 28, "caps[1].limits", "no field", "`limit`"),
    ("colour = 1\nunit", "unit", 4, "colour", "no field", "scheme, name"),
    ('rounding = "floor"', 'rounding = "down"', 19, "clauses[1].earn.rounding", 'no choice "floor"', "nearest"),
    ('how = "per_mile"', 'how = "per_time"', 16, "clauses[1].earn.how", 'no how "per_mile"', "per_occasion"),
    ('limit = "2"', "limit = 2", 27, "caps[1].limit", "not a whole number", "1 or more"),
    ("limit = 2.5", "limit = 2", 27, "caps[1].limit", "2.5 is not a whole number", "1 or more"),
    ("limit = true", "limit = 2", 27, "caps[1].limit", "true is not a whole number", "1 or more"),
    ("limit = 0", "limit = 2", 27, "caps[1].limit", "less than 1", "1 or more"),
    ("limit = 9999999999999", "limit = 50", 32, "caps[2].limit", "more than", "1 or more"),
    ('starts_on = "2026-04-01"', "starts_on = 2026-04-01", 5, "starts_on", "not a date", "without quotes"),
    ("on = 2028-03-31T00:00:00", "on = 2028-03-31", 38, "expiry.on", "not a date", "last day"),
    ("starts_on = 0026-04-01", "starts_on = 2026-04-01", 5, "starts_on", "not between", "year"),
    ("on = 2026-03-31", "on = 2028-03-31", 38, "expiry.on", "before the first day", "2026-04-01"),
    ('unit = "ス"', 'unit = "stamp"', 4, "unit", "not a code", "stamp"),
    ('unit = "stamp\\n"', 'unit = "stamp"', 4, "unit", "not a code", "stamp"),
    ("unit = 1", 'unit = "stamp"', 4, "unit", "not a text", "stamp"),
    ('ja = ""', 'ja = "スタンプ"', 2, "name.ja", "empty", "Japanese"),
    ('ja = "　"', 'ja = "スタンプ"', 2, "name.ja", "blank", "visible"),
    ('en = "a\\u202eb"', 'en = "First"', 3, "title.en", "hidden", "visible"),
    (f'en = "{"x" * 81}"', 'en = "First"', 3, "title.en", "longer than 80", "one line"),
    ('title = "First"', 'title = { ja = "初版", en = "First" }', 3, "title", "not a table", "title = {"),
    ('funding = "care"', 'funding = ["care", "general"]', 6, "funding", "not a list", "first to last"),
    ("funding = []", 'funding = ["care", "general"]', 6, "funding", "empty", "first to last"),
    ('funding = ["care", "care"]', 'funding = ["care", "general"]', 6, "funding[2]", "twice", "one of them"),
    ('activity_kinds = ["visit"]', 'activity_kinds = ["*"]', 23, "clauses[2].activity_kinds", "clause 1 already", "last clause"),
    ('activity_kinds = ["*"]', 'activity_kinds = ["visit"]', 23, "clauses[2].activity_kinds", "clause 1 already", "once"),
    ('per = "day"', 'per = "fiscal_year"', 31, "caps[2]", "twice", "one of them"),
    (
        '[[eligibility]]\ntest = "role"\none_of = ["helper"]\n[[eligibility]]',
        "[[eligibility]]",
        12,
        "eligibility[2]",
        "twice",
        "one",
    ),
    (
        'earn = "1"',
        'earn = { how = "per_occasion", amount = 1, minimum_minutes = 0 }',
        24,
        "clauses[2].earn",
        "not a table",
        "how =",
    ),
    ("amount = -1, minimum", "amount = 1, minimum", 24, "clauses[2].earn.amount", "less than 1", "whole number"),
    ("unit = stamp", 'unit = "stamp"', 4, "", "TOML", "quotes"),
    ('unit = "a"\nunit = "b"', 'unit = "stamp"', 5, "", "TOML", "once"),
    ("limit = " + "9" * 5000, "limit = 50", 1, "", "TOML", "once"),
    ("funding = " + "[" * 5000, 'funding = ["care", "general"]', 1, "", "nested", "once"),
]


@pytest.mark.parametrize(("written", "instead_of", "line", "path", "problem", "hint"), MISTAKES)
def test_a_mistake_is_told_at_its_line_with_how_to_say_it(
    written: str, instead_of: str, line: int, path: str, problem: str, hint: str
) -> None:
    assert instead_of in GOOD
    text = GOOD.replace(instead_of, written, 1)
    found = errors(text)
    assert [(error.line, error.path) for error in found] == [(line, path)]
    assert problem in found[0].problem
    assert hint in found[0].hint
    in_japanese = errors(text, "ja")
    assert [(error.line, error.path) for error in in_japanese] == [(line, path)]
    assert not in_japanese[0].problem.isascii()
    assert not in_japanese[0].hint.isascii()


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = GOOD.replace('"role"', '"rank"').replace('rounding = "down"\n', "").replace("limit = 50", "limit = 0")
    assert [(error.line, error.path) for error in errors(text)] == [
        (10, "eligibility[1].test"),
        (15, "clauses[1].earn.rounding"),
        (31, "caps[2].limit"),
    ]


def test_a_clause_after_the_one_for_all_kinds_is_refused() -> None:
    kinds = ('["visit"]', '["*"]')
    text = GOOD.replace(kinds[0], "first").replace(kinds[1], kinds[0]).replace("first", kinds[1])
    assert [(e.line, e.path, e.problem) for e in errors(text)] == [
        (23, "clauses[2].activity_kinds", "clause 1 already covers `visit`")
    ]


def test_an_empty_document_tells_every_field_that_is_to_be_stated() -> None:
    assert {error.path for error in errors("")} == set(type(edition()).__struct_fields__)


def test_no_choice_has_a_default_and_every_field_has_its_hint_in_both_languages() -> None:
    parts = [part for part in vars(vocabulary).values() if isinstance(part, type) and issubclass(part, vocabulary.Part)]
    fields = [(part, field) for part in parts for field in inspect.type_info(part).fields]  # pyright: ignore[reportAttributeAccessIssue]
    assert len(fields) > 20
    for part, field in fields:
        assert field.required, f"{part.__name__}.{field.name} has a default"
        assert field.type.extra_json_schema["description"], f"{part.__name__}.{field.name} has no hint"
        assert not field.type.extra["ja"].isascii(), f"{part.__name__}.{field.name} has no hint in Japanese"


def test_every_part_names_its_clause_in_both_languages() -> None:
    for part in (*get_args(vocabulary.Earning), *get_args(vocabulary.Test), *get_args(vocabulary.Expiry), Cap, Clause):
        assert "「" in str(part.__doc__), f"{part.__name__} names no clause in Japanese"
        assert '"' in str(part.__doc__), f"{part.__name__} names no clause in English"


def test_a_document_that_is_too_long_is_not_read() -> None:
    assert "characters" in errors("#" * (parse.DOCUMENT_CHARACTERS_MAX + 1))[0].problem


def test_an_error_reads_as_one_line() -> None:
    error = errors(GOOD.replace("limit = 2", "limit = 0", 1))[0]
    assert str(error) == "27: caps[1].limit: 0 is less than 1 — The most that counts in the period, 1 or more."


def test_lines_are_found_around_strings_comments_and_lists_over_several_lines() -> None:
    text = 'a = """\n[[b]]\nc = 1\n"""  # [d]\ne = [\n  1, # ]\n  "]",\n]\n'
    text += '[f.g]\n"h" = "x = { y = 1 }"\ni.j = { k = 1 }\n[[f.l]]\nm = 1\n'
    found = lines.find(text)
    assert found == {
        (): 1, ("a",): 1, ("e",): 5, ("f", "g"): 9, ("f", "g", "h"): 10,
        ("f", "g", "i", "j"): 11, ("f", "g", "i", "j", "k"): 11, ("f", "l", 1): 12, ("f", "l", 1, "m"): 13,
    }  # fmt: skip
    assert lines.at(found, ("e", 2, "x")) == 5


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_a_preset_is_an_edition_with_its_own_name_and_one_spelling(preset: Path) -> None:
    read = parse.parse(preset.read_text("utf-8"))
    assert read.scheme == preset.stem
    assert parse.parse(parse.render(read)) == read


def test_there_are_presets() -> None:
    assert len(PRESETS) >= 3
