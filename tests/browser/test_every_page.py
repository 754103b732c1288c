"""Every page, as its role, at three sizes: readable by everybody, inside its window, light, whole without script, without an error."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page

from api import documents, openapi
from tests.browser import pages
from tests.browser.conftest import Visitor
from tests.support import chromium, tabbing

pytestmark = pytest.mark.slow
BYTES_MAX = 60 * 1024


@pytest.fixture(params=pages.PAGES, ids=lambda shown: shown.name)
def shown(request: pytest.FixtureRequest) -> pages.Shown:
    return request.param


async def marks(page: Page) -> set[str]:
    """What a page is found by: its headings, and all that can be pressed."""
    texts = await page.locator("main :is(h1, h2, h3, a, button, summary, label)").all_inner_texts()
    return {re.sub(r"\s+", " ", text).strip() for text in texts}


async def test_a_page_is_for_everybody(visits: Visitor, shown: pages.Shown) -> None:
    """Seen at three sizes, walked by keyboard, in the smallest window with the largest letters, at 200 %, and without script."""
    page = await visits(shown, "phone")
    told = await marks(page)
    for_members = shown.role in {None, "member", "acting"}
    assert await page.locator("h1").count() == 1
    if for_members and not shown.scans:
        assert 0 < await chromium.loaded_bytes(page) <= BYTES_MAX
    for size in chromium.THREE:
        await page.set_viewport_size(chromium.SIZES[size]["viewport"])
        assert await chromium.violations(page, enhanced=for_members) == []
        assert await chromium.overflow(page) == 0
        assert await chromium.small_targets(page, least=44 if for_members or size == "phone" else 24) == []
    if for_members:
        assert await chromium.small_targets(page, "main :is(.primary, .button, .choice)", least=56) == []
    for size in ("phone",) if for_members else ("desktop", "phone"):
        await page.set_viewport_size(chromium.SIZES[size]["viewport"])
        assert await tabbing.faults(page) == []
    await page.set_viewport_size(chromium.SIZES["narrow"]["viewport"])
    await page.evaluate("document.documentElement.dataset.size = 'largest'")
    assert await chromium.overflow(page) == 0
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    for size in ("phone", "desktop"):
        await page.set_viewport_size(chromium.SIZES[size]["viewport"])
        assert await chromium.overflow(page) == 0
        assert await chromium.cut_tables(page) == []
    assert told
    assert await marks(await visits(shown, "phone", script=False)) == told, "a page waits for no script"


def test_no_page_is_left_out() -> None:
    app = documents.app()
    asked = [shown.path.partition("?")[0] for shown in pages.PAGES]
    routes = {
        route.path_format for route, method, handler in openapi.operations(app) if method == "GET" and handler.opt.get("page")
    }
    told = [re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path), re.IGNORECASE) for path in sorted(routes)]
    left_out = {route for route, form in zip(sorted(routes), told, strict=True) if not any(map(form.fullmatch, asked))}
    assert left_out == pages.NOT_SHOWN
