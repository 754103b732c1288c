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
COORDINATOR = "tests/browser/test_journeys_coordinator.py"
GROUP = "tests/browser/test_journeys_group.py"
PARTNER = "tests/browser/test_journeys_partner.py"
OFFICER = "tests/browser/test_journeys_officer.py"
AUDITOR = "tests/browser/test_journeys_auditor.py"
JOURNEYS: dict[str, Journey] = {
    "device": Journey("volunteer", "comes and goes with a card at the host's device", Count(scans=2), Count(scans=2), VOLUNTEER),
    "venue": Journey("volunteer", "comes and goes with an own phone on the venue's code", Count(2, 2), Count(scans=2), VOLUNTEER),
    "venue_camera": Journey(
        "volunteer", "comes and goes with the phone's own camera app on the venue's code", Count(2, 2), Count(2, 2), VOLUNTEER
    ),
    "home": Journey(
        "volunteer", "helps at a home: begins and ends with the receiver's card", Count(scans=2), Count(scans=2), VOLUNTEER
    ),
    "home_first": Journey(
        "volunteer", "helps at a home, and never used the scanner on this phone before", Count(2, 1), Count(2, 1), VOLUNTEER
    ),
    "home_camera": Journey(
        "volunteer", "helps at a home with the phone's own camera app on the receiver's card", Count(2, 2), Count(2, 2), VOLUNTEER
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
    "phoned": Journey(
        "coordinator", "writes down what somebody asks for on the phone", Count(0, 2, 6), Count(0, 2, 6), COORDINATOR
    ),
    "match": Journey(
        "coordinator",
        "asks one of three who could help, and writes down what both say",
        Count(taps=3),
        Count(taps=3),
        COORDINATOR,
    ),
    "vouch": Journey("coordinator", "vouches for what rests on little evidence", Count(taps=3), Count(taps=3), COORDINATOR),
    "apply": Journey("treasurer", "applies for what the group wants to buy", Count(0, 4, 2), Count(0, 2, 2), GROUP),
    "application": Journey("officer", "approves a group's application", Count(taps=2), Count(taps=2), GROUP),
    "payment": Journey("officer", "approves a list of payments, and saves its file", Count(taps=3), Count(taps=3), GROUP),
    "take": Journey("cashier", "takes points: a card or a pay code, and the amount", Count(1, 1, 1), Count(1, 1, 1), PARTNER),
    "take_back": Journey("cashier", "takes a mistake back", Count(taps=2), Count(taps=2), PARTNER),
    "answer": Journey("officer", "answers a question about a member", Count(0, 4, 1), Count(0, 4, 1), OFFICER),
    "claims": Journey("officer", "lists the claims that are to be paid", Count(taps=2), Count(taps=2), OFFICER),
    "claims_approved": Journey("second officer", "approves the list, which is booked", Count(taps=2), Count(taps=2), OFFICER),
    "payments": Journey("officer", "lists what is to be paid out", Count(taps=2), Count(taps=2), OFFICER),
    "payments_approved": Journey(
        "second officer", "approves the payments, and saves their file", Count(taps=3), Count(taps=3), OFFICER
    ),
    "role": Journey("officer", "gives a coordinator's role", Count(0, 3, 1), Count(0, 3, 1), OFFICER),
    "role_confirmed": Journey("second officer", "confirms the role, which opens then", Count(taps=2), Count(taps=2), OFFICER),
    "rules": Journey(
        "officer",
        "changes a rate, tries it on last year, proposes it, says why no council heard it",
        Count(0, 9, 2),
        Count(0, 9, 2),
        OFFICER,
    ),
    "rules_approved": Journey("second officer", "approves the rules and publishes them", Count(taps=3), Count(taps=3), OFFICER),
    "year_end": Journey(
        "officer", "sees what a year's end does to whom, and announces it", Count(0, 3, 1), Count(0, 3, 1), OFFICER
    ),
    "year_end_executed": Journey("second officer", "executes it on its day", Count(taps=3), Count(taps=3), OFFICER),
    "evidence": Journey(
        "auditor", "comes from a total to its evidence, the rules and who approved them", Count(taps=3), Count(taps=3), AUDITOR
    ),
    "checks": Journey("auditor", "verifies the book and recomputes every grant", Count(taps=3), Count(taps=3), AUDITOR),
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
