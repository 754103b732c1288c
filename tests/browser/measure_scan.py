"""`make bench`: from the picture in which a symbol first stands before the camera to the page that says it is recorded. No test.

Each run is a member who is expected now and shows the venue's code to their own phone's scanner: a real Chromium, a clip of a real
symbol in place of a camera, the service and PostgreSQL behind it, all on the same cores. Beside it, from the same run, stands what a
plain page takes from asking to its first paint. `cold`: a phone that was never here, the symbol in the camera's first picture.
`warm`: the scanner was used before, and the symbol comes a second after the camera.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query
from db.transact import read
from tests.support import chromium, clips, scenes, sites
from tests.support.scenes import Member, Town, ok
from tests.support.towns import TOWN

RUNS = 12
SHOWN_SECONDS = 8.0  # how long the symbol stays in the picture
BUDGET_MILLISECONDS = 1000
WATCHING = """
const wall = [96, 104, 112], paper = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const differs = (video) => {
    paper.drawImage(video, video.videoWidth / 2 - 60, video.videoHeight / 2 - 60, 120, 120, 0, 0, 1, 1);
    return paper.getImageData(0, 0, 1, 1).data.slice(0, 3).some((each, nth) => Math.abs(each - wall[nth]) > 24);
};
const watch = (video) => video.requestVideoFrameCallback((now, told) => {
    if (!differs(video)) return watch(video);
    sessionStorage.setItem("shown", String(performance.timeOrigin + (told.captureTime ?? told.presentationTime)));
});
document.addEventListener("play", (event) => watch(event.target), true);
"""
"""Notes when the picture is no more that of a wall."""

_SCANS = query.statement(
    "select count(*) from activities.scan where municipality_id = db.municipality() and member_id = :member_id and direction = 'in'"
)


@dataclass(frozen=True)
class Run:
    """Milliseconds: from the symbol's first picture, and from asking for the scanner's page, to the word; and a plain page."""

    scan: float
    opened: float
    page: float


async def test_measure(site: sites.Site, engine: AsyncEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        chromium.executable()
    except chromium.NoBrowser as missing:
        told = {"bench": "scan", "not_measured": str(missing)}
    else:
        told = await measured(site, engine, tmp_path)
    with capsys.disabled():
        print(json.dumps(told, ensure_ascii=False))


async def measured(site: sites.Site, engine: AsyncEngine, place: Path) -> dict[str, object]:
    """Every run, cold and warm, in figures."""
    town = await scenes.opened(site.service)
    slot_id = await scenes.slot(town, site.service.clock.now(), 2, 4 * RUNS)
    symbol = clips.showing(ok(await town.host.get(f"/slots/{slot_id}/venue-code"))["address"])
    first = clips.made(place / "first.mjpeg", [(symbol, SHOWN_SECONDS)])
    later = clips.made(place / "later.mjpeg", [(clips.nothing(), 1.0), (symbol, SHOWN_SECONDS)])
    cold: list[Run] = []
    async with clips.camera(first) as browser:
        for _ in range(RUNS):
            async with phone(browser, site) as page:
                cold.append(await run(site, town, slot_id, page, engine))
    async with clips.camera(later) as browser, phone(browser, site) as page:
        warm = [await run(site, town, slot_id, page, engine) for _ in range(RUNS + 1)][1:]
    load = [round(each, 2) for each in os.getloadavg()]
    return {
        "bench": "scan",
        "cold": figures(cold),
        "warm": figures(warm),
        "settings": {"runs": RUNS, "budget_milliseconds": BUDGET_MILLISECONDS, "cores": os.cpu_count(), "load_average": load},
    }


@asynccontextmanager
async def phone(browser: Browser, site: sites.Site) -> AsyncGenerator[Page]:
    """A phone that was never here."""
    async with chromium.opened(browser, site.address, "phone") as page:
        await page.add_init_script(WATCHING)
        yield page


async def run(site: sites.Site, town: Town, slot_id: str, page: Page, engine: AsyncEngine) -> Run:
    """Somebody who is booked comes."""
    member = await expected(town, slot_id)
    await site.sign_in(page.context, member.caller)
    await page.goto("/today")
    plain = await page.evaluate(PAINTED) - await page.evaluate("performance.timeOrigin")
    await page.evaluate("sessionStorage.clear()")
    await page.goto("/scan", wait_until="commit")
    asked = await page.evaluate("performance.timeOrigin")
    await said(page)
    shown = float(await page.evaluate('sessionStorage.getItem("shown")'))
    word = await page.evaluate(PAINTED)
    kept = await read(engine, TOWN, lambda conn: query.scalar(conn, _SCANS, member_id=member.member_id))
    assert kept == 1
    return Run(scan=word - shown, opened=word - asked, page=plain)


PAINTED = """new Promise(resolve => {
    const told = () => performance.getEntriesByName("first-contentful-paint")[0];
    const look = () => told() ? resolve(performance.timeOrigin + told().startTime) : requestAnimationFrame(look);
    look();
})"""


async def said(page: Page) -> None:
    """The page has said that it is recorded."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("受け付けました")


async def expected(town: Town, slot_id: str) -> Member:
    """Somebody with a booking."""
    member = await scenes.join(town)
    ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(member.member_id)}))
    return member


def figures(runs: Sequence[Run]) -> dict[str, object]:
    """The median and the worst, and how many plain pages that is."""
    scans = [each.scan for each in runs]
    page = statistics.median(each.page for each in runs)
    return {
        "milliseconds_median": round(statistics.median(scans)),
        "milliseconds_worst": round(max(scans)),
        "from_opening_the_scanner_median": round(statistics.median(each.opened for each in runs)),
        "plain_page_median": round(page),
        "in_plain_pages": round(statistics.median(scans) / page, 1),
        "within_budget": sum(each <= BUDGET_MILLISECONDS for each in scans),
    }
