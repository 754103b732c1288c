"""The end of a scheme's year at the desk: see who would lose what, announce it, and let a second person execute it on its day."""

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

from api.pages import audit_words, office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from community import principals
from flows import year_end
from kernel.refusal import unless
from rules import edition_store
from wallets import year_ends
from wallets.claim_refusals import UnknownYearEnd

SchemeCode = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$(?!\n)")]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The year of a scheme that holds a day, closed on another day."""

    scheme: SchemeCode
    year_of: date
    closes_on: date
    kind: year_ends.Kind = "year_end"


class AnnounceForm(KeyedForm, frozen=True, kw_only=True):
    """The same, announced."""

    scheme: SchemeCode
    year_of: date
    closes_on: date
    kind: year_ends.Kind = "year_end"


@get("/office/year-ends", may=OFFICE, page=True, include_in_schema=False)
async def show_runs(door: NamedDependency[PageDoor]) -> Response[str]:
    """Announced and executed year ends, and the next one to look at."""

    async def work(conn: AsyncConnection) -> Response[str]:
        runs, schemes = await year_ends.page(conn, limit=LISTED), await edition_store.schemes(conn)
        words = await office_words.words(conn, door, (each.announced_by for each in runs))
        return office_words.show(door, "office/year_ends.html", words, runs=runs, schemes=schemes)

    return await door.read(work)


@get("/office/year-ends/preview", may=OFFICE, page=True, include_in_schema=False)
async def preview(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who would lose and keep how much. Nothing is announced."""
    wanted = audit_words.asked_of(door, Wanted)

    async def work(conn: AsyncConnection) -> Response[str]:
        listed = await year_end.preview(conn, year_end.Asked(**msgspec.structs.asdict(wanted)), now=door.now)
        return await _shown(conn, door, listed, wanted)

    return await door.read(work)


@post("/office/year-ends", may=OFFICE, page=True, include_in_schema=False)
async def announce(door: NamedDependency[PageDoor]) -> Redirect:
    """Announces it, with a notice to each member who would lose something."""
    form = await door.form(AnnounceForm)
    asked = year_end.Asked(scheme=form.scheme, year_of=form.year_of, closes_on=form.closes_on, kind=form.kind)

    async def work(conn: AsyncConnection) -> Made:
        listed = await year_end.announce(conn, asked, actor=door.actor, now=door.now)
        return Made(unless(listed.run, UnknownYearEnd(run_id=UUID(int=0))).run_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/office/year-ends/{made.made}")


@get("/office/year-ends/{run_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_run(door: NamedDependency[PageDoor], run_id: FromPath[UUID]) -> Response[str]:
    """A year end, and what it did or would do to each wallet."""

    async def work(conn: AsyncConnection) -> Response[str]:
        run = await year_ends.get(conn, run_id)
        if run.executed_at is not None:
            return await _shown(conn, door, await year_end.read(conn, run_id), None, run)
        asked = year_end.Asked(scheme=run.scheme, year_of=run.year_of, closes_on=run.closes_on, kind=run.kind)
        return await _shown(conn, door, await year_end.preview(conn, asked, now=door.now), None, run)

    return await door.read(work)


@post("/office/year-ends/{run_id:uuid}/execute", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def execute(door: NamedDependency[PageDoor], run_id: FromPath[UUID]) -> Redirect:
    """Executes it as a second person, on its day or later."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Made:
        await year_end.execute(conn, run_id, actor=door.actor, now=door.now)
        return Made(run_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/year-ends/{run_id}")


async def _shown(
    conn: AsyncConnection,
    door: PageDoor,
    listed: year_end.Listed,
    wanted: Wanted | None,
    run: year_ends.Run | None = None,
) -> Response[str]:
    people = [each.item.holder for each in listed.affected]
    words = await office_words.words(conn, door, [*people, *((run.announced_by, run.executed_by) if run else ())])
    called = (await edition_store.scheme_by_code(conn, listed.scheme)).name
    same = run is not None and await principals.same_person(conn, run.announced_by, door.actor.principal_id)
    told = {"listed": listed, "wanted": wanted, "run": run, "called": called, "same": same}
    return office_words.show(door, "office/year_end.html", words, **told)


HANDLERS = (show_runs, preview, announce, show_run, execute)
