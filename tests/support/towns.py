"""Two founded towns for tests: units, standing accounts, one area each. Put in by the admin, as `yui town create` does."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import engine as engines
from db import query
from kernel import ids
from ledger import accounts, units
from tests.support.postgres import Clone

TOWN = 1
OTHER_TOWN = 2
MINUTES, POINTS, YEN = 1, 2, 3
TOWN_CODES = {TOWN: "131016", OTHER_TOWN: "011002"}
_AREA_BASE = 0x7000_0000_0000_0000_8000_0000_0000_0000
AREAS = {TOWN: UUID(int=_AREA_BASE + TOWN), OTHER_TOWN: UUID(int=_AREA_BASE + OTHER_TOWN)}

UNITS = (
    units.Unit(unit_id=MINUTES, code="minutes", kind="time", lot_tracked=False, label_ja="時間", label_en="hours"),
    units.Unit(unit_id=POINTS, code="pt", kind="points", label_ja="ポイント", label_en="points"),
    units.Unit(unit_id=YEN, code="yen", kind="currency", lot_tracked=False, label_ja="円", label_en="yen"),
)
STANDING = ("pot", "exchange", "lapsed", "paid_out", "opening")

_WALL = query.statement("select set_config('yui.municipality', :municipality, true)")
_MUNICIPALITY = query.statement(
    "insert into community.municipality (municipality_id, code, name) values (:municipality, :code, :name)"
)
_AREA = query.statement(
    """
    insert into community.area (municipality_id, area_id, layer, name, valid_from)
    values (:municipality, :area_id, 1, :name, '2000-01-01')
    """
)


async def found(database: Clone) -> None:
    """Founds TOWN and OTHER_TOWN in a fresh clone."""
    setup = engines.create_single(database.admin_url, name="test founding")
    for municipality in (TOWN, OTHER_TOWN):
        async with setup.begin() as conn:
            await query.rows(conn, _WALL, municipality=str(municipality))
            await _found_one(conn, municipality)
    await setup.dispose()


async def _found_one(conn: AsyncConnection, municipality: int) -> None:
    name = f"試験町{municipality}"
    await query.run(conn, _MUNICIPALITY, municipality=municipality, code=TOWN_CODES[municipality], name=name)
    await query.run(conn, _AREA, municipality=municipality, area_id=AREAS[municipality], name=name)
    for unit in UNITS:
        await units.create(conn, unit)
    await accounts.open_many(conn, [accounts.Opening(unit.unit_id, kind) for unit in UNITS for kind in STANDING])


def fresh() -> UUID:
    """A fresh id."""
    return ids.new_id()
