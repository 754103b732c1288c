"""How the book is written for other programs: hledger, beancount, csv. Pure: rows come in, text goes out.

Accounts are called kind, unit and number; there is no name, no note and no member in an export. Amounts keep their sign: what an
account holds is positive, and what it gave out is negative. In beancount, which knows five roots, the sources (appropriation, opening,
exchange) are Equity, where value ends (paid_out, lapsed) is Expenses, and all who hold something are Assets.

Both programs check that every transaction sums to zero, and, at the end, that every account comes to the balance that the ledger keeps
for it: that figure is read from `ledger.balance` and is not a sum over the lines above. The assertions bear the day after the last
entry, because a balance on the day itself would be asked before (beancount) or among (hledger) the entries of that day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from kernel import amounts

CSV_HEADER = (
    "record", "booked_on", "occurred_at", "recorded_at", "entry_id", "line_no", "kind", "cause_kind", "cause_id", "reverses", "account",
    "account_version", "unit", "amount", "balance",
)  # fmt: skip

_ROOTS = {"appropriation": "Equity", "opening": "Equity", "exchange": "Equity", "paid_out": "Expenses", "lapsed": "Expenses"}
_COMMODITY = re.compile(r"[A-Z][A-Z0-9_]*[A-Z0-9]")
_FORMULA_FIRST = frozenset("=+-@\t\r\n＝＋－＠")  # what a spreadsheet begins to calculate at (OWASP, CSV Injection)


class Unit(msgspec.Struct, frozen=True):
    """A unit: its number, its code, and how many decimals people see."""

    unit_id: int
    code: str
    scale: int


class Account(msgspec.Struct, frozen=True):
    """An account and the balance that the ledger keeps for it, in minor units."""

    account_id: int
    kind: str
    unit: Unit
    posted: int


class Book(msgspec.Struct, frozen=True):
    """What frames the entries: the units, the accounts, the first accounting date and the day after the last."""

    units: tuple[Unit, ...]
    accounts: tuple[Account, ...]
    first_on: date
    after_on: date


Entry = Sequence[Row[Any]]  # the lines of one entry, each beside its entry's columns
Frame = Callable[[Book], Iterator[str]]


class Format(msgspec.Struct, frozen=True):
    """A way of writing: what comes before the entries, an entry, what comes after."""

    head: Frame
    entry: Callable[[Entry, Book], str]
    foot: Frame


# --------------------------------------------------------------------------------------------------------------- hledger


def _hledger_head(book: Book) -> Iterator[str]:
    for unit in book.units:
        yield f'commodity "{unit.code}"\n  format 1000.{"0" * unit.scale} "{unit.code}"\n'
    for account in book.accounts:
        yield f"account {_hledger_name(account.kind, account.unit.code, account.account_id)}\n"


def _hledger_entry(lines: Entry, book: Book) -> str:
    del book
    first = lines[0]
    tags = ", ".join(f"{name}: {value}" for name, value in _tags(first))
    told = [f"\n{first.booked_on} {first.kind}  ; {tags}\n"]
    for line in lines:
        name = _hledger_name(line.account_kind, line.unit, line.account_id)
        told.append(f'    {name}  {amounts.shown(line.amount, line.scale)} "{line.unit}"\n')
    return "".join(told)


def _hledger_foot(book: Book) -> Iterator[str]:
    yield f"\n{book.after_on} balances\n"
    for account in book.accounts:
        unit = account.unit
        name = _hledger_name(account.kind, unit.code, account.account_id)
        yield f'    {name}  0 "{unit.code}" == {amounts.shown(account.posted, unit.scale)} "{unit.code}"\n'


def _hledger_name(kind: str, unit: str, number: int) -> str:
    return f"{kind}:{unit}:{number}"


# ------------------------------------------------------------------------------------------------------------- beancount


def _beancount_head(book: Book) -> Iterator[str]:
    yield 'option "title" "Yui"\n'
    for unit in book.units:
        yield f'{book.first_on} commodity {_commodity(unit.code, unit.unit_id)}\n  code: "{unit.code}"\n'
    for account in book.accounts:
        name = _beancount_name(account.kind, account.unit.code, account.account_id)
        yield f"{book.first_on} open {name} {_commodity(account.unit.code, account.unit.unit_id)}\n"


def _beancount_entry(lines: Entry, book: Book) -> str:
    del book
    first = lines[0]
    told = [f'\n{first.booked_on} * "{first.kind}"\n']
    told += [f'  {name}: "{value}"\n' for name, value in _tags(first)]
    for line in lines:
        name = _beancount_name(line.account_kind, line.unit, line.account_id)
        told.append(f"  {name}  {amounts.shown(line.amount, line.scale)} {_commodity(line.unit, line.unit_id)}\n")
    return "".join(told)


def _beancount_foot(book: Book) -> Iterator[str]:
    yield "\n"
    for account in book.accounts:
        unit = account.unit
        name = _beancount_name(account.kind, unit.code, account.account_id)
        posted = amounts.shown(account.posted, unit.scale)
        yield f"{book.after_on} balance {name}  {posted} ~ 0 {_commodity(unit.code, unit.unit_id)}\n"


def _beancount_name(kind: str, unit: str, number: int) -> str:
    """Components of letters, digits and hyphens that begin with a capital."""
    spelled = "".join(part.capitalize() for part in kind.split("_"))
    return f"{_ROOTS.get(kind, 'Assets')}:{spelled}:{unit.capitalize().replace('_', '-')}:{number}"


def _commodity(code: str, unit_id: int) -> str:
    """The code in capitals; with the unit's number where beancount takes it for no commodity (too short, or an underscore last)."""
    name = code.upper()
    return name if _COMMODITY.fullmatch(name) else f"{name}-{unit_id}"


