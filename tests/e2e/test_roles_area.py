"""A coordinator of one district: sees and does there what a coordinator does, and elsewhere nothing exists."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth, documents, matrix
from db import query
from db.transact import read
from flows import in_area
from kernel import ids
from tests.support import areas, browsing, http, scenes
from tests.support.areas import Districts
from tests.support.scenes import Member, Town, ok
from tests.support.towns import TOWN

ROWS = [row for row in matrix.rows(documents.app()) if row.may != auth.PUBLIC and "coordinator" in row.may]
NAMED = [row for row in ROWS if set(re.findall(r"{(\w+)}", row.path)) & in_area.NAMES]
# What a path that serves coordinators may name besides, and why no area bounds it.
BESIDE = {
    "activity_id": "an organisation's: bounded by reach.holds",
    "slot_id": "an organisation's: bounded by reach.holds",
    "conflict_id": "of a slot: bounded by reach.holds",
    "edition_id": "the law is everybody's",
    "code": "the law is everybody's",
    "unit": "not about anybody",
    "number": "looked up by the number, and bounded there",
}
BODY: dict[str, Any] = {"reason": "x", "kind": "shopping", "side": "helper", "answer": "accept", "key": "one"}
_COUNTS = query.statement(
    """
    select (select count(*) from activities.signoff where municipality_id = db.municipality()) as signed,
        (select count(*) from activities.match where municipality_id = db.municipality()) as matches,
        (select count(*) from activities.need where municipality_id = db.municipality()) as needs,
        (select count(*) from activities.offer_end where municipality_id = db.municipality()) as offers,
        (select count(*) from qr.credential where municipality_id = db.municipality()) as cards,
        (select count(*) from community.entrance where municipality_id = db.municipality()) as entrances,
        (select count(*) from ledger.journal_entry where municipality_id = db.municipality()) as entries
    """
)


def name(row: matrix.Row) -> str:
    return f"{row.method} {row.path}"


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def found(town: Town) -> Districts:
    return await areas.settled(town)


async def told(town: Town, member: Member) -> dict[str, str]:
    """One of everything that belongs to a member: a need, a match, an offer, a card, an attendance that waits for a signature."""
    helper, now = member, town.service.clock.now()
    starts = (now + timedelta(days=2)).isoformat()
    need = {"kind": "shopping", "starts_at": starts, "minutes": 60, "unit": "pt", "pay_per_hour": 0}
    need_id = ok(await member.caller.post(f"/members/{member.member_id}/needs", need))["need_id"]
    offer = ok(await helper.caller.post(f"/members/{member.member_id}/offers", {"kind": "shopping"}))["offer_id"]
    other = await scenes.join(town)
    match = ok(await town.coordinator.post(f"/needs/{need_id}/matches", {"helper_id": str(other.member_id)}))["match"]["match_id"]
    cards = ok(await member.caller.get(f"/members/{member.member_id}/cards"))["items"]
    granted = await scenes.attend(town, member)
    slot_id = await scenes.slot(town, now)
    booking = ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(member.member_id)}))["booking_id"]
    return {
        "member_id": str(member.member_id),
        "need_id": need_id,
        "offer_id": offer,
        "match_id": match,
        "credential_id": cards[0]["credential_id"],
        "attendance_id": granted["attendance_id"],
        "booking_id": booking,
        "decision_id": granted["grants"][0]["decision_id"],
        "unit": "pt",
    }


async def counted(town: Town) -> tuple[int, ...]:
    async def work(conn: AsyncConnection) -> tuple[int, ...]:
        (row,) = await query.rows(conn, _COUNTS)
        return tuple(row)

    return await read(town.service.engine, TOWN, work)


@pytest.fixture(scope="module")
async def elsewhere(town: Town, found: Districts) -> dict[str, str]:
    return await told(town, found.in_west)


def test_everything_that_a_path_may_name_is_bounded_or_says_why_not() -> None:
    named = {one for row in ROWS for one in re.findall(r"{(\w+)}", row.path)}
    assert named == in_area.NAMES & named | set(BESIDE)
    assert len(NAMED) >= 30


@pytest.mark.parametrize("row", NAMED, ids=name)
async def test_nothing_of_another_district_exists(
    town: Town, found: Districts, elsewhere: dict[str, str], row: matrix.Row
) -> None:
    path = re.sub(r"{(\w+)}", lambda each: elsewhere.get(each[1], str(ids.new_id())), row.path)
    browser = await browsing.stepped_up(town.service, found.coordinator) if row.page else None
    before = await counted(town)
    if browser is not None:
        fields = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text)) | BODY
        answer = await (browser.get(path) if row.method == "GET" else browser.post(path, fields))
    else:
        short = path.removeprefix("/api/v1")
        answer = await (found.coordinator.get(short) if row.method == "GET" else found.coordinator.keyed(short, BODY))
    assert answer.status_code == 404, answer.text
    assert await counted(town) == before


async def test_at_home_a_coordinator_does_what_coordinators_do(town: Town, found: Districts) -> None:
    mine = await told(town, found.in_east)
    me = found.coordinator
    for path in ("", "/person", "/cards", "/needs", "/offers", "/matches", "/attendances", "/wallets"):
        assert (await me.get(f"/members/{mine['member_id']}{path}")).status_code == 200, path
    for path in (f"/needs/{mine['need_id']}", f"/needs/{mine['need_id']}/candidates", f"/matches/{mine['match_id']}"):
        assert (await me.get(path)).status_code == 200, path
    ok(await me.keyed(f"/matches/{mine['match_id']}/answer", {"side": "helper", "answer": "accept"}))
    browser = await browsing.stepped_up(town.service, me)
    assert mine["need_id"] in (await browser.get("/coordinator")).text
    assert (await browser.get(f"/coordinator/needs/{mine['need_id']}")).status_code == 200


async def test_lists_end_at_the_border(town: Town, found: Districts, elsewhere: dict[str, str]) -> None:
    me = found.coordinator
    asked = ok(await me.get("/needs"))["items"]
    assert elsewhere["need_id"] in {each["need_id"] for each in ok(await town.coordinator.get("/needs"))["items"]}
    assert {each["member_id"] for each in asked} <= {str(found.in_east.member_id)}
    assert [each["member_id"] for each in ok(await me.get("/members"))["items"]] == [str(found.in_east.member_id)]
    assert (await me.get(f"/members/by-number/{found.in_west.number}")).json()["code"] == "unknown_member_number"
    browser = await browsing.stepped_up(town.service, me)
    assert elsewhere["need_id"] not in (await browser.get("/coordinator")).text


async def test_what_a_body_names_is_bounded_too(town: Town, found: Districts, elsewhere: dict[str, str]) -> None:
    me, west = found.coordinator, str(found.in_west.member_id)
    starts = (town.service.clock.now() + timedelta(days=3)).isoformat()
    need = {"kind": "garbage", "starts_at": starts, "minutes": 60, "unit": "pt", "pay_per_hour": 0}
    mine = ok(await me.post(f"/members/{found.in_east.member_id}/needs", need))["need_id"]
    before = await counted(town)
    assert (await me.post(f"/needs/{mine}/matches", {"helper_id": west})).json()["code"] == "unknown_member"
    signed = await me.keyed("/attendances/sign", {"attendance_ids": [elsewhere["attendance_id"]]})
    assert signed.json()["code"] == "unknown_attendance"
    new = {"name": "西 花子", "kana": "にし はなこ", "area_id": found.west}
    assert (await me.post("/members", new)).json()["code"] == "unknown_area"
    slot_id = await scenes.slot(town, town.service.clock.now())
    assert (await me.post(f"/slots/{slot_id}/bookings", {"member_id": west})).status_code == 404
    assert (await me.get(f"/slots/{slot_id}/roster")).json()["code"] == "unknown_slot"
    assert (await me.keyed(f"/slots/{slot_id}/close", {})).json()["code"] == "unknown_slot"
    at_match = {
        "scan_id": str(ids.new_id()),
        "method": "manual",
        "match_id": elsewhere["match_id"],
        "member_number": found.in_west.number,
        "reason": "電話で",
    }
    assert (await me.post("/scans", at_match)).json()["code"] == "unknown_match"
    assert await counted(town) == before


async def test_candidates_live_in_the_area(town: Town, found: Districts) -> None:
    helpers = [await areas.joined(town, found.east), await areas.joined(town, found.west)]
    for each in helpers:
        ok(await each.caller.post(f"/members/{each.member_id}/offers", {"kind": "cleaning"}))
    starts = (town.service.clock.now() + timedelta(days=4)).isoformat()
    need = {"kind": "cleaning", "starts_at": starts, "minutes": 60, "unit": "pt", "pay_per_hour": 0}
    path = (
        f"/needs/{ok(await found.in_east.caller.post(f'/members/{found.in_east.member_id}/needs', need))['need_id']}/candidates"
    )

    async def shown(who: http.Caller) -> set[UUID]:
        return {UUID(each["member_id"]) for each in ok(await who.get(path))["items"]}

    assert await shown(town.coordinator) == {each.member_id for each in helpers}
    assert await shown(found.coordinator) == {helpers[0].member_id}
