"""An officer's journeys at a desk, counted: rules become law, claims are booked, roles given, entries corrected; by two people."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import scenes, sites, taps
from tests.support.http import Caller
from tests.support.scenes import Town, ok

TODAY = "2026-05-11"
Desk = Callable[[Caller], Awaitable[Page]]


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def desk(opens: Opener, site: sites.Site) -> Desk:
    """`await desk(town.officer)`: the desktop of an officer who has just proven themselves."""

    async def at(officer: Caller) -> Page:
        page = await opens("desktop")
        await site.carry(page.context, await site.session(officer, stepped_up=True))
        return page

    return at


async def closing(town: Town) -> dict[Any, int]:
    """The book by unit and kind of account; nothing in it differs."""
    told = ok(await town.auditor.get(f"/money-flow?first=2026-05-01&last={TODAY}"))
    assert set(told["differences"].values()) == {0}
    return {(each["unit"], each["account_kind"]): each["closing"] for each in told["flows"]}


async def test_rules_become_law_tried_and_proposed_by_one_and_approved_by_another(town: Town, desk: Desk) -> None:
    page = await desk(town.officer)
    async with taps.budget(page, taps=9, fields=2) as hands:
        await hands.begin("/office")
        await hands.press("規則", role="link")
        await hands.press(page.locator(f'main a[href="/office/schemes/{town.scheme}"]'))
        await hands.press("今の規則から始める")
        document = await page.get_by_label("規則の文書").input_value()
        changed = document.replace("2026-04-01", "2026-07-01").replace("amount = 100", "amount = 120")
        await hands.fill("規則の文書", changed)
        await hands.press("保存して確かめる")
        await expect(page.get_by_text("間違いはありません。")).to_be_visible()
        await hands.press("この版を提案する")
        await hands.press("この提案で計算してみる")
        await expect(page.locator("svg").first).to_be_visible()
        await page.go_back()
        await hands.press(page.get_by_text("意見がないことを記録する"))
        await hands.fill("意見がない理由", "協議体の設置前")
        await hands.press("理由を残す")
    other = await desk(town.second)
    async with taps.budget(other, taps=3) as hands:
        await hands.begin("/office")
        await hands.press(re.compile("規則の提案"), role="link")
        await hands.press("承認する", exact=True)
        await hands.press("公布する")
        await expect(other.get_by_text("これから", exact=True).first).to_be_visible()
    editions = ok(await town.officer.get(f"/schemes/{town.scheme}/editions"))["items"]
    assert [(each["state"], each["starts_on"]) for each in editions] == [("in_force", "2026-04-01"), ("future", "2026-07-01")]
    assert editions[1]["approved_by"] == str(town.second.principal_id)
    assert "amount = 120" in editions[1]["document"]


async def test_a_list_of_claims_is_approved_by_one_click_and_is_in_the_book(town: Town, desk: Desk) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    ok(await member.caller.keyed(f"/members/{member.member_id}/claims", {"scheme": town.scheme, "amount": 200, "form": "cash"}))
    page = await desk(town.officer)
    async with taps.budget(page, taps=2, fields=1) as hands:
        await hands.begin("/office")
        await hands.press("支払い", role="link")
        await page.get_by_label("この日までに払えるもの").fill(TODAY)
        await hands.press("一覧を作る", exact=True)
    before = await closing(town)
    other = await desk(town.second)
    await other.goto("/office")
    await other.get_by_role("link", name=re.compile("交換の一覧")).click()
    async with taps.budget(other, taps=1) as hands:
        await hands.press("承認して記帳する")
        await expect(other.get_by_text("記帳ずみ")).to_be_visible()
    after = await closing(town)
    assert await scenes.points(member) == 200
    assert after["yen", "payable"] == before.get(("yen", "payable"), 0) + 160


async def test_a_coordinators_role_is_given_confirmed_and_entered_by(town: Town, desk: Desk, opens: Opener) -> None:
    page = await desk(town.officer)
    async with taps.budget(page, taps=4, fields=1) as hands:
        await hands.begin("/office")
        await hands.press("役割", role="link")
        await hands.press(page.get_by_role("radio", name="コーディネーター"))
        await hands.fill("呼び名", "第1層")
        await hands.press("この役割を渡す")
        await expect(page.get_by_text("別の職員が確かめるのを待っています")).to_be_visible()
    other = await desk(town.second)
    async with taps.budget(other, taps=3) as hands:
        await hands.begin("/office")
        await hands.press(re.compile("コーディネーターの役割"), role="link")
        await hands.press("確かめました。使えるようにする")
        await hands.press("入り口の紙を作る")
        await expect(other.locator(".symbol svg")).to_be_visible()
    held = [each for each in await roles_of(page) if "第1層" in each]
    assert len(held) == 1
    assert "使えます" in held[0]


async def roles_of(page: Page) -> list[str]:
    """The rows of the list of roles."""
    await page.goto("/office/roles")
    return await page.locator("main tbody tr").all_inner_texts()


async def test_an_entry_is_corrected_from_the_book_by_two(town: Town, desk: Desk) -> None:
    member = await scenes.join(town)
    entry = (await scenes.attend(town, member))["grants"][0]["entry_id"]
    page = await desk(town.officer)
    await page.goto(f"/audit/entries/{entry}")
    async with taps.budget(page, taps=2, fields=1) as hands:
        await hands.press("訂正を願い出る", role="link")
        await hands.fill("どこが、なぜ違うか", "別の人の記録でした")
        await hands.press("訂正を願い出る")
    other = await desk(town.second)
    async with taps.budget(other, taps=2) as hands:
        await hands.begin("/office")
        await hands.press(re.compile("仕訳の訂正.別の人"), role="link")
        await hands.press("承認して訂正する")
        await expect(other.get_by_text("訂正ずみ")).to_be_visible()
    assert await scenes.points(member) == 0
    await closing(town)


async def test_a_sheet_of_cards_prints_ten_business_cards_in_true_size(town: Town, desk: Desk, tmp_path: Any) -> None:
    members = [await scenes.join(town) for _ in range(11)]
    page = await desk(town.officer)
    await page.goto("/office/cards")
    await page.get_by_role("radio", name="下に書いた番号の会員").check()
    await page.get_by_label("会員番号").fill(" ".join(str(each.number) for each in members))
    await page.get_by_label("なくしたときのお知らせ先").fill("社会福祉協議会 03-0000-0000")
    await page.get_by_role("button", name="カードを作って").click()
    await expect(page.locator(".card")).to_have_count(11)
    await expect(page.locator(".page")).to_have_count(2)
    boxes = await page.eval_on_selector_all(".card", "all => all.map(each => each.getBoundingClientRect().toJSON())")
    millimetre = 96 / 25.4
    assert round((boxes[1]["x"] - boxes[0]["x"]) / millimetre) == 91
    assert round((boxes[2]["y"] - boxes[0]["y"]) / millimetre) == 55
    symbol = await page.eval_on_selector(".face svg path", "each => each.getBoundingClientRect().width")
    assert symbol / millimetre >= 30
