"""Numbers that people read to each other over the telephone, in place of ids of 36 characters: K7QP-4M2X.

A number is made of the id alone: its last 35 bits, which are pure chance, in seven symbols of Crockford's base 32, and one symbol that
checks them. It catches every single wrong symbol and every swap of neighbours. Two things of one town share a number about once in
34 thousand million pairs; whoever looks a number up is told all that have it. A number is for finding, never a key to anything.
"""

from __future__ import annotations

import unicodedata
from uuid import UUID

from qr import base32
from qr.refusals import UnreadableCode

SYMBOLS = 7
TAIL_BITS = SYMBOLS * base32.BITS_PER_SYMBOL
_TAIL_MASK = (1 << TAIL_BITS) - 1
_HALF = 4
_BREAKS = str.maketrans(dict.fromkeys(" ー‐‑‒–—−_", ""))
_REDUCING = 0b100101  # x⁵ + x² + 1, primitive: doubling goes through all 31 that are not zero


def number(asked: UUID | str) -> str:
    """The number of an id; what is no id, as a request's own name that its caller chose, stays as it is. Pure."""
    try:
        tail = (asked if isinstance(asked, UUID) else UUID(asked)).int & _TAIL_MASK
    except ValueError:
        return str(asked)
    spelled = base32.spell(tail, SYMBOLS)
    spelled += base32.spell(_check(tail), 1)
    return f"{spelled[:_HALF]}-{spelled[_HALF:]}"


def read(said: str) -> int | None:
    """The last TAIL_BITS bits of the ids with the number that was typed, in any case and width; None where it is none. Pure."""
    try:
        tidy = base32.tidy(unicodedata.normalize("NFKC", said).translate(_BREAKS))
    except UnreadableCode:
        return None
    if len(tidy) != SYMBOLS + 1:
        return None
    tail, check = base32.value(tidy[:SYMBOLS]), base32.value(tidy[SYMBOLS:])
    return tail if check == _check(tail) else None


def _check(tail: int) -> int:
    """The sum of the symbols, each times its own power of two in the field of 32 elements."""
    total = 0
    for place in range(SYMBOLS - 1, -1, -1):
        total = (total ^ (tail >> place * base32.BITS_PER_SYMBOL & 31)) << 1
        total = total ^ _REDUCING if total & 32 else total
    return total
