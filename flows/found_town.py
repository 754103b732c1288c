"""A town begins: its row (which only the owner's side may write), then all that the service itself can set up behind its wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import areas, municipalities, principals
from community.areas import Area
from community.municipalities import Municipality
from community.principals import Principal
from kernel import days, ids
from ledger import accounts, units
from ledger.units import Unit

STANDING = ("pot", "exchange", "lapsed", "paid_out", "opening")

UNITS: tuple[Unit, ...] = (
    Unit(unit_id=1, code="minutes", kind="time", lot_tracked=False, label_ja="時間", label_en="hours"),
    Unit(unit_id=2, code="pt", kind="points", label_ja="ポイント", label_en="points"),
    Unit(unit_id=3, code="yen", kind="currency", lot_tracked=False, label_ja="円", label_en="yen"),
)


class Founded(msgspec.Struct, frozen=True, kw_only=True):
    """What a town begins with: its area of layer 1 and its first officers (two, because rules and payments take two people)."""

    area_id: UUID
    officers: tuple[UUID, ...]


async def register(conn: AsyncConnection, code: str, name: str) -> Municipality:
    """Writes the municipality's row, as the owner's side. Raises BadMunicipalityCode, and what `text.clean` raises."""
    town = Municipality(municipalities.id_of(code), code, name)
    await municipalities.create(conn, town)
    return town


async def found(conn: AsyncConnection, officers: Sequence[str], *, now: datetime, town_units: Sequence[Unit] = UNITS) -> Founded:
    """Sets a registered town up, as the service behind the town's wall: area, units, standing accounts, one officer per label."""
    town = await municipalities.current(conn)
    area = Area(area_id=ids.new_id(), layer=1, name=town.name, valid_from=days.local_date(now))
    await areas.create(conn, area)
    for unit in town_units:
        await units.create(conn, unit)
    await accounts.open_many(conn, [accounts.Opening(unit.unit_id, kind) for unit in town_units for kind in STANDING])
    made = [Principal(principal_id=ids.new_id(), role="officer", label=label) for label in officers]
    for principal in made:
        await principals.create(conn, principal, created_by=None, now=now)
    return Founded(area_id=area.area_id, officers=tuple(principal.principal_id for principal in made))
