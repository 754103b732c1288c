"""What is told of a text that is no TOML, or has a line where it does not belong: the slips of a Japanese keyboard first."""

from __future__ import annotations

import pytest

from rules import parse
from rules.refusals import RuleError, UnreadableEdition
from tests.support.editions import cap, edition

GOOD = parse.render(edition(caps=(cap(2),)))


def errors(text: str, locale: parse.Locale = "en") -> tuple[RuleError, ...]:
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(text, locale)
    return refused.value.errors


SLIPS = [
    # (what is written, instead of what, in the problem, in the hint, in the hint in Japanese)
    ("limit = ２", "limit = 2", "no value", "half width", "全角の「２」"),
    ('unit = ”stamp”', 'unit = "stamp"', "no value", "half width", "全角の「”」"),
    ('unit ＝ "stamp"', 'unit = "stamp"', "after a key", "half width", "全角の「＝」"),
    ("limit = 2,000", "limit = 2", "after the value", "5000", "「,」は付けません"),
    ("starts_on = 令和8年4月1日", "starts_on = 2026-04-01", "no value", "令和8年", "西暦"),
    ("starts_on = 2026年4月1日", "starts_on = 2026-04-01", "after the value", "2026年", "西暦"),
    ("starts_on = 2026/4/1", "starts_on = 2026-04-01", "after the value", "2026/4/1", "西暦"),
    ("starts_on = 2026-02-30", "starts_on = 2026-04-01", "no such day", "quotes", "引用符"),
    ('unit = "stamp', 'unit = "stamp"', "may not stand here", "quotes", "引用符"),
    ("amount = 1 every_minutes", "amount = 1, every_minutes", "comma is missing", "key = value", "項目 = 値"),
    ('for_each = ["member"', 'for_each = ["member"]', "comma is missing", "key = value", "項目 = 値"),
    ("[[caps]", "[[caps]]", "heading is not closed", "key = value", "項目 = 値"),
    ("limit 2", "limit = 2", "after a key", "key = value", "項目 = 値"),
    ("limit = 2\nlimit = 3", "limit = 2", "said twice", "each key once", "一度だけ"),
    ('unit = "stamp"\ncaps = []', 'unit = "stamp"', "under a heading", "each key once", "一度だけ"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead_of", "problem", "hint", "in_japanese"), SLIPS)
def test_a_slip_of_the_keyboard_is_told_as_such(written: str, instead_of: str, problem: str, hint: str, in_japanese: str) -> None:
    assert instead_of in GOOD
    text = GOOD.replace(instead_of, written, 1)
    (error,) = errors(text)
    assert problem in error.problem
    assert hint in error.hint
    (japanese,) = errors(text, "ja")
    assert japanese.line == error.line
    assert in_japanese in japanese.hint
    assert not japanese.problem.removeprefix("TOML として読めません").isascii()


def test_what_belongs_to_the_whole_edition_is_not_looked_for_under_a_heading() -> None:
    (error,) = errors(GOOD + 'holder = "group"\n')
    assert (error.line, error.path) == (GOOD.count("\n") + 1, "caps[1].holder")
    assert "at the top, before the first [heading]" in error.hint
    assert "版全体の項目" in errors(GOOD + 'holder = "group"\n', "ja")[0].hint


@pytest.mark.parametrize("text", [".".join("a" * 30_000) + " = 1", "[" + ".".join("a" * 30_000) + "]", "a = " + "[" * 60_000])
def test_a_text_that_would_keep_a_server_busy_is_refused_at_once(text: str) -> None:
    (error,) = errors(f"x = 1\n{text}")
    assert "nested too deeply" in error.problem


def test_only_so_many_mistakes_are_told_at_once() -> None:
    assert len(errors("\n".join(f"a{n} = 1" for n in range(1000)))) == parse.MISTAKES_MAX


def test_a_choice_that_is_nearly_right_is_named() -> None:
    (error,) = errors(GOOD.replace('per = "day"', 'per = "daily"'))
    assert error.hint.startswith("Did you mean `day`? The period")


def test_a_table_or_a_list_in_a_wrong_place_is_not_printed_as_the_program_sees_it() -> None:
    (error,) = errors(GOOD.replace("limit = 2", "limit = { a = 1 }"))
    assert error.problem == "the table { … } is not a whole number"
    (error,) = errors(GOOD.replace("[[caps]]", "[caps]"))
    assert error.problem == "the table { … } is not a list [ … ]"
    assert "[[caps]]" in error.hint