# ------------------------------------------------------------------------------------------------------------------- csv


def _csv_head(book: Book) -> Iterator[str]:
    del book
    yield _csv_rows([CSV_HEADER])


def _csv_entry(lines: Entry, book: Book) -> str:
    del book
    first = lines[0]
    of_entry = ("line", first.booked_on, _instant(first.occurred_at), _instant(first.recorded_at), first.entry_id)
    cause = (safe_cell(first.kind), safe_cell(first.cause_kind), first.cause_id, first.reverses)
    return _csv_rows(
        (
            *of_entry,
            line.line_no,
            *cause,
            safe_cell(_hledger_name(line.account_kind, line.unit, line.account_id)),
            line.account_version,
            safe_cell(line.unit),
            line.amount,
            line.balance_after,
        )
        for line in lines
    )


def _csv_foot(book: Book) -> Iterator[str]:
    """One row for each account with the balance that the ledger keeps: its `amount` is empty, so the column still sums to zero."""
    for account in book.accounts:
        name = safe_cell(_hledger_name(account.kind, account.unit.code, account.account_id))
        row = {"record": "balance", "booked_on": book.after_on, "account": name, "unit": safe_cell(account.unit.code)}
        yield _csv_rows([tuple((row | {"balance": account.posted}).get(column) for column in CSV_HEADER)])


def _csv_rows(rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180, None as nothing. Amounts are minor units and stay numbers."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would calculate instead of show."""
    return "'" + text if text.lstrip(" \u3000")[:1] in _FORMULA_FIRST else text


# ---------------------------------------------------------------------------------------------------------------- shared


def _tags(entry: Row[Any]) -> list[tuple[str, object]]:
    reverses = [("reverses", entry.reverses)] if entry.reverses is not None else []
    return [
        ("entry", entry.entry_id),
        ("cause", f"{entry.cause_kind}/{entry.cause_id}"),
        ("occurred", _instant(entry.occurred_at)),
        ("recorded", _instant(entry.recorded_at)),
        *reverses,
    ]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


FORMATS = {
    "hledger": Format(_hledger_head, _hledger_entry, _hledger_foot),
    "beancount": Format(_beancount_head, _beancount_entry, _beancount_foot),
    "csv": Format(_csv_head, _csv_entry, _csv_foot),
}
