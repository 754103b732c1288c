"""Signing in with what the desk hands out: at three sizes, by keyboard alone, without script, and for whoever cannot see it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import signed_in
from community import members
from db.transact import transact
from kernel import ids
from tests.browser.conftest import Opener
from tests.support import chromium, http, sites
from tests.support.towns import AREAS, TOWN

BORN = date(1950, 4, 3)


@pytest.fixture(scope="module")
async def member(site: sites.Site) -> http.Caller:
    """A member whose birth date is known."""

    async def work(conn: AsyncConnection) -> None:
        person = members.Person("結 花子", "ゆい はなこ", BORN)
        new = members.NewMember(member_id=member_id, area_id=AREAS[TOWN], person=person)
        await members.add(conn, new, now=site.service.clock.now())

    member_id = ids.new_id()
    await transact(site.engine, TOWN, work)
    return await site.service.caller("member", member_id=member_id)


async def fill_in_birth_date(page: Page) -> None:
    for label, value in (("年", BORN.year), ("月", BORN.month), ("日", BORN.day)):
        await page.get_by_label(label, exact=True).fill(str(value))


async def signed_in_on(page: Page) -> bool:
    return any(cookie.get("name") == signed_in.COOKIE for cookie in await page.context.cookies())


async def test_one_button_signs_in_and_the_entrance_is_used_up(page: Page, site: sites.Site, member: http.Caller) -> None:
    path = await site.entrance(member)
    await page.goto(path)
    await expect(page.get_by_role("heading", level=1)).to_have_text("この端末で使いはじめる")
    await page.get_by_role("button", name="使いはじめる").click()
    await expect(page).not_to_have_url(re.compile("/enter/"))
    assert await signed_in_on(page)
    told = await page.goto(path)
    assert told is not None
    assert told.status == 410


async def test_it_works_without_script(opens: Opener, size: chromium.Size, site: sites.Site, member: http.Caller) -> None:
    page = await opens(size, script=False)
    await page.goto(await site.entrance(member, asks_birth_date=True))
    await fill_in_birth_date(page)
    await page.get_by_role("button", name="使いはじめる").click()
    await expect(page).not_to_have_url(re.compile("/enter/"))
    assert await signed_in_on(page)


async def test_the_keyboard_is_enough(page: Page, site: sites.Site, member: http.Caller) -> None:
    await page.goto(await site.entrance(member, asks_birth_date=True))
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type("昭和")
    for value in (BORN.year - 1925, BORN.month, BORN.day):
        await page.keyboard.press("Tab")
        await page.keyboard.type(str(value))
    await page.keyboard.press("Tab")
    button = page.get_by_role("button", name="使いはじめる")
    await expect(button).to_be_focused()
    outline = await button.evaluate("each => getComputedStyle(each).outlineStyle")
    assert outline == "solid", "the focus is seen"
    await page.keyboard.press("Enter")
    await expect(page).not_to_have_url(re.compile("/enter/"))
    assert await signed_in_on(page)


async def test_a_wrong_birth_date_is_told_in_words_and_signs_nobody_in(page: Page, site: sites.Site, member: http.Caller) -> None:
    await page.goto(await site.entrance(member, asks_birth_date=True))
    for label, value in (("年", "1951"), ("月", "4"), ("日", "3")):
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name="使いはじめる").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await chromium.violations(page, enhanced=True) == []
    assert not await signed_in_on(page)


@pytest.mark.parametrize("text_size", ["normal", "large", "largest"])
@pytest.mark.parametrize("width", ["narrow", *chromium.THREE])
async def test_everybody_can_read_and_press_it(
    opens: Opener, site: sites.Site, member: http.Caller, width: chromium.Size, text_size: str
) -> None:
    page = await opens(width)
    await page.context.add_cookies([{"name": "yui-size", "value": text_size, "url": site.address}])
    await page.goto(await site.entrance(member, asks_birth_date=True))
    assert await page.locator("html").get_attribute("data-size") == text_size
    assert await chromium.violations(page, enhanced=True) == []
    assert await chromium.overflow(page) == 0
    assert await chromium.small_targets(page, least=44) == []
    box = await page.get_by_role("button", name="使いはじめる").bounding_box()
    assert box is not None
    assert box["height"] >= 56
