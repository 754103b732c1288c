"""A served town for each module, one browser for the run, and a page for each test and size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.browser import pages
from tests.support import chromium, demo_town, http, postgres, sites

Opener = Callable[..., Awaitable[Page]]
Visitor = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    """The machine's Chromium. Where there is none its tests are skipped, and in CI a skipped test is a failed one."""
    try:
        chromium.executable()
    except chromium.NoBrowser as missing:
        pytest.skip(str(missing))
    async with chromium.launched() as made:
        yield made


@pytest.fixture(scope="module")
async def site(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[sites.Site]:
    """The service on a port, the town founded, nobody in it yet. `site.service` has the API's callers, the clock and the log."""
    async with sites.served(database) as served:
        yield served


@pytest.fixture
async def opens(browser: Browser, site: sites.Site) -> AsyncIterator[Opener]:
    """`await opens("tablet", member)`: a page of that size on a device of its own, signed in where somebody is named.

    Takes what chromium.opened takes: `script=False`, `size`. Whatever a page does wrong fails the test at its end.
    """
    async with AsyncExitStack() as stack:

        async def opened(size: chromium.Size = "phone", caller: http.Caller | None = None, **given: Any) -> Page:
            page = await stack.enter_async_context(chromium.opened(browser, site.address, size, **given))
            if caller is not None:
                await site.sign_in(page.context, caller)
            return page

        yield opened


@pytest.fixture(params=chromium.THREE)
def size(request: pytest.FixtureRequest) -> chromium.Size:
    """Phone, tablet and desktop."""
    return request.param


@pytest.fixture
async def page(opens: Opener, size: chromium.Size) -> Page:
    """A page of each size, where nobody is signed in."""
    return await opens(size)


@pytest.fixture(scope="session")
def demo_database(cluster: postgres.Cluster) -> Iterator[postgres.Clone]:
    """A database without a town."""
    cloned = postgres.clone(cluster)
    yield cloned
    postgres.drop(cloned)


@pytest.fixture(scope="session")
async def demo(demo_database: postgres.Clone, anyio_backend: str) -> AsyncIterator[demo_town.DemoTown]:
    """The demo's town on the morning after its day, with somebody of every role. Its pages are looked at, nothing is done in it."""
    async with demo_town.played(demo_database) as town:
        yield town


@pytest.fixture
async def visits(browser: Browser, demo: demo_town.DemoTown) -> AsyncIterator[Visitor]:
    """`await visits(shown, "tablet")`: a page of the list, in the demo's town, opened as its role; takes what chromium.opened takes."""
    async with AsyncExitStack() as stack:

        async def visit(shown: pages.Shown, size: chromium.Size, *, text_size: str = "normal", **given: Any) -> Page:
            page = await stack.enter_async_context(chromium.opened(browser, demo.site.address, size, **given))
            await page.context.add_cookies([{"name": "yui-size", "value": text_size, "url": demo.site.address}])
            if shown.role is not None:
                await demo.sign_in(page.context, shown.role)
            answer = await page.goto(await demo.path(shown.path))
            assert answer is not None
            assert answer.status == shown.status, await page.inner_text("body")
            return page

        yield visit
