"""Whoever works at a device at a counter says so with a PIN, which they set on their own page."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.door import PageDoor
from api.pages.sign_in import HOMES, NoForm
from community import pins
from community.device_refusals import OperatorRefused
from flows import operating

AT_A_DEVICE = {"device": "own", "cashier": "own"}
OF_A_HOUSE = {"host": "own", "treasurer": "own", "cashier": "own"}
Digits = Annotated[str, Meta(max_length=40)]


class ChooseForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who works here from now on, and their PIN."""

    operator_id: UUID
    pin: Digits


class PinForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new PIN, typed twice."""

    pin: Digits
    again: Digits


@get("/device/operator", may=AT_A_DEVICE, page=True, include_in_schema=False)
async def show_operator(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who works at this device, and who else may."""
    found = await door.read(lambda conn: operating.people(conn, door.actor, now=door.now))
    return door.page("counter/operator.html", people=found, home=HOMES[door.actor.role])


@post("/device/operator", may=AT_A_DEVICE, page=True, include_in_schema=False)
async def choose_operator(door: NamedDependency[PageDoor]) -> Redirect:
    """Somebody begins to work here. A try is taken first."""
    form, actor = await door.form(ChooseForm), door.actor
    pin, left = await door.write(lambda conn: operating.take_try(conn, form.operator_id, actor=actor, now=door.now))
    right = await asyncio.to_thread(pins.matches, pin, form.pin)
    if pin is None or not right:
        raise OperatorRefused(attempts_left=left)
    await door.write(lambda conn: operating.begin(conn, form.operator_id, pin, left=left, actor=actor, now=door.now))
    return door.go(HOMES[actor.role])


@post("/device/operator/stop", may=AT_A_DEVICE, page=True, include_in_schema=False)
async def stop_operator(door: NamedDependency[PageDoor]) -> Redirect:
    """Nobody works here any more, until somebody says so."""
    await door.form(NoForm)
    await door.write(lambda conn: operating.stop(conn, actor=door.actor, now=door.now))
    return door.go("/device/operator")


@get("/pin", may=OF_A_HOUSE, page=True, include_in_schema=False)
async def show_pin(door: NamedDependency[PageDoor]) -> Response[str]:
    """Where one sets one's own PIN."""

    async def work(conn: AsyncConnection) -> bool:
        return await pins.of_operator(conn, door.actor.principal_id) is not None

    return door.page("counter/pin.html", known=await door.read(work), set_now="set" in door.request.query_params)


@post("/pin", may=OF_A_HOUSE, page=True, include_in_schema=False)
async def set_pin(door: NamedDependency[PageDoor]) -> Redirect:
    """Sets it; who worked somewhere with the old one begins anew."""
    form = await door.form(PinForm)
    kept = await asyncio.to_thread(pins.hashed, form.pin, form.again)
    await door.write(lambda conn: operating.set_pin(conn, kept, actor=door.actor, now=door.now))
    return door.go("/pin?set")


HANDLERS = (show_operator, choose_operator, stop_operator, show_pin, set_pin)
