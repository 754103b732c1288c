"""The group's treasurer: what was given to the group, applying for a use of it, and what became of each application."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import limits
from api.pages import member_words, own
from api.pages.door import KeyedForm, PageDoor
from community import organisations
from community.organisations import Organisation
from flows import application
from ledger import units
from ledger.units import Unit
from qr import render
from wallets import applications, holdings, redemptions, settlements
from wallets.applications import Application
from wallets.holdings import Holding
from wallets.redemptions import Standing
from wallets.refusals import UnknownApplication
from wallets.settlements import Share

GROUP = {"treasurer": "organisation"}
SHOWN = 50


class ApplyForm(KeyedForm, frozen=True, kw_only=True):
    """How much of which unit, and what for."""

    unit: str
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]
    purpose: str


class ReturnForm(KeyedForm, frozen=True, kw_only=True):
    """How much was not used, and why."""

    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]
    reason: str


class Home(msgspec.Struct, frozen=True):
    """What a group's first page tells."""

    group: Organisation
    held: list[Holding]
    gifts: list[Standing]
    asked: list[Application]
    units: dict[str, Unit]


@get("/group", may=GROUP, page=True, include_in_schema=False)
async def home(door: NamedDependency[PageDoor]) -> Response[str]:
    """What the group holds, what was given, and its applications."""
    here = own.organisation(door)

    async def work(conn: AsyncConnection) -> Home:
        received = await redemptions.page_of_counterparty(conn, here, limit=SHOWN)
        return Home(
            group=await organisations.find(conn, here),
            held=await holdings.of(conn, here, now=door.now),
            gifts=[each for each in received if each.redemption.kind == "pledge"],
            asked=await applications.page_of_group(conn, here, limit=SHOWN),
            units=await _units(conn),
        )

    address = f"{door.context.public_url}/give?to={here}"
    svg = Markup(render.svg(render.symbol(address), door.say("group.symbol")))  # noqa: S704 - ours; the title is escaped there
    return member_words.show(door, "group/home.html", home=await door.read(work), svg=svg)


@get("/group/apply", may=GROUP, page=True, include_in_schema=False)
async def show_applying(door: NamedDependency[PageDoor]) -> Response[str]:
    """What for, and how much."""
    held = await door.read(lambda conn: holdings.of(conn, own.organisation(door), now=door.now))
    return member_words.show(door, "group/apply.html", held=[each for each in held if each.available > 0])


@post("/group/apply", may=GROUP, page=True, include_in_schema=False)
async def apply(door: NamedDependency[PageDoor]) -> Redirect:
    """Applies, once for the form: the points are set aside."""
    form = await door.form(ApplyForm)
    asked = application.Applying(unit=form.unit, amount=form.amount, purpose=form.purpose)
    made = await door.once(
        form.key, form, lambda conn: application.apply(conn, asked, actor=door.actor, now=door.now), Application
    )
    return door.go(f"/group/applications/{made.application_id}")


@get("/group/applications/{application_id:uuid}", may=GROUP, page=True, include_in_schema=False)
async def show_application(door: NamedDependency[PageDoor], application_id: FromPath[UUID]) -> Response[str]:
    """What became of an application; once it is approved, the receipt, and the form for what was not used."""
    here = own.organisation(door)

    async def work(conn: AsyncConnection) -> tuple[Application, Organisation, Unit]:
        found = await applications.get(conn, application_id)
        if found.organisation_id != here:
            raise UnknownApplication(application_id=application_id)
        return found, await organisations.find(conn, here), await units.by_code(conn, found.unit)

    found, group, unit = await door.read(work)
    return member_words.show(door, "group/application.html", asked=found, group=group, unit=unit)


@post("/group/applications/{application_id:uuid}/return", may=GROUP, page=True, include_in_schema=False)
async def give_back(door: NamedDependency[PageDoor], application_id: FromPath[UUID]) -> Redirect:
    """Gives back what was not used, once."""
    form = await door.form(ReturnForm)
    asked = application.Returning(application_id=application_id, amount=form.amount, reason=form.reason)
    await door.once(
        form.key, form, lambda conn: application.return_unused(conn, asked, actor=door.actor, now=door.now), Application
    )
    return door.go(f"/group/applications/{application_id}")


@get("/group/receipts", may=GROUP, page=True, include_in_schema=False)
async def show_receipts(door: NamedDependency[PageDoor]) -> Response[str]:
    """What the group used, each with its receipt, and what the office paid for it."""
    here = own.organisation(door)

    async def work(conn: AsyncConnection) -> tuple[list[Application], list[Share], dict[str, Unit]]:
        asked = await applications.page_of_group(conn, here, limit=SHOWN)
        return [each for each in asked if each.approved], await settlements.of_payee(conn, here), await _units(conn)

    used, shares, known = await door.read(work)
    return member_words.show(door, "group/receipts.html", used=used, shares=shares, known=known)


async def _units(conn: AsyncConnection) -> dict[str, Unit]:
    return {unit.code: unit for unit in await units.all_units(conn)}


HANDLERS = (home, show_applying, apply, show_application, give_back, show_receipts)
