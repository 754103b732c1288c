"""Devices at the counter of the demo's host: one that was offered, and one that was opened and has a key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from community import sessions
from community.actor import Actor
from db.transact import transact
from flows import devices_at_work, operating
from flows.devices_at_work import Come, DeviceOpening, Enrolling
from flows.entrance import Made
from tests.support.device_browser import Key

if TYPE_CHECKING:
    from tests.support.demo_town import DemoTown


async def offered(town: DemoTown) -> str:
    """The secret of a device that the host added, and that was not opened yet."""
    return (await _made(town)).secret


async def session(town: DemoTown) -> str:
    """The secret of the session of a device that was opened. The host has a PIN to work there with."""
    secret, key, host = (await _made(town)).secret, Key.new(), _host(town)
    signature = key.sign(devices_at_work.to_sign(secret))
    opening = DeviceOpening(secret=secret, public_key=key.spki, signature=signature, device="tablet", address="127.0.0.1")
    now, chance = town.site.service.clock.now(), os.urandom(sessions.SECRET_BYTES)

    async def work(conn: AsyncConnection) -> Come:
        await operating.set_pin(conn, "$argon2id$", actor=host, now=now)
        return await devices_at_work.come_in(conn, opening, chance=chance, now=now)

    return (await transact(town.site.engine, town.number, work)).opened.secret


async def _made(town: DemoTown) -> Made:
    host = _host(town)
    assert host.organisation_id is not None
    asked = Enrolling(organisation_id=host.organisation_id, role="device", name="公民館タブレット")
    now, chance = town.site.service.clock.now(), os.urandom(sessions.SECRET_BYTES)
    return await transact(
        town.site.engine, town.number, lambda conn: devices_at_work.enrol(conn, asked, actor=host, chance=chance, now=now)
    )


def _host(town: DemoTown) -> Actor:
    host = town.callers["host"]
    return Actor(
        principal_id=host.principal_id,
        role="host",
        member_id=host.member_id,
        organisation_id=host.organisation_id,
        municipality_id=town.number,
    )
