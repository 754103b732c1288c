"""A host closes a slot for everybody, and puts right what was otherwise: presses are counted, and the book is read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Opener
from tests.support import chromium, earned, journeys, scenes, sites
from tests.support.earned import Earned
from tests.support.scenes import Member, Town, ok

HOUR = timedelta(hours=1)
FORGOT = Earned(120, 3, "grant", 400, 400, 400, ("end_assumed",))
STAYED = Earned(120, 3, "grant", 400, 400, 400)


@pytest.fixture(scope="module")
async def town(site: sites.Site) -> Town:
    return await scenes.opened(site.service)


@pytest.fixture
def now(town: Town) -> datetime:
    """A whole minute, from which the town's clock goes on: when the salon begins."""
    return journeys.next_minute(town.service.clock)


async def salon(town: Town, now: datetime) -> tuple[str, Member, Member]:
    """Two hours later: a slot at which somebody came and forgot to leave, and somebody who came and left at its end."""
    forgot, stayed = await scenes.join(town), await scenes.join(town)
    slot_id, ends_at = await scenes.slot(town, now, 2), now + 2 * HOUR
    town.service.clock.set(ends_at)
    for each, at in ((forgot, now), (stayed, now), (stayed, ends_at)):
        ok(await town.device.post("/scans", scenes.card_scan(slot_id, each.card, at)))
    return slot_id, forgot, stayed


async def is_closed(page: Page) -> None:
    await expect(page.get_by_text("にしめました")).to_be_visible()


async def left(town: Town, *members: Member) -> list[list[Earned]]:
    return [await earned.earned(town.service.engine, each.member_id) for each in members]


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_a_slot_is_closed_for_everybody_in_one_tap(
    opens: Opener, size: chromium.Size, script: bool, town: Town, now: datetime
) -> None:
    slot_id, forgot, stayed = await salon(town, now)
    page = await opens(size, town.host, script=script)
    async with journeys.taken(page, "close") as hands:
        await hands.begin(f"/host/slots/{slot_id}")
        await hands.press("しめる")
        await is_closed(page)
    assert await left(town, forgot, stayed) == [[FORGOT], [STAYED]]


async def test_a_slot_is_closed_from_the_live_page_in_one_tap(opens: Opener, town: Town, now: datetime) -> None:
    slot_id, forgot, stayed = await salon(town, now)
    page = await opens("tablet", town.host)
    async with journeys.taken(page, "close") as hands:
        await hands.begin(f"/host/slots/{slot_id}/live")
        await hands.press("しめる")
        await is_closed(page)
    assert await left(town, forgot, stayed) == [[FORGOT], [STAYED]]


async def test_a_slot_is_closed_by_keyboard_alone(opens: Opener, town: Town, now: datetime) -> None:
    slot_id, forgot, stayed = await salon(town, now)
    page = await opens("desktop", town.host)
    async with journeys.taken(page, "close") as hands:
        await hands.begin(f"/host/slots/{slot_id}")
        await hands.reach("しめる")
        await hands.key("Enter")
        await is_closed(page)
    assert await left(town, forgot, stayed) == [[FORGOT], [STAYED]]


@pytest.mark.parametrize(("size", "script"), journeys.WAYS)
async def test_one_who_left_earlier_is_put_right_after_closing(
    opens: Opener, size: chromium.Size, script: bool, town: Town, now: datetime
) -> None:
    slot_id, forgot, stayed = await salon(town, now)
    page = await opens(size, town.host, script=script)
    async with journeys.taken(page, "exception") as hands:
        await hands.begin(f"/host/slots/{slot_id}")
        await hands.press("しめる")
        await is_closed(page)
        row = page.get_by_role("row").filter(has_text=str(forgot.number))
        await hands.press(row.get_by_role("link", name="記録を直す"))
        await hands.fill("帰った時刻", f"{now + 10 * HOUR:%H:%M}")  # an hour later, as clocks say it in Japan
        await hands.fill("直すわけ", "先に帰った")
        await hands.press("直す")
        await expect(page.get_by_text("200ポイントを付けました")).to_be_visible()
    (right,), whole = await left(town, forgot, stayed)
    assert (right.minutes, right.amount, right.posted) == (60, 200, 200)
    assert whole == [STAYED]
