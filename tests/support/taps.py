"""A person's hands at a page: they scan, press and type, every one of it is counted, and a journey has a budget.

async with taps.budget(page, scans=1, taps=1) as hands:
    await hands.scan(venue)                # the address of a symbol, opened by the phone's camera
    await hands.press("来ました")           # a button; `role="link"` and a Locator are pressed too
A journey that needs more than its budget fails and lists what was done. `hands.read(…)` is a reader that types into whatever has the
focus; `hands.show(…)` a symbol held before the page's own camera; `hands.fill(…)` a field that is typed into; `hands.key("Enter")` a
key: Enter and Space press, the others only move.

Where YUI_STEPS names a folder, a picture of the page is kept there before each press, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.support import held

SYMBOL = re.compile(r"^(https?://[^/]+)?(/[ACPT]/[^/?#]+)$", re.IGNORECASE)
PRESSING = frozenset({"Enter", "Space"})
TYPED_INTO = "input:focus, textarea:focus, select:focus"
TABS_MAX = 60


@dataclass(frozen=True, order=True)
class Count:
    """How often something was scanned, pressed, and typed into."""

    scans: int = 0
    taps: int = 0
    fields: int = 0

    def within(self, other: Count) -> bool:
        """Whether nothing of this is more than in the other."""
        return self.scans <= other.scans and self.taps <= other.taps and self.fields <= other.fields

    def __str__(self) -> str:
        told = [(self.scans, "scan"), (self.taps, "tap"), (self.fields, "field")]
        return " + ".join(f"{count} {what}{'s' if count > 1 else ''}" for count, what in told if count) or "nothing"


@dataclass
class Hands:
    """What somebody does at a page, and how often."""

    page: Page
    scans: int = 0
    taps: int = 0
    fields: int = 0
    told: list[str] = field(default_factory=list[str])

    @property
    def count(self) -> Count:
        """So far."""
        return Count(self.scans, self.taps, self.fields)

    async def begin(self, path: str) -> None:
        """The page at which the journey begins. Later nobody types an address: that is refused by AssertionError."""
        assert not self.told, f"a person presses, and types no address: {path} after {self.told}"
        assert not SYMBOL.match(path), f"{path} is a symbol's, which is scanned"
        await self.page.goto(path)

    async def scan(self, address: str) -> None:
        """A symbol that the phone's own camera reads: its address is opened. Nothing else can be scanned (AssertionError)."""
        found = SYMBOL.match(address)
        assert found is not None, f"{address} is not the address of a symbol"
        await self._note("scan")
        self.scans += 1
        await self.page.goto(found[2])

    async def read(self, symbol: str) -> None:
        """A symbol that a reader at the page reads: it types it where the focus is, and Enter. The page has to be ready for it."""
        await self._note("read")
        await expect(self.page.locator(TYPED_INTO)).to_have_count(1)
        self.scans += 1
        await self.page.keyboard.insert_text(symbol)
        await self.page.keyboard.press("Enter")

    async def show(self, symbol: str) -> None:
        """A symbol that is held before the camera while the page looks through it (tests/support/held.py)."""
        await self._note("show")
        self.scans += 1
        await held.before(self.page, symbol)

    async def press(self, what: str | re.Pattern[str] | Locator, *, role: str = "button", exact: bool = False) -> None:
        """Presses what has this name and this role in the page, or what is given."""
        target = self._found(what, role, exact=exact)
        await target.wait_for()
        await self._note(f"press {what if isinstance(what, str) else await target.inner_text()}")
        self.taps += 1
        await target.click()

    async def fill(self, label: str, text: str) -> None:
        """Types into the field of this label."""
        await self._note(f"type {label}")
        self.fields += 1
        await self.page.get_by_label(label).fill(text)

    async def choose(self, label: str, value: str) -> None:
        """Chooses in the list of this label: it counts as a field."""
        await self._note(f"choose {label}")
        self.fields += 1
        await self.page.get_by_label(label).select_option(value)

    async def type(self, text: str) -> None:
        """Types where the focus is: in a field, for which it waits."""
        await self._note(f"type {text}")
        await expect(self.page.locator(TYPED_INTO)).to_have_count(1)
        self.fields += 1
        await self.page.keyboard.type(text)

    async def key(self, name: str) -> None:
        """A key. Enter and Space press what has the focus."""
        await self._note(f"key {name}")
        self.taps += name in PRESSING
        await self.page.keyboard.press(name)

    async def go(self) -> None:
        """Enter, which presses what has the focus; and the page to which it leads is there."""
        async with self.page.expect_navigation():
            await self.key("Enter")

    async def reach(self, what: str | re.Pattern[str] | Locator, *, role: str = "button") -> None:
        """Goes on by Tab until something has the focus. It is reached, or AssertionError says where the way led."""
        target = self._found(what, role)
        for _ in range(TABS_MAX):
            if await target.evaluate("each => each === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by Tab to {what}")

    def _found(self, what: str | re.Pattern[str] | Locator, role: str, *, exact: bool = False) -> Locator:
        if isinstance(what, Locator):
            return what
        return self.page.get_by_role(role, name=what, exact=exact).first  # pyright: ignore[reportArgumentType]

    async def _note(self, done: str) -> None:
        self.told.append(" ".join(done.split()))
        await self.look()

    async def look(self) -> None:
        """Keeps a picture of the page, where pictures are wanted."""
        folder = os.environ.get("YUI_STEPS")
        if folder:
            test = re.sub(r"[^\w-]+", "-", os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("::")[2].removesuffix(" (call)"))
            place = Path(folder) / test
            place.mkdir(parents=True, exist_ok=True)
            step = f"{len(list(place.iterdir())):02d}"
            await self.page.screenshot(path=place / f"{step}.png", full_page=True, animations="disabled")


@asynccontextmanager
async def budget(page: Page, *, scans: int = 0, taps: int = 0, fields: int = 0) -> AsyncGenerator[Hands]:
    """Hands that may scan, press and type so often: more is an AssertionError that lists it all."""
    hands = Hands(page)
    yield hands
    await hands.look()
    most = Count(scans, taps, fields)
    assert hands.count.within(most), f"{hands.count}, and the budget is {most}: {hands.told}"
