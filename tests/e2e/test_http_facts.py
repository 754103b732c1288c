"""Asked, answered and granted over HTTP: facts by an officer, the activity by its host; who sees what; and a budget that gives back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support import http, scenes
from tests.support.scenes import Member, Town, ok

ASKS = """
[[eligibility]]
test = "insured"
category = "first"
counted_on = "the_day"

[[eligibility]]
test = "none_of"

[[eligibility.tests]]
test = "mark"
what = "paid"
untold = "ask"
"""


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    """A town whose scheme asks whether the member is insured and whether the activity is paid."""
    plain = scenes.EDITION
    try:
        scenes.EDITION = plain.replace("eligibility = []\n", "") + ASKS
        return await scenes.opened(service)
    finally:
        scenes.EDITION = plain


def of(town: Town, grants: list[dict[str, Any]]) -> list[str]:
    """The outcomes of the town's own scheme, which is the only one of the module."""
    return [each["outcome"] for each in grants]


async def come(town: Town, member: Member) -> tuple[str, dict[str, Any]]:
    """The member comes and goes at a slot of their own: the slot, and what the second scan answered."""
    now = town.service.clock.now()
    starts_at = now - timedelta(hours=2, minutes=5)
    slot_id = await scenes.slot(town, starts_at)
    ok(await town.device.post("/scans", scenes.card_scan(slot_id, member.card, starts_at)))
    gone = ok(await town.device.post("/scans", scenes.card_scan(slot_id, member.card, starts_at + timedelta(hours=2))))
    return slot_id, gone


async def test_asked_answered_by_two_and_granted(town: Town) -> None:
    member = await scenes.join(town)
    slot_id, gone = await come(town, member)
    assert of(town, gone["grants"]) == ["asked"]
    assert gone["grants"][0]["trace"][-1]["code"] == "insured_unknown"

    asked = ok(await town.officer.get(f"/members/{member.member_id}/questions"))["items"]
    assert [(each["fact"], each["attendances"], each["holder"]) for each in asked] == [
        ("insured:first", 1, str(member.member_id))
    ]
    assert ok(await member.caller.get(f"/members/{member.member_id}/questions"))["items"] == asked
    fact = {"fact": "insured:first", "yes": True, "first_on": "2020-04-01", "source": "介護保険被保険者証"}
    answered = ok(await town.officer.keyed(f"/members/{member.member_id}/facts", fact))
    assert of(town, answered["grants"]) == ["asked"]

    of_slot = ok(await town.host.get(f"/slots/{slot_id}/questions"))["items"]
    assert [(each["fact"], each["slot_id"]) for each in of_slot] == [("mark:paid", slot_id)]
    told = ok(await town.host.keyed(f"/slots/{slot_id}/tellings", {"said": [{"what": "mark:paid", "yes": False}]}))
    assert of(town, told["grants"]) == ["granted"]

    why = ok(await member.caller.get(f"/decisions/{told['grants'][0]['decision_id']}"))
    (answer,) = why["kept"]["facts"]["answers"]
    assert (answer["source"], why["kept"]["facts"]["marks"]) == ("介護保険被保険者証", {"paid": False})
    traced = ok(await town.auditor.get(f"/trace/{told['grants'][0]['entry_id']}"))
    assert gone["attendance_id"] in str(traced)


async def test_a_list_is_kept_whole_or_not_at_all(town: Town) -> None:
    one, two = await scenes.join(town), await scenes.join(town)
    good = {"member_id": str(one.member_id), "fact": "lives", "yes": True, "source": "住民票"}
    answer = await town.officer.keyed("/facts", {"facts": [good, good | {"member_id": str(two.member_id), "fact": "born:1950"}]})
    assert (answer.status_code, answer.json()["code"], answer.json()["nth"]) == (422, "unreadable_fact", 2)
    assert ok(await town.officer.get(f"/members/{one.member_id}/facts"))["items"] == []
    done = ok(await town.officer.keyed("/facts", {"facts": [good, good | {"member_id": str(two.member_id)}]}))
    assert len(done["facts"]) == 2


async def test_the_same_key_records_once(town: Town) -> None:
    member = await scenes.join(town)
    fact = {"fact": "lives", "yes": True, "source": "住民票"}
    first, again = [await town.officer.post(f"/members/{member.member_id}/facts", fact, key="once") for _ in range(2)]
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert len(ok(await town.officer.get(f"/members/{member.member_id}/facts"))["items"]) == 1


async def test_who_sees_what_is_known(town: Town) -> None:
    member, other = await scenes.join(town), await scenes.join(town)
    fact = {"fact": "arrears:city_tax", "yes": False, "source": "税務課"}
    ok(await town.officer.keyed(f"/members/{member.member_id}/facts", fact))
    path = f"/members/{member.member_id}/facts"
    for caller in (member.caller, town.officer, town.auditor):
        assert [each["fact"] for each in ok(await caller.get(path))["items"]] == ["arrears:city_tax"]
    assert (await other.caller.get(path)).status_code == 404
    assert {(await caller.get(path)).status_code for caller in (town.coordinator, town.host, town.device)} == {403}
    assert (await town.host.get("/questions")).status_code == 403
    assert "arrears" not in str(ok(await town.officer.get("/questions")))


async def test_one_attendance_is_told_of_and_what_was_told_is_read(town: Town) -> None:
    member = await scenes.join(town)
    slot_id, gone = await come(town, member)
    path = f"/attendances/{gone['attendance_id']}/tellings"
    ok(await town.coordinator.keyed(path, {"said": [{"what": "attested", "figure": 2}]}))
    (told,) = ok(await town.host.get(f"/slots/{slot_id}/tellings"))["items"]
    assert (told["what"], told["figure"], told["member_id"]) == ("attested", 2, str(member.member_id))
    refused = await town.host.keyed(path, {"said": [{"what": "attested", "yes": True}]})
    assert (refused.status_code, refused.json()["code"], refused.json()["say"]) == (422, "telling_out_of_range", "figure")
    stranger = await town.service.caller("host")
    assert (await stranger.keyed(path, {"said": [{"what": "attested", "figure": 2}]})).status_code == 404


async def test_a_budget_line_gives_back_what_is_left_and_no_more(service: http.Service) -> None:
    town = await scenes.opened(service, budget=1_000)
    path = f"/budget-lines/{town.budget_line}/returns"
    too_much = await town.officer.keyed(path, {"amount": 1_001, "reason": "不用額"})
    assert (too_much.status_code, too_much.json()["code"]) == (409, "budget_exhausted")
    assert ok(await town.officer.keyed(path, {"amount": 400, "reason": "減額補正"}))["left"] == 600
