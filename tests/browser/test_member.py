"""The journeys of a member on their own phone, driven by tapping, counted against their budgets, and ended by reading the book."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, member_pages, scenes, sites
from tests.support.scenes import Member, Town, ok

MINUTE = timedelta(minutes=1)


class Thumb:
    """Presses what it is told, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def press(self, name: str | re.Pattern[str], *, role: str = "button") -> None:
        """Presses the first button, or what else `role` says, of this name in the page itself or among its ways."""
        self.taps += 1
        await self.page.get_by_role(role, name=name).first.click()  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


async def needs_of(member: Member) -> list[dict[str, str]]:
    return ok(await member.caller.get(f"/members/{member.member_id}/needs"))["items"]


@pytest.mark.parametrize("script", [True, False])
async def test_coming_and_going_is_a_scan_and_a_tap_each(
    opens: Opener, size: chromium.Size, town: Town, member: Member, script: bool
) -> None:
    page = await opens(size, member.caller, script=script)
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now, 1)
    thumb = Thumb(page)
    await page.goto(await member_pages.venue(town, slot_id))
    await thumb.press("来ました")
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
    assert thumb.taps == 1
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
    town.service.clock.set(now + 60 * MINUTE)
    await page.goto(await member_pages.venue(town, slot_id))
    await thumb.press("帰ります")
    await expect(page.get_by_role("heading", level=1)).to_have_text("おわりを受け付けました")
    assert thumb.taps == 2
    assert await scenes.points(member) == 200


async def test_help_at_a_home_is_two_scans_of_the_receivers_card(opens: Opener, town: Town, member: Member) -> None:
    receiver = await scenes.join(town)
    await member_pages.agreed(town, member, receiver)
    page = await opens("phone", member.caller)
    path = member_pages.path_of(receiver.card)
    await page.goto(path)
    assert await chromium.violations(page, enhanced=True) == []
    await page.get_by_role("button", name="はじめます").click()
    town.service.clock.forward(60 * MINUTE)
    await page.goto(path)
    await expect(page.get_by_text("もう受け付けました")).to_be_visible()
    await page.get_by_role("button", name="おわりました").click()
    await expect(page.get_by_text("1時間を記録しました")).to_be_visible()
    held = ok(await member.caller.get(f"/members/{member.member_id}/wallets"))["items"]
    assert next(each["posted"] for each in held if each["unit"] == "minutes") == 60


@pytest.mark.parametrize("script", [True, False])
async def test_asking_is_three_taps_the_first_time_and_two_again(
    opens: Opener, size: chromium.Size, member: Member, script: bool
) -> None:
    page = await opens(size, member.caller, script=script)
    await page.goto("/help")
    await page.get_by_role("link", name="新しくたのむ").click()
    thumb = Thumb(page)
    await thumb.press("ごみ出し", role="link")
    await thumb.press(re.compile("10:00"), role="link")
    await thumb.press("たのむ")
    await expect(page.get_by_role("heading", level=1)).to_have_text("たのみました")
    assert thumb.taps == 3
    (need,) = await needs_of(member)
    assert (need["kind"], need["minutes"]) == ("garbage", 60)
    await page.goto("/today")
    again = Thumb(page)
    await again.press("いつもの を たのむ")
    await expect(page.get_by_role("heading", level=1)).to_have_text("たのみました")
    assert again.taps == 1
    assert len(await needs_of(member)) == 2


async def test_joining_is_two_taps_from_today_and_seen_there(
    opens: Opener, size: chromium.Size, town: Town, member: Member
) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now() + 60 * MINUTE)
    page = await opens(size, member.caller)
    await page.goto("/today")
    thumb = Thumb(page)
    await thumb.press("活動", role="link")
    await expect(page).to_have_url(re.compile("/activities$"))
    await page.locator(f'form[action="/activities/{slot_id}/join"] button').click()
    await expect(page.get_by_text("申し込みました")).to_be_visible()
    await page.goto("/today")
    await expect(page.get_by_role("heading", name="まもなく、はじまります")).to_be_visible()
    numbers = [each["number"] for each in ok(await town.host.get(f"/slots/{slot_id}/roster"))["expected"]]
    assert numbers == [member.number]


async def test_giving_to_a_group_is_one_tap_and_a_second_tap_gives_nothing_more(
    opens: Opener, town: Town, member: Member
) -> None:
    treasurer = await town.service.caller("treasurer")
    await scenes.attend(town, member)
    page = await opens("phone", member.caller)
    await page.goto(f"/give?to={treasurer.organisation_id}")
    await page.get_by_role("button", name="おくる").dblclick()
    await expect(page.get_by_role("heading", level=1)).to_have_text("おくりました")
    assert await scenes.points(member) == 300


async def test_a_pay_code_counts_down_and_is_over(opens: Opener, town: Town, member: Member) -> None:
    await scenes.attend(town, member)
    page = await opens("phone", member.caller)
    await page.goto("/pay")
    await page.get_by_role("button", name="300 ポイントまで").click()
    await expect(page.get_by_text(re.compile("あと 4分5[0-9]秒"))).to_be_visible()
    assert await chromium.violations(page, enhanced=True) == []
    assert await chromium.overflow(page) == 0
    town.service.clock.forward(5 * MINUTE)
    await page.get_by_role("link", name="使われたか確かめる").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("時間が過ぎました")
    assert await scenes.points(member) == 400


async def test_the_keyboard_is_enough_to_come(opens: Opener, town: Town, member: Member) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 1)
    page = await opens("desktop", member.caller)
    await page.goto(await member_pages.venue(town, slot_id))
    button = page.get_by_role("button", name="来ました")
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await button.evaluate("each => each === document.activeElement"):
            break
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")


async def test_text_size_and_language_are_kept_on_the_device(opens: Opener, size: chromium.Size, member: Member) -> None:
    page = await opens(size, member.caller)
    await page.goto("/settings")
    await page.get_by_label("特大").check()
    await page.get_by_label("English").check()
    await page.get_by_role("button", name="この端末に覚えさせる").click()
    await page.goto("/today")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hello, 結 太郎")
    assert await chromium.overflow(page) == 0
    assert await page.evaluate("document.documentElement.dataset.size") == "largest"
