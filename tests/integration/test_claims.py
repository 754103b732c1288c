"""Claims: decided by the edition of their day, reserved lot by lot, booked by two people, or refused by name."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import claiming, spending
from tests.support.claiming import Desk
from tests.support.towns import POINTS, YEN

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def desk(engine: AsyncEngine) -> Desk:
    """A hundred yen for each point, at any time."""
    return await claiming.open_desk(engine, "plain")


async def test_a_claim_is_reserved_approved_and_owed(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(3)
    told = await desk.claim(me, amount=250)
    assert (told.claim.status, told.claim.payout and told.claim.payout.value) == ("open", 25_000)
    assert await desk.free(me) == 50
    assert await spending.posted(engine, "wallet", POINTS, me) == 300
    done = await desk.pay()
    (item,) = done.items
    assert item.claim.status == "approved"
    assert await spending.posted(engine, "wallet", POINTS, me) == 50
    assert await spending.posted(engine, "payable", YEN, me) == 25_000
