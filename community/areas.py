"""Areas (圏域) in three layers: the municipality, its school districts, their neighbourhoods. Dated, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from db import query
from kernel import text

LAYERS = (1, 2, 3)

_COLUMNS = "area_id, layer, name, parent_id, valid_from"
_INSERT = query.statement(
    f"""
    insert into community.area (municipality_id, {_COLUMNS})
    values (db.municipality(), :area_id, :layer, :name, :parent_id, :valid_from)
    """  # noqa: S608 - a constant of this module
)
_FIND = query.statement(
    f"select {_COLUMNS} from community.area where municipality_id = db.municipality() and area_id = :area_id"  # noqa: S608
)
_ALL = query.statement(
    f"""
    select {_COLUMNS} from community.area
    where municipality_id = db.municipality() and valid_from <= :on and :on < valid_to
    order by layer, name, area_id
    """  # noqa: S608
)


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the municipality. Layer 1 is all of it and has no parent; the parent of layer n is of layer n - 1."""

    area_id: UUID
    layer: int
    name: str
    parent_id: UUID | None = None
    valid_from: date


async def create(conn: AsyncConnection, area: Area) -> None:
    """Adds an area. Raises UnknownArea (the parent), AreaLayerMismatch, and what `text.clean` raises."""
    parent = await find(conn, area.parent_id) if area.parent_id is not None else None
    parent_layer = parent.layer if parent is not None else None
    if area.layer not in LAYERS or area.layer - 1 != (parent_layer or 0):
        raise refusals.AreaLayerMismatch(layer=area.layer, parent_layer=parent_layer)
    named = msgspec.structs.replace(area, name=text.clean("name", area.name, text.NAME_LENGTH_MAX))
    await query.run(conn, _INSERT, **msgspec.structs.asdict(named))


async def find(conn: AsyncConnection, area_id: UUID) -> Area:
    """The area. Raises UnknownArea."""
    row = await query.one(conn, _FIND, area_id=area_id)
    if row is None:
        raise refusals.UnknownArea(area_id=area_id)
    return _area(row)


async def all_on(conn: AsyncConnection, on: date) -> Sequence[Area]:
    """Every area that is valid on the day `on`, layer by layer."""
    return [_area(row) for row in await query.rows(conn, _ALL, on=on)]


def _area(row: Row[Any]) -> Area:
    return Area(**row._asdict())  # pyright: ignore[reportPrivateUsage]
