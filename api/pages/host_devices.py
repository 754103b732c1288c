"""Devices at a counter: added with a QR code on one's own screen, opened on the tablet by one button, listed, ended in one tap."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta

from api import auth, refusals, signed_in
from api.pages import own
from api.pages.door import PageDoor
from api.pages.sign_in import HOMES, NoForm, leave, town_of_secret
from community import organisations, sessions
from community.device_refusals import BadDeviceKey
from db import transact
from flows import devices_at_work, sign_in
from flows.devices_at_work import DeviceOpening, Enrolling
from kernel import text
from qr import render

AT_WORK = {"host": "own", "device": "own", "cashier": "own"}
IN_CHARGE = {"host": "organisation", "cashier": "organisation", "treasurer": "organisation", "officer": "town"}
HOUSES_MAX = 200
_BASE64_MAX = 1_000


def _bytes(told: str) -> bytes:
    try:
        return base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDeviceKey from error


Spelled = Annotated[str, Meta(max_length=_BASE64_MAX)]


class KeyForm(msgspec.Struct, frozen=True, kw_only=True):
    """A public key, SPKI in base64url."""

    public_key: Spelled


class KeyKept(msgspec.Struct, frozen=True, kw_only=True):
    """Under which id a key is kept."""

    key_id: UUID


class OpenForm(KeyForm, frozen=True, kw_only=True):
    """The key of a device, and its signature over the entrance, both in base64url."""

    signature: Spelled


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A device that was opened: its key's id, who it is, and where it begins."""

    key_id: UUID
    who: str
    home: str


class AddForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is called; an officer says besides what it is and whose."""

    name: Annotated[str, Meta(max_length=text.NAME_LENGTH_MAX)]
    kind: Literal["device", "cashier"] = "device"
    organisation_id: UUID | None = None


@get("/counters", may=IN_CHARGE, page=True, include_in_schema=False)
async def show_counters(door: NamedDependency[PageDoor], house: FromQuery[UUID | None] = None) -> Response[str]:
    """The devices in use, and a form for one more; an officer comes from the page of an organisation, which is chosen then."""
    found = await door.read(lambda conn: devices_at_work.listed(conn, door.actor, now=door.now))
    if door.actor.role != "officer":
        return door.page("counter/list.html", devices=found, houses=(), house=None)
    houses = await door.read(lambda conn: organisations.page(conn, limit=HOUSES_MAX))
    return door.page("counter/list.html", devices=found, houses=houses, house=house)


@post("/counters", may=IN_CHARGE, page=True, include_in_schema=False)
async def add_counter(door: NamedDependency[PageDoor]) -> Response[str]:
    """The QR code that opens the new device: told this once, so it is the answer. Loading it again adds another."""
    form = await door.form(AddForm)
    _stepped_up(door)
    house = own.organisation(door) if door.actor.role != "officer" else form.organisation_id
    if house is None:
        raise refusals.FormIncomplete(field="organisation_id")
    asked = Enrolling(organisation_id=house, role=devices_at_work.KIND.get(door.actor.role, form.kind), name=form.name)
    chance = os.urandom(sessions.SECRET_BYTES)
    made = await door.write(lambda conn: devices_at_work.enrol(conn, asked, actor=door.actor, chance=chance, now=door.now))
    address = f"{door.context.public_url}/device/open/{made.secret}"
    svg = Markup(render.svg(render.symbol(address), door.say("counter.symbol")))  # noqa: S704 - our own
    return door.page("counter/added.html", name=form.name, made=made, address=address, svg=svg)


@post("/counters/{device_id:uuid}/end", may=IN_CHARGE, page=True, include_in_schema=False)
async def end_counter(door: NamedDependency[PageDoor], device_id: FromPath[UUID]) -> Redirect:
    """Ends a device in one tap: where it is, it does nothing any more."""
    await door.form(NoForm)
    _stepped_up(door)
    await door.write(lambda conn: devices_at_work.end(conn, device_id, actor=door.actor, now=door.now))
    return door.go("/counters")


@get("/device/open/{secret:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_open(door: NamedDependency[PageDoor], secret: FromPath[str]) -> Response[str]:
    """One button, on the device itself. Opening the address changes nothing."""
    town = await town_of_secret(door, secret)
    entrance = await door.context.read(town, lambda conn: sign_in.look(conn, secret, now=door.now))
    return door.page("counter/open.html", entrance=entrance, secret=secret)


@post("/device/open/{secret:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def open_device(door: NamedDependency[PageDoor], secret: FromPath[str]) -> Response[Opened]:
    """Opens the device with the key that it just made, once."""
    form, town, engine = await door.form(OpenForm), await town_of_secret(door, secret), door.context.engine
    key, signature = _bytes(form.public_key), _bytes(form.signature)
    asked = DeviceOpening(secret=secret, public_key=key, signature=signature, device=door.device, address=door.address)
    await transact.transact(engine, town, lambda conn: sign_in.take_try(conn, secret, door.address, now=door.now))
    chance = os.urandom(sessions.SECRET_BYTES)
    come = await transact.transact(engine, town, lambda conn: devices_at_work.come_in(conn, asked, chance=chance, now=door.now))
    await leave(door)
    answer = Response(Opened(key_id=come.key_id, who=come.device_id.hex, home=HOMES[come.role]), status_code=201)
    answer.set_cookie(signed_in.cookie(come.opened.secret, int((come.opened.ends_at - door.now).total_seconds())))
    return answer


@post("/device/key", may=AT_WORK, page=True, include_in_schema=False)
async def register_key(door: NamedDependency[PageDoor]) -> KeyKept:
    """Keeps the key of the browser in which somebody is signed in, for whom it will sign."""
    form, session = await door.form(KeyForm), door.signed_in
    spki = _bytes(form.public_key)
    key_id = await door.write(lambda conn: devices_at_work.register_key(conn, session, spki, now=door.now))
    return KeyKept(key_id=key_id)


def _stepped_up(door: PageDoor) -> None:
    """An officer gives and takes roles after proving themselves; people of a house act for their own. Raises StepUpNeeded."""
    if door.actor.role == "officer" and not door.signed_in.stepped_up(door.now):
        raise refusals.StepUpNeeded


HANDLERS = (show_counters, add_counter, end_counter, show_open, open_device, register_key)
