"""Somebody helps and earns: with a card, with a phone, at a home, on paper. Presses are counted, and each ends by reading the book."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, earned, held, journeys, member_pages, scenes, sites, spending
from tests.support.earned import Earned
from tests.support.scenes import Member, Town, ok
from tests.support.towns import MINUTES

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


@pytest.fixture
def now(town: Town) -> datetime:
    """A whole minute, from which the town's clock goes on."""
    return journeys.next_minute(town.service.clock)


async def heading(page: Page, said: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(said)


async def minutes(town: Town, member: Member) -> int:
    return await spending.posted(town.service.engine, "wallet", MINUTES, member.member_id)


async def own_scanner(opens: Opener, size: chromium.Size, member: Member) -> Page:
    """A device with a camera, on which the member's own scanner was used before."""
    page = await opens(size, member.caller)
    await held.camera(page)
    await held.used(page)
    return page


async def venue_code(town: Town, slot_id: str) -> str:
    """What the symbol on the venue's screen says now."""
    return ok(await town.host.get(f"/slots/{slot_id}/venue-code"))["address"]


async def test_a_card_at_the_hosts_device_needs_no_tap(
    opens: Opener, size: chromium.Size, town: Town, member: Member, now: datetime
) -> None:
    slot_id = await scenes.slot(town, now, 2)
    page = await opens(size, town.host)
    async with journeys.taken(page, "device") as hands:
        await hands.begin(f"/host/slots/{slot_id}/live")
        await expect(page.locator('[data-live="state"]')).to_have_text("送り終わっています。")
        await hands.read(member.card)
        await expect(page.locator('[data-live="here"]')).to_have_text("1")
        await expect(page.locator('[data-live="unsent"]')).to_have_text("未送信 0件")
        town.service.clock.set(now + 2 * HOUR)
        await page.reload()
        await expect(page.locator('[data-live="here"]')).to_have_text("1")
        await hands.read(member.card)
        await expect(page.locator('[data-live="gone"]')).to_have_text("1")
        await expect(page.locator('[data-live="unsent"]')).to_have_text("未送信 0件")
    assert await earned.earned(town.service.engine, member.member_id) == [Earned(120, 3, "grant", 400, 400, 400)]


async def test_a_card_at_a_device_without_script_needs_no_tap(opens: Opener, town: Town, member: Member, now: datetime) -> None:
    slot_id = await scenes.slot(town, now, 2)
    page = await opens("tablet", town.host, script=False)
    async with journeys.taken(page, "device") as hands:
        await hands.begin(f"/host/slots/{slot_id}")
        await hands.read(member.card)
        await expect(page.get_by_role("status")).to_contain_text("結 太郎")
        town.service.clock.set(now + 2 * HOUR)
        await hands.read(member.card)
        await expect(page.get_by_role("status").get_by_text("に帰りました")).to_be_visible()
    assert await earned.earned(town.service.engine, member.member_id) == [Earned(120, 3, "grant", 400, 400, 400)]


async def test_an_own_phone_on_the_venues_code_needs_no_tap(
    opens: Opener, size: chromium.Size, town: Town, member: Member, now: datetime
) -> None:
    slot_id = await scenes.slot(town, now, 1)
    ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(member.member_id)}))
    page = await own_scanner(opens, size, member)
    async with journeys.taken(page, "venue") as hands:
        await hands.begin("/today")
        await hands.show(await venue_code(town, slot_id))
        await heading(page, "受け付けました")
        town.service.clock.set(now + HOUR)
        await page.reload()
        await hands.show(await venue_code(town, slot_id))
        await heading(page, "おわりを受け付けました")
    assert await earned.earned(town.service.engine, member.member_id) == [Earned(60, 2, "grant", 200, 200, 200)]


