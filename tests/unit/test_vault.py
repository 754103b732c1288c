"""Sealing with plain values: what opens, what does not, and what the length and the number of marks tell."""

from __future__ import annotations

from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from community import vault
from community.vault import VaultShut, Whose, Wrapped
from tests.support.vaults import MASTER, means

HANAKO, MATSU = Whose(13101, UUID(int=1)), Whose(13101, UUID(int=2))
ELSEWHERE = Whose(1100, UUID(int=1))
NEW = b"another master secret of the tests, 40 B"


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    key, kept = means().new_key(HANAKO)
    sealed = key.seal("name", 1, "結 花子")
    assert means().key(HANAKO, kept).open("name", 1, sealed) == "結 花子"
    assert key.seal("name", 1, "結 花子") != sealed
    assert "結".encode() not in sealed


@pytest.mark.parametrize(("field", "version"), [("kana", 1), ("name", 2)])
def test_a_value_of_another_field_or_version_does_not_open(field: str, version: int) -> None:
    key, _ = means().new_key(HANAKO)
    with pytest.raises(InvalidTag):
        key.open(field, version, key.seal("name", 1, "結 花子"))


def test_one_flipped_bit_is_seen_wherever_it_is() -> None:
    key, _ = means().new_key(HANAKO)
    sealed = key.seal("name", 1, "結 花子")
    for nth in range(len(sealed)):
        with pytest.raises(InvalidTag):
            key.open("name", 1, sealed[:nth] + bytes([sealed[nth] ^ 1]) + sealed[nth + 1 :])


@pytest.mark.parametrize("whose", [MATSU, ELSEWHERE])
def test_a_key_that_was_put_to_another_member_or_town_does_not_open(whose: Whose) -> None:
    _, kept = means().new_key(HANAKO)
    with pytest.raises(InvalidTag):
        means().key(whose, kept)


def test_two_members_have_two_keys() -> None:
    one, _ = means().new_key(HANAKO)
    other, _ = means().new_key(HANAKO)
    with pytest.raises(InvalidTag):
        other.open("name", 1, one.seal("name", 1, "結 花子"))


def test_another_secret_opens_nothing_and_says_what_to_do() -> None:
    key, kept = means().new_key(HANAKO)
    sealed = key.seal("name", 1, "結 花子")
    with pytest.raises(VaultShut, match="YUI_SECRET_KEY"):
        means(NEW).key(HANAKO, kept)
    both = means(NEW, before=MASTER)
    assert both.key(HANAKO, kept).open("name", 1, sealed) == "結 花子"
    wrapped_anew = both.rewrapped(HANAKO, kept)
    assert means(NEW).key(HANAKO, wrapped_anew).open("name", 1, sealed) == "結 花子"
    with pytest.raises(VaultShut):
        means().key(HANAKO, wrapped_anew)
    with pytest.raises(InvalidTag):  # the name of the secret alone opens nothing
        means(NEW).key(HANAKO, Wrapped(means(NEW).master_ids[0], kept.wrapped))


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        means(b"x" * 31)


def test_lengths_are_told_in_steps() -> None:
    key, _ = means().new_key(HANAKO)
    assert len({len(key.seal("name", 1, "あ" * length)) for length in range(12)}) == 2  # the twelfth is beyond 32 bytes
    assert [key.open("name", 1, key.seal("name", 1, value)) for value in ("", "\x80", "x\x80")] == ["", "\x80", "x\x80"]


@pytest.mark.parametrize("typed", ["ゆい はなこ", "ユイ　ハナコ", "ﾕｲ ﾊﾅｺ", "ゆいはなこ"])
def test_a_reading_is_looked_for_however_it_is_typed(typed: str) -> None:
    assert vault.folded_reading(typed) == "ゆいはなこ"
    assert set(means().sought(HANAKO.town, typed)) <= set(means().marks(HANAKO.town, "ゆい はなこ"))


def test_marks_tell_neither_how_long_a_reading_is_nor_the_same_name_in_another_town() -> None:
    assert [len(means().marks(HANAKO.town, kana)) for kana in ("い", "ゆい", "ゆい はなこのとても長い")] == [vault.MARKS] * 3
    here, there = means().marks(HANAKO.town, "ゆいはなこあ"), means().marks(ELSEWHERE.town, "ゆいはなこあ")
    assert not set(here) & set(there)
    assert set(here) == set(means().marks(HANAKO.town, "ゆいはなこあいう"))  # the first six tell, longer ones are told apart open
    assert not set(means().sought(HANAKO.town, "まつ")) & set(here)
