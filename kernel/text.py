"""What people type: bounded, without the characters that hide or reorder what is written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kernel.refusal import Refusal

NAME_LENGTH_MAX = 80
LINE_LENGTH_MAX = 200
NOTE_LENGTH_MAX = 1_000

# Cc control, Cs surrogates; the bidi controls reorder what a reader sees (Unicode TR 36), U+FEFF and U+2028/9 hide in it.
_HIDDEN = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")


@dataclass(eq=False)
class UnreadableText(Refusal):
    """The text has a character that cannot be shown honestly."""

    field: str
    character: str


@dataclass(eq=False)
class TextTooLong(Refusal):
    """The text is longer than the field allows."""

    field: str
    length: int
    length_max: int


@dataclass(eq=False)
class TextMissing(Refusal):
    """The field must say something."""

    field: str


def clean(field: str, text: str, length_max: int = LINE_LENGTH_MAX, *, lines: bool = False) -> str:
    """`text` in NFC without outer white space; refuses control and reordering characters, emptiness and excess length.

    `lines` allows line breaks. Raises UnreadableText, TextTooLong, TextMissing.
    """
    tidy = unicodedata.normalize("NFC", text).strip()
    if not tidy:
        raise TextMissing(field=field)
    if len(tidy) > length_max:
        raise TextTooLong(field=field, length=len(tidy), length_max=length_max)
    for character in tidy:
        allowed = character == "\n" and lines
        if not allowed and (character in _HIDDEN or unicodedata.category(character) in {"Cc", "Cs"}):
            raise UnreadableText(field=field, character=f"U+{ord(character):04X}")
    return tidy


def clean_note(field: str, text: str) -> str:
    """A note of several lines: `clean` with NOTE_LENGTH_MAX and line breaks."""
    return clean(field, text.replace("\r\n", "\n"), NOTE_LENGTH_MAX, lines=True)
