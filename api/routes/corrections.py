"""Corrections of the book: an officer asks for one with a reason, a second one books it or says no."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import correction, correction_wish
from wallets import amends, correction_wishes

OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}


class NewCorrection(shapes.Asked, frozen=True):
    """Which entry is to be reversed, and why. `absorb_spent` lets the budget bear what of a grant was spent."""

    entry_id: UUID
    reason: shapes.Note
    absorb_spent: bool = False


class Reason(shapes.Asked, frozen=True):
    """Why it is not corrected."""

    reason: shapes.Line


@post("/corrections", may=OFFICE, tags=["treasury"])
async def ask(door: NamedDependency[Door], data: JSONBody[NewCorrection], key: Key = None) -> Response[correction_wishes.Wish]:
    """Asks for a correction. Nothing is booked before a second officer approves it."""
    asked = correction.Asked(**msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: correction_wish.ask(conn, asked, actor=door.actor, now=door.now))


@get("/corrections", may=READ, tags=["treasury"])
async def list_corrections(
    door: NamedDependency[Door], after: shapes.AfterId = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[amends.Correction]:
    """Corrections that were made, the newest first."""
    found = await door.read(lambda conn: amends.corrections(conn, before=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.correction_id)


@get("/corrections/wishes", may=READ, tags=["treasury"])
async def list_wishes(
    door: NamedDependency[Door],
    waiting: FromQuery[bool] = False,
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[correction_wishes.Wish]:
    """Corrections that were asked for, the newest first; with `waiting`, those alone that nobody has decided."""
    found = await door.read(lambda conn: correction_wishes.page(conn, before=after, waiting=waiting, limit=limit))
    return shapes.page(found, limit, lambda item: item.wish_id)


@post("/corrections/wishes/{wish_id:uuid}/approve", may=OFFICE, tags=["treasury"])
async def approve(door: NamedDependency[Door], wish_id: FromPath[UUID], key: Key = None) -> Response[amends.Correction]:
    """Books it as a second person: the entry is reversed once, and both stand."""
    return await door.keyed(key, None, lambda conn: correction_wish.approve(conn, wish_id, actor=door.actor, now=door.now))


@post("/corrections/wishes/{wish_id:uuid}/refuse", may=OFFICE, tags=["treasury"])
async def refuse(
    door: NamedDependency[Door], wish_id: FromPath[UUID], data: JSONBody[Reason], key: Key = None
) -> Response[correction_wishes.Wish]:
    """Says no as a second person, with a reason."""
    story = correction_wish.refuse
    return await door.keyed(key, data, lambda conn: story(conn, wish_id, data.reason, actor=door.actor, now=door.now))


HANDLERS = (ask, list_corrections, list_wishes, approve, refuse)
