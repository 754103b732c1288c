"""A hall without signal, driven: the page opens again, fifty cards are read, and all of them count once when the signal is back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, scenes, sites
from tests.support.scenes import Member, Town, ok
from tests.support.towns import TOWN

CARDS = 50
HOUR = timedelta(hours=1)
SENT_MILLISECONDS_MAX = 30_000  # on a machine that is busy; the page tries again after five seconds
_COUNTED = query.statement(
    """
    select count(*) as scans, count(distinct member_id) as members, coalesce(min(evidence), 0) as least from activities.scan
    where municipality_id = db.municipality() and slot_id = cast(cast(:slot_id as text) as uuid)
    """
)
_SETTLED = query.statement(
    """
    select c.code, s.how from activities.scan_conflict c
    left join activities.conflict_settlement s on s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
    where c.municipality_id = db.municipality() and c.slot_id = cast(cast(:slot_id as text) as uuid)
    """
)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


async def rows(town: Town, asked: Any, slot_id: str) -> list[Any]:
    async def work(conn: AsyncConnection) -> list[Any]:
        return list(await query.rows(conn, asked, slot_id=slot_id))

    return await read(town.service.engine, TOWN, work)


async def hall(town: Town, *, booked: list[Member], capacity: int = 60) -> str:
    """A slot that begins now; its id."""
    slot_id = await scenes.slot(town, town.service.clock.now(), 2, capacity)
    for each in booked:
        ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(each.member_id)}))
    return slot_id


async def at_the_door(page: Page, slot_id: str) -> None:
    """The live page, with the list on the device and the page kept by the browser."""
    await page.goto(f"/host/slots/{slot_id}/live")
    await expect(page.locator('[data-live="state"]')).to_have_text("送り終わっています。", timeout=SENT_MILLISECONDS_MAX)
    await page.evaluate("navigator.serviceWorker.ready")


async def read_card(page: Page, told: str) -> None:
    """A reader that types like a keyboard."""
    field = page.locator("[data-scanner-field]")
    await field.fill(told)
    await field.press("Enter")


def unsent(count: int) -> re.Pattern[str]:
    return re.compile(f"^未送信 {count}件$")


async def lose_the_first(route: Route, asked: list[str]) -> None:
    """The first answer is lost on its way: the server has counted, and the device does not know."""
    asked.append(route.request.url)
    if len(asked) > 1:
        await route.continue_()
        return
    await route.fetch()
    await route.abort()


async def test_fifty_cards_without_signal_count_once_each(opens: Opener, town: Town) -> None:
    guests = [await scenes.join(town) for _ in range(CARDS)]
    slot_id = await hall(town, booked=guests[:10])
    page = await opens("tablet", town.host)
    await at_the_door(page, slot_id)
    chip = page.locator('[data-live="unsent"]')
    await expect(chip).to_have_text(unsent(0))
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator('[data-live="title"]')).to_have_text("サロン")
    await expect(page.locator('[data-live="expected"]')).to_have_text("10")
    for nth, guest in enumerate(guests, 1):
        await read_card(page, guest.card)
        await expect(chip).to_have_text(unsent(nth))
    await expect(page.locator('[data-live="here"]')).to_have_text(str(CARDS))
    await page.reload()
    await expect(chip).to_have_text(unsent(CARDS))
    assert (await rows(town, _COUNTED, slot_id))[0].scans == 0
    lost: list[str] = []
    await page.route("**/queue", lambda route: lose_the_first(route, lost))
    await page.context.set_offline(False)
    await expect(page.locator('[data-live="state"]')).to_have_text(re.compile("電波がありません"))
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(chip).to_have_text(unsent(0), timeout=SENT_MILLISECONDS_MAX)
    await page.unroute_all(behavior="wait")
    assert len(lost) >= 2
    (counted,) = await rows(town, _COUNTED, slot_id)
    assert (counted.scans, counted.members, counted.least) == (CARDS, CARDS, 3)
    await expect(page.locator('[data-live="here"]')).to_have_text(str(CARDS))
    town.service.clock.forward(2 * HOUR)
    await page.get_by_role("button", name="しめる").click()
    await expect(page.get_by_text("にしめました")).to_be_visible(timeout=SENT_MILLISECONDS_MAX)
    assert [await scenes.points(each) for each in (guests[0], guests[-1])] == [400, 400]
    assert await page.evaluate("indexedDB.databases().then(all => all.length)") == 2


async def test_a_refused_scan_stays_in_sight_until_it_is_settled(opens: Opener, town: Town) -> None:
    guest, late = await scenes.join(town), await scenes.join(town)
    slot_id = await hall(town, booked=[guest], capacity=1)
    page = await opens("phone", town.host)
    await at_the_door(page, slot_id)
    await read_card(page, late.card)
    await expect(page.get_by_text("数えられなかった受付が1件あります。")).to_be_visible(timeout=SENT_MILLISECONDS_MAX)
    assert await chromium.violations(page) == []
    await page.get_by_role("alert").get_by_role("link", name="数えられなかった受付").click()
    await expect(page.get_by_text("定員がいっぱいです。")).to_be_visible()
    await page.get_by_label("記録しないわけ").fill("つぎの回に来てもらう")
    await page.get_by_role("button", name="記録しないことにする").click()
    await expect(page.get_by_text("記録しないことにしました")).to_be_visible()
    assert await chromium.violations(page) == []
    assert [(row.code, row.how) for row in await rows(town, _SETTLED, slot_id)] == [("slot_full", "set_aside")]
    await page.goto(f"/host/slots/{slot_id}/live")
    await expect(page.locator('[data-live="state"]')).to_have_text("送り終わっています。", timeout=SENT_MILLISECONDS_MAX)
    await expect(page.get_by_text("数えられなかった受付が1件あります。")).to_have_count(0)
    assert await scenes.points(late) == 0


async def test_a_mistake_is_taken_back_and_nothing_is_closed_while_something_waits(opens: Opener, town: Town) -> None:
    wrong, right = await scenes.join(town), await scenes.join(town)
    slot_id = await hall(town, booked=[wrong, right])
    page = await opens("desktop", town.host)
    await at_the_door(page, slot_id)
    await page.context.set_offline(True)
    await read_card(page, str(wrong.number))
    await expect(page.locator('[data-live="unsent"]')).to_have_text(unsent(1))
    await page.get_by_role("button", name="結 太郎さんの受付を取り消す").click()
    await expect(page.locator('[data-live="unsent"]')).to_have_text(unsent(2))
    await expect(page.locator('[data-live="here"]')).to_have_text("0")
    await read_card(page, right.card)
    await page.get_by_role("button", name="しめる").click()
    await expect(page.get_by_text("送り終わるまで、しめられません。")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator('[data-live="unsent"]')).to_have_text(unsent(0), timeout=SENT_MILLISECONDS_MAX)
    town.service.clock.forward(2 * HOUR)
    await page.get_by_role("button", name="しめる").click()
    await expect(page.get_by_text("にしめました")).to_be_visible(timeout=SENT_MILLISECONDS_MAX)
    assert (await scenes.points(wrong), await scenes.points(right)) == (0, 400)


async def test_who_is_signed_out_meanwhile_keeps_the_queue_and_is_told(opens: Opener, site: sites.Site, town: Town) -> None:
    guest = await scenes.join(town)
    slot_id = await hall(town, booked=[guest])
    page = await opens("phone", town.host)
    await at_the_door(page, slot_id)
    await page.context.clear_cookies()
    await read_card(page, guest.card)
    await expect(page.get_by_text("もう一度サインインしてください。1件は、この端末に残っています。")).to_be_visible(
        timeout=SENT_MILLISECONDS_MAX
    )
    await site.sign_in(page.context, town.host)
    await at_the_door(page, slot_id)
    await expect(page.locator('[data-live="unsent"]')).to_have_text(unsent(0))
    assert (await rows(town, _COUNTED, slot_id))[0].scans == 1


async def test_what_the_browser_keeps_tells_no_name_and_no_card(opens: Opener, town: Town) -> None:
    guest = await scenes.join(town)
    slot_id = await hall(town, booked=[guest])
    page = await opens("phone", town.host)
    await at_the_door(page, slot_id)
    await page.context.set_offline(True)
    await read_card(page, guest.card)
    await expect(page.locator('[data-live="unsent"]')).to_have_text(unsent(1))
    kept = await page.evaluate(
        """async () => {
            const texts = [];
            for (const name of await caches.keys())
                for (const each of await (await caches.open(name)).keys()) {
                    const path = new URL(each.url).pathname;
                    texts.push(path);
                    if (!path.startsWith("/assets/")) texts.push(await (await (await caches.open(name)).match(each)).text());
                }
            const db = await new Promise(resolve => { indexedDB.open("yui-live").onsuccess = e => resolve(e.target.result); });
            for (const store of db.objectStoreNames)
                texts.push(await new Promise(resolve => {
                    db.transaction(store).objectStore(store).getAll().onsuccess = e => resolve(JSON.stringify(e.target.result));
                }));
            return texts.join("\\n");
        }"""
    )
    assert "/host/live" in kept
    assert ".wasm" in kept
    for secret in ("結 太郎", "ゆい たろう", guest.card.rpartition("/")[2], "サロン", "test host"):
        assert secret not in kept, secret
    assert re.findall('name="form_token" value="([^"]*)"', kept) == ["", ""]
