"""docs/rules/claims.md is true: its routes are served, its states, refusals, checks and guards exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from api import documents, matrix
from api.problem_table import TABLE
from db import migrate
from flows import audit_claims
from ledger import verify_lots
from wallets import claims

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules" / "claims.md").read_text(encoding="utf-8")
DECISION = (ROOT / "docs" / "decisions" / "0013-a-claim-names-its-lots.md").read_text(encoding="utf-8")


def test_every_route_of_the_page_is_served() -> None:
    served = {(row.method, re.sub(r"{\w+_id}", "{id}", row.path).removeprefix("/api/v1")) for row in matrix.rows(documents.app())}
    told = re.findall(r"`(GET|POST) (?:/api/v1)?(/[^`?]+)[^`]*`", PAGE)
    assert len(told) == 15
    assert set(told) <= served


def test_every_state_of_the_page_is_a_state() -> None:
    table = PAGE.partition("| state |")[2].partition("\n\n")[0]
    named = [state for row in table.splitlines()[2:] for state in re.findall(r"`([a-z]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(get_args(claims.Status))


def test_every_refusal_of_the_page_exists() -> None:
    assert {"claim_pays_nothing", "unknown_unit"} <= set(TABLE) & set(re.findall(r"`([a-z_]+)`", PAGE))


def test_every_check_of_the_page_is_asked_and_every_guard_stands() -> None:
    asked = {question.name for question in audit_claims.QUESTIONS}
    assert asked <= set(re.findall(r"`([a-z_]+)`", PAGE))
    assert "hold_keeps_its_lots" in {question.name for question in verify_lots.QUESTIONS}
    texts = "\n".join(text for _, text, _ in migrate.sql_files())
    for name in ("hold_keeps_its_lots", "claim_holds_what_it_takes", "claim_booked_as_held"):
        assert f"db.refuse('{name}'" in texts
    assert "hold_keeps_its_lots" in DECISION
