"""What a keyboard, or a reader that types like one, puts into a field: full-width letters and digits are read as plain ones."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from msgspec import Meta

Typed = Annotated[str, Meta(max_length=200)]


def plain(told: str) -> str:
    """`told` without its full-width forms and without white space at its ends. Pure."""
    return unicodedata.normalize("NFKC", told).strip()


def number(told: str) -> int | None:
    """The number, if `told` is nothing but digits. Pure."""
    told = plain(told)
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= 9 else None
