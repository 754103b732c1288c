"""Who let whom in: for whoever it was made, for a second officer who writes down to have seen it, and for auditors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting
from api.pages import audit_words, office_words
from api.pages.audit_words import Words
from api.pages.door import PageDoor
from api.pages.office_words import OFFICE
from api.pages.sign_in import NoForm
from community import openings
from community.actor import ROLES
from community.openings import Opening
from flows import openings as seeing

PEOPLE = dict.fromkeys((role for role in ROLES if role != "device"), "own")
AUDITOR = {"auditor": "town"}
EVER = datetime.fromisoformat("2000-01-01T00:00:00+09:00")


@get("/openings", may=PEOPLE, page=True, acts=acting.ONESELF, include_in_schema=False)
async def show_mine(door: NamedDependency[PageDoor]) -> Response[str]:
    """The sheets and tokens that others made for me, in each of my roles."""
    found = await door.read(lambda conn: seeing.mine(conn, door.actor, EVER))
    return audit_words.show(door, "openings/mine.html", Words(door.locale, to_the_second=False), found=found)


@get("/office/openings", may=OFFICE, page=True, include_in_schema=False)
async def show_town(door: NamedDependency[PageDoor]) -> Response[str]:
    """What waits to be seen by a second person, and all of it."""

    async def work(conn: AsyncConnection) -> tuple[dict[UUID, list[Opening]], list[Opening], Words]:
        waiting = await openings.waiting(conn, door.actor.principal_id)
        by_role = {each.principal_id: [one for one in waiting if one.principal_id == each.principal_id] for each in waiting}
        return by_role, await openings.listed(conn), await office_words.words(conn, door)

    waiting, found, words = await door.read(work)
    return office_words.show(door, "openings/office.html", words, waiting=waiting, found=found)


@post("/office/openings/{principal_id:uuid}/seen", may=OFFICE, page=True, include_in_schema=False)
async def see(door: NamedDependency[PageDoor], principal_id: FromPath[UUID]) -> Redirect:
    """Writes down that I saw what others made for a role."""
    await door.form(NoForm)
    await door.write(lambda conn: seeing.see(conn, principal_id, actor=door.actor, now=door.now))
    return door.go("/office/openings")


@get("/audit/openings", may=AUDITOR, page=True, include_in_schema=False)
async def show_audit(door: NamedDependency[PageDoor]) -> Response[str]:
    """All of it, with who made it and who else saw that."""
    found = await door.read(openings.listed)
    return audit_words.show(door, "openings/audit.html", Words(door.locale), found=found)


HANDLERS = (show_mine, show_town, see, show_audit)
