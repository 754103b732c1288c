"""What attackers wrote stands on pages as they wrote it, in a real browser: no script runs, and the policy has nothing to refuse."""

from __future__ import annotations

import httpx
from playwright.async_api import Browser, Dialog

from tests.support import browsing, chromium, poison, sites

PAGES_OF_A_ROLE_MAX = 5
TRACE = "document.querySelectorAll('img[src^=\"x-\"]').length"


async def test_no_text_becomes_a_script(browser: Browser, site: sites.Site) -> None:
    service, kept = site.service, site.service.http
    async with poison.Client(base_url=site.address, timeout=30) as client:
        service.http = client
        people = await poison.played(service)
    service.http = kept
    opened = 0
    for role, caller in people.items():
        found = await poison.crawled(await browsing.stepped_up(service, caller), role)
        shown = [path for path, answer in found.items() if is_poisoned(answer)][:PAGES_OF_A_ROLE_MAX]
        async with chromium.opened(browser, site.address, "desktop") as page:
            ran: list[str] = []
            page.on("dialog", lambda dialog, ran=ran: _note(dialog, ran))
            await site.carry(page.context, await site.session(caller, stepped_up=True))
            for path in shown:
                answer = await page.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                assert "onerror=alert(1)" in await page.inner_text("body"), path
                assert await page.evaluate(TRACE) == 0, path
                opened += 1
            assert ran == []
    assert opened >= 2 * PAGES_OF_A_ROLE_MAX


def is_poisoned(answer: httpx.Response) -> bool:
    """Whether a page shows what an attacker wrote, where it can be read."""
    return answer.headers["content-type"].startswith("text/html") and "&gt;</p" in answer.text and "img src=x-" in answer.text


def _note(dialog: Dialog, ran: list[str]) -> None:
    ran.append(dialog.message)
