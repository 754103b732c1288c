"""What is refused of points, payments and budgets by the state of the book: each at its door, and nothing is written."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import http, scenes
from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.unchanged import refused

TODAY, TOMORROW = "2026-05-11", "2026-05-12"
WHY = {"reason": "まちがい"}


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    """Somebody with four hundred points."""
    made = await scenes.join(town)
    await scenes.attend(town, made)
    return made


@pytest.fixture
async def cashier(town: Town) -> Caller:
    return await town.service.caller("cashier")


@pytest.fixture
async def group(town: Town, member: Member) -> Caller:
    """The treasurer of a group that was given a hundred points."""
    made = await town.service.caller("treasurer")
    give = {"organisation_id": str(made.organisation_id), "unit": "pt", "amount": 100}
    ok(await member.caller.keyed(f"/members/{member.member_id}/pledges", give))
    return made


def buys(code: str, amount: int = 10, unit: str = "pt") -> dict[str, Any]:
    return {"code": code, "unit": unit, "amount": amount}


# ----------------------------------------------------------------------------------------------------------------- to pay


async def test_a_pay_code_pays_what_was_agreed_and_in_its_time(
    town: Town, member: Member, cashier: Caller, admin: AsyncEngine
) -> None:
    path, now = f"/members/{member.member_id}/pay-codes", town.service.clock.now()
    code = ok(await member.caller.post(path, {"unit": "pt", "amount_max": 100}))["address"]
    await refused(admin, "pay_code_too_small", cashier.keyed("/purchases", buys(code, 101)))
    await refused(admin, "pay_code_of_other_unit", cashier.keyed("/purchases", buys(code, 10, "yen")))
    await refused(admin, "unit_not_suited", cashier.keyed("/purchases", buys(code, 10, "minutes")))
    town.service.clock.forward(timedelta(minutes=6))
    await refused(admin, "pay_code_expired", cashier.keyed("/purchases", buys(code)))
    town.service.clock.set(now)
    assert await scenes.points(member) == 400


async def test_points_are_taken_by_partners_alone(town: Town, member: Member, admin: AsyncEngine) -> None:
    elsewhere = await town.service.caller("cashier", organisation_id=town.host.organisation_id)
    await refused(admin, "not_a_partner", elsewhere.keyed("/purchases", buys(member.card)))


async def test_only_a_purchase_is_undone(town: Town, member: Member, group: Caller, admin: AsyncEngine) -> None:
    given, *_ = ok(await member.caller.get(f"/members/{member.member_id}/redemptions"))["items"]
    path = f"/redemptions/{given['redemption']['redemption_id']}/undo"
    await refused(admin, "not_undoable", town.officer.keyed(path, WHY))
    assert await scenes.points(member) == 300


# ------------------------------------------------------------------------------------------------------------------ groups


async def test_an_application_is_decided_once_and_comes_back_once(town: Town, group: Caller, admin: AsyncEngine) -> None:
    asked = {"unit": "pt", "amount": 50, "purpose": "花の苗"}
    application = ok(await group.keyed("/applications", asked))["application_id"]
    path = f"/applications/{application}"
    ok(await town.officer.keyed(f"{path}/approve"))
    await refused(admin, "application_decided", town.officer.keyed(f"{path}/approve"))
    await refused(admin, "application_decided", town.second.keyed(f"{path}/refuse", WHY))
    paid = ok(await town.officer.get(path))["redemption_id"]
    entry = ok(await town.officer.get(f"/redemptions/{paid}"))["standing"]["redemption"]["entry_id"]
    ok(await group.keyed(f"{path}/return", {"amount": 20} | WHY))
    await refused(admin, "application_returned", group.keyed(f"{path}/return", {"amount": 20} | WHY))
    await refused(admin, "reverse_return_first", await corrects(town, entry))


# ----------------------------------------------------------------------------------------------------------- corrections


async def corrects(town: Town, entry_id: str, **more: bool) -> Coroutine[Any, Any, httpx.Response]:
    """One officer asked for it; what comes of it when the other says yes is still to be awaited."""
    wish = ok(await town.officer.keyed("/corrections", {"entry_id": entry_id} | WHY | more))["wish_id"]
    return town.second.keyed(f"/corrections/wishes/{wish}/approve")


async def granted(member: Member) -> str:
    """The entry that gave the member their points."""
    lines = ok(await member.caller.get(f"/members/{member.member_id}/wallets/pt/statement"))["items"]
    return lines[-1]["entry_id"]


async def test_what_was_spent_is_corrected_with_the_shortfall_written_down_and_once(
    town: Town, member: Member, cashier: Caller, admin: AsyncEngine
) -> None:
    entry = await granted(member)
    ok(await cashier.keyed("/purchases", buys(member.card, 100)))
    await refused(admin, "already_spent", await corrects(town, entry))
    done = ok(await (await corrects(town, entry, absorb_spent=True)))
    await refused(admin, "already_reversed", await corrects(town, entry, absorb_spent=True))
    await refused(admin, "reversal_of_reversal", await corrects(town, done["reversal_id"]))


async def test_a_grant_that_was_spent_whole_is_left_to_the_budget_once(
    town: Town, member: Member, cashier: Caller, admin: AsyncEngine
) -> None:
    entry = await granted(member)
    ok(await cashier.keyed("/purchases", buys(member.card, 400)))
    ok(await (await corrects(town, entry, absorb_spent=True)))
    await refused(admin, "already_corrected", await corrects(town, entry, absorb_spent=True))


# ------------------------------------------------------------------------------------------------------------- settlements


async def test_partners_are_paid_what_they_are_owed_once_by_two_people(
    town: Town, member: Member, cashier: Caller, admin: AsyncEngine
) -> None:
    asked = {"unit": "pt", "up_to": TODAY}
    ahead = asked | {"up_to": TOMORROW}
    await refused(admin, "day_not_reached", town.officer.keyed("/settlements", ahead))
    ok(await cashier.keyed("/purchases", buys(member.card, 100)))
    settlement = ok(await town.officer.keyed("/settlements", asked))["settlement_id"]
    path = f"/settlements/{settlement}"
    await refused(admin, "settlement_not_approved", town.officer.get(f"{path}/payments.csv"))
    ok(await town.second.keyed(f"{path}/approve"))
    await refused(admin, "settlement_done", town.second.keyed(f"{path}/approve"))
    await refused(admin, "nothing_to_settle", town.officer.keyed("/settlements", asked))
    paid = ok(await town.officer.get(path))["items"][0]["entry_id"]
    await refused(admin, "not_correctable", await corrects(town, paid))


async def test_a_settlement_of_what_is_no_longer_owed_is_not_paid(
    town: Town, member: Member, cashier: Caller, admin: AsyncEngine
) -> None:
    receipt = ok(await cashier.keyed("/purchases", buys(member.card, 100)))
    settlement = ok(await town.officer.keyed("/settlements", {"unit": "pt", "up_to": TODAY}))["settlement_id"]
    ok(await cashier.keyed(f"/redemptions/{receipt['redemption_id']}/undo", WHY))
    await refused(admin, "settlement_stale", town.second.keyed(f"/settlements/{settlement}/approve"))


# ------------------------------------------------------------------------------------------------------ expiry and months


async def test_points_expire_announced_over_and_once(town: Town, admin: AsyncEngine) -> None:
    ahead, past = {"unit": "pt", "expires_by": "2028-03-31"}, {"unit": "pt", "expires_by": "2026-03-31"}
    await refused(admin, "expiry_not_announced", town.officer.keyed("/expiry-runs/execute", ahead))
    ok(await town.officer.keyed("/expiry-runs", ahead))
    await refused(admin, "expiry_announced", town.officer.keyed("/expiry-runs", ahead))
    await refused(admin, "expiry_too_early", town.officer.keyed("/expiry-runs/execute", ahead))
    ok(await town.officer.keyed("/expiry-runs", past))
    ok(await town.officer.keyed("/expiry-runs/execute", past))
    await refused(admin, "expiry_done", town.officer.keyed("/expiry-runs/execute", past))


async def test_months_are_closed_in_order_and_once(town: Town, member: Member, admin: AsyncEngine) -> None:
    now = town.service.clock.now()
    await refused(admin, "period_not_over", town.officer.keyed("/months/close", {"month": "2026-05-01"}))
    town.service.clock.forward(timedelta(days=30))
    ok(await town.officer.keyed("/months/close", {"month": "2026-05-01"}))
    await refused(admin, "period_closed", town.officer.keyed("/months/close", {"month": "2026-05-01"}))
    town.service.clock.set(now)


# ----------------------------------------------------------------------------------------------------------------- budgets


async def test_a_scheme_and_a_budget_line_are_there_once(town: Town, admin: AsyncEngine) -> None:
    scheme = {"code": town.scheme, "name": "サロン", "unit": "pt"}
    await refused(admin, "scheme_exists", town.officer.post("/schemes", scheme))
    line = {"scheme": town.scheme, "code": "care", "fiscal_year": 2026, "funding_source": "介護保険"}
    await refused(admin, "budget_line_exists", town.officer.post("/budget-lines", line))
