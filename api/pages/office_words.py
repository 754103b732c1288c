"""How officers' and coordinators' pages say amounts, people and days: the words of auditors, whose figures are the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import audit_words
from api.pages.audit_words import Words
from api.pages.door import PageDoor
from community import areas, organisations
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
    return Words(door.locale, audit_words.of_units(known), await audit_names.who(conn, people), to_the_second=False)


def spoken(door: PageDoor) -> Literal["ja", "en"]:
    """The language in which rules are read at a desk."""
    return "en" if door.locale == "en" else "ja"


async def unit_with(conn: AsyncConnection, unit_id: int) -> Unit:
    """The unit of a scheme."""
    return next(unit for unit in await units.all_units(conn) if unit.unit_id == unit_id)


async def organisations_named(conn: AsyncConnection) -> list[tuple[UUID, str]]:
    """Organisations to choose from, by name."""
    found = await organisations.page(conn, limit=organisations.PAGE_MAX)
    return sorted(((each.organisation_id, each.name) for each in found), key=lambda each: each[1])


async def areas_named(conn: AsyncConnection, door: PageDoor, *, layers: Sequence[int] = areas.LAYERS) -> list[tuple[UUID, str]]:
    """Areas of some layers to choose from, a neighbourhood with the district around it."""
    found = await areas.all_on(conn, days.local_date(door.now))
    names = {each.area_id: each.name for each in found}
    inner = max(areas.LAYERS)
    return [
        (
            each.area_id,
            f"{names.get(each.parent_id, '')} {each.name}".strip() if each.parent_id and each.layer == inner else each.name,
        )
        for each in found
        if each.layer in layers
    ]


def show(door: PageDoor, template: str, said: Words, **values: Any) -> Response[str]:
    """A page of an officer or a coordinator. `proven`: what asks for a proof would go through now."""
    proven = door.signed_in.stepped_up(door.now)
    return audit_words.show(door, template, said, spoken=spoken(door), today=days.local_date(door.now), proven=proven, **values)
