"""Whoever lost their role keeps no tablet: what they added at a counter ends with them, also before it was opened."""

from __future__ import annotations

import os

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community import entrances, sessions
from community.refusals import EntranceClosed
from flows import devices_at_work, roles
from flows.devices_at_work import Enrolling
from tests.support import spending
from tests.support.spending import NOW, do


async def test_a_device_ends_with_the_role_of_whoever_added_it(engine: AsyncEngine) -> None:
    house = await spending.organisation(engine, "host")
    officer = await spending.actor(engine, "officer")
    gone, stays = [await spending.actor(engine, "host", organisation_id=house) for _ in range(2)]
    made = [
        await do(
            engine,
            devices_at_work.enrol,
            Enrolling(organisation_id=house, role="device", name=name),
            actor=who,
            chance=os.urandom(sessions.SECRET_BYTES),
            now=NOW,
        )
        for who, name in ((gone, "入口"), (stays, "広間"))
    ]
    assert await do(engine, roles.end, gone.principal_id, actor=officer, now=NOW)
    assert [each.label for each in await do(engine, devices_at_work.listed, stays, now=NOW)] == ["広間"]
    with pytest.raises(EntranceClosed):
        await do(engine, entrances.find, made[0].secret, NOW)
    assert (await do(engine, entrances.find, made[1].secret, NOW)).of_device
