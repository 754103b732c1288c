"""The payment list of a settlement as a CSV that spreadsheets open safely. Pure.

Names are typed by strangers. A spreadsheet takes a cell that begins with one of `=` `+` `-` `@`, a tab or a line end for a
formula (OWASP, CSV Injection), in Japanese settings their full-width forms too; such a cell gets an apostrophe in front. Amounts
are ours, whole and positive, and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from uuid import UUID

import msgspec

from kernel import amounts

HEADER = ("payee_id", "payee_name", "amount", "unit")
BOM = "\ufeff"  # without it Excel reads UTF-8 as Shift_JIS in Japan

_FORMULA_FIRST = frozenset("=+-@\t\r\n＝＋－＠")


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payee and a positive amount, in minor units of `unit`, which people see with `scale` decimals."""

    payee: UUID
    name: str
    amount: int
    unit: str
    scale: int = 0


def render(payments: Sequence[Payment], *, bom: bool = False) -> bytes:
    """The list as CSV (RFC 4180: CRLF, quotes doubled) in UTF-8, one header line first. `bom` is for spreadsheets that guess.

    An amount that is not positive is a fault (ValueError): a payment list cannot take money back.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for payment in payments:
        if payment.amount <= 0:
            raise ValueError("a payment is positive")
        shown = amounts.shown(payment.amount, payment.scale)
        writer.writerow((str(payment.payee), safe_cell(payment.name), shown, safe_cell(payment.unit)))
    return ((BOM if bom else "") + text.getvalue()).encode()


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would calculate instead of show; spaces before it hide nothing."""
    return "'" + text if text.lstrip(" \u3000")[:1] in _FORMULA_FIRST else text
