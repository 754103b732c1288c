"""Corrections at the desk: an officer asks for one with a reason, a second one books it or says no; both entries stand."""

from __future__ import annotations

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
from flows import audit_entries, correction, correction_wish
from kernel import text
from kernel.refusal import unless
from ledger.refusals import UnknownEntry
from wallets import correction_wishes


class EntryAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entry is looked at, if one is."""

    entry: UUID | None = None


class CorrectForm(KeyedForm, frozen=True, kw_only=True):
    """Which entry, why, and whether the budget bears what was spent of a grant."""

    entry_id: UUID
    reason: Annotated[str, Meta(max_length=text.NOTE_LENGTH_MAX)]
    absorb_spent: bool = False


class RefuseForm(KeyedForm, frozen=True, kw_only=True):
    """Why not."""

    reason: Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]


@get("/office/corrections", may=OFFICE, page=True, include_in_schema=False)
async def show_corrections(door: NamedDependency[PageDoor]) -> Response[str]:
    """Corrections that wait and those that are decided, and the form to ask for one."""
    entry = audit_words.asked_of(door, EntryAsked).entry

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await correction_wishes.page(conn, limit=LISTED)
        words = await office_words.words(conn, door, (each.asked_by for each in found))
        return office_words.show(door, "office/corrections.html", words, found=found, entry=entry)

    return await door.read(work)


@post("/office/corrections", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def ask(door: NamedDependency[PageDoor]) -> Redirect:
    """Asks for a correction. Nothing is booked."""
    form = await door.form(CorrectForm)
    asked = correction.Asked(entry_id=form.entry_id, reason=form.reason, absorb_spent=form.absorb_spent)

    async def work(conn: AsyncConnection) -> Made:
        return Made((await correction_wish.ask(conn, asked, actor=door.actor, now=door.now)).wish_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/office/corrections/{made.made}")


@get("/office/corrections/{wish_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_wish(door: NamedDependency[PageDoor], wish_id: FromPath[UUID]) -> Response[str]:
    """What is to be corrected, line by line, and what the second person can say. Members whose lines are shown are told."""

    async def work(conn: AsyncConnection) -> Response[str]:
        wish = await correction_wishes.get(conn, wish_id)
        entry = unless(await audit_entries.find(conn, wish.entry_id), UnknownEntry(entry_id=wish.entry_id))
        words = await office_words.words(conn, door, (wish.asked_by, wish.decided_by, *(each.holder for each in entry.lines)))
        await audit_words.note(conn, door, words.people, "history")
        same = await principals.same_person(conn, wish.asked_by, door.actor.principal_id)
        return office_words.show(door, "office/correction.html", words, wish=wish, entry=entry, same=same)

    return await door.write(work)


@post("/office/corrections/{wish_id:uuid}/approve", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def approve(door: NamedDependency[PageDoor], wish_id: FromPath[UUID]) -> Redirect:
    """Books it as a second person."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Made:
        return Made((await correction_wish.approve(conn, wish_id, actor=door.actor, now=door.now)).correction_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/corrections/{wish_id}")


@post("/office/corrections/{wish_id:uuid}/refuse", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def refuse(door: NamedDependency[PageDoor], wish_id: FromPath[UUID]) -> Redirect:
    """Says no as a second person."""
    form = await door.form(RefuseForm)

    async def work(conn: AsyncConnection) -> Made:
        return Made((await correction_wish.refuse(conn, wish_id, form.reason, actor=door.actor, now=door.now)).wish_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/corrections/{wish_id}")


HANDLERS = (show_corrections, ask, show_wish, approve, refuse)
