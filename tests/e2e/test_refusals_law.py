"""What is refused of schemes, editions, facts, claims and year ends by the state of the law: each at its door; nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import ids
from rules import draft_store
from tests.support import http, scenes
from tests.support.scenes import Member, Town, ok
from tests.support.unchanged import refused

TODAY, TOMORROW = "2026-05-11", "2026-05-12"


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    """Somebody with four hundred points."""
    made = await scenes.join(town)
    await scenes.attend(town, made)
    return made


async def scheme(town: Town) -> str:
    """A scheme without an edition."""
    code = f"s{ids.new_id().hex[-12:]}"
    ok(await town.officer.post("/schemes", {"code": code, "name": "x", "unit": "pt"}))
    return code


async def proposed(town: Town, code: str, **changes: str) -> str:
    """The salon's edition, proposed for another scheme with other words; the proposal's path."""
    document = scenes.EDITION.format(scheme=code)
    for old, new in changes.items():
        lines = [new if line.startswith(f"{old} =") else line for line in document.splitlines()]
        document = "\n".join(lines)
    made = ok(await town.officer.post(f"/schemes/{code}/proposals", {"document": document}))
    return f"/proposals/{made['proposal_id']}"


async def published(town: Town, code: str, **changes: str) -> None:
    path = await proposed(town, code, **changes)
    ok(await town.officer.post(f"{path}/absence", {"reason": "協議体の設置前"}))
    ok(await town.second.post(f"{path}/publish"))


# ---------------------------------------------------------------------------------------------------------------- editions


async def test_a_document_is_of_its_own_scheme(town: Town, admin: AsyncEngine) -> None:
    code = await scheme(town)
    foreign = {"document": scenes.EDITION.format(scheme=town.scheme)}
    await refused(admin, "edition_of_another_scheme", town.officer.post(f"/schemes/{code}/proposals", foreign))


async def test_an_edition_starts_after_the_one_before_and_is_approved_once(town: Town, admin: AsyncEngine) -> None:
    early, path = await proposed(town, town.scheme), await proposed(town, town.scheme, starts_on="starts_on = 2026-07-01")
    for each in (early, path):
        ok(await town.officer.post(f"{each}/absence", {"reason": "x"}))
    await refused(admin, "edition_starts_too_early", town.second.post(f"{early}/approve"))
    ok(await town.second.post(f"{path}/approve"))
    await refused(admin, "already_approved", town.second.post(f"{path}/approve"))


async def test_a_council_that_meets_tomorrow_has_not_been_heard(town: Town, admin: AsyncEngine) -> None:
    path = await proposed(town, town.scheme, starts_on="starts_on = 2026-07-01")
    votes = {"votes_for": 1, "votes_against": 0, "votes_abstained": 0}
    opinion = {"opinion": "よい", "held_on": TOMORROW} | votes
    await refused(admin, "opinion_from_the_future", town.officer.post(f"{path}/opinions", opinion))


async def test_a_draft_has_so_many_versions(town: Town, admin: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_store, "VERSIONS_MAX", 1)
    draft = ok(await town.officer.post(f"/schemes/{town.scheme}/drafts", {"document": "x"}))["draft_id"]
    more = {"document": "x", "follows": 1}
    await refused(admin, "too_many_versions", town.officer.post(f"/drafts/{draft}/versions", more))


# ------------------------------------------------------------------------------------------------------------------- facts


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("fact_days_out_of_order", {"fact": "registered:salon", "first_on": "2026-05-02", "last_on": "2026-05-01"}),
        ("registered_since_when", {"fact": "registered:salon"}),
    ],
)
async def test_a_fact_has_days_in_order(town: Town, member: Member, admin: AsyncEngine, code: str, fact: dict[str, Any]) -> None:
    told = fact | {"yes": True, "source": "台帳"}
    await refused(admin, code, town.officer.keyed(f"/members/{member.member_id}/facts", told))


# ------------------------------------------------------------------------------------------------------------------ claims


async def test_a_claim_is_of_a_scheme_with_an_edition_in_a_form_that_is_offered(
    town: Town, member: Member, admin: AsyncEngine
) -> None:
    path, wish = f"/members/{member.member_id}/claims", {"scheme": town.scheme, "amount": 200, "form": "cash"}
    await refused(admin, "no_edition_then", member.caller.keyed(path, wish | {"scheme": await scheme(town)}))
    less = wish | {"deductions": {"other_subsidy": 10}}
    await refused(admin, "deductions_need_officer", member.caller.keyed(path, less))
    gold = {"scheme": town.scheme, "form": "gold"}
    preference = f"/members/{member.member_id}/payout-preferences"
    await refused(admin, "payout_form_not_offered", member.caller.post(preference, gold))


async def test_claims_are_listed_decided_and_approved_once(town: Town, member: Member, admin: AsyncEngine) -> None:
    path, batches = f"/members/{member.member_id}/claims", {"scheme": town.scheme, "payable_by": TODAY}
    formless = ok(await member.caller.keyed(path, {"scheme": town.scheme, "amount": 200}))["claim"]["claim_id"]
    await refused(admin, "claim_still_asks", town.officer.keyed(f"/claims/{formless}/resume", {}))
    await refused(admin, "nothing_to_approve", town.officer.keyed("/claim-batches", batches))
    ok(await member.caller.keyed(path, {"scheme": town.scheme, "amount": 200, "form": "cash"}))
    later = ok(await town.officer.keyed("/claim-batches", batches | {"payable_by": TOMORROW}))["batch"]["batch_id"]
    await refused(admin, "day_not_reached", town.second.keyed(f"/claim-batches/{later}/approve"))
    batch = ok(await town.officer.keyed("/claim-batches", batches))["batch"]["batch_id"]
    ok(await town.second.keyed(f"/claim-batches/{batch}/approve"))
    await refused(admin, "claim_batch_approved", town.second.keyed(f"/claim-batches/{batch}/approve"))


# --------------------------------------------------------------------------------------------------------------- year ends


async def test_a_year_is_closed_once_and_a_scheme_ends_as_its_edition_says(town: Town, admin: AsyncEngine) -> None:
    now = town.service.clock.now()
    asked = {"scheme": town.scheme, "year_of": TODAY, "closes_on": "2027-04-01"}
    await refused(admin, "year_end_too_early", town.officer.keyed("/year-ends", asked | {"closes_on": TOMORROW}))
    await refused(admin, "no_wind_down", town.officer.keyed("/year-ends", asked | {"kind": "wind_down"}))
    run = ok(await town.officer.keyed("/year-ends", asked))["run"]["run_id"]
    await refused(admin, "year_end_announced", town.officer.keyed("/year-ends", asked))
    town.service.clock.forward(timedelta(days=340))
    officer, second = town.officer, await town.service.caller("officer")
    ok(await second.keyed(f"/year-ends/{run}/execute"))
    await refused(admin, "year_end_done", second.keyed(f"/year-ends/{run}/execute"))
    town.service.clock.set(now)
    assert ok(await officer.get(f"/year-ends/{run}"))["run"]["executed_at"] is not None


async def test_a_scheme_of_one_summer_has_no_year_in_winter(town: Town, admin: AsyncEngine) -> None:
    code = await scheme(town)
    await published(town, code, year='year = { type = "window", first_on = 2026-04-01, last_on = 2026-08-31 }')
    asked = {"scheme": code, "year_of": "2026-12-01", "closes_on": "2027-04-01"}
    await refused(admin, "no_scheme_year", town.officer.keyed("/year-ends", asked))
