"""Symbols before a camera, played from clips: what is read, what is said, and what is recorded; and the same without a camera."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, Request, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import scans as scan_rows
from db import query
from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, clips, held, member_pages, scenes, sites, spending
from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.towns import POINTS, TOWN

_SCANS = query.statement(
    """
    select member_id, direction, method from activities.scan
    where municipality_id = db.municipality() and slot_id = :slot_id order by occurred_at
    """
)
FOREIGN = "https://example.com/T/AAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


@asynccontextmanager
async def seeing(browser: Browser, site: sites.Site, who: Caller) -> AsyncGenerator[Page]:
    """A phone with this browser's camera, on which somebody is signed in."""
    async with chromium.opened(browser, site.address, "phone") as page:
        await site.sign_in(page.context, who)
        yield page


async def venue(town: Town, slot_id: str) -> str:
    """What the screen at the venue shows now."""
    return ok(await town.host.get(f"/slots/{slot_id}/venue-code"))["address"]


async def recorded(engine: AsyncEngine, slot_id: str) -> list[tuple[UUID, str, str]]:
    """Who came or went at a slot and by which way, as PostgreSQL keeps it."""
    rows = await read(engine, TOWN, lambda conn: query.rows(conn, _SCANS, slot_id=UUID(slot_id)))
    return [(row.member_id, row.direction, row.method) for row in rows]


async def owed(engine: AsyncEngine, cashier: Caller) -> int:
    return await spending.posted(engine, "payable", POINTS, cashier.organisation_id)


async def test_a_member_comes_by_the_venues_code_in_one_scan_and_one_tap(
    site: sites.Site, town: Town, member: Member, engine: AsyncEngine, tmp_path: Path
) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 1)
    clip = clips.made(tmp_path / "clean.mjpeg", [(clips.showing(await venue(town, slot_id)), 1)])
    async with clips.camera(clip) as browser, seeing(browser, site, member.caller) as page:
        today = await page.goto("/today")
        assert today is not None
        assert today.headers["permissions-policy"].startswith("camera=()"), "only a page that scans has the camera"
        began = time.perf_counter()
        await page.get_by_role("link", name="QRコードを読み取る").click()
        await page.get_by_role("button", name="来ました").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
        print(f"from opening the camera's page to recorded: {(time.perf_counter() - began) * 1000:.0f} ms")
    assert await recorded(engine, slot_id) == [(member.member_id, "in", "venue")]


async def test_what_is_not_meant_is_said_and_sent_nowhere_until_the_right_code_comes(
    site: sites.Site, town: Town, member: Member, engine: AsyncEngine, tmp_path: Path
) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 1)
    right = await venue(town, slot_id)
    forged = right[:-4] + ("0000" if right[-4:] != "0000" else "1111")
    other = (await scenes.join(town)).card
    told = [clips.showing(FOREIGN), clips.showing(right, other), clips.showing(forged)]
    scenes_shown = [(clips.nothing(), 0.5), *((each, 1.5) for each in told), (clips.showing(right, pixels=200, blur=1.5), 2.0)]
    asked: list[str] = []
    clip = clips.made(tmp_path / "all.mjpeg", scenes_shown)
    async with clips.camera(clip) as browser, seeing(browser, site, member.caller) as page:
        page.on("request", lambda request: asked.append(_path(request, site)))
        await page.goto("/scan")
        for kind, said in (
            ("alert", "ゆいのコードではありません"),
            ("status", "コードが2つ写っています"),
            ("alert", "このコードは、ゆいのコードではありません。"),
        ):
            await expect(page.locator(f".scanner [role={kind}] strong")).to_have_text(said)
        await expect(page.get_by_role("button", name="来ました")).to_be_visible()
    assert not any("example.com" in each for each in asked)
    assert asked.count("/scan") == 3, "the page, and each of ours once: as long as it stays in the picture it is one symbol"
    assert await recorded(engine, slot_id) == []


async def test_the_page_waits_for_whoever_comes_back_and_asks_where_a_hand_was_held_still(opens: Opener, town: Town) -> None:
    helper, receiver = await scenes.join(town), await scenes.join(town)
    match_id = await member_pages.agreed(town, helper, receiver)
    page = await opens("phone", helper.caller)
    await held.camera(page)
    await held.used(page)
    await page.goto("/today")
    assert await chromium.violations(page, enhanced=True) == []
    await held.before(page, receiver.card)
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
    await expect(page.get_by_role("button", name="カメラで読み取る")).to_be_visible()
    assert await chromium.violations(page, enhanced=True) == []
    assert await chromium.overflow(page) == 0
    for hidden in ("true", "false"):
        await page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    await held.before(page, receiver.card)
    await expect(page.get_by_role("heading", level=1)).to_have_text("お手伝いはおわりましたか")
    rows = await read(town.service.engine, TOWN, lambda conn: scan_rows.of_match(conn, UUID(match_id)))
    assert [row.direction for row in rows] == ["in"]


