"""docs/rules/editions.md is true: its routes are served, its refusals and guards exist, its sentences are what is said."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from api import documents, matrix
from api.problem_table import TABLE
from db import migrate
from rules import difference
from rules.vocabulary.earning import Clause, PerTime
from rules.vocabulary.ending import MonthsAfter, Never
from tests.support import editions

PAGE = (Path(__file__).parents[2] / "docs" / "rules" / "editions.md").read_text(encoding="utf-8")
GUARDS = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE.partition("## Guarded twice")[2], flags=re.MULTILINE)


def test_every_route_of_the_page_is_served_to_whom_it_says() -> None:
    served = {
        (row.method, re.sub(r"{\w+_id}", "{id}", row.path).removeprefix("/api/v1")): row.may
        for row in matrix.rows(documents.app())
    }
    told = re.findall(r"^\| .* \| (.*) \| (.*`(?:GET|POST) .*) \|$", PAGE, flags=re.MULTILINE)
    assert len(told) == 13
    for who, routes in told:
        for method, path in re.findall(r"`(GET|POST) ([^`]+)`", routes):
            may = served[(method, path)]
            assert ("member" in may) == (who == "everybody"), path
            assert ("auditor" in may) == (who in {"everybody", "officer, auditor"}), path


def test_every_refusal_of_the_page_exists() -> None:
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", PAGE.partition("## Guarded twice")[0]))
    fields = {"wind_down", "first_on", "last_on", "last_granting_on", "last_claim_on"}
    assert named - fields <= set(TABLE)


def test_every_guard_of_the_page_stands_in_postgresql() -> None:
    names = {name for cell in GUARDS for name in re.findall(r"`([a-z_]+)`", cell)}
    texts = "\n".join(text for _, text, _ in migrate.sql_files())
    assert names - {"append_only"} == {name for name in names if f"db.refuse('{name}'" in texts}
    assert len(names) == 10


def test_the_sentences_of_the_page_are_what_is_said() -> None:
    earn = PerTime(amount=50, every_minutes=30, rounding="down", minimum_minutes=0)
    salon, visit = Clause(activity_kinds=("salon",), earn=earn), Clause(activity_kinds=("visit",), earn=earn)
    until = MonthsAfter(months=24, counted_from="grant")
    old = editions.edition(unit="pt", clauses=(salon, visit), caps=(editions.cap(400),), expiry=until)
    later = Clause(activity_kinds=("visit",), earn=earn, first_on=date(2026, 7, 1))
    new = editions.edition(unit="pt", clauses=(salon, later), caps=(editions.cap(300),), expiry=Never())
    told = {each.path: each.sentence for each in difference.between(old, new, "ja")}
    assert len(told) == 3
    for path, sentence in told.items():
        assert re.search(rf"^{re.escape(path)} +{re.escape(sentence)}$", PAGE, flags=re.MULTILINE), sentence
    for each in difference.between(old, new, "en"):
        assert re.search(rf"^ +{re.escape(each.sentence)}$", PAGE, flags=re.MULTILINE), each.sentence
