"""Claims, year ends and statements over HTTP: the story as a member, two officers and the auditor live it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from kernel import ids
from tests.support import scenes
from tests.support.scenes import Member, Town, ok

pytestmark = pytest.mark.anyio

TODAY = "2026-05-11"


@pytest.fixture(scope="module")
async def town(service: Any) -> Town:
    """A scheme that turns each hundred points into eighty yen, from two hundred on, in cash or vouchers."""
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    """Somebody with four hundred points."""
    made = await scenes.join(town)
    await scenes.attend(town, made)
    return made


def _wish(town: Town, **more: Any) -> dict[str, Any]:
    return {"scheme": town.scheme, "amount": 200, "form": "cash"} | more


async def _claim(town: Town, member: Member, **more: Any) -> dict[str, Any]:
    return ok(await member.caller.keyed(f"/members/{member.member_id}/claims", _wish(town, **more)))


async def test_a_member_claims_two_officers_book_it_and_it_is_on_the_statement(town: Town, member: Member) -> None:
    path = f"/members/{member.member_id}/claims"
    key = str(ids.new_id())
    first = await member.caller.post(path, _wish(town), key=key)
    again = await member.caller.post(path, _wish(town), key=key)
    assert (first.status_code, again.content) == (201, first.content)
    claimed = first.json()
    assert set(claimed["explanation"]) == {"ja", "ja-easy", "en"}
    claim_id = claimed["claim"]["claim_id"]
    preview = ok(await town.auditor.get(f"/claim-batches/preview?scheme={town.scheme}&payable_by={TODAY}"))
    assert claim_id in {item["claim"]["claim_id"] for item in preview["items"]}
    batch = ok(await town.officer.keyed("/claim-batches", {"scheme": town.scheme, "payable_by": TODAY}))["batch"]
    same = await town.officer.keyed(f"/claim-batches/{batch['batch_id']}/approve")
    assert (same.status_code, same.json()["code"]) == (403, "same_person")
    assert ok(await town.second.keyed(f"/claim-batches/{batch['batch_id']}/approve"))["batch"]["booked"] >= 1
    seen = ok(await member.caller.get(f"/claims/{claim_id}"))
    assert (seen["claim"]["status"], len(seen["facts"]["holdings"])) == ("approved", 1)
    traced = ok(await town.auditor.get(f"/trace/{seen['claim']['redemption_id']}"))
    assert traced["kind"] == "redemption"
    mine = ok(await member.caller.get(f"/members/{member.member_id}/converted?year=2026"))
    assert mine["received"] == {"yen": 160}
    listed = await town.officer.get("/converted/statements.csv?year=2026")
    assert listed.headers["content-type"].startswith("text/csv")
    rows = {row["member_id"]: row for row in csv.DictReader(io.StringIO(listed.text, newline=""))}
    assert rows[str(member.member_id)]["value"] == "160"


async def test_a_refusal_says_why_in_three_languages_and_leaves_nothing(town: Town, member: Member) -> None:
    path = f"/members/{member.member_id}/claims"
    refused = await member.caller.keyed(path, _wish(town, amount=100))
    assert refused.status_code == 409
    problem = refused.json()
    assert (problem["code"], problem["reason"]) == ("claim_pays_nothing", "below_minimum_claim")
    assert problem["trace"][-1]["numbers"]["minimum"] == 200
    assert all(problem["explanation"][locale] for locale in ("ja", "ja-easy", "en"))
    assert ok(await member.caller.get(path))["items"] == []


async def test_a_claim_waits_for_a_form_that_is_then_preferred(town: Town, member: Member) -> None:
    path = f"/members/{member.member_id}"
    asked = ok(await member.caller.keyed(f"{path}/claims", {"scheme": town.scheme, "amount": 200}))["claim"]
    assert (asked["status"], asked["missing"][0]["code"]) == ("asked", "form_required")
    waiting = ok(await town.officer.get("/claims?status=asked"))["items"]
    assert asked["claim_id"] in {each["claim_id"] for each in waiting}
    ok(await member.caller.post(f"{path}/payout-preferences", {"scheme": town.scheme, "form": "voucher"}))
    assert ok(await member.caller.get(f"{path}/payout-preferences"))["items"][0]["form"] == "voucher"
    done = ok(await town.officer.keyed(f"/claims/{asked['claim_id']}/resume", {}))["claim"]
    assert (done["status"], done["payout"]["form"]) == ("open", "voucher")


async def test_a_claim_is_withdrawn_or_refused_and_the_member_is_told(town: Town, member: Member) -> None:
    claimed = (await _claim(town, member))["claim"]
    assert ok(await member.caller.keyed(f"/claims/{claimed['claim_id']}/withdraw"))["status"] == "withdrawn"
    claimed = (await _claim(town, member))["claim"]
    refused = ok(await town.officer.keyed(f"/claims/{claimed['claim_id']}/refuse", {"reason": "申請書に不備がありました"}))
    assert refused["status"] == "refused"
    (told,) = ok(await member.caller.get(f"/members/{member.member_id}/notices"))["items"]
    assert (told["kind"], told["facts"]["reason"]) == ("claim_refused", "申請書に不備がありました")
    wallets = ok(await member.caller.get(f"/members/{member.member_id}/wallets"))["items"]
    assert next(each for each in wallets if each["unit"] == "pt")["held"] == 0


async def test_a_year_end_is_previewed_announced_and_not_executed_early(town: Town, member: Member) -> None:
    asked = {"scheme": town.scheme, "year_of": TODAY, "closes_on": "2027-04-01"}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    preview = ok(await town.auditor.get(f"/year-ends/preview?{query}"))
    assert str(member.member_id) in {each["item"]["holder"] for each in preview["affected"]}
    run = ok(await town.officer.keyed("/year-ends", asked))["run"]
    early = await town.second.keyed(f"/year-ends/{run['run_id']}/execute")
    assert (early.status_code, early.json()["code"]) == (409, "year_end_too_early")
    alone = await town.officer.keyed(f"/year-ends/{run['run_id']}/execute")
    assert (alone.status_code, alone.json()["code"]) == (403, "same_person")
    assert ok(await town.auditor.get("/year-ends"))["items"][0]["run_id"] == run["run_id"]


async def test_a_budget_line_is_supplemented_and_returned(town: Town) -> None:
    path = f"/budget-lines/{town.budget_line}"
    more = ok(await town.officer.keyed(f"{path}/supplements", {"amount": 500, "reason": "9月補正"}))
    back = ok(await town.officer.keyed(f"{path}/returns", {"amount": 200, "reason": "不用額の返納"}))
    assert (more["kind"], back["kind"], more["left"] - back["left"]) == ("supplement", "budget_return", 200)
    lines = ok(await town.auditor.get("/budget-lines?fiscal_year=2026"))["items"]
    (line,) = [each for each in lines if each["budget_line_id"] == town.budget_line]
    assert (line["supplemented"], line["returned"], line["left"]) == (500, 200, back["left"])
    far = await town.officer.keyed(f"{path}/returns", {"amount": 900_000_000, "reason": "x"})
    assert (far.status_code, far.json()["code"]) == (409, "budget_exhausted")


async def test_the_year_s_sheets_are_there(town: Town) -> None:
    report = ok(await town.auditor.get("/fiscal-years?fiscal_year=2026"))
    assert set(report["differences"].values()) == {0}
    assert ok(await town.auditor.get("/converted?year=2026"))["items"] is not None
    assert ok(await town.auditor.get("/purchased-balances?on=2026-03-31"))["issuers"] == []
    odd = await town.auditor.get("/purchased-balances?on=2026-03-30")
    assert (odd.status_code, odd.json()["code"]) == (422, "not_a_base_day")
    early = await town.officer.keyed("/fiscal-years/close", {"fiscal_year": 2026})
    assert (early.status_code, early.json()["code"]) == (409, "period_not_over")
