"""Who gives and converts: a member their own points, and an officer for any member, on record."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import ROLES, Actor, Role
from community.refusals import UnknownMember
from flows import claim, donation, pledge
from tests.support import spending
from tests.support.claiming import Desk, open_desk
from tests.support.spending import NOW, do
from tests.support.towns import POINTS
from wallets import redemptions


async def _give_away(engine: AsyncEngine, member_id: UUID, group_id: UUID, actor: Actor, way: str) -> Any:
    if way == "pledge":
        asked = pledge.Asked(member_id=member_id, organisation_id=group_id, unit="pt", amount=10)
        return await do(engine, pledge.pledge, asked, actor=actor, now=NOW)
    if way == "donation":
        given = donation.Asked(member_id=member_id, unit="pt", amount=10)
        return await do(engine, donation.donate, given, actor=actor, now=NOW)
    claiming = claim.Applying(scheme="acted-for", holder=member_id, amount=10)
    return await do(engine, claim.apply, claiming, actor=actor, now=NOW)


@pytest.fixture(scope="module")
async def desk(engine: AsyncEngine) -> Desk:
    """A scheme whose points can be claimed."""
    return await open_desk(engine, "acted-for")


@pytest.mark.parametrize("way", ["pledge", "donation", "claim"])
async def test_an_officer_alone_acts_for_others_and_is_named(engine: AsyncEngine, desk: Desk, way: str) -> None:
    me = await desk.holder(1)
    group_id = await spending.organisation(engine, "group")
    for role in ROLES:
        if role == "officer":
            continue
        belongs = group_id if role in {"host", "device", "treasurer", "cashier"} else None
        other = await spending.member(engine) if role == "member" else None
        stranger = await spending.actor(engine, cast("Role", role), member_id=other, organisation_id=belongs)
        with pytest.raises(UnknownMember):
            await _give_away(engine, me, group_id, stranger, way)
    assert await spending.posted(engine, "wallet", POINTS, me) == 100
    officer = await spending.actor(engine, "officer")
    made = await _give_away(engine, me, group_id, officer, way)
    if isinstance(made, claim.Told):
        assert (made.claim.acting_for, made.claim.claimed_by) == (me, officer.principal_id)
    else:
        kept = (await do(engine, redemptions.get, made.redemption_id)).redemption
        assert (kept.acting_for, kept.actor) == (me, officer.principal_id)