async def test_help_at_a_home_is_two_scans_of_the_receivers_card(
    opens: Opener, size: chromium.Size, town: Town, member: Member, now: datetime
) -> None:
    receiver = await scenes.join(town)
    await member_pages.agreed(town, member, receiver)
    page = await own_scanner(opens, size, member)
    async with journeys.taken(page, "home") as hands:
        await hands.begin("/today")
        await hands.show(receiver.card)
        await heading(page, "受け付けました")
        town.service.clock.set(now + HOUR)
        await page.reload()
        await hands.show(receiver.card)
        await expect(page.get_by_text("1時間を記録しました")).to_be_visible()
    assert (await minutes(town, member), await minutes(town, receiver)) == (60, -60)
    assert [each.minutes for each in await earned.earned(town.service.engine, member.member_id)] == [60]


async def test_a_phone_that_never_scanned_asks_for_its_camera_once(
    opens: Opener, town: Town, member: Member, now: datetime
) -> None:
    receiver = await scenes.join(town)
    await member_pages.agreed(town, member, receiver)
    page = await opens("phone", member.caller)
    await held.camera(page)
    async with journeys.taken(page, "home_first") as hands:
        await hands.begin("/today")
        await hands.press("カメラで読み取る")
        await hands.show(receiver.card)
        await heading(page, "受け付けました")
        town.service.clock.set(now + HOUR)
        await page.reload()
        await hands.show(receiver.card)
        await heading(page, "おわりを受け付けました")
    assert (await minutes(town, member), await minutes(town, receiver)) == (60, -60)


@pytest.mark.parametrize("script", [True, False])
async def test_the_phones_own_camera_on_the_venues_code_is_a_scan_and_a_tap(
    opens: Opener, script: bool, town: Town, member: Member, now: datetime
) -> None:
    slot_id = await scenes.slot(town, now, 1)
    page = await opens("phone", member.caller, script=script)
    async with journeys.taken(page, "venue_camera") as hands:
        await hands.scan(await member_pages.venue(town, slot_id))
        await hands.press("来ました")
        await heading(page, "受け付けました")
        town.service.clock.set(now + HOUR)
        await hands.scan(await member_pages.venue(town, slot_id))
        await hands.press("帰ります")
        await heading(page, "おわりを受け付けました")
    assert await earned.earned(town.service.engine, member.member_id) == [Earned(60, 2, "grant", 200, 200, 200)]


@pytest.mark.parametrize("script", [True, False])
async def test_the_phones_own_camera_on_the_receivers_card_is_a_scan_and_a_tap(
    opens: Opener, script: bool, town: Town, member: Member, now: datetime
) -> None:
    receiver = await scenes.join(town)
    await member_pages.agreed(town, member, receiver)
    page = await opens("phone", member.caller, script=script)
    async with journeys.taken(page, "home_camera") as hands:
        await hands.scan(receiver.card)
        await hands.press("はじめます")
        await heading(page, "受け付けました")
        town.service.clock.set(now + HOUR)
        await hands.scan(receiver.card)
        await hands.press("おわりました")
        await expect(page.get_by_text("1時間を記録しました")).to_be_visible()
    assert (await minutes(town, member), await minutes(town, receiver)) == (60, -60)
    assert [each.minutes for each in await earned.earned(town.service.engine, member.member_id)] == [60]


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_a_paper_sheet_is_keyed_in_by_number_and_enter(
    opens: Opener, size: chromium.Size, script: bool, town: Town, member: Member, now: datetime
) -> None:
    other = await scenes.join(town)
    slot_id = await scenes.slot(town, now - 2 * HOUR, 2)
    page = await opens(size, town.host, script=script)
    async with journeys.taken(page, "paper") as hands:
        await hands.begin(f"/host/slots/{slot_id}/close")
        for nth, each in enumerate((member, other), 1):
            await hands.type(str(each.number))
            await hands.key("Enter")
            await expect(page.get_by_role("table").get_by_role("row")).to_have_count(nth + 1)
        await hands.fill("紙にある人数", "2")
        await hands.press("しめる")
        await expect(page.get_by_text("にしめました")).to_be_visible()
    for each in (member, other):
        (left,) = await earned.earned(town.service.engine, each.member_id)
        assert (left.minutes, left.entry, left.amount, left.posted) == (120, "grant", 400, 400)
