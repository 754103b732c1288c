"""Units: time in minutes, points, local currency. Free and purchased value are different units, each purchased one with its issuer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import refusals


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of account. Amounts are integers in its smallest part; `scale` is how many decimals people see, and never changes."""

    unit_id: int
    code: str
    kind: str
    """time, points or currency"""
    scale: int = 0
    purchased: bool = False
    """Bought with money: its outstanding balance is reported (資金決済法), and no activity stands behind it."""
    lot_tracked: bool = True
    """Its wallets hold lots with origin and expiry. Never for time, whose wallets may go below zero."""
    issuer: str | None = None
    label_ja: str
    label_en: str


_COLUMNS = "unit_id, code, kind, scale, purchased, lot_tracked, issuer, label_ja, label_en"
_INSERT = query.statement(
    f"""
    insert into ledger.unit (municipality_id, {_COLUMNS})
    values (
        db.municipality(), :unit_id, :code, :kind, :scale, :purchased, :lot_tracked, :issuer, :label_ja, :label_en
    )
    """  # noqa: S608 - a constant of this module
)
_ALL = query.statement(
    f"select {_COLUMNS} from ledger.unit where municipality_id = db.municipality() order by unit_id"  # noqa: S608
)
_BY_CODE = query.statement(
    f"select {_COLUMNS} from ledger.unit where municipality_id = db.municipality() and code = :code"  # noqa: S608
)


async def create(conn: AsyncConnection, unit: Unit) -> None:
    """Adds a unit. Its kind, scale and lot tracking stand for ever."""
    await query.run(conn, _INSERT, **msgspec.structs.asdict(unit))


async def all_units(conn: AsyncConnection) -> Sequence[Unit]:
    """Every unit of the municipality."""
    return [_unit(row) for row in await query.rows(conn, _ALL)]


async def by_code(conn: AsyncConnection, code: str) -> Unit:
    """The unit with this code. Raises UnknownUnit."""
    row = await query.one(conn, _BY_CODE, code=code)
    if row is None:
        raise refusals.UnknownUnit(unit=code)
    return _unit(row)


def _unit(row: Row[Any]) -> Unit:
    return query.into(Unit, row)
