"""How officers' and coordinators' pages say amounts, people and days: the words of auditors, whose figures are the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import audit_words
from api.pages.audit_words import Words
from api.pages.door import PageDoor
from flows import audit_names
from kernel import days
from ledger import units
from ledger.units import Unit

OFFICE = {"officer": "town"}
LISTED = 50


class Made(msgspec.Struct, frozen=True):
    """What a form made, kept under its key: the id of it."""

    made: UUID


async def words(conn: AsyncConnection, door: PageDoor, people: Iterable[UUID | None] = ()) -> Words:
    """The words for units and for these people."""
    known = await units.all_units(conn)
    return Words(door.locale, audit_words.of_units(known), await audit_names.who(conn, people))


def spoken(door: PageDoor) -> Literal["ja", "en"]:
    """The language in which rules are read at a desk."""
    return "en" if door.locale == "en" else "ja"


async def unit_with(conn: AsyncConnection, unit_id: int) -> Unit:
    """The unit of a scheme."""
    return next(unit for unit in await units.all_units(conn) if unit.unit_id == unit_id)


def show(door: PageDoor, template: str, said: Words, **values: Any) -> Response[str]:
    """A page of an officer or a coordinator."""
    return audit_words.show(door, template, said, spoken=spoken(door), today=days.local_date(door.now), **values)
