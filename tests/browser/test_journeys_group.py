"""A group uses what was given to it: its treasurer applies, an officer approves, and the payment is booked with its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opener
from tests.support import chromium, journeys, scenes, sites, spending, taps
from tests.support.http import Caller
from tests.support.scenes import Town, ok
from tests.support.towns import POINTS


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def treasurer(town: Town) -> Caller:
    """Of a group to which somebody gave 300 points."""
    found, giver = await town.service.caller("treasurer"), await scenes.join(town)
    await scenes.attend(town, giver)
    give = {"organisation_id": str(found.organisation_id), "unit": "pt", "amount": 300}
    ok(await giver.caller.keyed(f"/members/{giver.member_id}/pledges", give))
    return found


async def stands(town: Town, treasurer: Caller) -> tuple[int, int]:
    """What the group holds, and what the town owes it, as PostgreSQL keeps it."""
    engine, group = town.service.engine, treasurer.organisation_id
    return await spending.posted(engine, "wallet", POINTS, group), await spending.posted(engine, "payable", POINTS, group)


async def test_an_application_is_two_presses_its_approval_one_and_its_payment_one(
    opens: Opener, site: sites.Site, size: chromium.Size, town: Town, treasurer: Caller, tmp_path: Path
) -> None:
    page = await opens(size, treasurer)
    async with journeys.taken(page, "apply") as hands:
        await hands.begin("/group")
        await hands.press("使い道を申し込む", role="link")
        await hands.fill("何に使いますか", "花の苗を買う")
        await hands.fill("いくつ使いますか", "200")
        await hands.press("申し込む", exact=True)
        await expect(page.get_by_text("役場の返事を待っています")).to_be_visible()
    assert await stands(town, treasurer) == (300, 0)
    desk = await opens(size)
    await site.carry(desk.context, await site.session(town.officer, stepped_up=True))
    async with journeys.taken(desk, "application") as hands:
        await hands.begin("/office")
        await hands.press(desk.get_by_role("link", name="花の苗を買う").first)
        await hands.press("承認する", exact=True)
        await expect(desk.get_by_role("button", name="承認する", exact=True)).to_have_count(0)
    assert await stands(town, treasurer) == (100, 200)
    asked = {"unit": "pt", "up_to": town.service.clock.now().date().isoformat()}
    made = ok(await town.second.keyed("/settlements", asked))["settlement_id"]
    async with journeys.taken(desk, "payment") as hands:
        await hands.begin("/office")
        await hands.press(desk.locator(f"a[href='/office/payments/{made}']"))
        await hands.press("承認して支払いを記帳する")
        async with desk.expect_download() as file:
            await hands.press("支払いの一覧を保存する", role="link")
    assert await stands(town, treasurer) == (100, 0)
    await (await file.value).save_as(tmp_path / "payments.csv")
    assert "200" in (tmp_path / "payments.csv").read_text(encoding="utf-8-sig")
    async with taps.budget(page, taps=1) as hands:
        await hands.press("控え", role="link")
        await expect(page.get_by_text("200 ポイント").first).to_be_visible()
