"""A draft tried over HTTP, its report, and the recomputation: who may, within which bounds, and that the page is whole in itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from api.routes import simulations
from db.transact import read
from rules import edition_store
from tests.support import http
from tests.support import year as playing
from tests.support.towns import TOWN

pytestmark = pytest.mark.anyio

PERIOD = {"first_on": "2026-04-01", "last_on": "2027-03-31"}


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    return await playing.play(engine)


@pytest.fixture(scope="module")
async def document(year, engine) -> str:
    """The edition in force with a lower cap."""
    published = await read(engine, TOWN, lambda conn: edition_store.edition(conn, year.edition_id))
    return published.document.replace(f"limit = {playing.CAP}", "limit = 150")


@pytest.fixture(scope="module")
async def officer(service) -> http.Caller:
    return await service.caller("officer")


@pytest.fixture(scope="module")
async def auditor_caller(service) -> http.Caller:
    return await service.caller("auditor")


class Page(HTMLParser):
    """The tables of a page by their captions, and everything that it would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.outside: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "img", "br", "rect"}:
            self.open.append(tag)
        self.outside += [tag] if tag in {"script", "link", "img", "iframe", "object", "embed"} else []
        self.outside += [f"{name}={value}" for name, value in attrs if name in {"src", "href", "xlink:href", "srcset", "data"}]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "rect":
            return
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself opens nothing."""

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"td", "th"} and self.tables:
            self.tables[-1][-1][-1] += data


def figures(row: dict[str, Any]) -> list[int]:
    return [row["attendances"], row["current"], row["draft"], row["difference"]]


def number(text: str) -> int:
    return int(text.replace(",", "").replace("+", ""))


async def report(officer: http.Caller, document: str) -> httpx.Response:
    found = await officer.post("/simulations/report", {"document": document} | PERIOD)
    assert found.status_code == 200
    return found


async def test_a_draft_is_tried_beside_what_was_decided(officer, document):
    found = await officer.post("/simulations", {"document": document} | PERIOD)
    told = found.json()
    assert (found.status_code, told["scheme"], told["total"]["difference"] < 0) == (200, "helpers", True)
    assert told["members"]["gained"] - told["members"]["lost"] == told["total"]["difference"]
    for table in ("by_month", "by_area", "by_activity_kind", "by_age_band"):
        assert [sum(column) for column in zip(*map(figures, told[table]), strict=True)] == figures(told["total"])


async def test_a_proposal_is_tried_by_its_id(year, officer, auditor_caller):
    asked = {"proposal_id": str(year.edition_id)} | PERIOD
    posted = await officer.post("/simulations", asked)
    got = await auditor_caller.get(f"/proposals/{year.edition_id}/simulation", params=PERIOD)
    assert (posted.status_code, got.status_code, posted.json()) == (200, 200, got.json())
    assert got.json()["total"]["difference"] == 0
    page = await auditor_caller.get(f"/proposals/{year.edition_id}/simulation/report", params=PERIOD)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_a_year_up_to_today_is_looked_at_unless_told(year, auditor_caller):
    told = (await auditor_caller.get(f"/proposals/{year.edition_id}/simulation")).json()
    assert (told["first_on"], told["last_on"]) == ("2025-05-12", "2026-05-11")


async def test_the_report_needs_nothing_from_elsewhere(year, officer, document):
    found = await report(officer, document)
    page = Page(found.text)
    assert (page.open, page.outside) == ([], [])
    assert set(re.findall(r"https?://[^\"' <]+", found.text)) == {"http://www.w3.org/2000/svg"}
    assert "url(http" not in found.text
    assert found.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_tables_of_the_report_are_the_figures_of_the_json(year, officer, document):
    told = (await officer.post("/simulations", {"document": document} | PERIOD)).json()
    page = Page((await report(officer, document)).text)
    for table, name in zip(page.tables, ("by_month", "by_area", "by_activity_kind", "by_age_band"), strict=False):
        shown = [[number(cell) for cell in row[1:]] for row in table[1:]]
        assert shown == [*map(figures, told[name]), figures(told["total"])]
    changed = [[row[0], *map(number, row[1:])] for row in page.tables[4][1:]]
    assert changed == [
        [each["member"], each["current"], each["draft"], each["difference"]]
        for each in (*told["members"]["largest_gains"], *told["members"]["largest_losses"])
    ]


async def test_every_chart_says_what_its_table_says(year, officer, document):
    text = (await report(officer, document)).text
    drawings = re.findall(r"<figure>(<svg.*?</svg>)</figure>", text)
    assert len(drawings) == 4
    for drawing in drawings:
        svg = ET.fromstring(drawing)
        labels = {child.get("id"): child.text for child in svg if child.get("id")}
        assert svg.get("role") == "img"
        assert [bool(labels[each]) for each in (svg.get("aria-labelledby") or "").split()] == [True, True]
        assert len({element.get("id") for element in svg.iter() if element.get("id")}) == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"last_on": "2028-03-31"}, "period_too_long"),
        ({"last_on": "2026-03-01"}, "period_out_of_order"),
        ({"document": "scheme = 1"}, "unreadable_edition"),
        ({"document": None}, "draft_not_named"),
        ({"proposal_id": "0196c0de-7a11-7b2c-8d3e-4f5061728394"}, "draft_not_named"),
        ({"document": None, "proposal_id": "0196c0de-7a11-7b2c-8d3e-4f5061728394"}, "unknown_proposal"),
    ],
)
async def test_what_cannot_be_tried_is_refused_by_name(year, officer, document, given, code):
    found = await officer.post("/simulations", {"document": document} | PERIOD | given)
    assert (found.json()["code"], found.status_code in {404, 422, 400}) == (code, True)


async def test_a_request_looks_at_so_much_at_most(year, officer, auditor_caller, document, monkeypatch):
    monkeypatch.setattr(simulations, "ATTENDANCES_MAX", 5)
    monkeypatch.setattr(simulations, "DECISIONS_MAX", 5)
    for found in (
        await officer.post("/simulations", {"document": document} | PERIOD),
        await auditor_caller.get("/audit/recompute"),
    ):
        told = found.json()
        assert (found.status_code, told["code"], told["found_max"]) == (422, "too_much_to_look_at", 5)


async def test_one_looks_at_a_time(service, year, officer, document):
    with simulations._turn(service.app.state["context"]):
        found = await officer.post("/simulations", {"document": document} | PERIOD)
    assert (found.status_code, found.json()["code"]) == (503, "looking_already")
    assert (await officer.post("/simulations", {"document": document} | PERIOD)).status_code == 200


async def test_everything_is_recomputed_also_as_of_a_day(year, officer, auditor_caller):
    for caller in (officer, auditor_caller):
        told = (await caller.get("/audit/recompute")).json()
        assert (told["ok"], all(check["ok"] for check in told["checks"])) == (True, True)
    before = (await auditor_caller.get("/audit/recompute", params={"as_of": "2026-05-01"})).json()
    assert {check["checked"] for check in before["checks"] if check["name"] == "decisions_recomputed"} == {0}


async def test_an_auditor_reads_and_tries_no_draft(year, auditor_caller, document):
    found = await auditor_caller.post("/simulations", {"document": document} | PERIOD)
    assert (found.status_code, found.json()["code"]) == (403, "role_not_allowed")
