"""docs/journeys.md is true: its table is that of the tests, no journey needs more than it may, and every press is counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.journeys import JOURNEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
UNCOUNTED = re.compile(r"(?<!hands)\.(click|dblclick|tap|fill|check|select_option|goto)\(|\bkeyboard\.")


def test_the_table_is_that_of_the_tests() -> None:
    rows = [f"| {each.who} | {each.what} | {each.most} | {each.needs} | `{each.test}` |" for each in JOURNEYS.values()]
    assert re.findall(r"^\| (?!who ).*\|$", PAGE, re.MULTILINE) == rows


@pytest.mark.parametrize("name", JOURNEYS)
def test_no_journey_needs_more_than_it_may(name: str) -> None:
    assert JOURNEYS[name].needs.within(JOURNEYS[name].most)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_is_driven_where_the_table_says(name: str) -> None:
    driven = (ROOT / JOURNEYS[name].test).read_text(encoding="utf-8")
    assert re.search(rf'journeys\.taken\(\w+, "{name}"\)', driven)


@pytest.mark.parametrize("path", sorted({each.test for each in JOURNEYS.values()}))
def test_nothing_is_pressed_without_being_counted(path: str) -> None:
    assert UNCOUNTED.findall((ROOT / path).read_text(encoding="utf-8")) == []
