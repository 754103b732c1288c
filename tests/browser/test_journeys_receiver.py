"""Somebody asks for help, for themselves or for their mother, or gives to a group: presses are counted, and PostgreSQL is read."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, earned, families, journeys, scenes, sites, spending
from tests.support.earned import Asked
from tests.support.families import Family
from tests.support.scenes import Member, Town, ok
from tests.support.towns import POINTS


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
async def member(town: Town) -> Member:
    return await scenes.join(town)


async def walked(member: Member) -> None:
    """The member asked for a walk once."""
    need = {"kind": "walk", "starts_at": "2026-05-12T10:00:00+09:00", "minutes": 30, "unit": "minutes", "pay_per_hour": 60}
    ok(await member.caller.post(f"/members/{member.member_id}/needs", need))


async def was_asked(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("たのみました")


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_the_usual_help_is_asked_for_again_in_one_tap(
    opens: Opener, size: chromium.Size, script: bool, town: Town, member: Member
) -> None:
    await walked(member)
    page = await opens(size, member.caller, script=script)
    async with journeys.taken(page, "usual") as hands:
        await hands.begin("/today")
        await hands.press("いつもの を たのむ")
        await was_asked(page)
    mine = member.caller.principal_id
    assert await earned.asked(town.service.engine, member.member_id) == [Asked("walk", 30, mine), Asked("walk", 30, mine)]


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_help_is_asked_for_the_first_time_in_three_taps(
    opens: Opener, size: chromium.Size, script: bool, town: Town, member: Member
) -> None:
    page = await opens(size, member.caller, script=script)
    async with journeys.taken(page, "first") as hands:
        await hands.begin("/today")
        await hands.press("ごみ出し", role="link")
        await hands.press(re.compile("10:00"), role="link")
        await hands.press("たのむ")
        await was_asked(page)
    assert await earned.asked(town.service.engine, member.member_id) == [Asked("garbage", 60, member.caller.principal_id)]


async def test_help_is_asked_for_by_keyboard_alone(opens: Opener, town: Town, member: Member) -> None:
    page = await opens("desktop", member.caller)
    async with journeys.taken(page, "first") as hands:
        await hands.begin("/today")
        for what, role in (("買い物", "link"), (re.compile("14:00"), "link"), ("たのむ", "button")):
            await hands.reach(what, role=role)
            await hands.go()
        await was_asked(page)
    assert await earned.asked(town.service.engine, member.member_id) == [Asked("shopping", 60, member.caller.principal_id)]


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_a_daughter_asks_for_her_mother_on_the_same_pages(
    opens: Opener, size: chromium.Size, script: bool, town: Town
) -> None:
    home = await families.family(town, "arrange")
    await walked(home.mother)
    page = await opens(size, home.daughter.caller, script=script)
    async with journeys.taken(page, "family") as hands:
        await hands.begin("/acting")
        await hands.press("結 太郎 さんの代わりに使う")
        await expect(page.get_by_label("だれの代わりか")).to_contain_text("結 太郎 さんの代わりに使っています")
        await hands.press("いつもの を たのむ")
        await was_asked(page)
        await expect(page.get_by_label("だれの代わりか")).to_be_visible()
    await hers(town, home, ("walk", 30))


async def test_a_daughter_asks_the_first_help_for_her_mother(opens: Opener, town: Town) -> None:
    home = await families.family(town, "arrange")
    page = await opens("phone", home.daughter.caller)
    async with journeys.taken(page, "family_first") as hands:
        await hands.begin("/acting")
        await hands.press("結 太郎 さんの代わりに使う")
        await hands.press("ごみ出し", role="link")
        await expect(page.get_by_label("だれの代わりか")).to_be_visible()
        await hands.press(re.compile("10:00"), role="link")
        await hands.press("たのむ")
        await was_asked(page)
    await hers(town, home, ("garbage", 60))


async def hers(town: Town, home: Family, need: tuple[str, int]) -> None:
    """The mother's last need is this one, asked by the daughter; the daughter has none."""
    assert (await earned.asked(town.service.engine, home.mother.member_id))[-1] == Asked(*need, home.daughter.caller.principal_id)
    assert await earned.asked(town.service.engine, home.daughter.member_id) == []


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_points_are_given_to_a_group_in_one_tap(
    opens: Opener, size: chromium.Size, script: bool, town: Town, member: Member
) -> None:
    treasurer = await town.service.caller("treasurer")
    await scenes.attend(town, member)
    page = await opens(size, member.caller, script=script)
    async with journeys.taken(page, "pledge") as hands:
        await hands.begin(f"/give?to={treasurer.organisation_id}")
        await hands.press("おくる")
        await expect(page.get_by_role("heading", level=1)).to_have_text("おくりました")
    groups, own = await earned.earned(town.service.engine, member.member_id)
    assert (own.entry, own.amount, own.remaining, own.posted) == ("grant", 400, 300, 300)
    assert (groups.entry, groups.amount, groups.remaining, groups.posted) == ("pledge", 100, 100, 100)
    assert await spending.posted(town.service.engine, "wallet", POINTS, treasurer.organisation_id) == 100
