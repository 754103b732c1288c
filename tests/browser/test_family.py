"""A mother lets her daughter act for her; the daughter asks the usual help in two taps, visibly as acting; the need names both."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from db.transact import read
from tests.browser.conftest import Opener
from tests.browser.test_member import Thumb
from tests.support import chromium, scenes, sites
from tests.support.scenes import Member, Town, ok
from tests.support.towns import TOWN

_LATEST = query.statement(
    """
    select member_id, asked_by, kind from activities.need
    where municipality_id = db.municipality() order by asked_at desc, need_id desc limit 1
    """
)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


async def usual(mother: Member) -> None:
    """The mother asked for a walk once."""
    need = {"kind": "walk", "starts_at": "2026-05-12T10:00:00+09:00", "minutes": 60, "unit": "minutes", "pay_per_hour": 60}
    ok(await mother.caller.post(f"/members/{mother.member_id}/needs", need))


async def test_the_daughter_asks_the_usual_help_for_her_mother_in_two_taps(opens: Opener, town: Town) -> None:
    mother, daughter = await scenes.join(town), await scenes.join(town)
    await usual(mother)
    mothers, daughters = await opens("phone", mother.caller), await opens("phone", daughter.caller)
    await mothers.goto("/proxies")
    await mothers.get_by_text("ほかの会員に、たのむ").click()
    await mothers.get_by_label("代わりの人の会員番号").fill(str(daughter.number))
    await mothers.get_by_role("button", name="この会員に、たのむ").click()
    await expect(mothers.get_by_role("heading", level=1)).to_have_text("代わりを、たのみました")
    assert await chromium.violations(mothers, enhanced=True) == []
    await daughters.goto("/today")
    await daughters.get_by_role("link", name="だれの分で使うか").click()
    await daughters.get_by_role("button", name="引き受ける", exact=True).click()
    thumb = Thumb(daughters)
    await thumb.press("結 太郎 さんの代わりに使う")
    await expect(daughters.get_by_label("だれの代わりか")).to_contain_text("結 太郎 さんの代わりに使っています")
    await expect(daughters).to_have_title("【結 太郎 さんの代わり】 きょう – ゆい")
    await thumb.press("いつもの を たのむ")
    await expect(daughters.get_by_role("heading", level=1)).to_have_text("たのみました")
    await expect(daughters.get_by_label("だれの代わりか")).to_be_visible()
    assert thumb.taps == 2

    async def latest(conn: AsyncConnection) -> tuple[object, ...]:
        (row,) = await query.rows(conn, _LATEST)
        return tuple(row)

    told = await read(town.service.engine, TOWN, latest)
    assert told == (mother.member_id, daughter.caller.principal_id, "walk")
    await daughters.get_by_role("button", name="代わりを おわる").click()
    await expect(daughters.get_by_label("だれの代わりか")).to_have_count(0)
    await mothers.goto("/seen")
    await expect(mothers.get_by_text("たのみごとをした")).to_be_visible()
