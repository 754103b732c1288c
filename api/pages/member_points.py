"""What a member has, and how it came about: points and hours, every line of them with its why, and what the office told."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting
from api.pages import member_words, own, terms
from api.pages.door import KeyedForm, PageDoor
from flows import carry_choice, own_claims, own_history
from flows.own_history import Deed, Line
from ledger import units
from ledger.units import Unit
from wallets import holdings, notices
from wallets.holdings import Holding
from wallets.notices import Notice
from wallets.year_ends import Choice

NOTICES_SHOWN = 30


class ChoiceForm(KeyedForm, frozen=True, kw_only=True):
    """Which decree of which scheme is wanted."""

    scheme: str
    decree: int


class ReadForm(msgspec.Struct, frozen=True, kw_only=True):
    """The newest notice that was shown."""

    up_to: UUID


@get("/points", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def points(door: NamedDependency[PageDoor]) -> Response[str]:
    """Three numbers at most for each unit."""
    held = await door.read(lambda conn: holdings.of(conn, own.member(door), now=door.now))
    shown = [each for each in held if each.posted or each.held or each.kind != "currency"]
    return member_words.show(door, "member/points.html", held=shown)


@get("/history", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def history(
    door: NamedDependency[PageDoor], unit: FromQuery[str | None] = None, before: FromQuery[int | None] = None
) -> Response[str]:
    """What came and went in one unit, the newest first, each with its why."""
    me, limit = own.member(door), member_words.PAGE_ITEMS

    async def work(conn: AsyncConnection) -> tuple[list[Unit], Unit, list[Line]]:
        known = await _units(conn, me, door)
        shown = (
            member_words.unit_called(known, unit) if unit else next((each for each in known if each.kind == "points"), known[0])
        )
        lines = await own_history.lines(conn, me, shown, door.locale, before=before, limit=limit + 1)
        return known, shown, lines

    known, shown, lines = await door.read(work)
    more = lines[limit - 1].number if len(lines) > limit else None
    return member_words.show(door, "member/history.html", units=known, unit=shown, lines=lines[:limit], next=more)


@get("/history/deeds", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def deeds(door: NamedDependency[PageDoor], before: FromQuery[UUID | None] = None) -> Response[str]:
    """What the member took part in, with what it earned, or why nothing."""
    me, limit = own.member(door), member_words.PAGE_ITEMS

    async def work(conn: AsyncConnection) -> tuple[list[Unit], list[Deed]]:
        known = list(await units.all_units(conn))
        found = await own_history.deeds(conn, me, known, door.locale, before=before, limit=limit + 1)
        return await _units(conn, me, door), found

    known, found = await door.read(work)
    more = found[limit - 1].attendance.attendance_id if len(found) > limit else None
    return member_words.show(door, "member/deeds.html", units=known, deeds=found[:limit], next=more)


@get("/notices", may=member_words.MEMBER, page=True, acts=acting.see("acted_notices"), include_in_schema=False)
async def show_notices(door: NamedDependency[PageDoor]) -> Response[str]:
    """What the office told the member, what ends soon, and what the member may choose about it."""
    me = own.member(door)

    async def work(conn: AsyncConnection) -> tuple[list[Notice], list[Holding], list[own_claims.Decree], dict[str, Unit]]:
        told = await notices.page(conn, me, limit=NOTICES_SHOWN)
        held = await holdings.of(conn, me, now=door.now)
        known = {unit.code: unit for unit in await units.all_units(conn)}
        return told, held, await own_claims.decrees(conn, me, now=door.now), known

    told, held, decrees, known = await door.read(work)
    words = [terms.of_decree(each, door.locale) for each in decrees]
    return member_words.show(
        door, "member/notices.html", told=told, held=held, decrees=list(zip(decrees, words, strict=True)), units=known
    )


@post("/notices/read", may=member_words.MEMBER, page=True, include_in_schema=False)
async def have_read(door: NamedDependency[PageDoor]) -> Redirect:
    """The member has read what stood there, up to the newest that was shown."""
    form, me = await door.form(ReadForm), own.member(door)
    by = door.actor.principal_id
    await door.write(lambda conn: notices.read(conn, me, form.up_to, read_by=by, now=door.now))
    return door.go("/notices")


@post("/notices/choose", may=member_words.MEMBER, page=True, acts=acting.spend("acted_chose"), include_in_schema=False)
async def choose(door: NamedDependency[PageDoor]) -> Redirect:
    """Chooses a decree that keeps points alive longer."""
    form = await door.form(ChoiceForm)
    asked = carry_choice.Choosing(scheme=form.scheme, holder=own.member(door), decree=form.decree)
    await door.once(form.key, form, lambda conn: carry_choice.choose(conn, asked, actor=door.actor, now=door.now), Choice)
    return door.go("/notices")


async def _units(conn: AsyncConnection, me: UUID, door: PageDoor) -> list[Unit]:
    """The units that a member has to do with: those that they hold, and hours and points in any case."""
    held = {each.unit for each in await holdings.of(conn, me, now=door.now) if each.posted}
    return [unit for unit in await units.all_units(conn) if unit.kind != "currency" or unit.code in held]


HANDLERS = (points, history, deeds, show_notices, have_read, choose)
