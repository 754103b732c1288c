"""A member's first page and what stands around it: today, the other ways, text size and language, and who looked at one's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, auth
from api.pages import door as doors
from api.pages import member_words, own, rendering
from api.pages.door import PageDoor
from api.pages.texts import Locale
from community.looks import Look
from flows import looked, own_day, proxies
from kernel import days

COOKIE_SECONDS = 365 * 24 * 3600
LOOKS_SHOWN = 100


class SettingsForm(msgspec.Struct, frozen=True, kw_only=True):
    """How this device shows pages."""

    size: Literal["normal", "large", "largest"]
    lang: Locale
    years: Literal["western", "era"] = "western"


@get("/today", may=member_words.MEMBER, page=True, acts=acting.see("acted_today"), include_in_schema=False)
async def today(door: NamedDependency[PageDoor]) -> Response[str]:
    """What the member is booked for, and the one thing to do now."""
    day = await door.read(lambda conn: own_day.read(conn, own.member(door), now=door.now))
    scans = day.scans and door.actor.acting_for is None
    told = {"own": day, "today": days.local_date(door.now), "kinds": member_words.HELP_KINDS, "scans": scans}
    camera = {"hosts": door.context.hosts, "headers": rendering.WITH_CAMERA} if scans else {}
    return member_words.show(door, "member/today.html", **told, **camera)


@get("/more", may=member_words.MEMBER, page=True, acts=acting.see("acted_today"), include_in_schema=False, sync_to_thread=False)
def more(door: NamedDependency[PageDoor]) -> Response[str]:
    """Every other page of a member."""
    return member_words.show(door, "member/more.html")


@get("/settings", may=auth.PUBLIC, page=True, include_in_schema=False, sync_to_thread=False)
def show_settings(door: NamedDependency[PageDoor]) -> Response[str]:
    """The text size, the language and the way of writing years of this device."""
    return member_words.show(door, "member/settings.html")


@post("/settings", may=auth.PUBLIC, page=True, include_in_schema=False)
async def settings(door: NamedDependency[PageDoor]) -> Redirect:
    """Keeps them on this device. Nothing of it is stored anywhere else."""
    form = await door.form(SettingsForm)
    answer = door.go("/settings")
    for name, value in ((doors.SIZE_COOKIE, form.size), (doors.LOCALE_COOKIE, form.lang), (doors.YEARS_COOKIE, form.years)):
        answer.set_cookie(
            Cookie(key=name, value=value, path="/", max_age=COOKIE_SECONDS, secure=True, httponly=True, samesite="lax")
        )
    return answer


@get("/seen", may=member_words.MEMBER, page=True, include_in_schema=False)
async def seen(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who looked at or changed the member's things."""
    me = own.member(door)

    async def work(conn: AsyncConnection) -> tuple[Sequence[Look], dict[UUID, proxies.Named]]:
        return await looked.read(conn, me, limit=LOOKS_SHOWN), await proxies.names_of(conn, me)

    looks, names = await door.read(work)
    return member_words.show(door, "member/seen.html", looks=looks, proxies=names)


HANDLERS = (today, more, show_settings, settings, seen)
