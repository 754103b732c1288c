"""A device at a counter in a real browser: added, opened with a key that WebCrypto makes, worked at, and a card paid with its PIN."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, scenes, sites, spending
from tests.support.device_browser import ADDRESS
from tests.support.http import Caller
from tests.support.scenes import Member, Town
from tests.support.towns import POINTS, TOWN

SENT_MILLISECONDS_MAX = 30_000  # on a machine that is busy; the page tries again after five seconds
SCANS = "activities.scan where member_id = :member"
KEPT = """new Promise((resolve, reject) => {
    const asked = indexedDB.open("yui-live");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
        asked.result.transaction("queue").objectStore("queue").count().onsuccess = each => resolve(each.target.result);
    };
})"""
"""How many scans wait in the browser's own storage."""


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


async def count(town: Town, what: str, member: Member, **more: Any) -> int:
    async def work(conn: AsyncConnection) -> int:
        return (await conn.execute(text(f"select count(*) from {what}"), {"member": member.member_id} | more)).scalar_one()

    return await read(town.service.engine, TOWN, work)


async def added(opens: Opener, town: Town, caller: Caller, name: str) -> Page:
    """Somebody adds a device on their phone, and opens it on a tablet of its own, whose clock is right."""
    phone = await opens("phone", caller)
    await phone.goto("/counters")
    await phone.get_by_label("端末の名前").fill(name)
    await phone.get_by_role("button", name="QRコードを出す").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("置く端末で読み取ってください")
    assert await chromium.violations(phone, enhanced=True) == []
    told = ADDRESS.search(await phone.content())
    assert told is not None
    tablet = await opens("tablet")
    await tablet.clock.set_fixed_time(town.service.clock.now())
    await tablet.goto(told[1])
    await tablet.get_by_role("button", name="この端末で使いはじめる").click()
    await expect(tablet.get_by_role("link", name="受け持つ人を選ぶ")).to_be_visible()
    return tablet


async def works(opens: Opener, tablet: Page, caller: Caller, label: str) -> None:
    """Somebody sets a PIN on their phone, and begins to work at the tablet."""
    phone = await opens("phone", caller)
    await phone.goto("/pin")
    await phone.get_by_label("暗証番号", exact=True).fill("2580")
    await phone.get_by_label("もう一度、同じ番号").fill("2580")
    await phone.get_by_role("button", name="この番号に決める").click()
    await expect(phone.get_by_text("暗証番号を決めました")).to_be_visible()
    await tablet.get_by_role("link", name="受け持つ人を選ぶ").click()
    await tablet.get_by_label(label).check()
    await tablet.get_by_label("その人の暗証番号").fill("2580")
    await tablet.get_by_role("button", name="受け持つ", exact=True).click()
    await expect(tablet.get_by_role("link", name=f"受け持ち: {label}")).to_be_visible()


async def at_the_door(tablet: Page, slot_id: str) -> None:
    """The live page of a slot, with its list on the device."""
    await tablet.goto(f"/host/slots/{slot_id}/live")
    await expect(tablet.locator('[data-live="state"]')).to_have_text("送り終わっています。", timeout=SENT_MILLISECONDS_MAX)


async def read_card(tablet: Page, card: str, *, unsent: int) -> None:
    """A reader that types like a keyboard reads a card; so many scans wait on the device then."""
    await tablet.locator("[data-scanner-field]").focus()
    await tablet.keyboard.insert_text(card)
    await tablet.keyboard.press("Enter")
    await expect(tablet.locator(".scanner [role=status]").first).to_contain_text("来ました")
    await expect(tablet.locator('[data-live="unsent"]')).to_have_text(f"未送信 {unsent}件", timeout=SENT_MILLISECONDS_MAX)


async def test_from_the_code_on_a_hosts_phone_to_a_number_entered_in_their_name(opens: Opener, town: Town) -> None:
    guest, slot_id = await scenes.join(town), await scenes.slot(town, town.service.clock.now())
    tablet = await added(opens, town, town.host, "公民館タブレット")
    await works(opens, tablet, town.host, "test host")
    await tablet.goto(f"/host/slots/{slot_id}")
    await tablet.get_by_label("カード、または会員番号").fill(str(guest.number))
    await tablet.get_by_role("button", name="受け付ける").click()
    await expect(tablet.get_by_role("status")).to_contain_text("結 太郎")
    named = "activities.scan_operator o join activities.scan s using (scan_id) where s.member_id = :member"
    assert await count(town, named, guest) == 1


