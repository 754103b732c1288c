"""The machine's own Chromium, driven by Playwright: no browser is downloaded, and nothing but this machine is reached.

async with chromium.launched() as browser:
    async with chromium.opened(browser, site.address, "phone") as page:
        await page.goto("/enter/…")
        assert await chromium.violations(page) == []

Leaving `opened` fails on any violation of the content security policy, and on any error of a script.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

Size = Literal["narrow", "phone", "tablet", "desktop"]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZES: dict[Size, dict[str, Any]] = {
    "narrow": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "tablet": {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
THREE: tuple[Size, ...] = ("phone", "tablet", "desktop")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
TARGETS = "button, a[href], input:not([type=hidden]), select, summary"
WAIT_MILLISECONDS_MAX = 10_000


class NoBrowser(Exception):
    """Tests of pages need Chromium on this machine; the message says how to get it."""


def executable() -> str:
    """Where Chromium is: YUI_CHROMIUM, else the one on the path. Raises NoBrowser."""
    found = (
        os.environ.get("YUI_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        raise NoBrowser("no Chromium: on Debian, apt-get install chromium; elsewhere, name it in YUI_CHROMIUM")
    return found


@asynccontextmanager
async def launched(*flags: str) -> AsyncGenerator[Browser]:
    """A browser with a new empty profile; `flags` besides the usual ones, as for a played camera."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=executable(), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(browser: Browser, address: str, size: Size = "phone", **given: Any) -> AsyncGenerator[Page]:
    """A page of a device that was never here, in Japanese and in Tokyo; `script=False` is a browser without script.

    `address` is what paths begin at. At the end, whatever the page said against itself is an error.
    """
    asked = {"java_script_enabled": given.pop("script", True)} | SIZES[size] | given
    context = await browser.new_context(base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", **asked)
    context.set_default_timeout(WAIT_MILLISECONDS_MAX)
    try:
        wrong = watched(context)
        yield await context.new_page()
        assert wrong == []
    finally:
        await context.close()


def watched(context: BrowserContext) -> list[str]:
    """A list that grows by what the pages of `context` do wrong: refused by the policy, or failed in a script."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "Content-Security-Policy" in message.text):
            wrong.append(message.text)

    context.on("console", heard)
    context.on("weberror", lambda error: wrong.append(f"{error.error}"))
    return wrong


async def violations(page: Page, *, enhanced: bool = False) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each; `enhanced` also asks for the contrast of member pages, 7 : 1."""
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(_axe())
    rules = {"color-contrast-enhanced": {"enabled": True}} if enhanced else {}
    asked = {"runOnly": {"type": "tag", "values": list(RULES)}, "rules": rules, "resultTypes": ["violations"]}
    found = await page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))} – {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: to be 0."""
    return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


async def cut_tables(page: Page) -> list[str]:
    """Tables that become cards where there is no room, and do not: something of them is beyond the edge."""
    return await page.evaluate(
        """[...document.querySelectorAll(".fits, .scroll:has(> .stacks)")]
            .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth)
            .map(each => `${each.scrollWidth} px in ${each.clientWidth}: ${each.innerText.slice(0, 60)}`)"""
    )


async def small_targets(page: Page, among: str = TARGETS, *, least: int) -> list[str]:
    """What can be pressed and is lower than `least` pixels; links within a sentence are read, not aimed at."""
    return await page.evaluate(
        """([among, least]) => [...document.querySelectorAll(among)]
            .filter(each => each.checkVisibility() && getComputedStyle(each).display !== "inline" && !each.closest(".skip"))
            .filter(each => !(each.matches("input") && each.closest("label")))
            .map(each => [each.getBoundingClientRect().height, each.outerHTML.slice(0, 120)])
            .filter(([height]) => height > 0 && height < least)
            .map(([height, told]) => `${Math.round(height)} px: ${told}`)""",
        [among, least],
    )


async def loaded_bytes(page: Page) -> int:
    """What the page and all that it loaded weigh, as it travelled."""
    return await page.evaluate(
        """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
    )


@lru_cache(maxsize=1)
def _axe() -> str:
    if not AXE.is_file():
        raise NoBrowser("axe-core is not installed: make setup")
    return AXE.read_text(encoding="utf-8")
