"""A group's applications at the desk: approved or refused by an officer who did not let the applicant in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from community import principals
from flows import application
from kernel import text
from wallets import applications


class RefuseForm(KeyedForm, frozen=True, kw_only=True):
    """Why not."""

    reason: Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]


@get("/office/applications", may=OFFICE, page=True, include_in_schema=False)
async def show_applications(door: NamedDependency[PageDoor]) -> Response[str]:
    """Applications that wait, and those that are decided, the newest first."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await applications.page(conn, limit=LISTED)
        words = await office_words.words(conn, door, (each.organisation_id for each in found))
        return office_words.show(door, "office/applications.html", words, found=found)

    return await door.read(work)


@get("/office/applications/{application_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_application(door: NamedDependency[PageDoor], application_id: FromPath[UUID]) -> Response[str]:
    """One application, and what can be decided; a receipt once it is."""

    async def work(conn: AsyncConnection) -> Response[str]:
        asked = await applications.get(conn, application_id)
        words = await office_words.words(conn, door, (asked.organisation_id, asked.applied_by, asked.decided_by))
        same = await principals.same_person(conn, asked.applied_by, door.actor.principal_id)
        return office_words.show(door, "office/application.html", words, asked=asked, same=same)

    return await door.read(work)


@post("/office/applications/{application_id:uuid}/approve", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def approve(door: NamedDependency[PageDoor], application_id: FromPath[UUID]) -> Redirect:
    """Approves: what was reserved becomes what the group is owed."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Made:
        await application.approve(conn, application_id, actor=door.actor, now=door.now)
        return Made(application_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/applications/{application_id}")


@post("/office/applications/{application_id:uuid}/refuse", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def refuse(door: NamedDependency[PageDoor], application_id: FromPath[UUID]) -> Redirect:
    """Refuses, with a reason: what was reserved is free again."""
    form = await door.form(RefuseForm)
    asked = application.Refusing(application_id=application_id, reason=form.reason)

    async def work(conn: AsyncConnection) -> Made:
        await application.refuse(conn, asked, actor=door.actor, now=door.now)
        return Made(application_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/applications/{application_id}")


HANDLERS = (show_applications, show_application, approve, refuse)