async def test_on_the_live_page_a_scan_names_device_and_operator_and_a_stopped_device_loses_nothing(
    opens: Opener, site: sites.Site, town: Town
) -> None:
    guest, late = await scenes.join(town), await scenes.join(town)
    slot_id = await scenes.slot(town, town.service.clock.now())
    tablet = await added(opens, town, town.host, "入口の端末")
    await works(opens, tablet, town.host, "test host")
    await at_the_door(tablet, slot_id)
    await read_card(tablet, guest.card, unsent=0)
    named = """activities.scan_operator o join activities.scan c using (scan_id) join community.shift s using (shift_id)
        join community.principal d on d.principal_id = s.device_id and d.role = 'device'
        where c.member_id = :member and c.scanned_by = d.principal_id and c.evidence = 3 and s.operator_id = :operator"""
    assert await count(town, named, guest, operator=town.host.principal_id) == 1
    await tablet.context.set_offline(True)
    await read_card(tablet, late.card, unsent=1)
    phone = await opens("phone", town.host)
    await phone.goto("/counters")
    await phone.get_by_role("button", name="入口の端末").click()
    await tablet.context.set_offline(False)
    await tablet.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(tablet.locator('[data-live="alarm"]')).to_contain_text("1件は、この端末に残っています。")
    assert await chromium.violations(tablet) == []
    await tablet.reload()
    assert await count(town, SCANS, late) == 0
    assert await tablet.evaluate(KEPT) == 1
    await site.sign_in(tablet.context, town.host)
    await tablet.goto(f"/host/slots/{slot_id}/live")
    await expect(tablet.locator('[data-live="alarm"]')).to_contain_text("べつの人でサインインしています。")
    await tablet.get_by_role("button", name="数えられなかった受付の一覧に送る").click()
    await expect(tablet.locator('[data-live="unsent"]')).to_have_text("未送信 0件", timeout=SENT_MILLISECONDS_MAX)
    conflict = "activities.scan_conflict where slot_id = cast(:slot as uuid) and member_id = :member"
    assert await count(town, conflict, late, slot=slot_id) == 1
    assert await count(town, SCANS, late) == 0, "what a stopped device kept counts by a person's word alone"


async def test_a_card_pays_above_the_limit_when_its_holder_types_the_pin(opens: Opener, town: Town, site: sites.Site) -> None:
    customer, cashier = await scenes.join(town), await town.service.caller("cashier")
    await scenes.attend(town, customer, 10)
    desk = await opens("desktop")
    await site.carry(desk.context, await site.session(town.officer, stepped_up=True))
    await desk.goto(f"/desk/members/{customer.member_id}/pin")
    await desk.get_by_label("暗証番号", exact=True).fill("1470")
    await desk.get_by_label("もう一度、同じ番号").fill("1470")
    await desk.get_by_role("button", name="この番号に決める").click()
    await expect(desk.get_by_text("暗証番号を決めました")).to_be_visible()
    till = await added(opens, town, cashier, "レジ1")
    await works(opens, till, cashier, "test cashier")
    await till.goto("/till")
    assert await chromium.violations(till) == []
    for pin, told in (("", "暗証番号が要ります"), ("9630", "暗証番号がちがいます")):
        await _take(till, customer, pin)
        await expect(till.get_by_role("heading", level=1)).to_contain_text(told)
        await till.goto("/till")
    await _take(till, customer, "1470")
    await expect(till.get_by_role("heading", level=1)).to_have_text("いただきました")
    assert await scenes.points(customer) == 1_200
    assert await spending.posted(town.service.engine, "payable", POINTS, cashier.organisation_id) == 800
    proven = "wallets.redemption_pin p join wallets.redemption r using (redemption_id) where r.holder = :member"
    assert await count(town, proven, customer) == 1


async def _take(till: Page, customer: Member, pin: str) -> None:
    await till.locator("input[name=code]").fill(customer.card)
    await till.get_by_label("ポイントの数").fill("800")
    await till.get_by_label("カードの暗証番号").fill(pin)
    await till.get_by_role("button", name="いただく").click()


async def test_a_copied_cookie_in_another_browser_is_refused_by_name(opens: Opener, town: Town) -> None:
    guest, slot_id = await scenes.join(town), await scenes.slot(town, town.service.clock.now())
    tablet = await added(opens, town, town.host, "公民館タブレット")
    thief = await opens("desktop")
    await thief.context.add_cookies(await tablet.context.cookies())  # pyright: ignore[reportArgumentType]
    await thief.goto(f"/host/slots/{slot_id}")
    await thief.locator("input[name=who]").fill(guest.card)
    await thief.get_by_role("button", name="受け付ける").click()
    await expect(thief.locator("[data-code=device_unsigned]")).to_be_visible()
    assert await count(town, "activities.scan where member_id = :member", guest) == 0
