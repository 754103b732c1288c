"""The payment list: readable by any spreadsheet, and calculated by none."""

from __future__ import annotations

import csv
import io
from uuid import UUID

import pytest

from wallets import payment_file
from wallets.payment_file import Payment

PAYEE = UUID("01890000-0000-7000-8000-000000000001")


def _read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_lists_who_is_paid_how_much() -> None:
    data = payment_file.render([Payment(payee=PAYEE, name="結商店", amount=1250, unit="yen")])
    assert data == f"payee_id,payee_name,amount,unit\r\n{PAYEE},結商店,1250,yen\r\n".encode()


def test_shows_decimals_of_the_unit() -> None:
    rows = _read(payment_file.render([Payment(payee=PAYEE, name="結商店", amount=1250, unit="yui", scale=2)]))
    assert rows[1][2] == "12.50"


def test_an_empty_list_has_its_header() -> None:
    assert _read(payment_file.render([])) == [list(payment_file.HEADER)]


def test_mark_for_spreadsheets_that_guess() -> None:
    assert payment_file.render([], bom=True).startswith(b"\xef\xbb\xbfpayee_id")
    assert not payment_file.render([]).startswith(b"\xef\xbb\xbf")


FORMULAS = [
    "=1+1",
    "+81-3",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    " =1",
    "\u3000=1",
    '="a","b"',
]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_becomes_a_formula(name: str) -> None:
    rows = _read(payment_file.render([Payment(payee=PAYEE, name=name, amount=1, unit="yen")]))
    assert rows[1][1] == "'" + name
    assert len(rows) == 2


@pytest.mark.parametrize("name", ["結商店", "A=B", "a@b", "山-川", '引用"符"', "改\r\n行", "コンマ,あり", ""])
def test_other_names_arrive_as_they_are(name: str) -> None:
    rows = _read(payment_file.render([Payment(payee=PAYEE, name=name, amount=1, unit="yen")]))
    assert rows[1][1] == name


@pytest.mark.parametrize("amount", [0, -1])
def test_takes_no_money_back(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        payment_file.render([Payment(payee=PAYEE, name="結商店", amount=amount, unit="yen")])
