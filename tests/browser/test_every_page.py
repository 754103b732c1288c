"""Every page, as its role, at three sizes: readable by everybody, inside its window, whole without script, and without an error."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page

from api import documents, openapi
from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.support import chromium

pytestmark = pytest.mark.slow
MEMBERS_BUTTON_PIXELS = 56
BYTES_MAX = 60 * 1024


@pytest.fixture(params=pages.PAGES, ids=lambda shown: shown.name)
def shown(request: pytest.FixtureRequest) -> pages.Shown:
    return request.param


async def marks(page: Page) -> set[str]:
    """What a page is found by: its headings, and all that can be pressed."""
    texts = await page.locator("main :is(h1, h2, h3, a, button, summary, label)").all_inner_texts()
    return {re.sub(r"\s+", " ", text).strip() for text in texts}


async def test_a_page_is_for_everybody(visits: Visitor, shown: pages.Shown, size: chromium.Size) -> None:
    page = await visits(shown, size)
    assert await chromium.violations(page, enhanced=shown.role in {None, "member"}) == []
    assert await chromium.overflow(page) == 0
    assert await chromium.small_targets(page) == []
    assert await page.locator("h1").count() == 1


async def test_a_page_fits_the_smallest_phone_in_the_largest_letters(visits: Visitor, shown: pages.Shown) -> None:
    page = await visits(shown, "narrow", text_size="largest")
    assert await chromium.overflow(page) == 0
    if shown.role in {None, "member"}:
        buttons = page.locator(".primary, .button, .choice")
        heights = [box["height"] for button in await buttons.all() if (box := await button.bounding_box())]
        assert all(height >= MEMBERS_BUTTON_PIXELS for height in heights)


async def test_a_page_waits_for_no_script(visits: Visitor, shown: pages.Shown) -> None:
    without = await visits(shown, "phone", script=False)
    told = await marks(without)
    assert told
    assert await marks(await visits(shown, "phone")) == told


async def test_a_page_is_light(visits: Visitor, shown: pages.Shown) -> None:
    """With all that it loads, as it travels. Pages that scan load a reader besides."""
    if shown.role not in {None, "member"} or shown.scans:
        return
    page = await visits(shown, "phone")
    loaded = await page.evaluate(
        """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
    )
    assert 0 < loaded <= BYTES_MAX


def test_no_page_is_left_out() -> None:
    app = documents.app()
    asked = [shown.path.partition("?")[0] for shown in pages.PAGES]
    routes = {
        route.path_format for route, method, handler in openapi.operations(app) if method == "GET" and handler.opt.get("page")
    }
    left_out = [path for path in routes if not any(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", path), each) for each in asked)]
    assert sorted(left_out) == sorted(pages.NOT_SHOWN)
