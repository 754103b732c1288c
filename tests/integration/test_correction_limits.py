"""What is not corrected by an entry of its own: what came back in part first, and what was paid out."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.actor import Actor
from db import query
from flows import application, correction, settlement
from kernel import days
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS
from wallets import amends, applications, redemptions, refusals, settlements

_RETURN_ENTRY = query.statement(
    """
    select entry_id from wallets.application_return
    where municipality_id = db.municipality() and application_id = :application_id
    """
)


class Used:
    """A group that used 100 points on an application."""

    def __init__(self, engine: AsyncEngine, group_id: UUID, treasurer: Actor, made: applications.Application) -> None:
        self.engine, self.group_id, self.treasurer, self.application_id = engine, group_id, treasurer, made.application_id
        self.redemption_id = made.redemption_id

    async def entry_id(self) -> UUID:
        assert self.redemption_id is not None
        return (await do(self.engine, redemptions.get, self.redemption_id)).redemption.entry_id

    async def give_back(self, amount: int) -> Any:
        asked = application.Returning(application_id=self.application_id, amount=amount, reason="余り")
        return await do(self.engine, application.return_unused, asked, actor=self.treasurer, now=NOW)

    async def return_entry_id(self) -> UUID:
        async def work(conn: AsyncConnection) -> UUID:
            return await query.scalar(conn, _RETURN_ENTRY, application_id=self.application_id)

        return await do(self.engine, work)


async def _used(engine: AsyncEngine) -> Used:
    group_id = await spending.organisation(engine, "group")
    treasurer = await spending.actor(engine, "treasurer", organisation_id=group_id)
    member_id = await spending.member(engine)
    origin = await spending.attendance(engine, member_id)
    await spending.grant_entry(engine, group_id, 100, origin=origin)
    asked = application.Applying(unit="pt", amount=100, purpose="花の苗")
    made = await do(engine, application.apply, asked, actor=treasurer, now=NOW)
    officer = await spending.actor(engine, "officer")
    return Used(engine, group_id, treasurer, await do(engine, application.approve, made.application_id, actor=officer, now=NOW))


async def _correct(engine: AsyncEngine, entry_id: UUID) -> amends.Correction:
    officer = await spending.actor(engine, "officer")
    return await do(engine, correction.correct, correction.Asked(entry_id=entry_id, reason="誤り"), actor=officer, now=NOW)


async def test_a_use_is_corrected_after_its_return(engine: AsyncEngine) -> None:
    used = await _used(engine)
    await used.give_back(40)
    with pytest.raises(refusals.ReverseReturnFirst) as refused:
        await _correct(engine, await used.entry_id())
    back = await used.return_entry_id()
    assert refused.value.facts() == {"application_id": used.application_id, "entry_id": back}
    assert await spending.posted(engine, "wallet", POINTS, used.group_id) == 40
    await _correct(engine, back)
    await _correct(engine, await used.entry_id())
    assert await spending.posted(engine, "wallet", POINTS, used.group_id) == 100
    assert await spending.posted(engine, "payable", POINTS, used.group_id) == 0


async def test_a_return_and_a_correction_at_once_are_not_both_done(engine: AsyncEngine) -> None:
    used = await _used(engine)
    entry_id = await used.entry_id()
    done = await asyncio.gather(used.give_back(40), _correct(engine, entry_id), return_exceptions=True)
    refused = [each for each in done if isinstance(each, Exception)]
    assert [type(each) for each in refused] in ([refusals.ReverseReturnFirst], [refusals.ApplicationNotApproved])
    assert await spending.posted(engine, "wallet", POINTS, used.group_id) in {40, 100}


async def test_what_was_paid_out_is_not_taken_back_by_one_alone(engine: AsyncEngine) -> None:
    used = await _used(engine)
    officer, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    asked = settlement.Proposing(unit="pt", up_to=days.local_date(NOW))
    batch = await do(engine, settlement.propose, asked, actor=officer, now=NOW)
    await do(engine, settlement.approve, batch.settlement_id, actor=second, now=NOW)
    items = {item.payee: item for item in await do(engine, settlements.items_of, batch.settlement_id)}
    paid = items[used.group_id].entry_id
    assert paid is not None
    with pytest.raises(refusals.NotCorrectable) as refused:
        await _correct(engine, paid)
    assert refused.value.facts() == {"kind": "settlement", "instead": "settlement"}
    assert await spending.posted(engine, "payable", POINTS, used.group_id) == 0
