"""What a partner took on one day: amounts and times alone. Who paid is not told, nor asked."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import days
from ledger import units
from ledger.units import Unit
from rules import edition_store
from wallets import redemptions
from wallets.redemptions import Before, Standing


class Takings(msgspec.Struct, frozen=True):
    """Every purchase of the day, the newest first, and what stands of them by unit."""

    purchases: tuple[Standing, ...]
    sums: dict[str, int]


async def units_taken(conn: AsyncConnection) -> list[Unit]:
    """What can be paid with in a shop: what a scheme gives, and what was bought; neither time nor the money that points turn into."""
    given = {scheme.unit_id for scheme in await edition_store.schemes(conn)}
    known = [unit for unit in await units.all_units(conn) if unit.kind != "time"]
    return [unit for unit in known if unit.purchased or unit.unit_id in given] or known


async def of_day(conn: AsyncConnection, organisation_id: UUID, on: date) -> Takings:
    """What the partner took on the day `on` in Japan."""
    since, until = days.local_time(on, 0), days.local_time(on + timedelta(days=1), 0)
    found: list[Standing] = []
    before: Before | None = None
    while True:
        page = await redemptions.page_of_counterparty(conn, organisation_id, before=before, limit=redemptions.PAGE_MAX)
        found += [each for each in page if since <= each.redemption.redeemed_at < until and each.redemption.kind == "purchase"]
        if len(page) < redemptions.PAGE_MAX or page[-1].redemption.redeemed_at < since:
            return Takings(tuple(found), _sums(found))
        last = page[-1].redemption
        before = Before(last.redeemed_at, last.redemption_id)


def _sums(found: list[Standing]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for each in found:
        standing = each.redemption.amount if each.undone_at is None else 0
        sums[each.unit] = sums.get(each.unit, 0) + standing
    return sums
