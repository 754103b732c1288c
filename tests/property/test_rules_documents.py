"""What holds for any document: it is read and written back the same, or refused at its lines, whatever stands in it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules import contradictions, parse, rendering
from rules.refusals import RuleError
from rules.vocabulary.edition import Edition
from tests.support import edition_strategies
from tests.support.editions import edition

FIELDS = sorted(Edition.__struct_fields__)


def errors(text: str, locale: parse.Locale = "en") -> tuple[RuleError, ...]:
    """What is wrong with a document; nothing where it is an edition."""
    try:
        parse.parse(text, locale)
    except parse.UnreadableEdition as refused:
        return refused.errors
    return ()


@given(edition_strategies.editions)
def test_rendering_and_reading_again_is_the_identity(rules: Edition) -> None:
    written = parse.render(rules)
    assert parse.parse(written) == rules
    assert parse.render(parse.parse(written)) == written


@given(edition_strategies.editions, st.integers(0, 10**6))
def test_a_line_that_is_missing_is_missed_or_says_something_that_may_be_left_out(rules: Edition, chosen: int) -> None:
    """Leaving a line out is refused at a line of the document, or it changes what the edition says."""
    lines = parse.render(rules).splitlines()
    plain = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+ = ", line)]
    dropped = plain[chosen % len(plain)]
    text = "\n".join([*lines[:dropped], *lines[dropped + 1 :]])
    found = errors(text)
    assert all(1 <= error.line <= len(lines) and error.problem and error.hint for error in found)
    assert found or parse.parse(text) != rules


@given(st.text())
@example('[[caps]]\n[[caps]]\n[caps.x]\n"a b".c = [[{ d = 1 }], """\n"""]')
def test_any_text_is_an_edition_or_is_refused_with_lines(text: str) -> None:
    for locale in ("en", "ja"):
        found = errors(text, locale)
        assert found
        assert all(1 <= error.line <= text.count("\n") + 1 for error in found)


KEYS = ["how", "test", "tests", "type", "to", "of", "per", "limit", "on", "ja", "earn", "rate", "forms", "first_on", "at_least"]
TAGS = ["per_time", "bands", "all_of", "age", "fiscal", "exchange", "tiers", "season", "funding", "*", ""]
values = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.sampled_from(TAGS), st.just(date(2026, 4, 1)), st.just(1.5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    ),
    max_leaves=8,
)


@given(edition_strategies.editions, st.sampled_from(FIELDS), values)
def test_any_value_in_any_place_is_read_or_refused_by_name(rules: Edition, field: str, value: Any) -> None:
    stated = rendering.table(rules) | {field: value}
    text = "\n".join(f"{name} = {rendering.value(each)}" for name, each in stated.items())
    line = list(stated).index(field) + 1
    found = errors(text)
    assert all(error.problem and error.hint for error in found)
    assert all(error.line == line for error in found if error.path.startswith(field)), found
    assert found or parse.parse(parse.render(parse.parse(text))) == parse.parse(text)


@given(edition_strategies.any_editions)
def test_an_edition_with_nothing_against_it_is_read_and_one_with_something_is_refused_for_it(rules: Edition) -> None:
    found = {parse.shown(fault.path) for fault in contradictions.find(rules)}
    assert {error.path for error in errors(parse.render(rules))} == found


@pytest.mark.parametrize(("depth", "read"), [(10, True), (60, False), (400, False)])
def test_tests_within_tests_are_read_to_ten_deep_and_refused_beyond(depth: int, read: bool) -> None:
    test = '{ test = "evidence", at_least = 1 }'
    for _ in range(depth):
        test = f'{{ test = "all_of", tests = [{test}] }}'
    plain = parse.render(edition(eligibility=()))
    found = errors(plain.replace("eligibility = []", f"eligibility = [{test}]"))
    assert (not found) == read
    assert all("nested" in error.problem for error in found)


def test_headings_nested_deeply_are_refused_too() -> None:
    headings = "\n".join(f"[[eligibility{'.tests' * depth}]]\ntest = 'all_of'" for depth in range(140))
    found = errors(parse.render(edition(eligibility=())).replace("eligibility = []", "") + headings)
    assert any("nested" in error.problem for error in found)