async def test_a_mistake_is_taken_back_where_it_is_told(opens: Opener, town: Town) -> None:
    helper, receiver = await scenes.join(town), await scenes.join(town)
    match_id = await member_pages.agreed(town, helper, receiver)
    page = await opens("phone", helper.caller)
    await page.goto("/scan")
    await page.get_by_label("コードを入れる").fill(receiver.card)
    await page.get_by_role("button", name="このコードで進む").click()
    await page.get_by_role("button", name="取り消す").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("取り消しました")
    assert await chromium.violations(page, enhanced=True) == []
    assert await read(town.service.engine, TOWN, lambda conn: scan_rows.of_match(conn, UUID(match_id))) == []


async def test_a_till_takes_points_by_camera(
    site: sites.Site, town: Town, member: Member, engine: AsyncEngine, tmp_path: Path
) -> None:
    await scenes.attend(town, member)
    cashier = await town.service.caller("cashier")
    clip = clips.made(tmp_path / "card.mjpeg", [(clips.nothing(), 0.3), (clips.showing(member.card), 1)])
    async with clips.camera(clip) as browser, seeing(browser, site, cashier) as page:
        await page.goto("/till")
        await page.get_by_role("button", name="カメラで読み取る").click()
        await expect(page.get_by_role("status")).to_contain_text("コードを読み取りました")
        await expect(page.get_by_label("ポイントの数")).to_be_focused()
        await page.keyboard.type("120")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("いただきました")
        await page.goto("/till")
        await expect(page.get_by_role("button", name="カメラを止める")).to_be_visible()
    assert await owed(engine, cashier) == 120
    assert await scenes.points(member) == 280


async def test_a_denied_camera_is_explained_and_the_field_serves(
    site: sites.Site, town: Town, member: Member, engine: AsyncEngine
) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 1)
    async with clips.denied_camera() as browser, seeing(browser, site, member.caller) as page:
        await page.goto("/scan")
        await expect(page.get_by_role("status")).to_contain_text("カメラの使用が許可されていません")
        await expect(page.get_by_text("係の人に会員番号を伝えてください")).to_be_visible()
        assert await chromium.violations(page, enhanced=True) == []
        await page.get_by_label("コードを入れる").fill(await venue(town, slot_id))
        await page.get_by_role("button", name="このコードで進む").click()
        await page.get_by_role("button", name="来ました").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
    assert await recorded(engine, slot_id) == [(member.member_id, "in", "venue")]


@pytest.mark.parametrize("script", [True, False])
async def test_a_reader_that_types_is_an_equal_of_the_camera(
    opens: Opener, town: Town, member: Member, engine: AsyncEngine, script: bool
) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 1)
    page = await opens("desktop", member.caller, script=script)
    await page.goto("/scan")
    field = page.get_by_label("コードを入れる")
    await field.focus()
    await page.keyboard.insert_text(FOREIGN)
    await page.keyboard.press("Enter")
    if script:
        await expect(page.get_by_role("alert")).to_contain_text("ゆいのコードではありません")
        await expect(field).to_be_focused()
        await expect(field).to_have_value("")
        await expect(page.locator(".scanner form")).not_to_have_attribute("aria-busy", "true")
        await page.keyboard.insert_text("Ｐ/" + "Ａ" * 16)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("ここで使うコードではありません")
        await expect(field).to_have_value("")
        await expect(page.locator(".scanner form")).not_to_have_attribute("aria-busy", "true")
    else:
        await expect(page.get_by_role("heading", level=1)).to_have_text("これは、ゆいのコードではありません。")
        await page.goto("/scan")
        await field.focus()
    await expect(field).to_be_focused()
    await page.keyboard.type(await venue(town, slot_id))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="来ました").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")
    assert await recorded(engine, slot_id) == [(member.member_id, "in", "venue")]


async def test_a_camera_that_is_missed_late_does_not_talk_over_an_answer(opens: Opener, member: Member) -> None:
    page = await opens("desktop", member.caller)
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => new Promise((_, no) => {"
        "window.miss = () => no(new DOMException('', 'NotFoundError')) })"
    )
    await page.goto("/scan")
    await page.get_by_label("コードを入れる").fill(FOREIGN)
    await page.keyboard.press("Enter")
    answer = page.get_by_role("alert")
    await expect(answer).to_contain_text("ゆいのコードではありません")
    await page.evaluate("window.miss()")
    await expect(page.locator("[data-scanner=otherwise]")).to_be_visible()
    await expect(answer).to_contain_text("ゆいのコードではありません")


async def test_a_till_takes_points_by_a_reader_that_types(opens: Opener, town: Town, member: Member, engine: AsyncEngine) -> None:
    await scenes.attend(town, member)
    cashier = await town.service.caller("cashier")
    page = await opens("desktop", cashier)
    await page.goto("/till")
    await expect(page.get_by_label("お客さまのコード")).to_be_focused()
    await page.keyboard.type(member.card)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("ポイントの数")).to_be_focused()
    await page.keyboard.type("80")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("いただきました")
    assert await owed(engine, cashier) == 80


def _path(request: Request, site: sites.Site) -> str:
    return request.url.removeprefix(site.address)
