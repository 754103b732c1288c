"""The PIN of a member's card: set at the desk, typed at the till above the town's limit, which an officer sets."""

from __future__ import annotations

import asyncio
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

from api.pages.door import KeyedForm, PageDoor
from api.pages.operators import Digits, PinForm
from api.routes.entrances import DESK
from community import members, pins
from community.members import Member, Person
from flows import card_pins, in_area, looked, purchase
from flows.card_pins import Proven
from kernel import days, text
from wallets import card_limits

OFFICE = {"officer": "town"}


class TakingForm(KeyedForm, frozen=True, kw_only=True):
    """A form that takes points, in which the holder of a card may have typed its PIN."""

    pin: Digits | None = None


class LimitForm(msgspec.Struct, frozen=True, kw_only=True):
    """How much cards pay a day without a PIN, in whole units, from which day on, and why."""

    amount: Annotated[int, Meta(ge=0, le=card_limits.AMOUNT_MAX)]
    on: date
    reason: Annotated[str, Meta(max_length=text.NOTE_LENGTH_MAX)]


async def take(door: PageDoor, form: TakingForm, asked: purchase.Asked) -> purchase.Receipt:
    """Takes points, once for the form. Raises what `flows.purchase` raises; what a PIN would mend can be tried again with one.

    A try at the PIN is taken first. Of what was sent a fingerprint is kept: of everything but the PIN.
    """
    hosts, told = door.context.hosts, form.pin
    proof = await _proof(door, asked.code, told) if told is not None and door.actor.at is not None else None
    if proof is None:
        await door.read(lambda conn: purchase.look(conn, asked, actor=door.actor, now=door.now, hosts=hosts))
    return await door.once(
        form.key,
        msgspec.structs.replace(form, pin=None),
        lambda conn: purchase.purchase(conn, asked, actor=door.actor, now=door.now, hosts=hosts, proof=proof),
        purchase.Receipt,
    )


async def _proof(door: PageDoor, code: str, told: str) -> Proven | None:
    tried = await door.write(lambda conn: card_pins.take_try(conn, code, hosts=door.context.hosts, now=door.now))
    if tried is None:
        return None
    proof = await asyncio.to_thread(card_pins.proven, tried, told)
    await door.write(lambda conn: card_pins.give_back(conn, proof))
    return proof


@get("/desk/members/{member_id:uuid}/pin", may=DESK, page=True, include_in_schema=False)
async def show_card_pin(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """Whose card gets a PIN: the member types it, twice."""

    async def work(conn: AsyncConnection) -> tuple[Member, Person, bool]:
        found = await members.find(conn, member_id)
        await in_area.check_member(conn, member_id, door.actor)
        await looked.note(conn, door.actor, member_id, "person", door.now)
        return found, await members.person_of(conn, member_id), await pins.of_card(conn, member_id) is not None

    member, person, known = await door.write(work)
    limit = await door.read(lambda conn: card_limits.in_force(conn, door.now))
    told = {"set_now": "set" in door.request.query_params, "proven": door.signed_in.stepped_up(door.now)}
    return door.page("counter/card_pin.html", member=member, person=person, known=known, limit=limit, **told)


@post("/desk/members/{member_id:uuid}/pin", may=DESK, page=True, step_up=True, include_in_schema=False)
async def set_card_pin(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Redirect:
    """Sets it: the member reads who was at the desk."""
    form = await door.form(PinForm)
    kept = await asyncio.to_thread(pins.hashed, form.pin, form.again)
    await door.write(lambda conn: card_pins.set_(conn, member_id, kept, actor=door.actor, now=door.now))
    return door.go(f"/desk/members/{member_id}/pin?set")


@get("/office/card-limit", may=OFFICE, page=True, include_in_schema=False)
async def show_limit(door: NamedDependency[PageDoor]) -> Response[str]:
    """The limit in force, every change of it, and a form for the next."""

    async def work(conn: AsyncConnection) -> tuple[int, list[card_limits.Change]]:
        return await card_limits.in_force(conn, door.now), list(await card_limits.changes(conn))

    limit, changes = await door.read(work)
    most = {"most": card_limits.AMOUNT_MAX, "day_most": purchase.CARD_DAY_MAX}
    return door.page("counter/limit.html", limit=limit, changes=changes, today=days.local_date(door.now), **most)


@post("/office/card-limit", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def set_limit(door: NamedDependency[PageDoor]) -> Redirect:
    """Sets the limit from a day on."""
    form = await door.form(LimitForm)
    await door.write(lambda conn: card_pins.set_limit(conn, form.amount, form.on, form.reason, actor=door.actor, now=door.now))
    return door.go("/office/card-limit")


HANDLERS = (show_card_pin, set_card_pin, show_limit, set_limit)
