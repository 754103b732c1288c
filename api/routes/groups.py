"""How a group uses what was pledged to it: its treasurer applies, an officer decides, what is not used comes back."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import application
from wallets import applications, refusals

READ = {"treasurer": "organisation", "officer": "town", "auditor": "town"}


class NewApplication(shapes.Asked, frozen=True):
    """How much of the group's points is to be used, and for what."""

    unit: shapes.UnitCode
    amount: shapes.Amount
    purpose: shapes.Line


class Reason(shapes.Asked, frozen=True):
    """Why the application is refused."""

    reason: shapes.Line


class Unused(shapes.Asked, frozen=True):
    """How much was not used, and why."""

    amount: shapes.Amount
    reason: shapes.Line


@post("/applications", may={"treasurer": "organisation"}, tags=["groups"])
async def apply(
    door: NamedDependency[Door], data: JSONBody[NewApplication], key: Key = None
) -> Response[applications.Application]:
    """Applies for a use of the group's points, which are reserved until it is decided."""
    asked = application.Applying(**msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: application.apply(conn, asked, actor=door.actor, now=door.now))


@get("/applications", may=READ, tags=["groups"])
async def list_applications(
    door: NamedDependency[Door], after: shapes.AfterInstant = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[applications.Application]:
    """Applications, the newest first; a treasurer sees the own group's."""
    before = applications.Before(*shapes.instant_and_id(after)) if after is not None else None

    async def work(conn: AsyncConnection) -> list[applications.Application]:
        group = door.own_organisation
        if group is None:
            return await applications.page(conn, before=before, limit=limit)
        return await applications.page_of_group(conn, group, before=before, limit=limit)

    return shapes.page(await door.read(work), limit, lambda item: shapes.after_instant(item.applied_at, item.application_id))


@get("/applications/{application_id:uuid}", may=READ, tags=["groups"])
async def read_application(door: NamedDependency[Door], application_id: FromPath[UUID]) -> applications.Application:
    """An application as it stands."""
    found = await door.read(lambda conn: applications.get(conn, application_id))
    if door.own_organisation not in {None, found.organisation_id}:
        raise refusals.UnknownApplication(application_id=application_id)
    return found


@post("/applications/{application_id:uuid}/approve", may={"officer": "town"}, tags=["groups"])
async def approve(
    door: NamedDependency[Door], application_id: FromPath[UUID], key: Key = None
) -> Response[applications.Application]:
    """Approves: what was reserved becomes what the group is owed."""
    return await door.keyed(key, None, lambda conn: application.approve(conn, application_id, actor=door.actor, now=door.now))


@post("/applications/{application_id:uuid}/refuse", may={"officer": "town"}, tags=["groups"])
async def refuse(
    door: NamedDependency[Door], application_id: FromPath[UUID], data: JSONBody[Reason], key: Key = None
) -> Response[applications.Application]:
    """Refuses, with a reason: what was reserved is free again."""
    asked = application.Refusing(application_id=application_id, reason=data.reason)
    return await door.keyed(key, data, lambda conn: application.refuse(conn, asked, actor=door.actor, now=door.now))


@post("/applications/{application_id:uuid}/return", may={"treasurer": "organisation", "officer": "town"}, tags=["groups"])
async def return_unused(
    door: NamedDependency[Door], application_id: FromPath[UUID], data: JSONBody[Unused], key: Key = None
) -> Response[applications.Application]:
    """Gives back what was not used, once."""
    asked = application.Returning(application_id=application_id, amount=data.amount, reason=data.reason)
    return await door.keyed(key, data, lambda conn: application.return_unused(conn, asked, actor=door.actor, now=door.now))


HANDLERS = (apply, list_applications, read_application, approve, refuse, return_unused)
