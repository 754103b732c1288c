"""What a person is told who wrote an edition wrongly: the line, what is wrong, and how to say it."""

from __future__ import annotations

import re

import pytest
from msgspec import inspect

from rules import lines, parse
from rules.refusals import RuleError, UnreadableEdition
from rules.vocabulary.edition import Edition

GOOD = """\
scheme = "stamps"
name = { ja = "スタンプ", en = "Stamps" }
title = { ja = "初版", en = "First" }
unit = "stamp"
starts_on = 2026-04-01
funding = ["care", "general"]
when_empty = "wait"
carry = { type = "all" }
status_loss = { type = "keeps" }
conversion = { how = "none" }
year = { type = "from", first = "09-01" }

# who
[[eligibility]]
test = "role"
one_of = ["helper"]

[[eligibility]]
test = "any_of"
tests = [
  { test = "age", at_least = 65, counted_on = "fiscal_year_start" },
  { test = "status", what = "student", counted_on = "the_day" },
]

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
for_each = ["member"]
stops = "earning"

[[caps]]
limit = 50
of = "amount"
per = "fiscal_year"
for_each = ["member"]
stops = "earning"

[expiry]
type = "fixed_date"
on = 2028-03-31

[[extensions]]
name = { ja = "特例", en = "Decree" }
years = [2026]
until = 2029-03-31
chosen = true
"""


def errors(text: str, locale: parse.Locale = "en") -> tuple[RuleError, ...]:
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(text, locale)
    return refused.value.errors


def test_the_good_document_is_read() -> None:
    assert parse.parse(GOOD).caps[1].limit == 50
    assert parse.parse(parse.render(parse.parse(GOOD))) == parse.parse(GOOD)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_document_from_an_office_computer_is_read(newline: str) -> None:
    assert parse.parse("\ufeff" + GOOD.replace("\n", newline)) == parse.parse(GOOD)


