"""An auditor comes from totals to the entry, its evidence, the rules and who approved them in three presses; and checks the book.

By mouse at phone, tablet and desktop size, once by keyboard alone; what the pages tell is compared with PostgreSQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from db import query
from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, journeys, scenes, sites
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN

_ENTRY = query.statement("select kind from ledger.journal_entry where municipality_id = db.municipality() and entry_id = :id")
_EDITION = query.statement(
    "select edition_id from rules.edition where municipality_id = db.municipality() order by starts_on limit 1"
)


@dataclass(frozen=True)
class Audited:
    """The town and where its auditor is."""

    town: Town
    secret: str


@pytest.fixture(scope="module")
async def audited(site: sites.Site) -> Audited:
    """A town in which somebody took part, for 400 points, and paid 120 of them in a shop."""
    town = await scenes.opened(site.service, budget=100_000)
    member, cashier = await scenes.join(town), await site.service.caller("cashier")
    await scenes.attend(town, member)
    ok(await cashier.keyed("/purchases", {"code": member.card, "unit": "pt", "amount": 120}))
    return Audited(town, await site.session(town.auditor, stepped_up=True))


async def value(town: Town, asked: Any, **told: Any) -> Any:
    """What PostgreSQL keeps."""
    return await read(town.service.engine, TOWN, lambda conn: query.scalar(conn, asked, **told))


async def came_to(page: Page, town: Town, kind: str) -> None:
    """The evidence of an entry of this kind; where it was granted: by which edition, and who approved that."""
    await expect(page).to_have_url(re.compile("/audit/trace/"))
    entry_id = UUID(page.url.rpartition("/")[2])
    assert await value(town, _ENTRY, id=entry_id) == kind
    records = page.locator("[data-kind]")
    assert f"{entry_id}" in [await each.get_attribute("data-id") for each in await records.all()]
    if kind == "appropriation":
        return
    for record in ("attendance", "scan", "decision"):
        await expect(page.locator(f"[data-kind={record}]").first).to_be_visible()
    edition = page.locator("[data-kind=edition]").first
    assert await edition.get_attribute("data-id") == f"{await value(town, _EDITION)}"
    await expect(edition).to_contain_text("提案した人")
    await expect(edition).to_contain_text("承認した人")


@pytest.mark.parametrize(("total", "kind"), [("granted", "grant"), ("redeemed", "purchase"), ("voted", "appropriation")])
async def test_three_presses_lead_from_a_total_to_its_evidence_rules_and_approver(
    opens: Opener, site: sites.Site, size: chromium.Size, audited: Audited, total: str, kind: str
) -> None:
    page = await opens(size)
    await site.carry(page.context, audited.secret)
    async with journeys.taken(page, "evidence") as hands:
        await hands.begin("/audit")
        await hands.press(page.locator(f"[data-step=pt-{total}]"))
        await hands.press(page.locator("tbody a").first)
        await hands.press("証拠を見る", role="link")
        await came_to(page, audited.town, kind)


async def test_by_keyboard_alone_the_evidence_is_three_presses_away(opens: Opener, site: sites.Site, audited: Audited) -> None:
    page = await opens("desktop")
    await site.carry(page.context, audited.secret)
    async with journeys.taken(page, "evidence") as hands:
        await hands.begin("/audit")
        for target in (
            page.locator("[data-step=pt-granted]"),
            page.locator("tbody a").first,
            page.locator("main a.button").first,
        ):
            await target.wait_for()
            await hands.reach(target)
            await hands.go()
        await came_to(page, audited.town, "grant")


@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_the_book_is_verified_and_every_grant_recomputed_from_the_page(
    opens: Opener, site: sites.Site, size: chromium.Size, audited: Audited
) -> None:
    page = await opens(size)
    await site.carry(page.context, audited.secret)
    async with journeys.taken(page, "checks") as hands:
        await hands.begin("/audit")
        await hands.press("確かめる", role="link")
        for button in ("検査する", "やり直す"):
            await hands.press(button)
            await expect(page.locator(".notice.good")).to_be_visible()
            assert await page.locator("tbody tr").count() > 0
            await expect(page.get_by_text("違います")).to_have_count(0)
