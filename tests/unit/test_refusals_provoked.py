"""No refusal without a test: every code of the table is named by a test that comes through a door, and the few others by one behind it.

What is counted are the words of tests, not what they do: a code that a test names is asserted there. It is the new code without any
test that is found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from api.problem_table import TABLE

TESTS = Path(__file__).parents[1]
COMMANDS = "test_cli"
DOORS = ("e2e", "browser")
BEHIND = {
    "account_closed": "an erasure closes the account, and from then on the member is refused first: member_erased",
    "account_not_empty": "an erasure asks before it closes: erasure_not_yet",
    "already_booked": "stories refuse by their own names what they booked before",
    "amount_out_of_range": "requests and forms are bounded to the same amounts, and refused by their shape",
    "ceiling_reached": "no story opens an account with a ceiling",
    "hold_resolved": "stories refuse by their own names what was decided before",
    "hold_too_small": "stories confirm what they held",
    "malformed_entry": "no story asks its book for something impossible",
    "session_ended": "who ended a session is not signed in; only somebody who was at the same moment proving themselves meets it",
    "too_many_cards": "the pages and the API print one card",
    "too_many_items": "requests are bounded, and long lists are booked in parts",
    "unknown_account": "accounts have no address outside",
    "unknown_correction_wish": "the desk answers all wishes of a member at once",
    "unknown_hold": "holds have no address outside",
    "unknown_token": "tokens are ended by whose they are",
    "unreadable_facts": "the command tells in its own words which line of a file cannot be read",
    "untraced_amount": "what is spent comes first from what activities gave, and the rest is refused as too little",
}
"""What no door can provoke, and why; a test calls the story or the room that refuses it."""


def trees(where: Path, pattern: str = "test_*.py") -> Iterator[ast.Module]:
    for path in sorted(set(where.glob(pattern)) - {Path(__file__)}):
        yield ast.parse(path.read_text(encoding="utf-8"))


def words(tree: ast.Module) -> Iterator[str]:
    """The texts of a test, without its docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@cache
def named_at_doors() -> frozenset[str]:
    """Codes that tests of pages, of the API and of commands name. A command says them with spaces."""
    said = {word for each in DOORS for tree in trees(TESTS / each) for text in words(tree) for word in re.findall(r"\w+", text)}
    lines = [text for tree in trees(TESTS / "integration", f"{COMMANDS}*.py") for text in words(tree)]
    by_commands = {code for code in TABLE if any(code.replace("_", " ") in line for line in lines)}
    return frozenset(said & set(TABLE) | by_commands)


@cache
def named_behind() -> frozenset[str]:
    """Refusals that any test names, by code or by class, or the model of the book that tests step by."""
    found: set[str] = set()
    for room in ("unit", "property", "stateful", "integration", "race", "support"):
        for tree in trees(TESTS / room, "*.py"):
            found |= set(words(tree))
            found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(found)


@pytest.mark.parametrize("code", sorted(set(TABLE) - set(BEHIND)))
def test_every_refusal_is_provoked_at_a_door(code: str) -> None:
    assert code in named_at_doors(), "provoke it at a page, a route or a command (tests/e2e/test_refusals_*.py), and read back"


@pytest.mark.parametrize("code", sorted(BEHIND))
def test_what_no_door_provokes_is_refused_behind_it(code: str) -> None:
    assert {code, code.title().replace("_", "")} & named_behind()
    assert code not in named_at_doors(), "a door provokes it now: take it off the list"
