"""From a redeemed point to its check-in, and from an attendance to what became of its points."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from db import query
from db.transact import read, transact
from flows import trace
from kernel import ids
from tests.support import year as playing
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def year(engine) -> playing.Year:
    return await playing.play(engine)


async def traced(auditor, record_id, town=TOWN) -> trace.Trace:
    found = await read(auditor, town, lambda conn: trace.trace(conn, record_id))
    assert found is not None
    return found


def every(node: trace.Node) -> Iterator[trace.Node]:
    yield node
    for beyond in node.nodes:
        yield from every(beyond)


def of_kind(node: trace.Node, kind: str) -> list[trace.Node]:
    return [each for each in every(node) if each.kind == kind]


async def test_a_purchase_leads_to_its_attendances(year, auditor):
    """130 points are the first 100 and 30 of the second, and each knows its grant, decision, edition, money and place."""
    found = await traced(auditor, year.records["purchase"])
    assert (found.kind, found.truncated) == ("redemption", False)
    lots = [node for node in found.came_from.nodes if node.kind == "lot"]
    assert [lot.amount for lot in lots] == [100, 30]
    for lot, attendance, granted in zip(lots, year.attendances, year.grants, strict=False):
        (entry,) = lot.nodes
        assert (entry.kind, entry.id, entry.facts["kind"]) == ("entry", granted.entry_id, "grant")
        assert [node.kind for node in entry.nodes] == ["decision", "budget_line"]
        decision = entry.nodes[0]
        assert decision.id == granted.decision_id
        assert decision.facts["why"].startswith("You were given 100 pt.")
        assert [(node.kind, node.id) for node in decision.nodes] == [("edition", year.edition_id), ("attendance", attendance)]
        assert [node.kind for node in decision.nodes[1].nodes] == ["slot"]
    appropriation = of_kind(found.came_from, "budget_line")[0].nodes[0]
    assert (appropriation.facts["kind"], appropriation.amount) == ("appropriation", 320)
    assert [(node.kind, node.id) for node in found.went_to.nodes] == [("settlement", year.records["settlement_pt"])]


async def test_a_groups_use_leads_through_its_pool_to_its_members(year, auditor):
    found = await traced(auditor, year.records["group_use"])
    parents = [node.nodes[0].kind for node in found.came_from.nodes]
    assert set(parents) == {"lot"}
    reached = {node.facts["member_id"] for node in of_kind(found.came_from, "attendance")}
    assert reached == {str(person) for person in year.people[1:3]}


async def test_an_attendance_leads_to_everything_that_became_of_its_points(year, auditor):
    """The second of a member who pledged 120 of it and the first: pool, use, settlement, and what lapsed in the end."""
    found = await traced(auditor, year.attendances[5])
    assert [node.kind for node in found.went_to.nodes][:1] == ["decision"]
    kinds = {node.facts.get("kind") for node in of_kind(found.went_to, "redemption")}
    assert kinds == {"pledge", "group_use"}
    assert {node.id for node in of_kind(found.went_to, "settlement")} == {year.records["settlement_pt"]}
    assert {node.facts["kind"] for node in of_kind(found.went_to, "entry")} == {"grant", "year_end"}
    accounts = {node.facts["account"].split(":")[0] for node in of_kind(found.went_to, "lot")}
    assert accounts == {"wallet"}


async def test_amounts_do_not_grow_on_the_way(year, auditor):
    """What went out of a lot is what was in it, less what is left: followed from every grant."""
    for granted in year.grants:
        if granted.entry_id is None:
            continue
        found = await traced(auditor, granted.entry_id)
        for lot in of_kind(found.went_to, "lot"):
            if not lot.shown_before:
                spent = sum(node.amount or 0 for node in lot.nodes if node.kind in ("redemption", "entry"))
                assert spent == lot.facts["amount"] - lot.facts["remaining"]


async def test_a_conversion_is_paid_in_yen(year, auditor):
    found = await traced(auditor, year.records["conversion"])
    assert [node.id for node in of_kind(found.went_to, "settlement")] == [year.records["settlement_yen"]]


async def test_an_undone_purchase_shows_what_took_it_back(year, auditor):
    found = await traced(auditor, year.records["undone"])
    assert "undone_at" in found.went_to.facts
    assert [node.facts["kind"] for node in of_kind(found.went_to, "entry")] == ["undo"]


async def test_what_was_corrected_and_what_lapsed_is_told(year, auditor):
    corrected = await traced(auditor, year.grants[16].decision_id)
    assert corrected.went_to.facts["void_reason"] == "二重に記録"
    assert {node.facts["kind"] for node in of_kind(corrected.went_to, "entry")} == {"grant", "correction"}
    lapsed = await traced(auditor, year.records["expiry"])
    assert lapsed.kind == "entry"
    assert of_kind(lapsed.came_from, "attendance")


async def test_a_decision_of_nothing_says_why(year, auditor):
    nothing = year.grants[3]
    found = await traced(auditor, nothing.decision_id)
    assert found.came_from.facts["outcome"] == "nothing"
    assert found.came_from.facts["why"]
    assert found.went_to.nodes == ()


async def test_help_leads_to_its_attendance(year, auditor):
    entry_id = await scalar(auditor, "select entry_id from wallets.redemption where kind = 'help'")
    found = await traced(auditor, entry_id)
    assert (found.kind, found.came_from.facts["kind"]) == ("entry", "help")
    redemption_id = await scalar(auditor, "select redemption_id from wallets.redemption where kind = 'help'")
    assert of_kind((await traced(auditor, redemption_id)).came_from, "attendance")


async def test_hours_lead_from_help_received_to_what_they_were_given_for(year, auditor):
    """Hours have no lots; the attendance that earned them is named by what they were given for."""
    found = await traced(auditor, year.records["help"])
    assert [node.facts["kind"] for node in of_kind(found.went_to, "redemption")] == ["help", "donation"]
    given = await traced(auditor, year.records["hours"])
    assert [(node.id, node.amount) for node in of_kind(given.came_from, "attendance")] == [(year.records["help"], 30)]


async def test_a_corrected_attendance_leads_to_what_replaced_it(year, auditor):
    found = await traced(auditor, year.records["superseded"])
    assert year.records["superseding"] in {node.id for node in found.went_to.nodes if node.kind == "attendance"}
    assert of_kind(found.went_to, "decision")[0].facts["void_reason"]
    assert {node.facts["kind"] for node in of_kind(found.went_to, "entry")} >= {"grant", "correction"}
    back = await traced(auditor, year.records["superseding"])
    assert year.records["superseded"] in {node.id for node in back.came_from.nodes if node.kind == "attendance"}
    assert [node.facts["direction"] for node in of_kind(back.came_from, "scan")][:2] == ["in", "out"]


SCAN = query.statement(
    """
    insert into activities.scan (municipality_id, scan_id, member_id, slot_id, direction, method, evidence, occurred_at, received_at,
        skew_seconds, scanned_by)
    select municipality_id, :scan_id, member_id, slot_id, 'in', 'card', 3, started_at, started_at, 0, made_by
    from activities.attendance where municipality_id = db.municipality() and attendance_id = :attendance_id
    """
)
LINK = query.statement(
    """
    insert into activities.attendance_scan (municipality_id, attendance_id, scan_id)
    values (db.municipality(), :attendance_id, :scan_id)
    """
)


async def test_a_scan_leads_to_its_points_and_a_point_to_its_scan(year, engine, auditor):
    scan_id = ids.new_id()

    async def work(conn) -> None:
        await query.run(conn, SCAN, scan_id=scan_id, attendance_id=year.attendances[0])
        await query.run(conn, LINK, scan_id=scan_id, attendance_id=year.attendances[0])

    await transact(engine, TOWN, work)
    forward = await traced(auditor, scan_id)
    assert forward.kind == "scan"
    assert {node.facts["kind"] for node in of_kind(forward.went_to, "redemption")} == {"purchase"}
    assert [node.kind for node in forward.came_from.nodes] == ["slot"]
    back = await traced(auditor, year.records["purchase"])
    assert [(node.id, node.facts["method"]) for node in of_kind(back.came_from, "scan")] == [(scan_id, "card")]


async def test_the_trace_is_text_and_json(year, auditor):
    found = await traced(auditor, year.records["purchase"])
    text = list(trace.lines(found))
    assert text[0] == "came from"
    assert text[1].startswith(f"  redemption {year.records['purchase']}: kind=purchase")
    assert "went to" in text
    decoded = msgspec.json.decode(msgspec.json.encode(found))
    assert decoded["came_from"]["nodes"][0]["nodes"][0]["facts"]["kind"] == "grant"


async def test_another_towns_record_is_unknown(year, auditor):
    assert await read(auditor, OTHER_TOWN, lambda conn: trace.trace(conn, year.records["purchase"])) is None
    assert await read(auditor, TOWN, lambda conn: trace.trace(conn, ids.new_id())) is None


async def test_a_trace_has_a_limit_and_says_so(year, auditor, monkeypatch):
    monkeypatch.setattr(trace, "NODES_MAX", 5)
    found = await traced(auditor, year.records["purchase"])
    assert found.truncated
    assert "more than 5 records" in list(trace.lines(found))[-1]
    assert len(list(every(found.came_from))) <= 6


async def scalar(auditor, sql: str):
    return await read(auditor, TOWN, lambda conn: query.scalar(conn, query.statement(sql)))
