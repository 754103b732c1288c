"""The live page of a slot, which works without signal: the page, its empty shell, the sealed list, and the queue that comes back.

The shell is the page without a slot, without a name and without a form token: it is what a browser may keep (web/src/live-worker.ts).
Everything else the page learns from the sealed list, which it keeps encrypted.
"""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.slots import Slot
from api import limits, refusals, signed_in
from api.pages import failures, host, member_words, rendering
from api.pages.door import PageDoor
from api.problem_table import TABLE
from flows import member_names, offline_queue, reach, sealed_roster, take_back
from flows.offline_queue import Answer, QueueAsked, Taken
from flows.readings import Codes

ENTRY, WORKER = "src/live.ts", "src/live-worker.ts"
SHELL = "/host/live"


class QueueForm(msgspec.Struct, frozen=True, kw_only=True):
    """A device's queue, as JSON in one field: offline_queue.QueueAsked."""

    queue: str


class TakeBackForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a scan is taken back."""

    reason: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the page needs besides the list: whose session it is, and what its next form has to carry."""

    roster: str
    seal: str
    principal: UUID
    may_enter: bool
    form_token: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one record, in words of the reader's language."""

    scan_id: UUID
    outcome: str
    name: str | None
    number: int | None
    direction: str | None
    what: str | None
    then: str | None


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a queue, and the link that the next record follows on."""

    answers: tuple[Said, ...]
    number: int
    hash: str


@get("/host/slots/{slot_id:uuid}/live", may=host.SEES, page=True, include_in_schema=False)
async def show_live(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str]:
    """The page of a slot that is going on."""
    slot = await door.read(lambda conn: reach.slot(conn, slot_id, door.actor))
    return member_words.show(door, "host/live.html", headers=rendering.WITH_CAMERA, **_frame(door, slot))


@get(SHELL, may=host.SEES, page=True, include_in_schema=False)
async def show_shell(door: NamedDependency[PageDoor]) -> Response[str]:
    """The same page of no slot and for nobody, to be kept by browsers."""
    nobody = dataclasses.replace(door, session=None)
    return nobody.page("host/live.html", headers=rendering.WITH_CAMERA, **_frame(door, None))


@get("/host/slots/{slot_id:uuid}/roster", may=host.SEES, page=True, include_in_schema=False)
async def show_roster(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[bytes]:
    """The sealed list, as JSON."""
    keys = door.context.keys_of(door.town)
    found = await door.read(lambda conn: sealed_roster.of_slot(conn, slot_id, actor=door.actor, now=door.now, keys=keys))
    at = door.actor.at
    told = Told(
        roster=found.text,
        seal=found.seal,
        principal=door.actor.principal_id,
        may_enter=door.actor.role == "host" or (at is not None and at.operator is not None),
        form_token=signed_in.form_token(door.request),
    )
    return _json(told)


@post(
    "/host/slots/{slot_id:uuid}/queue",
    may=host.SEES,
    page=True,
    include_in_schema=False,
    status_code=200,
    request_max_body_size=limits.QUEUE_BYTES_MAX,
)
async def take_queue(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[bytes]:
    """Takes a device's queue in; sent again, it is answered the same."""
    asked = _queue((await door.form(QueueForm)).queue)
    codes = Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)

    async def work(conn: AsyncConnection) -> Received:
        taken = await offline_queue.take(conn, slot_id, asked, actor=door.actor, now=door.now, codes=codes)
        return await _said(conn, door, taken)

    return _json(await door.replayable(work))


@post("/host/scans/{scan_id:uuid}/take-back", may=host.SEES, page=True, include_in_schema=False)
async def take_scan_back(door: NamedDependency[PageDoor], scan_id: FromPath[UUID]) -> Redirect:
    """Takes a scan back that was a mistake."""
    form = await door.form(TakeBackForm)
    found = await door.write(lambda conn: take_back.take_back(conn, scan_id, reason=form.reason, actor=door.actor, now=door.now))
    return door.go(f"/host/slots/{found.slot_id}")


def _frame(door: PageDoor, slot: Slot | None) -> dict[str, Any]:
    """What the page is made of, with a slot or without."""
    keep = [SHELL, *rendering.needed_by("src/main.ts"), *rendering.needed_by(ENTRY), *rendering.compiled()]
    return {"slot": slot, "hosts": door.context.hosts, "worker": rendering.asset(WORKER), "keep": " ".join(dict.fromkeys(keep))}


def _queue(told: str) -> QueueAsked:
    """The queue that a form carries. Raises FormIncomplete."""
    try:
        return msgspec.json.decode(told, type=QueueAsked)
    except (msgspec.DecodeError, RecursionError) as error:
        raise refusals.FormIncomplete(field="queue") from error


async def _said(conn: AsyncConnection, door: PageDoor, taken: Taken) -> Received:
    """The answers with names and words."""
    named = await member_names.of(conn, (each.member_id for each in taken.answers))

    def one(answer: Answer) -> Said:
        who = named.get(answer.member_id)
        what, then = (None, None)
        if answer.code is not None:
            what, then = failures.words(answer.code, TABLE[answer.code].status, door.locale, answer.facts or {})
        return Said(
            scan_id=answer.scan_id,
            outcome=answer.outcome,
            name=who.name if who is not None else None,
            number=who.number if who is not None else None,
            direction=answer.direction,
            what=what,
            then=then,
        )

    return Received(answers=tuple(one(each) for each in taken.answers), number=taken.number, hash=taken.hash)


def _json(told: msgspec.Struct) -> Response[bytes]:
    return Response(msgspec.json.encode(told), media_type="application/json")


HANDLERS = (show_live, show_shell, show_roster, take_queue, take_scan_back)
