"""What is not there is refused by its own name at every door that asks for it, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel import ids
from qr import keys, tokens
from tests.support import browsing, http, scenes, unchanged
from tests.support.http import Caller
from tests.support.scenes import Town
from tests.support.towns import TOWN

NOBODY = "01890000-0000-7000-8000-000000000001"

READ = [
    ("unknown_claim_batch", "officer", f"/claim-batches/{NOBODY}"),
    ("unknown_decision", "officer", f"/decisions/{NOBODY}"),
    ("unknown_principal", "officer", f"/principals/{NOBODY}"),
    ("unknown_record", "officer", f"/trace/{NOBODY}"),
    ("unknown_scheme", "auditor", "/schemes/nosuch/editions"),
    ("unknown_application", "officer", f"/applications/{NOBODY}"),
    ("unknown_claim", "officer", f"/claims/{NOBODY}"),
    ("unknown_need", "coordinator", f"/needs/{NOBODY}"),
    ("unknown_settlement", "officer", f"/settlements/{NOBODY}"),
    ("unknown_year_end", "officer", f"/year-ends/{NOBODY}"),
    ("unknown_unit", "officer", "/expiry-runs/preview?unit=nosuch&expires_by=2026-03-31"),
]
WRITE: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("unknown_claim_batch", "officer", f"/claim-batches/{NOBODY}/approve", None),
    ("unknown_offer", "coordinator", f"/offers/{NOBODY}/end", None),
    ("unknown_principal", "officer", f"/principals/{NOBODY}/tokens", {"days": 1}),
    ("unknown_principal", "officer", f"/principals/{NOBODY}/end", None),
    ("unknown_scheme", "officer", "/schemes/nosuch/drafts", {"document": "x"}),
    ("unknown_scheme", "officer", "/claim-batches", {"scheme": "nosuch", "payable_by": "2026-05-31"}),
    ("unknown_application", "officer", f"/applications/{NOBODY}/approve", None),
    ("unknown_booking", "coordinator", f"/bookings/{NOBODY}/cancel", None),
    ("unknown_budget_line", "officer", f"/budget-lines/{NOBODY}/appropriations", {"amount": 1, "reason": "x"}),
    ("unknown_claim", "officer", f"/claims/{NOBODY}/refuse", {"reason": "x"}),
    ("unknown_correction_asked", "officer", f"/corrections/wishes/{NOBODY}/approve", None),
    ("unknown_need", "coordinator", f"/needs/{NOBODY}/withdraw", None),
    ("unknown_settlement", "officer", f"/settlements/{NOBODY}/approve", None),
    ("unknown_year_end", "officer", f"/year-ends/{NOBODY}/execute", None),
    ("unknown_unit", "officer", "/expiry-runs", {"unit": "nosuch", "expires_by": "2026-03-31"}),
    ("unknown_unit", "officer", "/schemes", {"code": "s1", "name": "x", "unit": "nosuch"}),
    ("unknown_scheme", "officer", "/budget-lines", {"scheme": "nosuch", "code": "c", "fiscal_year": 2026, "funding_source": "x"}),
]


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


def caller(town: Town, role: str) -> Caller:
    """Whoever has that role in the town."""
    return getattr(town, role)


@pytest.mark.parametrize(("code", "role", "path"), READ, ids=str)
async def test_what_nobody_has_is_not_shown(town: Town, admin: AsyncEngine, code: str, role: str, path: str) -> None:
    await unchanged.refused(admin, code, caller(town, role).get(path))


@pytest.mark.parametrize(("code", "role", "path", "body"), WRITE, ids=[f"{path} {code}" for code, _, path, _ in WRITE])
async def test_nothing_is_done_to_what_nobody_has(
    town: Town, admin: AsyncEngine, code: str, role: str, path: str, body: dict[str, Any] | None
) -> None:
    await unchanged.refused(admin, code, caller(town, role).keyed(path, body))


@pytest.mark.parametrize("role", ["host", "officer"])
async def test_no_page_settles_what_nobody_has(town: Town, admin: AsyncEngine, role: str) -> None:
    browser = await browsing.stepped_up(town.service, caller(town, role))
    form = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text)) | {"key": str(ids.new_id())}
    told = form | {"how": "set_aside", "reason": "x"}
    await unchanged.refused(admin, "unknown_conflict", browser.post(f"/host/conflicts/{NOBODY}/settle", told))


async def test_a_poster_that_was_never_hung_records_nobody(town: Town, admin: AsyncEngine) -> None:
    member = await scenes.join(town)
    scan = {"scan_id": str(ids.new_id()), "method": "poster", "code": "A/0123456789ABCDEF"}
    await unchanged.refused(admin, "unknown_poster", member.caller.post("/scans", scan))


async def test_a_genuine_code_of_no_venue_records_nobody(town: Town, admin: AsyncEngine) -> None:
    member, now = await scenes.join(town), town.service.clock.now()
    text = tokens.mint_venue(999_999, keys.of_municipality(http.MASTER, TOWN), now)
    claim = scenes.ok(await member.caller.post("/claims", {"code": f"T/{text}"}))["claim"]
    scan = {"scan_id": str(ids.new_id()), "method": "venue", "claim": claim}
    await unchanged.refused(admin, "unknown_venue", member.caller.post("/scans", scan))
