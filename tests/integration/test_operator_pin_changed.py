"""A PIN that somebody saw is changed while it is being typed elsewhere: whoever typed it does not work there."""

from __future__ import annotations

import os

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import device_refusals, operators, pins, sessions
from community.actor import Actor, AtDevice
from community.pins import Pin
from db import errors
from db.transact import transact
from flows import devices_at_work, operating
from flows.devices_at_work import Enrolling
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import TOWN


async def _till(engine: AsyncEngine) -> tuple[Actor, Actor, Pin]:
    """A cashier, the device at which they may work, and the PIN that somebody saw."""
    shop = await spending.organisation(engine, "partner")
    works = await spending.actor(engine, "cashier", organisation_id=shop)
    new = Enrolling(organisation_id=shop, role="cashier", name="レジ1")
    await do(engine, devices_at_work.enrol, new, actor=works, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    (device,) = await do(engine, devices_at_work.listed, works, now=NOW)
    await do(engine, operating.set_pin, pins.hashed("2580", "2580"), actor=works, now=NOW)
    seen = await do(engine, pins.of_operator, works.principal_id)
    assert seen is not None
    at = Actor(
        principal_id=device.device_id,
        role="cashier",
        member_id=None,
        organisation_id=shop,
        municipality_id=TOWN,
        at=AtDevice(key_id=None),
    )
    return works, at, seen


async def _shift(engine: AsyncEngine, till: Actor) -> object:
    found = await do(engine, operators.at, till.principal_id, NOW)
    assert found is not None
    return found.shift_id


async def test_a_pin_that_was_changed_meanwhile_begins_nothing(engine: AsyncEngine) -> None:
    works, till, seen = await _till(engine)
    await do(engine, operating.set_pin, pins.hashed("1379", "1379"), actor=works, now=NOW)
    with pytest.raises(device_refusals.OperatorRefused):
        await do(engine, operating.begin, works.principal_id, seen, left=4, actor=till, now=NOW)
    with pytest.raises(DBAPIError) as raised:  # the code's own guard passed by
        await do(engine, operators.begin, till.principal_id, works.principal_id, seen.pin_id, now=NOW)
    assert errors.constraint(raised.value) == "operator_of_the_house"
    assert await _shift(engine, till) is None


async def test_also_where_it_is_changed_before_the_choice_is_there(engine: AsyncEngine) -> None:
    works, till, seen = await _till(engine)

    async def begin(conn: AsyncConnection) -> None:
        await operating.begin(conn, works.principal_id, seen, left=4, actor=till, now=NOW)
        await do(engine, operating.set_pin, pins.hashed("1379", "1379"), actor=works, now=NOW)  # commits first

    await transact(engine, TOWN, begin)
    assert await _shift(engine, till) is None