PER_OCCASION = 'earn = { how = "per_occasion", amount = 1, minimum_minutes = 0 }'
STUDENT = '{ test = "status", what = "student", counted_on = "the_day" }'
MISTAKES = [
    # (what is written, instead of what, line, path, in the problem, in the hint)
    ("", "starts_on = 2026-04-01\n", 1, "starts_on", "not stated", "2026-04-01"),
    ("", 'how = "per_time"\n', 27, "clauses[1].earn.how", "not stated", "per_time, per_occasion"),
    ("limit = 2\nlimits = 2", "limit = 2", 40, "caps[1].limits", "no field", "`limit`"),
    ("colour = 1\nunit", "unit", 4, "colour", "no field", "scheme, name"),
    ('rounding = "floor"', 'rounding = "down"', 31, "clauses[1].earn.rounding", 'no choice "floor"', "nearest"),
    ("rounding = 1", 'rounding = "down"', 31, "clauses[1].earn.rounding", "1 is not a text", "nearest"),
    ('how = "per_mile"', 'how = "per_time"', 28, "clauses[1].earn.how", 'no how "per_mile"', "`per_time`"),
    ('how = "kilometres"', 'how = "per_time"', 28, "clauses[1].earn.how", 'no how "kilometres"', "per_occasion, first_then"),
    ('limit = "2"', "limit = 2", 39, "caps[1].limit", "not a whole number", "1 or more"),
    ("limit = 2.5", "limit = 2", 39, "caps[1].limit", "2.5 is not a whole number", "1 or more"),
    ("limit = true", "limit = 2", 39, "caps[1].limit", "true is not a whole number", "1 or more"),
    ("limit = 0", "limit = 2", 39, "caps[1].limit", "less than 1", "1 or more"),
    ("limit = 9999999999999", "limit = 50", 46, "caps[2].limit", "more than", "1 or more"),
    ('starts_on = "2026-04-01"', "starts_on = 2026-04-01", 5, "starts_on", "not a date", "without quotes"),
    ("on = 2028-03-31T00:00:00", "on = 2028-03-31", 54, "expiry.on", "not a date", "last day"),
    ('unit = "ス"', 'unit = "stamp"', 4, "unit", "not a code", "stamp"),
    ('unit = "stamp\\n"', 'unit = "stamp"', 4, "unit", "not a code", "stamp"),
    ("unit = 1", 'unit = "stamp"', 4, "unit", "not a text", "stamp"),
    ('"1st"', '"visit"', 26, "clauses[1].activity_kinds[1]", "not a kind of activity", "salon"),
    ('first = "02-30"', 'first = "09-01"', 11, "year.first", 'not a day of the year, two digits each: "04-01"', "month and day"),
    ('first = "9-1"', 'first = "09-01"', 11, "year.first", "not a day of the year", "month and day"),
    ('"april"', '"fiscal_year_start"', 21, "eligibility[2].tests[1].counted_on", "not a day of reference", "registration_day"),
    ("chosen = 1", "chosen = true", 60, "extensions[1].chosen", "1 is not true or false", "false where"),
    ('chosen = "yes"', "chosen = true", 60, "extensions[1].chosen", "not true or false", "false where"),
    ("", 'test = "any_of"\n', 18, "eligibility[2].test", "not stated", "role, evidence"),
    ('test = "sex"', 'test = "age"', 21, "eligibility[2].tests[1].test", 'no test "sex"', "age, residence"),
    ('test = "age", at_leest = 65', 'test = "age", at_least = 65', 21, "eligibility[2].tests[1].at_leest", "no field", "`at_least`"),
    ('"student"', STUDENT, 22, "eligibility[2].tests[2]", "not a table", 'test = "…"'),
    ('test = "hours", first = "6:00", last = "22:00"', 'test = "age", at_least = 65, counted_on = "fiscal_year_start"', 21,
     "eligibility[2].tests[1].first", "not a time of day", "06:00"),
    ('ja = ""', 'ja = "スタンプ"', 2, "name.ja", "empty", "Japanese"),
    (f'en = "{"x" * 81}"', 'en = "First"', 3, "title.en", "longer than 80", "one line"),
    ('title = "First"', 'title = { ja = "初版", en = "First" }', 3, "title", "not a table", "title = {"),
    ('year = "fiscal"', 'year = { type = "from", first = "09-01" }', 11, "year", "not a table", 'year'),
    ('funding = "care"', 'funding = ["care", "general"]', 6, "funding", "not a list", "first to last"),
    ("one_of = []", 'one_of = ["helper"]', 16, "eligibility[1].one_of", "empty", "helper"),
    ('earn = "1"', PER_OCCASION, 36, "clauses[2].earn", "not a table", "how ="),
    ("amount = -1, minimum", "amount = 1, minimum", 36, "clauses[2].earn.amount", "less than 1", "whole number"),
    ("unit = stamp", 'unit = "stamp"', 4, "", "TOML", "quotes"),
    ('unit = "a"\nunit = "b"', 'unit = "stamp"', 5, "", "TOML", "once"),
    ("limit = " + "9" * 5000, "limit = 50", 1, "", "TOML", "once"),
    ("funding = " + "[" * 5000, 'funding = ["care", "general"]', 1, "", "nested", "once"),
]  # fmt: skip


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
        (15, "eligibility[1].test"),
        (27, "clauses[1].earn.rounding"),
        (45, "caps[2].limit"),
    ]


def test_an_empty_document_tells_every_field_that_is_to_be_stated() -> None:
    parts = inspect.type_info(Edition)
    assert isinstance(parts, inspect.StructType)
    assert {error.path for error in errors("")} == {field.name for field in parts.fields if field.required}


def test_a_document_that_is_too_long_is_not_read() -> None:
    assert "characters" in errors("#" * (parse.DOCUMENT_CHARACTERS_MAX + 1))[0].problem


def test_an_error_reads_as_one_line() -> None:
    error = errors(GOOD.replace("limit = 2", "limit = 0", 1))[0]
    assert str(error) == "39: caps[1].limit: 0 is less than 1 — The most in the period, 1 or more."


# ------------------------------------------------------------------------------------------------------- forced choices

