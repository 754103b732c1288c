"""What is refused of activities, scans and help by the state of the world: each at its door, and nothing is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import ids
from qr import keys, tokens
from tests.support import http, scenes
from tests.support.scenes import Member, Town, ok
from tests.support.towns import AREAS, TOWN
from tests.support.unchanged import refused

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


async def hung(town: Town) -> dict[str, Any]:
    """A poster at the salon: its address and its id."""
    return ok(await town.host.post(f"/activities/{town.activity}/posters"))


def by_poster(address: str) -> dict[str, Any]:
    return {"scan_id": str(ids.new_id()), "method": "poster", "code": address}


async def test_a_poster_that_was_taken_down_records_nobody(town: Town, member: Member, admin: AsyncEngine) -> None:
    poster = await hung(town)
    await scenes.slot(town, town.service.clock.now())
    path = f"/credentials/{poster['credential_id']}/revoke"
    ok(await town.coordinator.post(path, {"reason": "はがされた"}))
    await refused(admin, "poster_revoked", member.caller.post("/scans", by_poster(poster["address"])))
    await refused(admin, "already_revoked", town.coordinator.post(path, {"reason": "はがされた"}))


async def test_a_poster_opens_nothing_while_nothing_takes_place(town: Town, member: Member, admin: AsyncEngine) -> None:
    salon = {"organisation_id": str(town.host.organisation_id), "kind": "salon", "title": "x", "place": "x"}
    activity = ok(await town.host.post("/activities", salon))["activity_id"]
    address = ok(await town.host.post(f"/activities/{activity}/posters"))["address"]
    await refused(admin, "no_slot_then", member.caller.post("/scans", by_poster(address)))


async def test_a_code_of_tomorrow_of_another_host_or_of_another_kind(town: Town, member: Member, admin: AsyncEngine) -> None:
    now = town.service.clock.now()
    early = tokens.mint_venue(1, keys.of_municipality(http.MASTER, TOWN), now + timedelta(days=1))
    await refused(admin, "early_code", member.caller.post("/claims", {"code": f"T/{early}"}))
    await refused(admin, "foreign_code", member.caller.post("/claims", {"code": f"HTTPS://EVIL.TEST/T/{early}"}))
    await refused(admin, "wrong_kind_of_code", member.caller.post("/claims", {"code": member.card}))


@pytest.mark.parametrize(
    ("code", "later"), [("scan_from_the_future", HOUR), ("scan_outside_slot", -10 * HOUR)], ids=["ahead", "long before"]
)
async def test_a_card_counts_at_its_own_time_alone(
    town: Town, member: Member, admin: AsyncEngine, code: str, later: timedelta
) -> None:
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now)
    await refused(admin, code, town.device.post("/scans", scenes.card_scan(slot_id, member.card, now + later)))


def edit(member: Member, at: datetime) -> dict[str, Any]:
    times = {"started_at": at.isoformat(), "ended_at": (at + HOUR).isoformat()}
    return {"member_id": str(member.member_id), "reason": "会場で確かめた"} | times


async def test_a_slot_is_closed_with_nobody_told_twice_and_nobody_who_is_recorded(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    other, now = await scenes.join(town), town.service.clock.now()
    slot_id = await scenes.slot(town, now - 2 * HOUR)
    for at in (now - 2 * HOUR, now - HOUR):
        ok(await town.device.post("/scans", scenes.card_scan(slot_id, member.card, at)))
    close = f"/slots/{slot_id}/close"
    twice = {"edits": [edit(other, now - 2 * HOUR)] * 2}
    await refused(admin, "edit_twice", town.host.keyed(close, twice))
    stands = {"edits": [edit(member, now - 2 * HOUR)]}
    await refused(admin, "attendance_stands", town.host.keyed(close, stands))


async def test_what_is_told_of_an_activity_has_a_name(town: Town, admin: AsyncEngine) -> None:
    said = {"said": [{"what": "nonsense", "yes": True}]}
    await refused(admin, "unreadable_telling", town.host.keyed(f"/activities/{town.activity}/tellings", said))


async def test_the_layers_of_areas_follow_each_other(town: Town, admin: AsyncEngine) -> None:
    area = {"layer": 3, "name": "x", "parent_id": str(AREAS[TOWN])}
    await refused(admin, "area_layer_mismatch", town.officer.post("/areas", area))


async def test_a_number_that_was_mistyped_and_a_birth_that_cannot_be(town: Town, member: Member, admin: AsyncEngine) -> None:
    mistyped = member.number + 1 if member.number % 10 < 9 else member.number - 1
    await refused(admin, "bad_member_number", town.host.get(f"/members/by-number/{mistyped}"))
    person = {"name": "x", "kana": "x", "area_id": str(AREAS[TOWN]), "born_on": "2030-01-01"}
    await refused(admin, "birth_date_out_of_range", town.officer.post("/members", person))


async def test_a_reason_that_says_nothing_is_none(town: Town, member: Member, admin: AsyncEngine) -> None:
    card, *_ = ok(await member.caller.get(f"/members/{member.member_id}/cards"))["items"]
    path = f"/credentials/{card['credential_id']}/revoke"
    await refused(admin, "text_missing", member.caller.post(path, {"reason": " 　"}))


# -------------------------------------------------------------------------------------------------------------------- help


async def asked(town: Town, member: Member, starts_in: timedelta = HOUR, **more: Any) -> str:
    """A need of the member's; its id."""
    starts_at = (town.service.clock.now() + starts_in).isoformat()
    need = {"kind": "shopping", "starts_at": starts_at, "minutes": 60, "unit": "minutes", "pay_per_hour": 60} | more
    return ok(await member.caller.post(f"/members/{member.member_id}/needs", need))["need_id"]


