"""A served town for each module, one browser for the run, and a page for each test and size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import chromium, http, postgres, sites

Opener = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
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
