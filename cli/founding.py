"""Founding a town: its row, its units, its standing accounts and the area that is all of it. Only the owner's side can do this."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import plainly
from community import areas, municipalities
from community.municipalities import Municipality
from community.refusals import UnknownMunicipality
from db import engine, query
from db.place import Place
from kernel import days, ids
from ledger import accounts, units

STANDING = ("pot", "exchange", "lapsed", "paid_out", "opening")
UNITS = (
    units.Unit(unit_id=1, code="minutes", kind="time", lot_tracked=False, label_ja="時間", label_en="hours"),
    units.Unit(unit_id=2, code="pt", kind="points", label_ja="ポイント", label_en="points"),
    units.Unit(unit_id=3, code="yen", kind="currency", lot_tracked=False, label_ja="円", label_en="yen"),
)

_ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")


class Founded(msgspec.Struct, frozen=True, kw_only=True):
    """A founded town: its number and code, and the codes of its units."""

    municipality_id: int
    code: str
    name: str
    units: tuple[str, ...]


async def found(place: Place, code: str, name: str, *, now: datetime) -> Founded:
    """Founds the town with this 6-digit code. Raises BadMunicipalityCode, CommandFailed where it was founded before."""
    town = Municipality(municipalities.id_of(code), code, name)
    setup = engine.create_single(place.admin_url, name="yui town create")
    try:
        async with setup.begin() as conn:
            await query.rows(conn, _ENTER, municipality=str(town.municipality_id))
            await _refuse_twice(conn, code)
            await municipalities.create(conn, town)
            for unit in UNITS:
                await units.create(conn, unit)
            await accounts.open_many(conn, [accounts.Opening(unit.unit_id, kind) for unit in UNITS for kind in STANDING])
            area = areas.Area(area_id=ids.new_id(), layer=1, name=name, valid_from=days.local_date(now))
            await areas.create(conn, area)
    finally:
        await setup.dispose()
    return Founded(municipality_id=town.municipality_id, code=code, name=name, units=tuple(unit.code for unit in UNITS))


async def _refuse_twice(conn: AsyncConnection, code: str) -> None:
    try:
        before = await municipalities.by_code(conn, code)
    except UnknownMunicipality:
        return
    raise plainly.CommandFailed(f"the town {code} was founded before, as {before.name}")
