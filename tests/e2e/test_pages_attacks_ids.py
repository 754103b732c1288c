"""Ids of the office and of the book in the addresses of pages: those of another town, or member, show nothing and change nothing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth, documents, matrix
from db import query
from db.transact import read
from tests.e2e import test_pages_reach
from tests.support import browsing, http, scenes
from tests.support.scenes import ok
from tests.support.towns import OTHER_TOWN, TOWN

ROWS = [row for row in matrix.rows(documents.app()) if row.page and row.may != auth.PUBLIC and "{" in row.path]
ELSEWHERE = test_pages_reach.KNOWN | {"device_id"}
"""Tried there, and devices where they are made."""
NO_ID = frozenset({"form", "wish"})
"""The name of a format, and the name of one's own wish: it is looked up among one's own alone."""
CODES = re.compile(r"/[ACPTacpt]/{code}")
"""What a camera brings; test_pages_landing tries those of other towns."""
MINE = (
    "edition_id",
    "entry_id",
    "record_id",
    "draft_id",
    "proposal_id",
    "line_id",
    "batch_id",
    "run_id",
    "claim_id",
    "holder",
    "code",
)
FIELDS = {
    "reason": "x",
    "opinion": "x",
    "held_on": "2026-05-10",
    "votes_for": "1",
    "votes_against": "0",
    "votes_abstained": "0",
    "version": "1",
    "document": "x",
    "amount": "10",
    "key": "one",
    "kind": "supplement",
    "fact": "x",
    "value": "true",
    "source": "x",
}


def ids_of(row: matrix.Row) -> set[str]:
    return set(re.findall(r"{(\w+)}", row.path))


TRIED = [row for row in ROWS if ids_of(row) & set(MINE) and not CODES.fullmatch(row.path)]
_FOUND = query.statement(
    """
    select
        (select edition_id::text from rules.edition where municipality_id = db.municipality() limit 1) as edition_id,
        (select entry_id::text from ledger.journal_entry where municipality_id = db.municipality() limit 1) as entry_id,
        (select (count(*), max(recorded_at))::text from ledger.journal_entry where municipality_id = db.municipality()) as book,
        (select count(*)::text from rules.edition_proposal where municipality_id = db.municipality()) as proposals,
        (select count(*)::text from rules.proposal_close where municipality_id = db.municipality()) as closes,
        (select count(*)::text from rules.edition_draft where municipality_id = db.municipality()) as drafts,
        (select count(*)::text from rules.edition_opinion where municipality_id = db.municipality()) as opinions,
        (select count(*)::text from rules.person_fact where municipality_id = db.municipality()) as facts,
        (select count(*)::text from wallets.claim_end where municipality_id = db.municipality()) as ends,
        (select count(*)::text from wallets.claim_batch_approval where municipality_id = db.municipality()) as approvals
    """
)


async def found(service: http.Service) -> dict[str, str]:
    """An edition, an entry, and how much is written in the town."""

    async def work(conn: AsyncConnection) -> dict[str, str]:
        (row,) = await query.rows(conn, _FOUND)
        return dict(zip(row._fields, row, strict=True))

    return await read(service.engine, TOWN, work)


@pytest.fixture(scope="module")
async def known(service: http.Service) -> dict[str, str]:
    """One of everything that the office's and the auditor's pages name."""
    town = await scenes.opened(service)
    owner = await scenes.join(town)
    await scenes.attend(town, owner)
    document = scenes.EDITION.format(scheme=town.scheme).replace("amount = 100", "amount = 110")
    draft = ok(await town.officer.post(f"/schemes/{town.scheme}/drafts", {"document": document, "note": "x"}))
    proposal = ok(await town.officer.post(f"/drafts/{draft['draft_id']}/propose", {"version": draft["version"]}))
    wish = {"scheme": town.scheme, "amount": 200, "form": "cash"}
    claim = ok(await owner.caller.keyed(f"/members/{owner.member_id}/claims", wish))["claim"]
    today = str(service.clock.now().date())
    batch = ok(await town.officer.keyed("/claim-batches", {"scheme": town.scheme, "payable_by": today}))["batch"]
    year = {"scheme": town.scheme, "year_of": today, "closes_on": "2027-04-01"}
    run = ok(await town.officer.keyed("/year-ends", year))["run"]
    entry = await found(service)
    return {
        "edition_id": entry["edition_id"],
        "entry_id": entry["entry_id"],
        "record_id": entry["entry_id"],
        "draft_id": draft["draft_id"],
        "proposal_id": proposal["proposal_id"],
        "line_id": town.budget_line,
        "claim_id": claim["claim_id"],
        "batch_id": batch["batch_id"],
        "run_id": run["run_id"],
        "holder": str(owner.member_id),
        "code": town.scheme,
    }


def test_every_id_in_an_address_is_tried_somewhere() -> None:
    for row in ROWS:
        assert ids_of(row) <= ELSEWHERE | NO_ID | set(MINE), f"{row.path}: try its id with another town's, and here"


@pytest.mark.parametrize("row", TRIED, ids=lambda row: f"{row.method} {row.path}")
async def test_the_office_of_another_town_does_not_exist(service: http.Service, known: dict[str, str], row: matrix.Row) -> None:
    before, path = await found(service), re.sub(r"{(\w+)}", lambda told: known[told[1]], row.path)
    for role in row.may:
        stranger = await browsing.stepped_up(service, role, town=OTHER_TOWN)
        token = dict(browsing.HIDDEN.findall((await stranger.get("/devices")).text))
        answer = await (stranger.get(path) if row.method == "GET" else stranger.post(path, token | FIELDS))
        assert answer.status_code == 404 or (row.method == "POST" and answer.status_code in {403, 409, 410, 422}), answer.text
        assert "サロン" not in answer.text
    assert await found(service) == before


async def test_a_claim_of_another_member_is_not_withdrawn(service: http.Service, known: dict[str, str]) -> None:
    before = await found(service)
    other = await browsing.stepped_up(service, "member")
    answer = await other.send(f"/claims/{known['claim_id']}/withdraw", on="/devices", key="one")
    assert answer.status_code == 404
    assert await found(service) == before


@pytest.mark.parametrize(
    "path", ["/audit/entries/{entry_id}", "/office/editions/{edition_id}", "/office/proposals/{proposal_id}"]
)
async def test_the_same_ids_open_for_those_whose_they_are(service: http.Service, known: dict[str, str], path: str) -> None:
    """The twin: what is closed to others is there."""
    role = "auditor" if path.startswith("/audit") else "officer"
    browser = await browsing.stepped_up(service, role)
    assert (await browser.get(path.format(**known))).status_code == 200
