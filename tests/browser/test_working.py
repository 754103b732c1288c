"""Work that takes some seconds says so from the press to the answer; a second press is no second wish."""

from __future__ import annotations

from playwright.async_api import Route, expect

from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.support import chromium

CHECKS, CARDS = (next(shown for shown in pages.PAGES if shown.name == name) for name in ("audit-checks", "office-cards"))


async def test_the_page_says_that_it_is_being_worked_out(visits: Visitor) -> None:
    page = await visits(CHECKS, "phone")
    sent: list[str] = []

    async def on_its_way(route: Route) -> None:
        """The answer does not come yet: the page stays as whoever waits sees it."""
        sent.append(route.request.method)
        await route.abort("aborted")

    form = page.locator("form", has=page.locator('input[value="verify"]'))
    button, working = form.get_by_role("button"), form.get_by_role("status").get_by_text("計算しています。")
    await expect(working).to_be_hidden()
    await page.route("**/audit/checks", on_its_way)
    await button.click()
    await expect(working).to_be_visible()
    await expect(form.get_by_role("progressbar")).to_be_visible()
    assert await chromium.violations(page) == []
    assert await chromium.overflow(page) == 0
    await button.click()
    assert sent == ["POST"], "the second press is no second wish"
    await page.unroute("**/audit/checks")
    await page.reload()
    await button.click()
    await expect(page.get_by_text("すべて合っています。")).to_be_visible()
    await expect(working).to_be_hidden()


async def test_a_batch_of_cards_says_that_it_is_being_made(visits: Visitor) -> None:
    page = await visits(CARDS, "desktop")

    async def on_its_way(route: Route) -> None:
        await route.abort("aborted")

    form = page.locator("form", has=page.locator('input[name="contact"]'))
    working = form.get_by_role("status").get_by_text("カードを作っています。")
    await expect(working).to_be_hidden()
    await page.route("**/office/cards", on_its_way)
    await form.locator('input[name="contact"]').fill("結町社協 03-0000-0000")
    await form.get_by_role("button").click()
    await expect(working).to_be_visible()
    await expect(form.get_by_role("progressbar")).to_be_visible()
