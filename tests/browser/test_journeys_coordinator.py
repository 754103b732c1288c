"""Somebody phones in: the coordinator writes it down and finds a helper; and vouches for what rests on little evidence.

Fields and presses are counted, by mouse and by keyboard alone, and each journey ends by reading PostgreSQL.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from kernel import ids
from tests.browser.conftest import Opener
from tests.support import chromium, earned, journeys, member_pages, scenes, sites, spending, taps
from tests.support.earned import Asked
from tests.support.scenes import Member, Town, ok
from tests.support.towns import MINUTES

REASON = "この手伝いができると言っています"


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def asks(town: Town) -> Member:
    return await scenes.join(town)


async def helper(town: Town) -> Member:
    """Somebody who offers to shop for others."""
    found = await scenes.join(town)
    ok(await found.caller.post(f"/members/{found.member_id}/offers", {"kind": "shopping"}))
    return found


async def agreed(page: Page, hands: taps.Hands) -> None:
    """Three presses after the call: who is asked, and what both said."""
    await expect(page.get_by_text(REASON).first).to_be_visible()
    await hands.press("この人に声をかける")
    await hands.press("手伝う人が「はい」と言った")
    await hands.press("頼んだ人が「はい」と言った")
    await expect(page.get_by_text("両方が「はい」と言いました")).to_be_visible()


async def matched(town: Town, asks: Member) -> list[str]:
    """How the matches of what a member asked for stand."""
    needs = ok(await asks.caller.get(f"/members/{asks.member_id}/needs"))["items"]
    return [each["state"] for need in needs for each in ok(await town.officer.get(f"/needs/{need['need_id']}/matches"))["items"]]


async def test_a_phoned_in_need_is_six_fields_and_two_presses_and_a_match_three(
    opens: Opener, size: chromium.Size, town: Town, asks: Member
) -> None:
    for _ in range(3):
        await helper(town)
    page = await opens(size, town.coordinator)
    async with journeys.taken(page, "phoned") as hands:
        await hands.begin("/coordinator")
        await hands.press("電話の頼みごとを書く", role="link")
        await hands.fill("電話をくれた会員", f"{asks.number}")
        await hands.choose("手伝ってほしいこと", "shopping")
        await hands.fill("日", (town.service.clock.now() + timedelta(days=2)).date().isoformat())
        await hands.fill("始まり", "14:00")
        await hands.choose("長さ", "90")
        await hands.fill("ひとこと", "お米を5キロ")
        await hands.press("書いて、頼めそうな人を見る")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("買い物")
    assert await earned.asked(town.service.engine, asks.member_id) == [Asked("shopping", 90, town.coordinator.principal_id)]
    await expect(page.get_by_role("button", name="この人に声をかける")).to_have_count(3)
    async with journeys.taken(page, "match") as hands:
        await agreed(page, hands)
    assert await matched(town, asks) == ["accepted"]


async def test_where_several_are_read_so_the_form_asks_who_and_a_mistake_is_taken_back(
    opens: Opener, town: Town, asks: Member
) -> None:
    await scenes.join(town)
    page = await opens("desktop", town.coordinator)
    async with taps.budget(page, taps=6, fields=3) as hands:
        await hands.begin("/coordinator")
        await hands.press("電話の頼みごとを書く", role="link")
        await hands.fill("電話をくれた会員", "9999")
        await hands.fill("ひとこと", "お米")
        await hands.press("書いて、頼めそうな人を見る")
        await expect(page.get_by_text("会員はいません。")).to_be_visible()
        await hands.fill("電話をくれた会員", "ユイ タロウ")
        await hands.press("書いて、頼めそうな人を見る")
        await hands.press(page.get_by_text(f"会員番号 {asks.number}"))
        assert await page.get_by_label("ひとこと").input_value() == "お米"
        await hands.press("書いて、頼めそうな人を見る")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("買い物")
        await hands.press("この頼みごとを取り消す")
        await expect(page.get_by_text("この頼みごとは取り消されました。")).to_be_visible()
    (need,) = ok(await asks.caller.get(f"/members/{asks.member_id}/needs"))["items"]
    assert (need["note"], need["state"]) == ("お米", "withdrawn")


async def test_by_keyboard_alone_a_call_is_written_down_and_matched(opens: Opener, town: Town, asks: Member) -> None:
    await helper(town)
    page = await opens("desktop", town.coordinator)
    async with taps.budget(page, taps=5, fields=2) as hands:
        await hands.begin("/coordinator")
        await hands.reach("電話の頼みごとを書く", role="link")
        await hands.key("Enter")
        await expect(page.get_by_label("電話をくれた会員")).to_be_focused()
        await hands.type(f"{asks.number}")
        await hands.reach(page.get_by_label("ひとこと"))
        await hands.type("重い物です")
        await hands.key("Enter")
        for button in ("この人に声をかける", "手伝う人が「はい」と言った", "頼んだ人が「はい」と言った"):
            await expect(page.get_by_role("button", name=button).first).to_be_visible()
            await hands.reach(button)
            await hands.key("Enter")
        await expect(page.get_by_text("両方が「はい」と言いました")).to_be_visible()
    assert await matched(town, asks) == ["accepted"]


async def test_what_a_phone_told_late_is_vouched_for_in_three_presses_and_paid(
    opens: Opener, site: sites.Site, size: chromium.Size, town: Town, asks: Member
) -> None:
    helps, began = await scenes.join(town), town.service.clock.now()
    await member_pages.agreed(town, helps, asks)
    town.service.clock.forward(timedelta(hours=3))
    for minutes in (0, 60):
        at = (began + timedelta(minutes=minutes)).isoformat()
        scan = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": asks.card, "occurred_at": at}
        ok(await helps.caller.post("/scans", scan))
    assert await spending.posted(town.service.engine, "wallet", MINUTES, helps.member_id) == 0
    page = await opens(size)
    await site.carry(page.context, await site.session(town.coordinator, stepped_up=True))
    async with journeys.taken(page, "vouch") as hands:
        await hands.begin("/coordinator")
        await hands.press(re.compile("確かめを待つ参加 1件"), role="link")
        await hands.press(page.locator(".choice", has=page.locator("input[name='attendance[]']")))
        await hands.press("選んだ参加を確かめた")
        await expect(page.get_by_text("確かめを待つ参加はありません。")).to_be_visible()
    (found,) = await earned.earned(town.service.engine, helps.member_id)
    assert (found.minutes, found.entry, found.amount) == (60, "grant", 200)
    assert await spending.posted(town.service.engine, "wallet", MINUTES, helps.member_id) == 60
