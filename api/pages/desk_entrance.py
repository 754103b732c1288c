"""The desk lets a member in on a phone: a sheet with a QR code, to be scanned here or taken home.

An officer and a coordinator prove themselves first: who finds their computer open would else become any member. A host at a hall does
not: their sheet opens nothing without the birth date, which their pages do not show, and somebody waits in front of them.
"""

from __future__ import annotations

import os
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.door import PageDoor
from api.pages.sign_in import NoForm
from api.routes import entrances
from community import members, sessions
from community.members import Member, Person
from flows import entrance, looked

PROVES = frozenset({"officer", "coordinator"})


@get("/desk/members/{member_id:uuid}/entrance", may=entrances.DESK, page=True, include_in_schema=False)
async def ask_entrance(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """Whose entrance would be made, and what that ends."""
    member, person = await door.write(lambda conn: _who(conn, door, member_id))
    proven = door.actor.role not in PROVES or door.signed_in.stepped_up(door.now)
    return door.page("desk/entrance.html", member=member, person=person, made=None, proven=proven)


@post("/desk/members/{member_id:uuid}/entrance", may=entrances.DESK, page=True, step_up=PROVES, include_in_schema=False)
async def make_entrance(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """The sheet itself: its secret is told this once, so it is the answer. Loading it again makes another, and ends this one."""
    await door.form(NoForm)
    chance = os.urandom(sessions.SECRET_BYTES)
    made = await door.write(lambda conn: entrance.for_member(conn, member_id, actor=door.actor, chance=chance, now=door.now))
    member, person = await door.write(lambda conn: _who(conn, door, member_id))
    shown = entrances.shown(door.context.public_url, made)
    return door.page("desk/entrance.html", member=member, person=person, made=shown, svg=Markup(shown.svg))  # noqa: S704 - our own


async def _who(conn: AsyncConnection, door: PageDoor, member_id: UUID) -> tuple[Member, Person]:
    found = await members.find(conn, member_id), await members.person_of(conn, member_id)
    await looked.note(conn, door.actor, member_id, "person", door.now)
    return found


HANDLERS = (ask_entrance, make_entrance)