EXCHANGED = """\
[conversion]
how = "exchange"
into = "yen"
minimum = 10
remainder = "kept"
points_of = "any_year"
pays = "next_month"
window = { type = "any_time" }
rate = { how = "linear", give = 1, get = 100 }
forms = [{ form = "cash" }]
limits = [{ limit = 5000, of = "value", per = "fiscal_year", for_each = ["member"] }]
"""
FORCED = [
    # (what an ordinance often leaves open, where, a choice that is told, and the same in Japanese)
    ('rounding = "down"\n', "clauses[1].earn.rounding", "up (as a full one)", "切り上げ"),
    ("minimum_minutes = 30\n", "clauses[1].earn.minimum_minutes", "0 when there is none", "0 と書きます"),
    ('for_each = ["member"]\n', "caps[1].for_each", '["member", "site"] (at each place)', "場所ごと"),
    ('stops = "earning"\n', "caps[1].stops", "converting (granted, but beyond it not convertible)", "換金"),
    ("caps =", "caps", "applied in this order", "書いた順"),
    (', counted_on = "fiscal_year_start"', "eligibility[2].tests[1].counted_on", "fiscal_year_start (1 April)", "4月1日"),
    ('when_empty = "wait"\n', "when_empty", "refuse (nothing is granted)", "付与しない"),
    ('year = { type = "from", first = "09-01" }\n', "year", "from_registration", "登録日から"),
    ('carry = { type = "all" }\n', "carry", "remainder", "端数のみ"),
    ('status_loss = { type = "keeps" }\n', "status_loss", "forfeits", "失効"),
    ('conversion = { how = "none" }\n', "conversion", 'how = "exchange"', "exchange"),
    ('[expiry]\ntype = "fixed_date"\non = 2028-03-31\n', "expiry", "never", "never"),
    ('remainder = "kept"\n', "conversion.remainder", "kept or lost", "なくなる"),
    ('points_of = "any_year"\n', "conversion.points_of", "this_year", "その制度年度"),
    ('pays = "next_month"\n', "conversion.pays", "at_once", "翌年度"),
    ("minimum = 10\n", "conversion.minimum", "0 when there is none", "0"),
    (', for_each = ["member"] }', "conversion.limits[1].for_each", "[] for all together", "一団体"),
    ('window = { type = "any_time" }\n', "conversion.window", "season", "season"),
    (', untold = "ask"', "clauses[2].earn.untold", "ask, or the time rounded", "たずねる"),
]


@pytest.mark.parametrize(("left_out", "path", "choice", "in_japanese"), FORCED, ids=lambda value: str(value)[:30])
def test_what_an_ordinance_has_to_decide_is_refused_where_it_is_left_open_and_the_choices_are_told(
    left_out: str, path: str, choice: str, in_japanese: str
) -> None:
    attested = 'earn = { how = "attested", amount = 1, every_minutes = 60, untold = "ask", minimum_minutes = 0 }'
    text = GOOD.replace(PER_OCCASION, attested)
    if path.startswith("conversion."):
        text = text.replace('conversion = { how = "none" }\n', "") + EXCHANGED
    if path == "caps":
        text = re.sub(r"\[\[caps\]\]\n([a-z].*\n)*", "", text)
    assert parse.parse(text) if path != "caps" else True
    closing = "}" if left_out.endswith("}") and path.startswith("conversion.") else ""
    found = errors(text.replace(left_out, closing, 1))
    assert [error.path for error in found] == [path]
    assert choice in found[0].hint
    assert in_japanese in errors(text.replace(left_out, closing, 1), "ja")[0].hint


# ---------------------------------------------------------------------------------------------------------------- lines


def test_lines_are_found_around_strings_comments_and_lists_over_several_lines() -> None:
    text = 'a = """\n[[b]]\nc = 1\n"""  # [d]\ne = [\n  1, # ]\n  "]",\n  { q = 1,\n  r.s = [2.5] },\n]\n'
    text += '[f.g]\n"h" = "x = { y = 1 }"\ni.j = { k = 1 }\n[[f.l]]\nm = 1\n[f.l.n]\no = 2026-01-01 00:00:00\n'
    found = lines.find(text)
    assert found == {
        (): 1, ("a",): 1, ("e",): 5, ("e", 1): 6, ("e", 2): 7, ("e", 3): 8, ("e", 3, "q"): 8, ("e", 3, "r"): 9,
        ("e", 3, "r", "s"): 9, ("e", 3, "r", "s", 1): 9, ("f",): 11, ("f", "g"): 11, ("f", "g", "h"): 12,
        ("f", "g", "i"): 13, ("f", "g", "i", "j"): 13, ("f", "g", "i", "j", "k"): 13, ("f", "l"): 14, ("f", "l", 1): 14,
        ("f", "l", 1, "m"): 15, ("f", "l", 1, "n"): 16, ("f", "l", 1, "n", "o"): 17,
    }  # fmt: skip
    assert lines.at(found, ("e", 2, "x")) == 7
