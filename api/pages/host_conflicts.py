"""Scans that did not count: the list of a slot, on which a host settles each, and what waits in the whole town."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import conflicts, slots
from activities.conflicts import Conflict
from activities.slots import Slot
from api import refusals
from api.pages import failures, host, host_close, member_words, typed
from api.pages.door import KeyedForm, PageDoor
from api.problem_table import TABLE
from community import operators, principals
from flows import member_names, reach, settle_conflict
from flows.member_names import Named
from flows.readings import Codes

TOWN = {"coordinator": "town", "officer": "town"}


class SettleForm(KeyedForm, frozen=True, kw_only=True):
    """What becomes of a record: entered for a number, or put aside; and why."""

    how: Literal["entered", "set_aside"]
    number: typed.Typed | None = None
    came: str | None = None
    left: str | None = None
    reason: str


class Settled(msgspec.Struct, frozen=True):
    """Where the record stands."""

    slot_id: UUID


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One record for the page: whose it was, why it did not count, who sent it and in whose turn at a device, and who settled it."""

    conflict: Conflict
    whose: Named | None
    what: str
    then: str
    sent_by: str
    sent_in_turn_of: str | None
    settled_by: str | None
    entered: Named | None


@get("/host/slots/{slot_id:uuid}/conflicts", may=host.SEES | TOWN, page=True, include_in_schema=False)
async def show_conflicts(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str]:
    """What did not count at a slot, and what became of it."""

    async def work(conn: AsyncConnection) -> tuple[Slot, list[Shown]]:
        slot = await reach.slot(conn, slot_id, door.actor)
        return slot, await _shown(conn, door, await conflicts.of_slot(conn, slot_id))

    slot, found = await door.read(work)
    return member_words.show(door, "host/conflicts.html", slot=slot, found=found)


@post("/host/conflicts/{conflict_id:uuid}/settle", may=host.RUNS | TOWN, page=True, include_in_schema=False)
async def settle(door: NamedDependency[PageDoor], conflict_id: FromPath[UUID]) -> Redirect:
    """Says what becomes of a record, once for the form."""
    form = await door.form(SettleForm)
    codes = Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)

    async def work(conn: AsyncConnection) -> Settled:
        conflict = await settle_conflict.reached(conn, conflict_id, door.actor)
        asked = _asked(conflict_id, form, await slots.find(conn, conflict.slot_id))
        done = await settle_conflict.settle(conn, asked, actor=door.actor, now=door.now, codes=codes)
        return Settled(done.slot_id)

    done = await door.once(form.key, form, work, Settled)
    return door.go(f"/host/slots/{done.slot_id}/conflicts")


@get("/coordinator/conflicts", may=TOWN, page=True, include_in_schema=False)
async def show_waiting(door: NamedDependency[PageDoor]) -> Response[str]:
    """What waits in the whole town, or at what a coordinator of one area runs; by slot."""

    async def work(conn: AsyncConnection) -> list[tuple[Slot, int]]:
        waiting = [each.slot_id for each in await settle_conflict.waiting(conn, door.actor)]
        return [(await slots.find(conn, each), waiting.count(each)) for each in dict.fromkeys(waiting)]

    return member_words.show(door, "coordinator/conflicts.html", found=await door.read(work))


def _asked(conflict_id: UUID, form: SettleForm, slot: Slot) -> settle_conflict.Asked:
    """What a form asks for. Raises FormIncomplete."""
    number = typed.number(form.number) if form.number is not None else None
    if form.how == "entered" and number is None:
        raise refusals.FormIncomplete(field="number")
    timed = form.how == "entered" and slot.closed_at is not None
    return settle_conflict.Asked(
        conflict_id=conflict_id,
        how=form.how,
        member_number=number,
        started_at=host_close.at(slot, form.came) if timed else None,
        ended_at=host_close.at(slot, form.left) if timed else None,
        reason=form.reason,
    )


async def _shown(conn: AsyncConnection, door: PageDoor, found: Iterable[Conflict]) -> list[Shown]:
    found = list(found)
    named = await member_names.of(conn, (who for each in found for who in (each.member_id, each.entered_id)))
    turns = await operators.named(conn, [each.sent_in_shift for each in found if each.sent_in_shift is not None])
    shown: list[Shown] = []
    for each in found:
        what, then = failures.words(each.code, TABLE[each.code].status, door.locale, each.facts)
        by = await principals.find(conn, each.settled_by) if each.settled_by is not None else None
        shown.append(
            Shown(
                conflict=each,
                whose=named.get(each.member_id),
                what=what,
                then=then,
                sent_by=(await principals.find(conn, each.received_by)).label,
                sent_in_turn_of=turns.get(each.sent_in_shift) if each.sent_in_shift is not None else None,
                settled_by=by.label if by is not None else None,
                entered=named.get(each.entered_id),
            )
        )
    return shown


HANDLERS = (show_conflicts, settle, show_waiting)
