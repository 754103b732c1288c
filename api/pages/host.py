"""The host's day: the slots of today, who is expected, here and gone, letting somebody in by card or number, the venue's code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import scans, slots
from activities.scans import Scan
from activities.slots import Slot
from api.pages import member_words, own, typed
from api.pages.door import PageDoor
from community import members
from flows import announce, check_in, openings, own_history, reach, roster
from flows.own_history import Deed
from flows.readings import Codes, ScanAsked
from flows.roster import Roster
from kernel import days
from ledger import units
from qr import render, tokens

RUNS = {"host": "organisation"}
SEES = RUNS | {"device": "organisation"}
BEHIND = timedelta(days=7)  # how long an open slot is asked about
ROWS_FREE = 10  # empty lines of a sheet, for who comes without a booking


class CheckForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes or goes: a card as the reader typed it, or a member's number with a reason. `key` is the scan's id."""

    key: UUID
    who: typed.Typed
    reason: str | None = None


class Done(msgspec.Struct, frozen=True):
    """The scan that was just kept, and whose it is."""

    scan: Scan
    name: str


@get("/host", may=SEES, page=True, include_in_schema=False)
async def home(door: NamedDependency[PageDoor]) -> Response[str]:
    """Today's slots, those that nobody closed, and what comes."""
    here, today = own.organisation(door), days.local_date(door.now)
    since = days.local_time(today, 0) - BEHIND
    found = await door.read(lambda conn: slots.page(conn, since=since, organisation_id=here, limit=slots.PAGE_MAX))
    let_in = await door.read(lambda conn: openings.fresh(conn, door.actor, door.now))
    on = {each.slot_id: days.local_date(each.starts_at) for each in found}
    return member_words.show(
        door,
        "host/home.html",
        today=[each for each in found if on[each.slot_id] == today],
        forgotten=[each for each in found if on[each.slot_id] < today and each.closed_at is None],
        coming=[each for each in found if on[each.slot_id] > today],
        let_in=let_in,
    )


@get("/host/slots/{slot_id:uuid}", may=SEES, page=True, include_in_schema=False)
async def show_slot(
    door: NamedDependency[PageDoor], slot_id: FromPath[UUID], scan: FromQuery[UUID | None] = None
) -> Response[str]:
    """The field for card or number, the roster, and once it is closed what each earned."""

    async def work(conn: AsyncConnection) -> tuple[Roster, Done | None, dict[UUID, Deed]]:
        found = await roster.of_slot(conn, slot_id, actor=door.actor)
        return found, await _done(conn, slot_id, scan), await _earned(conn, door, found)

    found, done, earned = await door.read(work)
    link = f"{door.context.public_url}/activities/{slot_id}"
    svg = _drawn(door, link, "host.link_symbol")
    return member_words.show(door, "host/slot.html", roster=found, slot=found.slot, done=done, earned=earned, svg=svg)


@post("/host/slots/{slot_id:uuid}/scans", may=SEES, page=True, include_in_schema=False)
async def check(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Redirect:
    """Lets somebody in, or out: once for the form."""
    form = await door.form(CheckForm)
    number = typed.number(form.who)
    asked = ScanAsked(
        scan_id=form.key,
        method="manual" if number is not None else "card",
        code=typed.plain(form.who) if number is None else None,
        member_number=number,
        reason=form.reason if number is not None else None,
        slot_id=slot_id,
    )
    codes = Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)
    done = await door.replayable(lambda conn: check_in.scan(conn, asked, actor=door.actor, now=door.now, codes=codes))
    return door.go(f"/host/slots/{slot_id}?scan={done.scan_id}")


@get("/host/slots/{slot_id:uuid}/code", may=SEES, page=True, include_in_schema=False)
async def show_code(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str]:
    """The venue's rotating code for a screen that everybody sees; the browser asks for the next one by itself."""

    async def work(conn: AsyncConnection) -> tuple[Slot, announce.VenueCode]:
        slot = await reach.slot(conn, slot_id, door.actor)
        keys = door.context.keys_of(door.town)
        return slot, await announce.venue_code(conn, slot_id, actor=door.actor, now=door.now, keys=keys)

    slot, code = await door.read(work)
    svg = _drawn(door, tokens.address(door.context.public_url, tokens.Kind.VENUE, code.text), "host.code_symbol")
    every = {"Refresh": str(code.step_seconds * 2 // 3)}
    return member_words.show(door, "host/code.html", slot=slot, svg=svg, headers=every)


@get("/host/slots/{slot_id:uuid}/sheet", may=SEES, page=True, include_in_schema=False)
async def show_sheet(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str]:
    """The list on paper: who booked, and empty lines."""
    found = await door.read(lambda conn: roster.of_slot(conn, slot_id, actor=door.actor))
    return member_words.show(door, "host/sheet.html", roster=found, slot=found.slot, free=ROWS_FREE)


async def _done(conn: AsyncConnection, slot_id: UUID, scan_id: UUID | None) -> Done | None:
    found = await scans.find(conn, scan_id) if scan_id is not None else None
    if found is None or found.slot_id != slot_id:
        return None
    return Done(found, (await members.person_of(conn, found.member_id)).name)


async def _earned(conn: AsyncConnection, door: PageDoor, found: Roster) -> dict[UUID, Deed]:
    """What was decided about each attendance of a slot that is closed."""
    if found.slot.closed_at is None:
        return {}
    known, standing = list(await units.all_units(conn)), [each.attendance for each in found.guests if each.attendance]
    return {each.member_id: await own_history.deed(conn, each, known, door.locale) for each in standing}


def _drawn(door: PageDoor, address: str, title: str) -> Markup:
    return Markup(render.svg(render.symbol(address), door.say(title)))  # noqa: S704 - ours; the title is escaped there


HANDLERS = (home, show_slot, check, show_code, show_sheet)
