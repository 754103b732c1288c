"""What is handed over on paper: the card of a member and nothing else about them; a passbook that is a table on a small sheet too."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, scenes, sites
from tests.support.scenes import Member, Town

A5_WIDTH = 491
"""Pixels between the margins of a sheet of A5."""


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture(scope="module")
async def member(town: Town) -> Member:
    """Somebody with 400 points."""
    joined = await scenes.join(town)
    await scenes.attend(town, joined)
    return joined


async def sheets(page: Page) -> int:
    """How many sheets the page takes on paper."""
    return len(re.findall(rb"/Type\s*/Page\b", await page.pdf(prefer_css_page_size=True)))


async def test_a_card_that_is_made_again_is_printed_alone(opens: Opener, site: sites.Site, town: Town, member: Member) -> None:
    page = await opens("desktop")
    await site.carry(page.context, await site.session(town.officer, stepped_up=True))
    await page.goto(f"/office/members/{member.member_id}")
    await page.get_by_label("作り直す理由").fill("なくした")
    await page.get_by_role("button", name="前のカードを止めて、作り直す").click()
    await expect(page.locator(".code svg")).to_be_visible()
    assert await sheets(page) == 1
    await page.emulate_media(media="print")
    told = re.sub(r"\s+", " ", await page.inner_text("main")).strip()
    assert told == f"結 太郎 ゆい たろう 新しいカード {member.number}"


async def test_a_passbook_is_a_table_on_a_small_sheet(opens: Opener, town: Town, member: Member) -> None:
    page = await opens("desktop", member.caller)
    await page.goto("/passbook?unit=pt&paper=a5")
    assert await sheets(page) == 1
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": A5_WIDTH, "height": 700})
    await expect(page.locator(".passbook thead")).to_be_visible()
    assert await chromium.overflow(page) == 0
