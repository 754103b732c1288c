"""Organisations (団体・機関) and areas (圏域) at the desk: added, and shown with who works there, what they hold and were paid."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import slots
from api.pages import office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from community import areas, devices, organisations, roles
from community.areas import Area
from community.organisations import Kind, Organisation
from kernel import days, ids, text
from wallets import settlements

Name = Annotated[str, Meta(min_length=1, max_length=text.NAME_LENGTH_MAX)]


class OrganisationForm(KeyedForm, frozen=True, kw_only=True):
    """What it is and what it is called."""

    kind: Kind
    name: Name


class AreaForm(KeyedForm, frozen=True, kw_only=True):
    """An area in another one, from a day on; its layer is the one below."""

    name: Name
    parent_id: UUID
    valid_from: date | None = None


class Place(msgspec.Struct, frozen=True):
    """An area with those that lie in it."""

    area: Area
    within: list[Area]


@get("/office/organisations", may=OFFICE, page=True, include_in_schema=False)
async def show_places(door: NamedDependency[PageDoor]) -> Response[str]:
    """The organisations and the areas of the town, and the forms for new ones."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await organisations.page(conn, limit=organisations.PAGE_MAX)
        here = await areas.all_on(conn, days.local_date(door.now))
        told = {
            "organisations": sorted(found, key=lambda each: (each.kind, each.name)),
            "kinds": organisations.KINDS,
            "places": [
                Place(each, [one for one in here if one.parent_id == each.area_id])
                for each in here
                if each.layer < max(areas.LAYERS)
            ],
            "parents": [(each.area_id, each.name) for each in here if each.layer < max(areas.LAYERS)],
        }
        return office_words.show(door, "office/places.html", await office_words.words(conn, door), **told)

    return await door.read(work)


@post("/office/organisations", may=OFFICE, page=True, include_in_schema=False)
async def add_organisation(door: NamedDependency[PageDoor]) -> Redirect:
    """Adds an organisation."""
    form = await door.form(OrganisationForm)

    async def work(conn: AsyncConnection) -> Made:
        made = Organisation(ids.new_id(), form.kind, form.name)
        await organisations.create(conn, made, now=door.now)
        return Made(made.organisation_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/office/organisations/{made.made}")


@get("/office/organisations/{organisation_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_organisation(door: NamedDependency[PageDoor], organisation_id: FromPath[UUID]) -> Response[str]:
    """An organisation: who works there, its devices and activities, and what it was paid."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await organisations.find(conn, organisation_id)
        held = await roles.listed(conn, now=door.now, organisation_id=organisation_id)
        told = {
            "organisation": found,
            "held": held,
            "activities": await slots.activities_of(conn, organisation_id, limit=LISTED),
            "devices": await devices.standing(conn, organisation_id, door.now),
            "shares": await settlements.of_payee(conn, organisation_id, limit=LISTED),
        }
        words = await office_words.words(conn, door, (each.created_by for each in held))
        return office_words.show(door, "office/organisation.html", words, **told)

    return await door.read(work)


@post("/office/areas", may=OFFICE, page=True, include_in_schema=False)
async def add_area(door: NamedDependency[PageDoor]) -> Redirect:
    """Adds an area one layer below the one that it lies in."""
    form = await door.form(AreaForm)

    async def work(conn: AsyncConnection) -> Made:
        around = await areas.find(conn, form.parent_id)
        made = Area(
            area_id=ids.new_id(),
            layer=around.layer + 1,
            name=form.name,
            parent_id=form.parent_id,
            valid_from=form.valid_from or days.local_date(door.now),
        )
        await areas.create(conn, made)
        return Made(made.area_id)

    await door.once(form.key, form, work, Made)
    return door.go("/office/organisations")


HANDLERS = (show_places, add_organisation, show_organisation, add_area)
