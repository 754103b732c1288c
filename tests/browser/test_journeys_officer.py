"""An officer's long ways, whole: a question answered and granted, claims booked, rules published, a year ended; always by two people.

Lists, applications (`test_journeys_group.py`) and roles also with a thumb, at every size; rules and a year's end at a desk.
Each ends by reading PostgreSQL. The clock goes on from test to test.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from db import query
from db.transact import read
from tests.browser.conftest import Opener
from tests.support import chromium, journeys, scenes, sites, spending
from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.towns import POINTS, TOWN

ASKS = '\n[[eligibility]]\ntest = "insured"\ncategory = "first"\ncounted_on = "the_day"\n'
_EDITION = query.statement(
    """
    select e.approved_by from rules.edition e
    where e.municipality_id = db.municipality() and e.starts_on = :starts_on
    """
)
_ROLE = query.statement(
    """
    select p.created_by, c.confirmed_by from community.principal p
    join community.principal_confirmation c on c.municipality_id = p.municipality_id and c.principal_id = p.principal_id
    where p.municipality_id = db.municipality() and p.label = :label
    """
)
_RUN = query.statement(
    """
    select r.announced_by, x.executed_by from wallets.year_end_run r
    join wallets.year_end_execution x on x.municipality_id = r.municipality_id and x.run_id = r.run_id
    where r.municipality_id = db.municipality()
    """
)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    """A town whose rules ask whether a member is insured, and leave nothing over at the end of a year."""
    plain = scenes.EDITION
    try:
        scenes.EDITION = plain.replace("eligibility = []\n", "").replace(
            'carry = {{ type = "all" }}', 'carry = {{ type = "none" }}'
        )
        scenes.EDITION += ASKS
        return await scenes.opened(site.service)
    finally:
        scenes.EDITION = plain


async def at_desk(opens: Opener, site: sites.Site, who: Caller, size: chromium.Size = "desktop") -> Page:
    """The desk of somebody who has just proven themselves."""
    page = await opens(size)
    await site.carry(page.context, await site.session(who, stepped_up=True))
    return page


async def holds(town: Town, member: Member) -> int:
    return await spending.posted(town.service.engine, "wallet", POINTS, member.member_id)


async def row(town: Town, asked: Any, **told: Any) -> Any:
    """What PostgreSQL keeps."""
    return await read(town.service.engine, TOWN, lambda conn: query.one(conn, asked, **told))


async def insured(town: Town) -> Member:
    """A member with 400 points, of whom the answer is known."""
    member = await scenes.join(town)
    fact = {"fact": "insured:first", "yes": True, "source": "被保険者証"}
    ok(await town.officer.keyed(f"/members/{member.member_id}/facts", fact))
    await scenes.attend(town, member)
    return member


@pytest.mark.parametrize("size", ["phone", "desktop"])
async def test_a_question_is_answered_and_what_waited_for_it_is_granted(
    opens: Opener, site: sites.Site, size: chromium.Size, town: Town
) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    assert await holds(town, member) == 0
    page = await at_desk(opens, site, town.officer, size)
    async with journeys.taken(page, "answer") as hands:
        await hands.begin("/office")
        await hands.press(page.locator("main a[href='/office/facts']"))
        await hands.press(page.locator(f"a[href='/office/facts/{member.member_id}']"))
        await hands.press(page.locator(".choice", has=page.locator("input[value=yes]")))
        await hands.fill("何で確かめたか", "被保険者証")
        await hands.press("答えを残す")
        await expect(page.get_by_text("この人について、待っている質問はありません。")).to_be_visible()
    assert await holds(town, member) == 400


async def paid_out(town: Town) -> int:
    """Yen that the book says were paid out."""
    told = ok(await town.auditor.get("/money-flow?first=2026-05-01&last=2026-05-31"))["flows"]
    return sum(each["closing"] for each in told if (each["unit"], each["account_kind"]) == ("yen", "paid_out"))


async def test_claims_are_listed_by_one_booked_by_another_and_paid_with_a_file(
    opens: Opener, site: sites.Site, size: chromium.Size, town: Town
) -> None:
    member, before = await insured(town), await paid_out(town)
    wish = {"scheme": town.scheme, "amount": 200, "form": "cash"}
    ok(await member.caller.keyed(f"/members/{member.member_id}/claims", wish))
    first, second = await at_desk(opens, site, town.officer, size), await at_desk(opens, site, town.second, size)
    async with journeys.taken(first, "claims") as hands:
        await hands.begin("/office")
        await hands.press("支払い", role="link")
        await hands.press("一覧を作る")
        await expect(first.get_by_text("承認待ち")).to_be_visible()
    async with journeys.taken(second, "claims_approved") as hands:
        await hands.begin("/office")
        await hands.press(second.locator("a[href^='/office/claims/']"))
        await hands.press("承認して記帳する")
        await expect(second.get_by_text("記帳ずみ")).to_be_visible()
    assert await holds(town, member) == 200
    async with journeys.taken(second, "payments") as hands:
        await hands.begin("/office")
        await hands.press("支払い", role="link")
        await hands.press("支払いの一覧を作る")
    async with journeys.taken(first, "payments_approved") as hands:
        await hands.begin("/office")
        await hands.press(first.locator("a[href^='/office/payments/']"))
        await hands.press("承認して支払いを記帳する")
        async with first.expect_download() as file:
            await hands.press("支払いの一覧を保存する", role="link")
        assert (await file.value).suggested_filename.endswith(".csv")
    assert await paid_out(town) == before + 160


async def test_a_coordinators_role_is_given_by_one_and_confirmed_by_another(
    opens: Opener, site: sites.Site, size: chromium.Size, town: Town
) -> None:
    first, second = await at_desk(opens, site, town.officer, size), await at_desk(opens, site, town.second, size)
    async with journeys.taken(first, "role") as hands:
        await hands.begin("/office")
        await hands.press("役割", role="link")
        await hands.press(first.locator(".choice", has=first.locator("input[value=coordinator]")))
        await hands.fill("呼び名", f"第1層 {size}")
        await hands.press("この役割を渡す")
        await expect(first.get_by_text("別の職員が確かめるのを待っています")).to_be_visible()
    async with journeys.taken(second, "role_confirmed") as hands:
        await hands.begin("/office")
        await hands.press(second.get_by_role("link").filter(has_text=f"第1層 {size}"))
        await hands.press("確かめました。使えるようにする")
        await expect(second.get_by_text("使えます", exact=True)).to_be_visible()
    given = await row(town, _ROLE, label=f"第1層 {size}")
    assert tuple(given) == (town.officer.principal_id, town.second.principal_id)


async def test_rules_are_drafted_tried_proposed_approved_by_another_and_come_into_force(
    opens: Opener, site: sites.Site, town: Town
) -> None:
    first, second = await at_desk(opens, site, town.officer), await at_desk(opens, site, town.second)
    async with journeys.taken(first, "rules") as hands:
        await hands.begin("/office")
        await hands.press("規則", role="link", exact=True)
        await hands.press(first.locator(f"a[href='/office/schemes/{town.scheme}']"))
        await hands.press("今の規則から始める")
        document = await first.get_by_label("規則の文書(TOML)").input_value()
        await hands.fill("規則の文書(TOML)", document.replace("2026-04-01", "2026-07-01").replace("amount = 100", "amount = 120"))
        await hands.press("保存して確かめる")
        await hands.press("この版を提案する")
        await hands.press("この提案で計算してみる")
        await expect(first.locator("svg").first).to_be_visible()
        await hands.press("提案にもどる", role="link")
        await hands.press(first.locator("summary", has_text="意見がないことを記録する"))
        await hands.fill("意見がない理由", "協議体の設置前")
        await hands.press("理由を残す")
    async with journeys.taken(second, "rules_approved") as hands:
        await hands.begin("/office")
        await hands.press(second.locator("a[href^='/office/proposals/']"))
        await hands.press("承認する", exact=True)
        await hands.press("公布する")
        await expect(second.get_by_text("これから")).to_be_visible()
    ruled = await row(town, _EDITION, starts_on=datetime(2026, 7, 1, tzinfo=UTC).date())
    assert ruled.approved_by == town.second.principal_id
    town.service.clock.set(datetime(2026, 7, 2, 3, tzinfo=UTC))
    assert await holds(town, await insured(town)) == 480


async def test_a_years_end_is_announced_by_one_and_executed_by_another_on_its_day(
    opens: Opener, site: sites.Site, town: Town
) -> None:
    member = await insured(town)
    held = await holds(town, member)
    assert held > 0
    first = await at_desk(opens, site, town.officer)
    async with journeys.taken(first, "year_end") as hands:
        await hands.begin("/office")
        await hands.press(first.locator("main a[href='/office/year-ends']"))
        await hands.fill("実行する日", "2027-04-01")
        await hands.press("だれに何が起こるかを見る")
        await expect(first.get_by_text("なくなる分")).to_be_visible()
        await hands.press("知らせる")
        await expect(first.get_by_text("知らせた")).to_be_visible()
    assert await holds(town, member) == held, "an announcement takes nothing"
    town.service.clock.set(datetime(2027, 4, 1, 3, tzinfo=UTC) + timedelta(hours=1))
    second = await at_desk(opens, site, town.second)
    async with journeys.taken(second, "year_end_executed") as hands:
        await hands.begin("/office")
        await hands.press(second.locator("main a[href='/office/year-ends']"))
        await hands.press(second.locator("a[href^='/office/year-ends/']").first)
        await hands.press("実行する")
        await expect(second.get_by_text("実行ずみ")).to_be_visible()
    assert await holds(town, member) == 0
    assert tuple(await row(town, _RUN)) == (town.officer.principal_id, town.second.principal_id)
