"""Bearer tokens, as far as they are pure: their form tells the municipality and nothing else."""

from __future__ import annotations

import pytest

from community import tokens


def test_a_token_tells_its_municipality() -> None:
    token = tokens.spelled("131016", bytes(range(32)))
    assert tokens.municipality_code(token) == "131016"


def test_a_token_holds_all_of_its_chance() -> None:
    made = {tokens.spelled("131016", bytes([i]) + bytes(31)) for i in range(256)}
    made |= {tokens.spelled("131016", bytes(31) + bytes([i])) for i in range(256)}
    assert len(made) == 511  # the token of all zeros is in both


def test_too_little_chance_is_a_fault() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens.spelled("131016", bytes(31))


@pytest.mark.parametrize(
    "token",
    ["", "yui_131016_", "yui_131016_" + "a" * 42, "yui_131016_" + "a" * 44, "yui_13101_" + "a" * 43, "YUI_131016_" + "a" * 43,
     "yui_131016_" + "a" * 42 + "\n", "yui_１３１０１６_" + "a" * 43, " yui_131016_" + "a" * 43],
)  # fmt: skip
def test_what_is_not_of_our_form_tells_nothing(token: str) -> None:
    assert tokens.municipality_code(token) is None


def test_the_fingerprint_is_not_the_token() -> None:
    token = tokens.spelled("131016", bytes(32))
    assert len(tokens.fingerprint(token)) == 32
    assert tokens.fingerprint(token) != tokens.fingerprint(token[:-1] + "B")
