from __future__ import annotations

import pytest

from qr import base32, refusals


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), (b"\x00", "00"), (b"\xff", "ZW"), (b"\x00\x44\x32\x14\xc7", "01234567"), (b"\xff" * 10, "Z" * 16)],
)
def test_bytes_have_one_spelling(data: bytes, text: str) -> None:
    assert base32.encode(data) == text
    assert base32.decode(text) == data


def test_what_people_type_is_read_as_what_was_written() -> None:
    assert base32.tidy("oOiIlL-abc-Z") == "001111ABCZ"
    assert base32.decode("oi23-4567") == base32.decode("01234567")


@pytest.mark.parametrize("wrong", ["U", "u", "0 1", "*", "=", "０", "ı", "ſ", "\u212a", "\0", "\ud800", "あ"])
def test_everything_else_is_refused(wrong: str) -> None:
    with pytest.raises(refusals.UnreadableCode) as refused:
        base32.value("0123" + wrong)
    assert refused.value.reason == "symbol"


def test_bits_that_no_writer_sets_are_refused() -> None:
    assert base32.decode("ZW") == b"\xff"
    for last in "XYZ":  # the same eight bits, with a bit of the rest set
        with pytest.raises(refusals.UnreadableCode) as refused:
            base32.decode("Z" + last)
        assert refused.value.reason == "symbol"


@pytest.mark.parametrize("symbols", [1, 3, 6, 9, 11, 14])
def test_lengths_that_no_bytes_have_are_refused(symbols: int) -> None:
    with pytest.raises(refusals.UnreadableCode) as refused:
        base32.decode("0" * symbols)
    assert refused.value.reason == "length"


def test_a_number_fills_its_symbols_or_is_a_fault() -> None:
    assert base32.spell(0, 3) == "000"
    assert base32.spell(32**3 - 1, 3) == "ZZZ"
    for value in (-1, 32**3):
        with pytest.raises(ValueError, match="does not fit"):
            base32.spell(value, 3)
