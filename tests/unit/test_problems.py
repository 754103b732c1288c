"""The table of problems is whole: every refusal has its row, every row its refusal, and the documents say what the code does."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from api import documents, matrix, problems
from api import refusals as door
from api.problem_table import TABLE
from kernel.refusal import REFUSALS
from ledger import refusals as book

ROOT = Path(__file__).parents[2]
ROOMS = ("ledger", "rules", "qr", "community", "activities", "wallets", "api")
for room in ROOMS:
    importlib.import_module(f"{room}.refusals")
OURS = {
    code: refusal for code, refusal in REFUSALS.items() if refusal.__module__.partition(".")[0] in {*ROOMS, "kernel", "flows"}
}


def test_every_refusal_has_a_row_and_every_row_a_refusal() -> None:
    assert set(OURS) | problems.FAULTS == set(TABLE)


def test_no_fact_hides_a_member_of_the_problem() -> None:
    taken = {(code, field.name) for code, refusal in OURS.items() for field in fields(refusal) if field.name in problems.MEMBERS}
    assert taken == set()


@pytest.mark.parametrize("code", sorted(TABLE))
def test_titles_and_advice_are_sentences_without_the_facts(code: str) -> None:
    row = TABLE[code]
    assert re.fullmatch(r"[A-Z].*[^.]", row.title)
    assert re.fullmatch(r"[A-Z`].*[.]", row.advice)
    assert 400 <= row.status <= 599


@pytest.mark.parametrize("code", sorted(TABLE))
def test_advice_names_facts_that_exist(code: str) -> None:
    known = {field.name for field in fields(OURS[code])} if code in OURS else set()
    named = set(re.findall(r"`([a-z_]+)`", TABLE[code].advice)) - {"instance"}
    assert named <= known


def test_what_does_not_exist_is_404_and_nothing_else_is() -> None:
    for code, row in TABLE.items():
        assert (row.status == 404) == code.startswith("unknown_"), code


def test_a_refusal_becomes_its_problem_with_its_facts() -> None:
    status, body = problems.of_refusal(book.InsufficientBalance(unit="pt", needed=300, available=120), "abc")
    assert status == 409
    assert msgspec.json.decode(body) == {
        "type": "/problems/insufficient_balance",
        "title": TABLE["insufficient_balance"].title,
        "status": 409,
        "code": "insufficient_balance",
        "instance": "urn:yui:request:abc",
        "unit": "pt",
        "needed": 300,
        "available": 120,
    }


def test_facts_of_every_kind_are_written() -> None:
    facts = {"id": UUID(int=1), "at": datetime(2026, 5, 1, tzinfo=UTC), "faults": (door.Fault("$.a", "x"),)}
    told = msgspec.json.decode(problems.of_code("invalid_request", "abc", facts)[1])
    assert told["id"] == str(UUID(int=1))
    assert told["at"] == "2026-05-01T00:00:00Z"
    assert told["faults"] == [{"where": "$.a", "problem": "x"}]


@pytest.mark.parametrize("name", ["authorization.md", "openapi.json", "problems.md"])
def test_the_document_is_what_the_code_draws(name: str) -> None:
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == documents.drawn()[name], "draw them anew: python -m api.documents"


def test_every_route_declares_whom_it_serves() -> None:
    assert list(matrix.rows(documents.app()))


def test_a_route_without_a_declaration_is_found() -> None:
    from litestar import Litestar, get

    from api import auth

    @get("/open")
    async def undeclared() -> None: ...

    with pytest.raises(auth.UndeclaredRoute):
        list(matrix.rows(Litestar([undeclared], openapi_config=None)))
