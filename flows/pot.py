"""おたがいさま基金, the pot that pays help for those who cannot earn: what is left in it, for whoever says that it pays."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.needs import Need
from ledger import accounts, balances, units
from ledger.units import Unit


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the pot has left, and what of it is set aside for a need once both sides of a match say yes; minor units of `unit`."""

    unit: Unit
    left: int
    needed: int


async def left(conn: AsyncConnection, unit: Unit, *, now: datetime) -> int:
    """What the pot can pay of a unit now, in minor units; what is held for agreed help is not in it."""
    account_id = await accounts.find(conn, "pot", unit.unit_id)
    balance = await balances.of(conn, account_id, now=now) if account_id is not None else None
    return balance.available if balance is not None else 0


async def towards(conn: AsyncConnection, need: Need, *, now: datetime) -> Standing | None:
    """How the pot stands towards a need that it pays; None where the receiver pays."""
    if need.payer != "pot":
        return None
    unit = next(each for each in await units.all_units(conn) if each.unit_id == need.pay_unit_id)
    return Standing(unit=unit, left=await left(conn, unit, now=now), needed=need.pay_at_most)
