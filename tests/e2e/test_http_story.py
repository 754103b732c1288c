"""The main path over HTTP: from a scanned card to points, from points to what they are for, from there to the payment, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel import ids
from tests.support import http, scenes
from tests.support.scenes import Member, Town, ok


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


async def test_two_scans_of_a_card_become_points_with_a_reason(town: Town, member: Member) -> None:
    gone = await scenes.attend(town, member)
    (granted,) = gone["grants"]
    assert (granted["outcome"], granted["amount"], granted["unit"]) == ("granted", 400, "pt")
    assert await scenes.points(member) == 400
    why = ok(await member.caller.get(f"/decisions/{granted['decision_id']}"))
    assert why["explanation"]["ja"]
    statement = ok(await member.caller.get(f"/members/{member.member_id}/wallets/pt/statement"))
    assert [line["amount"] for line in statement["items"]] == [400]
    decisions = ok(await member.caller.get(f"/attendances/{gone['attendance_id']}/decisions"))
    assert decisions["items"][0]["kept"]["entry_id"] == granted["entry_id"]


async def test_a_scan_sent_twice_counts_once(town: Town, member: Member) -> None:
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now - timedelta(hours=1))
    scan = scenes.card_scan(slot_id, member.card, now)
    first, again = await town.device.post("/scans", scan), await town.device.post("/scans", scan)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json() | {"replayed": True}
    other = await town.device.post("/scans", scan | {"direction": "out"})
    assert (other.status_code, other.json()["code"]) == (409, "scan_id_reused")


async def test_a_list_of_scans_has_an_outcome_for_each(town: Town, member: Member) -> None:
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now - timedelta(hours=2), 1.5)
    scans = [
        scenes.card_scan(slot_id, member.card, now - timedelta(minutes=31)),
        scenes.card_scan(slot_id, "C/" + "0" * 16, now),
        scenes.card_scan(slot_id, member.card, now - timedelta(hours=2)),
    ]
    outcomes = ok(await town.device.post("/scans/list", {"scans": scans}))["outcomes"]
    assert [each["scan_id"] for each in outcomes] == [each["scan_id"] for each in scans]
    assert outcomes[0]["scanned"]["grants"][0]["amount"] == 200
    assert outcomes[1]["problem"]["code"] == "unknown_card"
    assert outcomes[2]["scanned"]["direction"] == "in"


async def test_the_venues_code_is_claimed_and_the_slot_is_closed_in_one_call(town: Town, member: Member) -> None:
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now - timedelta(minutes=1), 1)
    shown = ok(await town.host.get(f"/slots/{slot_id}/venue-code"))
    claim = ok(await member.caller.post("/claims", {"code": shown["address"]}))["claim"]
    told = {"scan_id": str(ids.new_id()), "method": "venue", "claim": claim}
    came = ok(await member.caller.post("/scans", told))
    assert (came["direction"], came["evidence"], came["slot_id"]) == ("in", 2, slot_id)
    town.service.clock.forward(timedelta(hours=1))
    closed = ok(await town.host.keyed(f"/slots/{slot_id}/close", {}))
    (attendance,) = closed["attendances"]
    assert attendance["flags"] == ["end_assumed"]
    assert closed["grants"][0]["amount"] == 100
    roster = ok(await town.host.get(f"/slots/{slot_id}/roster"))
    assert (roster["slot"]["closed_at"], roster["expected"][0]["number"]) == (closed["closed_at"], member.number)


async def test_a_pay_code_buys_once_and_can_be_undone(town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    cashier = await town.service.caller("cashier")
    code = ok(await member.caller.post(f"/members/{member.member_id}/pay-codes", {"unit": "pt", "amount_max": 300}))
    asked = {"code": code["address"], "unit": "pt", "amount": 250}
    receipt = ok(await cashier.keyed("/purchases", asked))
    assert receipt.keys().isdisjoint({"balance_after", "origins"})  # the till does not tell what the customer has and did
    again = await cashier.keyed("/purchases", asked)
    assert (again.status_code, again.json()["code"]) == (409, "pay_code_used")
    redemption = ok(await member.caller.get(f"/redemptions/{receipt['redemption_id']}"))
    assert sum(origin["amount"] for origin in redemption["origins"]) == 250
    assert await scenes.points(member) == 150
    undone = ok(await cashier.keyed(f"/redemptions/{receipt['redemption_id']}/undo", {"reason": "打ちまちがい"}))
    assert undone["amount"] == 250
    assert "balance_after" not in undone
    assert await scenes.points(member) == 400
    taken = ok(await cashier.get(f"/organisations/{cashier.organisation_id}/takings"))
    assert taken["items"][0]["undone_at"] is not None


async def test_help_is_agreed_held_scanned_and_paid(town: Town) -> None:
    helper, receiver = await scenes.join(town), await scenes.join(town)
    now = town.service.clock.now()
    need = {"kind": "shopping", "starts_at": now.isoformat(), "minutes": 60, "unit": "minutes", "pay_per_hour": 60}
    asked = ok(await receiver.caller.post(f"/members/{receiver.member_id}/needs", need))
    ok(await helper.caller.post(f"/members/{helper.member_id}/offers", {"kind": "shopping"}))
    (candidate, *_) = ok(await town.coordinator.get(f"/needs/{asked['need_id']}/candidates"))["items"]
    assert "offers_this" in candidate["reasons"]
    proposal = {"helper_id": str(helper.member_id)}
    match_id = ok(await town.coordinator.post(f"/needs/{asked['need_id']}/matches", proposal))["match"]["match_id"]
    ok(await helper.caller.keyed(f"/matches/{match_id}/answer", {"side": "helper", "answer": "accept"}))
    agreed = ok(await receiver.caller.keyed(f"/matches/{match_id}/answer", {"side": "receiver", "answer": "accept"}))
    assert (agreed["state"], agreed["held"]) == ("accepted", 90)
    for minutes in (0, 50):
        at = (now + timedelta(minutes=minutes)).isoformat()
        town.service.clock.set(now + timedelta(minutes=minutes))
        scan = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": receiver.card, "occurred_at": at}
        done = ok(await helper.caller.post("/scans", scan))
    assert done["evidence"] == 4
    assert await scenes.points(helper, "minutes") - await scenes.points(receiver, "minutes") == 100
    assert ok(await helper.caller.get(f"/matches/{match_id}"))["state"] == "done"


async def test_a_pledge_is_applied_for_approved_partly_returned_and_settled(town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    treasurer = await town.service.caller("treasurer")
    give = {"organisation_id": str(treasurer.organisation_id), "unit": "pt", "amount": 300}
    ok(await member.caller.keyed(f"/members/{member.member_id}/pledges", give))
    asked = {"unit": "pt", "amount": 200, "purpose": "花の苗"}
    application_id = ok(await treasurer.keyed("/applications", asked))["application_id"]
    (listed,) = ok(await treasurer.get("/applications"))["items"]
    assert (listed["application_id"], listed["approved"]) == (application_id, None)
    assert ok(await town.officer.keyed(f"/applications/{application_id}/approve"))["approved"] is True
    back = {"amount": 50, "reason": "余り"}
    assert ok(await treasurer.keyed(f"/applications/{application_id}/return", back))["returned"] == 50
    today = "2026-05-11"
    batch = ok(await town.officer.keyed("/settlements", {"unit": "pt", "up_to": today}))
    same = await town.officer.keyed(f"/settlements/{batch['settlement_id']}/approve")
    assert (same.status_code, same.json()["code"]) == (403, "same_person")
    ok(await town.second.keyed(f"/settlements/{batch['settlement_id']}/approve"))
    items = ok(await town.auditor.get(f"/settlements/{batch['settlement_id']}"))["items"]
    assert {item["payee"]: item["amount"] for item in items}[str(treasurer.organisation_id)] == 150
    csv = await town.officer.get(f"/settlements/{batch['settlement_id']}/payments.csv")
    assert csv.headers["content-type"].startswith("text/csv")
    assert str(treasurer.organisation_id) in csv.text


async def test_points_are_claimed_and_given_and_the_flow_closes_to_zero(town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    asked = {"scheme": town.scheme, "amount": 200, "form": "cash"}
    claimed = ok(await member.caller.keyed(f"/members/{member.member_id}/claims", asked))["claim"]
    assert (claimed["payout"]["value"], claimed["payout"]["unit"], claimed["status"]) == (160, "yen", "open")
    listed = ok(await town.officer.keyed("/claim-batches", {"scheme": town.scheme, "payable_by": "2026-05-11"}))
    booked = ok(await town.second.keyed(f"/claim-batches/{listed['batch']['batch_id']}/approve"))
    assert booked["batch"]["booked"] == listed["batch"]["listed"]
    given = ok(await member.caller.keyed(f"/members/{member.member_id}/donations", {"unit": "pt", "amount": 100}))
    assert given["balance_after"] == 100
    flow = ok(await town.auditor.get("/money-flow?first=2026-04-01&last=2027-03-31"))
    assert set(flow["differences"].values()) == {0}


async def test_a_grant_is_corrected_in_the_open_and_traced(town: Town, member: Member) -> None:
    gone = await scenes.attend(town, member)
    entry_id = gone["grants"][0]["entry_id"]
    traced = ok(await town.auditor.get(f"/trace/{gone['attendance_id']}"))
    assert traced["kind"] == "attendance"
    wish = ok(await town.officer.keyed("/corrections", {"entry_id": entry_id, "reason": "別の人の記録でした"}))
    path = f"/corrections/wishes/{wish['wish_id']}/approve"
    assert (await town.officer.keyed(path)).json()["code"] == "same_person"
    assert await scenes.points(member) > 0
    corrected = ok(await town.second.keyed(path))
    assert corrected["entry_id"] == entry_id
    assert await scenes.points(member) == 0
    assert ok(await town.auditor.get("/corrections?limit=1"))["items"][0] == corrected


async def test_an_attendance_is_corrected_and_what_followed_follows_anew(town: Town, member: Member) -> None:
    gone = await scenes.attend(town, member)
    started = town.service.clock.now() - timedelta(hours=2, minutes=5)
    told = {
        "started_at": started.isoformat(),
        "ended_at": (started + timedelta(hours=1)).isoformat(),
        "reason": "一時間で帰りました",
    }
    corrected = ok(await town.host.keyed(f"/attendances/{gone['attendance_id']}/correct", told))
    assert corrected["attendance"]["minutes"] == 60
    assert await scenes.points(member) == 200


async def test_a_lost_card_is_replaced_and_keeps_the_wallet(town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    lost = member.card
    reissued = ok(await town.officer.post(f"/members/{member.member_id}/cards/reissue", {"reason": "なくした"}))
    member.card = reissued["address"]
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now - timedelta(minutes=5), 1)
    refused = await town.device.post("/scans", scenes.card_scan(slot_id, lost, now))
    assert (refused.status_code, refused.json()["code"]) == (409, "card_revoked")
    ok(await town.device.post("/scans", scenes.card_scan(slot_id, member.card, now)))
    assert await scenes.points(member) == 400
    page = await town.officer.post(
        f"/members/{member.member_id}/cards/print", {"address": member.card, "contact": "社会福祉協議会"}
    )
    assert page.status_code == 200
    assert "結 太郎" in page.text


async def test_expiry_is_previewed_announced_and_not_taken_early(town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    asked = {"unit": "pt", "expires_by": "2028-03-31"}
    preview = ok(await town.auditor.get("/expiry-runs/preview?unit=pt&expires_by=2028-03-31"))["items"]
    assert str(member.member_id) in {each["holder"] for each in preview}
    announced = ok(await town.officer.keyed("/expiry-runs", asked))
    assert announced["amount"] == sum(each["amount"] for each in preview)
    early = await town.officer.keyed("/expiry-runs/execute", asked)
    assert (early.status_code, early.json()["code"]) == (409, "expiry_too_early")


async def test_a_month_that_is_not_over_cannot_be_closed(town: Town) -> None:
    early = await town.officer.keyed("/months/close", {"month": "2026-05-31"})
    assert (early.status_code, early.json()["code"]) == (409, "period_not_over")
