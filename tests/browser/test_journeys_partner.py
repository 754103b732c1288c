"""A shop takes points: a card or a pay code is scanned and the amount typed; a mistake is taken back. Each ends by reading the book."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, journeys, scenes, sites, spending, taps
from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.towns import POINTS


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def customer(town: Town) -> Member:
    """Somebody with 400 points."""
    member = await scenes.join(town)
    await scenes.attend(town, member)
    return member


@pytest.fixture
async def cashier(town: Town) -> Caller:
    return await town.service.caller("cashier")


async def pay_code(member: Member) -> str:
    asked = {"unit": "pt", "amount_max": 300}
    return ok(await member.caller.keyed(f"/members/{member.member_id}/pay-codes", asked))["address"]


async def stands(town: Town, customer: Member, cashier: Caller) -> tuple[int, int]:
    """What the customer holds, and what the town owes the shop, as PostgreSQL keeps it."""
    engine = town.service.engine
    return (
        await spending.posted(engine, "wallet", POINTS, customer.member_id),
        await spending.posted(engine, "payable", POINTS, cashier.organisation_id),
    )


async def takes(page: Page, symbol: str, amount: str) -> None:
    """One scan and an amount, from the page of the till."""
    async with journeys.taken(page, "take") as hands:
        await hands.begin("/till")
        await types(page, hands, symbol, amount)
        await expect(page.get_by_role("heading", level=1)).to_have_text("いただきました")


async def types(page: Page, hands: taps.Hands, symbol: str, amount: str) -> None:
    """A reader types the symbol where the focus is, and the focus goes on to the amount."""
    await expect(page.get_by_label("ポイントの数")).to_be_visible()
    await expect(page.get_by_role("radio")).to_have_count(0)  # one unit is given here: the yen it turns into is none to pay with
    await expect(page.locator("[data-scanner-field]")).to_be_focused()
    await hands.read(symbol)
    await expect(page.get_by_label("ポイントの数")).to_be_focused()
    await hands.type(amount)
    await hands.key("Enter")


@pytest.mark.parametrize("by", ["card", "pay code"])
async def test_points_are_taken_by_one_scan_and_an_amount(
    opens: Opener, size: chromium.Size, town: Town, customer: Member, cashier: Caller, by: str
) -> None:
    page = await opens(size, cashier)
    await takes(page, customer.card if by == "card" else await pay_code(customer), "120")
    await expect(page.get_by_text("120 ポイント")).to_be_visible()
    assert "結 太郎" not in await page.inner_text("body"), "a till learns no name"
    assert await stands(town, customer, cashier) == (280, 120)


async def test_a_mistake_is_taken_back_in_two_presses(
    opens: Opener, size: chromium.Size, town: Town, customer: Member, cashier: Caller
) -> None:
    page = await opens(size, cashier)
    await takes(page, customer.card, "150")
    assert await stands(town, customer, cashier) == (250, 150)
    async with journeys.taken(page, "take_back") as hands:
        await hands.press(page.locator("summary").first)
        await hands.press(page.locator("button.danger"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("取り消しました")
    assert await stands(town, customer, cashier) == (400, 0)


async def test_what_the_card_does_not_hold_is_told_and_the_way_back_keeps_the_till_open(
    opens: Opener, town: Town, customer: Member, cashier: Caller
) -> None:
    page = await opens("phone", cashier)
    async with taps.budget(page, scans=2, taps=3, fields=2) as hands:
        await hands.begin("/till")
        await types(page, hands, customer.card, "401")
        await expect(page.locator("[data-code=insufficient_balance]")).to_be_visible()
        await hands.press(page.locator("main a").last)
        await types(page, hands, customer.card, "400")
        await expect(page.get_by_role("heading", level=1)).to_have_text("いただきました")
    assert await stands(town, customer, cashier) == (0, 400)
