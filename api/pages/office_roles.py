"""Roles at the desk: given for a place and a time, confirmed by a second person where others' records are vouched for, and ended."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import mistakes, office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.mistakes import Mistake
from api.pages.office_words import OFFICE, Made
from api.pages.sign_in import NoForm
from api.routes import entrances
from community import members, principals, roles, sessions
from community.actor import Role
from flows import roles as giving
from kernel import days, text

GIVEN: tuple[Role, ...] = ("coordinator", "host", "treasurer", "cashier")
"""Devices are added where they stand; members come in at the counter; officers and auditors are made on the server."""
WHERE = {"principal_incomplete": "organisation_id", "area_for_coordinators": "area_id"} | mistakes.NUMBER
"""At which field a mistake is told."""


class RoleForm(KeyedForm, frozen=True, kw_only=True):
    """Which role, what it is called, for which place, for whom and until when; the last day counts."""

    role: Role
    label: Annotated[str, Meta(min_length=1, max_length=text.NAME_LENGTH_MAX)]
    organisation_id: UUID | None = None
    area_id: UUID | None = None
    number: Annotated[int, Meta(ge=1, le=999_999_999)] | None = None
    last_on: date | None = None


@get("/office/roles", may=OFFICE, page=True, include_in_schema=False)
async def show_roles(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who has which role, for which place, since when and by whom; and the form for a new one."""

    return await _listed(door, mistakes.blank(RoleForm))


@post("/office/roles", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def give(door: NamedDependency[PageDoor]) -> Response[str] | Redirect:
    """Gives a role; it opens nothing before an entrance is handed over, and a coordinator's not before a second person confirms."""
    form = await door.form(RoleForm)
    until = days.local_time(form.last_on + timedelta(days=1), 0) if form.last_on is not None else None

    async def work(conn: AsyncConnection) -> Made:
        whose = await members.by_number(conn, form.number) if form.number is not None else None
        asked = giving.Asked(
            role=form.role,
            label=form.label,
            member_id=whose.member_id if whose is not None else None,
            organisation_id=form.organisation_id,
            area_id=form.area_id,
            valid_until=until,
        )
        return Made((await giving.give(conn, asked, actor=door.actor, now=door.now)).principal_id)

    try:
        made = await door.once(form.key, form, work, Made)
    except mistakes.REFUSED as refused:
        return await _listed(door, mistakes.typed(form), mistakes.told(door, refused, form, WHERE))
    return door.go(f"/office/roles/{made.made}")


@get("/office/roles/{principal_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_role(door: NamedDependency[PageDoor], principal_id: FromPath[UUID]) -> Response[str]:
    """One role, and what can be done with it."""
    return await door.read(lambda conn: _shown(conn, door, principal_id, None))


@post("/office/roles/{principal_id:uuid}/confirm", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def confirm(door: NamedDependency[PageDoor], principal_id: FromPath[UUID]) -> Redirect:
    """Confirms a coordinator as a second person."""
    await door.form(NoForm)
    await door.write(lambda conn: giving.confirm(conn, principal_id, actor=door.actor, now=door.now))
    return door.go(f"/office/roles/{principal_id}")


@post("/office/roles/{principal_id:uuid}/entrance", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def hand_over(door: NamedDependency[PageDoor], principal_id: FromPath[UUID]) -> Response[str]:
    """A sheet with a QR code that signs in once. Its secret is told this once, so it is the answer."""
    await door.form(NoForm)
    chance = os.urandom(sessions.SECRET_BYTES)

    async def work(conn: AsyncConnection) -> Response[str]:
        made = await giving.entrance_for(conn, principal_id, actor=door.actor, chance=chance, now=door.now)
        return await _shown(conn, door, principal_id, entrances.shown(door.context.public_url, made))

    return await door.write(work)


@post("/office/roles/{principal_id:uuid}/end", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def end(door: NamedDependency[PageDoor], principal_id: FromPath[UUID]) -> Redirect:
    """Ends a role at once: whoever had it is signed out everywhere."""
    await door.form(NoForm)

    async def work(conn: AsyncConnection) -> None:
        principals.check_outside((await roles.find(conn, principal_id, now=door.now)).role)
        await giving.end(conn, principal_id, actor=door.actor, now=door.now)

    await door.write(work)
    return door.go(f"/office/roles/{principal_id}")


async def _listed(door: PageDoor, said: dict[str, Any], wrong: Mistake | None = None) -> Response[str]:
    async def work(conn: AsyncConnection) -> Response[str]:
        held = await roles.listed(conn, now=door.now)
        told = {
            "held": held,
            "given": GIVEN,
            "named_organisations": await office_words.organisations_named(conn),
            "named_areas": await office_words.areas_named(conn, door, layers=(2, 3)),
            "typed": said,
            "wrong": wrong,
        }
        words = await office_words.words(conn, door, (each.created_by for each in held))
        return office_words.show(door, "office/roles.html", words, status=wrong.status if wrong else 200, **told)

    return await door.read(work)


async def _shown(conn: AsyncConnection, door: PageDoor, principal_id: UUID, made: entrances.Entrance | None) -> Response[str]:
    held = await roles.find(conn, principal_id, now=door.now)
    words = await office_words.words(conn, door, (held.created_by, held.confirmed_by, held.ended_by))
    asker = held.created_by is not None and await principals.same_person(conn, held.created_by, door.actor.principal_id)
    svg = Markup(made.svg) if made is not None else None  # noqa: S704 - our own drawing
    return office_words.show(door, "office/role.html", words, held=held, made=made, svg=svg, asker=asker)


HANDLERS = (show_roles, give, show_role, confirm, hand_over, end)
