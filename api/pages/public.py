"""What everybody may see: what Yui is, and of each town its activities to come, its rules in sentences, and its totals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth, signed_in
from api.door import T, Work
from api.pages import member_words, public_feeds
from api.pages.door import PageDoor
from community import municipalities
from community.municipalities import Municipality
from community.refusals import UnknownMunicipality
from flows import audit, public
from flows.public import Rules, Town
from rules.phrases.speak import Locale

NO_WALL = 0
"""Behind it stands no town; the list of municipalities is in front of all walls."""


@get("/", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_front(door: NamedDependency[PageDoor]) -> Response[str]:
    """What Yui is, how one begins, and the towns that use it."""
    return door.page("public/front.html", towns=await door.context.read(NO_WALL, audit.towns))


@get("/m/{code:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_town(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """A town: what comes next, how one joins, and how far it has come. Raises UnknownMunicipality."""
    found: Town = await read(door, code, lambda conn: public.town(conn, now=door.now))
    said = member_words.Words(door.locale)
    values: dict[str, Any] = {"amount": said.amount, "minutes": said.minutes, "people_min": public.PEOPLE_MIN}
    return door.page("public/town.html", found=found, **values)


@get("/m/{code:str}/rules", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_rules(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """The rules in force, in plain sentences. Raises UnknownMunicipality."""
    spoken: Locale = "en" if door.locale == "en" else "ja"

    async def work(conn: AsyncConnection) -> tuple[Municipality, list[Rules]]:
        return await municipalities.current(conn), await public.rules(conn, spoken, now=door.now)

    town, rules = await read(door, code, work)
    return door.page("public/rules.html", town=town, rules=rules)


@get("/m/{code:str}/activities.ics", may=auth.PUBLIC, page=True, include_in_schema=False)
async def calendar(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """Activities to come, for a calendar that follows them. Raises UnknownMunicipality."""
    feed = await _feed(door, code)
    return Response(public_feeds.icalendar(feed), media_type="text/calendar")


@get("/m/{code:str}/activities.atom", may=auth.PUBLIC, page=True, include_in_schema=False)
async def atom(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """Activities to come, for readers of news. Raises UnknownMunicipality."""
    feed = await _feed(door, code)
    return Response(public_feeds.atom(feed), media_type="application/atom+xml; charset=utf-8")


@get("/m/{code:str}/activities.csv", may=auth.PUBLIC, page=True, include_in_schema=False)
async def open_data(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[bytes]:
    """Activities to come as open data. Raises UnknownMunicipality."""
    feed = await _feed(door, code)
    headers = {"Content-Disposition": f'attachment; filename="{feed.town.code}_event.csv"'}
    return Response(public_feeds.open_data(feed), media_type="text/csv", headers=headers)


async def _feed(door: PageDoor, code: str) -> public_feeds.Feed:
    async def work(conn: AsyncConnection) -> public_feeds.Feed:
        town, activities = await municipalities.current(conn), await public.to_come(conn, door.now)
        return public_feeds.Feed(town, tuple(activities), door.context.public_url.lower(), _whole(door.now))

    return await read(door, code, work)


async def read(door: PageDoor, code: str, work: Work[T]) -> T:
    """What `work` finds behind the wall of the town with this code. Raises UnknownMunicipality."""
    town = await signed_in.town_of(door.context, code)
    if town is None:
        raise UnknownMunicipality(municipality_code=code[:16])
    return await door.context.read(town, work)


def _whole(at: datetime) -> datetime:
    """The instant without parts of a second."""
    return at.replace(microsecond=0)


HANDLERS = (show_front, show_town, show_rules, calendar, atom, open_data)
