"""An officer who knows no TOML makes rules of a preset: raises what is earned, adds a cap, sees the sentences, saves and proposes.

At desktop size, and on a phone without script; it ends by reading what PostgreSQL keeps.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from db import query
from db.transact import read
from rules import parse, presets
from rules.vocabulary.earning import PerOccasion
from rules.vocabulary.ending import EndOfFiscalYear
from tests.browser.conftest import Opener
from tests.support import chromium, scenes, sites, taps
from tests.support.scenes import Town
from tests.support.taps import Hands
from tests.support.towns import TOWN

PRESET = "per-occasion"
_PROPOSED = query.statement(
    """
    select p.document, d.version from rules.edition_proposal p
    join rules.edition_draft d
        on d.municipality_id = p.municipality_id and d.draft_id = p.draft_id and d.version = p.draft_version
    where p.municipality_id = db.municipality() order by p.proposed_at desc limit 1
    """
)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


async def choose(page: Page, hands: Hands, field: str, words: str) -> None:
    """A choice in a list: what is pressed is the list and the line in it."""
    await page.locator(f"[id='f-{field}']").select_option(label=words)
    hands.taps += 2


async def write(page: Page, hands: Hands, field: str, text: str) -> None:
    """Something typed into the field of this path."""
    await page.locator(f"[id='f-{field}']").fill(text)
    hands.fields += 1


async def begun(page: Page, hands: Hands, town: Town) -> None:
    """From the scheme to the form of a new draft that begins with the preset."""
    await hands.begin(f"/office/schemes/{town.scheme}")
    await page.locator("#f-preset").select_option(PRESET)
    hands.taps += 2
    await hands.press(page.locator("form", has=page.locator("#f-preset")).locator("button"))
    await hands.press("画面で変える", role="link")
    await expect(page.locator("[data-of='clauses[1]']")).to_contain_text("1回につき100ポイント")


async def with_a_cap(page: Page, hands: Hands) -> None:
    """More is earned, and there is one more cap; both are read beside their fields before anything is saved."""
    await write(page, hands, "clauses[1].earn.amount", "１２０")
    caps = await page.locator("[data-of^='caps[']").count()
    cap = f"caps[{caps + 1}]"
    await hands.press("「上限」を一つ加える")
    await expect(page.locator("[data-of='clauses[1]']")).to_contain_text("1回につき120ポイント")
    await expect(page.locator(f"[id='f-{cap}']")).to_be_in_viewport()
    await write(page, hands, f"{cap}.limit", "2,000")
    for field, words in {"of": "数", "per": "1か月", "stops": "付与"}.items():
        await choose(page, hands, f"{cap}.{field}", words)
    await hands.press(page.locator(f"[id='f-{cap}'] label", has_text="会員"))
    await hands.press("入力を文で確かめる")
    await expect(page.locator(f"[data-of='{cap}']")).to_contain_text("会員ごとに1か月につき2,000ポイント(付与の上限)。")


async def with_an_end(page: Page, hands: Hands) -> None:
    """Points end otherwise; what is missing is told at its fields, and nothing is saved until it is there."""
    await choose(page, hands, "expiry.type", "年度の末日")
    await write(page, hands, "note", "1回120ポイント、月2,000まで")
    await hands.press("保存して、変わることを見る")
    await expect(page.get_by_text("直すところが 2 か所あります。")).to_be_visible()
    await write(page, hands, "expiry.years_later", "1")
    await choose(page, hands, "expiry.counted_from", "付与の日")
    await hands.press("保存して、変わることを見る")
    await expect(page.get_by_text("間違いはありません。")).to_be_visible()


@pytest.mark.parametrize(("size", "script"), [("desktop", True), ("phone", False)])
async def test_rules_are_made_of_a_preset_in_a_form_proposed_and_tried(
    opens: Opener, site: sites.Site, town: Town, size: chromium.Size, script: bool
) -> None:
    page = await opens(size, script=script)
    await site.carry(page.context, await site.session(town.officer, stepped_up=True))
    async with taps.budget(page, taps=21, fields=4) as hands:
        await begun(page, hands, town)
        await with_a_cap(page, hands)
        await with_an_end(page, hands)
        await hands.press("この版を提案する")
        await hands.press("この提案で計算してみる")
        await expect(page.locator("svg").first).to_be_visible()
        assert hands.count == taps.Count(taps=21, fields=4)
    kept = await read(town.service.engine, TOWN, lambda conn: query.one(conn, _PROPOSED))
    assert kept is not None
    edition, before = parse.parse(kept.document), presets.document(PRESET)
    earning, expiry, cap = edition.clauses[0].earn, edition.expiry, edition.caps[-1]
    assert kept.version == 2
    assert isinstance(earning, PerOccasion)
    assert isinstance(expiry, EndOfFiscalYear)
    assert (earning.amount, expiry.years_later) == (120, 1)
    assert (cap.limit, cap.per, cap.for_each) == (2000, "month", ("member",))
    assert len(edition.caps) == len(parse.parse(before).caps) + 1
    remarks = [[line for line in text.splitlines() if line.startswith("#")] for text in (before, kept.document)]
    assert remarks[0] == remarks[1]
