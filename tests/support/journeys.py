"""The journeys, what each may need and what it needs: docs/journeys.md is made of these rows, and the tests hold to them.

async with journeys.taken(page, "venue") as hands: …  # fails where more is needed than the row says, or less
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.async_api import Page

from kernel.clock import MovableClock
from tests.support import chromium
from tests.support.taps import Count, Hands

WAYS: tuple[tuple[chromium.Size, bool], ...] = (*((size, True) for size in chromium.THREE), ("phone", False))
"""A size, and whether scripts run: `@pytest.mark.parametrize(("size", "script"), journeys.WAYS)`."""


@dataclass(frozen=True)
class Journey:
    """Who wants what, the most that it may need, what it needs, and the file of the test that drives it."""

    who: str
    what: str
    most: Count
    needs: Count
    test: str


VOLUNTEER = "tests/browser/test_journeys_volunteer.py"
HOST = "tests/browser/test_journeys_host.py"
RECEIVER = "tests/browser/test_journeys_receiver.py"
JOURNEYS: dict[str, Journey] = {
    "device": Journey("volunteer", "comes and goes with a card at the host's device", Count(scans=2), Count(scans=2), VOLUNTEER),
    "venue": Journey("volunteer", "comes and goes with an own phone on the venue's code", Count(2, 2), Count(2, 2), VOLUNTEER),
    "home": Journey(
        "volunteer", "helps at a home: begins and ends with the receiver's card", Count(2, 2), Count(2, 2), VOLUNTEER
    ),
    "paper": Journey(
        "volunteer", "is keyed in from paper: two lines, then the slot is closed", Count(0, 3, 3), Count(0, 3, 3), VOLUNTEER
    ),
    "close": Journey("host", "closes the slot for everybody who was let in", Count(taps=1), Count(taps=1), HOST),
    "exception": Journey(
        "host", "closes for everybody, and puts right that one of them left earlier", Count(0, 3, 2), Count(0, 3, 2), HOST
    ),
    "usual": Journey("receiver", "asks for the usual help again", Count(taps=2), Count(taps=1), RECEIVER),
    "first": Journey("receiver", "asks for help for the first time", Count(taps=3), Count(taps=3), RECEIVER),
    "family": Journey("family", "asks for the usual help in the mother's name", Count(taps=2), Count(taps=2), RECEIVER),
    "family_first": Journey(
        "family", "asks for the mother's first help, on the same pages", Count(taps=4), Count(taps=4), RECEIVER
    ),
    "pledge": Journey("group member", "gives points to the group", Count(taps=1), Count(taps=1), RECEIVER),
}


def next_minute(clock: MovableClock) -> datetime:
    """Sets a clock to the next whole minute, which is returned: what is recorded has whole minutes."""
    now = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    clock.set(now)
    return now


@asynccontextmanager
async def taken(page: Page, name: str) -> AsyncGenerator[Hands]:
    """Hands that need exactly what the row of this name says that they need: otherwise an AssertionError lists what was done."""
    hands, journey = Hands(page), JOURNEYS[name]
    yield hands
    await hands.look()
    assert hands.count == journey.needs, f"{hands.count}, and docs/journeys.md says {journey.needs}: {hands.told}"
