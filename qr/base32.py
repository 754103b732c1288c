"""Crockford base32: five bits a symbol, upper case, without the letters that people confuse.

Promises one spelling for one value. A person may type lower case, hyphens, I or L for 1 and O for 0; anything else is refused,
and so are bits that no writer sets, so that two different texts never mean the same bytes once they are tidied.
"""

from __future__ import annotations

from qr import refusals

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_SYMBOL = 5

_READ_AS = {ord("-"): "", **dict.fromkeys(map(ord, "IiLl"), "1"), **dict.fromkeys(map(ord, "Oo"), "0")}
_SYMBOLS = {ord(written): symbol for symbol in ALPHABET for written in symbol + symbol.lower()} | _READ_AS
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


def tidy(text: str) -> str:
    """`text` as its writer spelled it: upper case, no hyphens, I and L as 1, O as 0. Raises UnreadableCode (symbol)."""
    try:
        return "".join([_SYMBOLS[ord(character)] for character in text])
    except KeyError:
        raise refusals.UnreadableCode(reason="symbol") from None


def spell(value: int, symbols: int) -> str:
    """`value` in exactly `symbols` symbols, the highest bits first. A value that does not fit is a fault (ValueError)."""
    if not 0 <= value < 1 << (symbols * BITS_PER_SYMBOL):
        raise ValueError(f"{value} does not fit into {symbols} symbols")
    shifts = range((symbols - 1) * BITS_PER_SYMBOL, -1, -BITS_PER_SYMBOL)
    return "".join([ALPHABET[value >> shift & 31] for shift in shifts])


def value(text: str) -> int:
    """The number that `text` spells; the empty text is 0. Raises UnreadableCode (symbol)."""
    number = 0
    for symbol in tidy(text):
        number = number << BITS_PER_SYMBOL | _VALUES[symbol]
    return number


def encode(data: bytes) -> str:
    """`data` in as few symbols as hold it; the bits left over at the end are zero."""
    symbols = -(-len(data) * 8 // BITS_PER_SYMBOL)
    return spell(int.from_bytes(data, "big") << (symbols * BITS_PER_SYMBOL - len(data) * 8), symbols)


def decode(text: str) -> bytes:
    """The bytes that `encode` wrote as `text`.

    Raises UnreadableCode: `symbol` where a bit left over at the end is set, `length` where no bytes have that many symbols.
    """
    symbols = tidy(text)
    size, left_over = divmod(len(symbols) * BITS_PER_SYMBOL, 8)
    if left_over >= BITS_PER_SYMBOL:
        raise refusals.UnreadableCode(reason="length")
    number = value(symbols)
    if number & ((1 << left_over) - 1):
        raise refusals.UnreadableCode(reason="symbol")
    return (number >> left_over).to_bytes(size, "big")