async def agreed(town: Town, receiver: Member, helper: Member, starts_in: timedelta = HOUR) -> tuple[str, str]:
    """A need, and a match that both sides accepted."""
    need_id = await asked(town, receiver, starts_in)
    proposal = {"helper_id": str(helper.member_id)}
    match_id = ok(await town.coordinator.post(f"/needs/{need_id}/matches", proposal))["match"]["match_id"]
    for who, side in ((helper, "helper"), (receiver, "receiver")):
        ok(await who.caller.keyed(f"/matches/{match_id}/answer", {"side": side, "answer": "accept"}))
    return need_id, match_id


async def test_who_asked_is_not_their_own_helper_and_the_most_is_no_less_than_the_plan(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    helper, need_id = await scenes.join(town), await asked(town, member)
    path = f"/needs/{need_id}/matches"
    await refused(admin, "helping_oneself", town.coordinator.post(path, {"helper_id": str(member.member_id)}))
    less = {"helper_id": str(helper.member_id), "minutes_planned": 60, "minutes_max": 30}
    await refused(admin, "limit_below_plan", town.coordinator.post(path, less))


async def test_the_pot_pays_where_a_coordinator_says_so_and_for_whoever_cannot_earn(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    starts_at = (town.service.clock.now() + HOUR).isoformat()
    need = {"kind": "x", "starts_at": starts_at, "minutes": 60, "unit": "minutes", "pay_per_hour": 60, "payer": "pot"}
    path = f"/members/{member.member_id}/needs"
    await refused(admin, "pot_needs_coordinator", member.caller.post(path, need))
    await refused(admin, "pot_for_those_who_cannot_earn", town.coordinator.post(path, need))


async def test_what_is_met_is_not_met_again_and_what_ended_is_not_ended_again(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    helper = await scenes.join(town)
    need_id, match_id = await agreed(town, member, helper)
    await refused(admin, "need_not_open", member.caller.post(f"/needs/{need_id}/withdraw"))
    again = {"helper_id": str(helper.member_id)}
    await refused(admin, "need_not_open", town.coordinator.post(f"/needs/{need_id}/matches", again))
    ok(await member.caller.keyed(f"/matches/{match_id}/cancel"))
    await refused(admin, "match_not_open", member.caller.keyed(f"/matches/{match_id}/cancel"))


async def test_help_that_has_begun_is_not_called_off_by_a_side_and_counts_at_its_time(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    helper, now = await scenes.join(town), town.service.clock.now()
    _, match_id = await agreed(town, member, helper, timedelta())
    scan = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": member.card, "match_id": match_id}
    late = scan | {"occurred_at": (now - 30 * HOUR).isoformat()}
    await refused(admin, "scan_outside_match", helper.caller.post("/scans", late))
    ok(await helper.caller.post("/scans", scan | {"occurred_at": now.isoformat()}))
    await refused(admin, "help_has_begun", helper.caller.keyed(f"/matches/{match_id}/cancel"))
    await refused(admin, "help_has_begun", member.caller.keyed(f"/matches/{match_id}/cancel"))
