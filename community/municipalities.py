"""Municipalities and their 6-digit 全国地方公共団体コード, whose last digit checks the five before it.

The rule is that of the 全国地方公共団体コード仕様 (総務省): weights 6 to 2 over the first five digits; 11 minus the
remainder of their sum by 11; the last digit of that. 千代田区 is 131016, 札幌市 011002, 大阪市 271004.
"""

from __future__ import annotations

import re

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from db import query
from kernel import text

_FORM = re.compile(r"[0-9]{6}", re.ASCII)
_WEIGHTS = (6, 5, 4, 3, 2)

_INSERT = query.statement(
    "insert into community.municipality (municipality_id, code, name) values (:municipality_id, :code, :name)"
)
_BY_CODE = query.statement("select municipality_id, code, name from community.municipality where code = :code")
_ALL = query.statement("select municipality_id, code, name from community.municipality order by code")
_CURRENT = query.statement(
    "select municipality_id, code, name from community.municipality where municipality_id = db.municipality()"
)


class Municipality(msgspec.Struct, frozen=True):
    """A tenant. `municipality_id` is the number behind whose wall its rows stand."""

    municipality_id: int
    code: str
    name: str


def check_digit(first_five: str) -> int:
    """The sixth digit of a code that begins with these five digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_five, strict=True))
    return (11 - total % 11) % 10


def checked(code: str) -> str:
    """`code`, if its form and its check digit are right. Raises BadMunicipalityCode."""
    if not _FORM.fullmatch(code) or check_digit(code[:5]) != int(code[5]):
        raise refusals.BadMunicipalityCode(municipality_code=code[:16])
    return code


def id_of(code: str) -> int:
    """The municipality_id that a town founded with this code gets: the five digits before the check digit."""
    return int(checked(code)[:5])


async def create(conn: AsyncConnection, municipality: Municipality) -> None:
    """Adds the municipality. Only the owner's side may: the service's role cannot make towns. Raises BadMunicipalityCode."""
    await query.run(
        conn,
        _INSERT,
        municipality_id=municipality.municipality_id,
        code=checked(municipality.code),
        name=text.clean("name", municipality.name, text.NAME_LENGTH_MAX),
    )


async def by_code(conn: AsyncConnection, code: str) -> Municipality:
    """The municipality with this code; may be asked before any wall is entered. Raises UnknownMunicipality."""
    row = await query.one(conn, _BY_CODE, code=code)
    if row is None:
        raise refusals.UnknownMunicipality(municipality_code=code[:16])
    return Municipality(row.municipality_id, row.code, row.name)


async def all_of_them(conn: AsyncConnection) -> list[Municipality]:
    """Every municipality here; may be asked before any wall is entered."""
    return [Municipality(row.municipality_id, row.code, row.name) for row in await query.rows(conn, _ALL)]


async def current(conn: AsyncConnection) -> Municipality:
    """The municipality behind whose wall this transaction runs. A wall without a municipality is a fault."""
    row = await query.one(conn, _CURRENT)
    if row is None:
        raise LookupError("this transaction runs behind no municipality's wall")
    return Municipality(row.municipality_id, row.code, row.name)
