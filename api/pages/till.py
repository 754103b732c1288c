"""The partner's till: points are taken by card or pay code, taken back within ten minutes, and counted at the end of the day.

A till learns that points were taken, and how many: neither whose they were nor what is left.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import limits
from api.pages import card_pins, member_words, own, rendering, typed
from api.pages.door import KeyedForm, PageDoor
from flows import purchase, takings, undo
from flows.takings import Takings
from kernel import days
from ledger import units
from ledger.units import Unit
from wallets import card_limits, redemptions, settlements
from wallets.redemptions import Standing
from wallets.refusals import UnknownRedemption
from wallets.settlements import Share

TILL = {"cashier": "organisation"}
UNDO = timedelta(seconds=undo.UNDO_SECONDS)


class TakeForm(card_pins.TakingForm, frozen=True, kw_only=True):
    """How much of which unit, what the reader typed, and, above the limit of cards, the PIN."""

    unit: str
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]
    code: typed.Typed


class UndoForm(KeyedForm, frozen=True, kw_only=True):
    """Why it is taken back."""

    reason: str


@get("/till", may=TILL, page=True, include_in_schema=False)
async def show_till(door: NamedDependency[PageDoor]) -> Response[str]:
    """A reader for the code and an amount; and what came in today."""
    known, today = await door.read(lambda conn: _today(conn, door))
    limit = await door.read(lambda conn: card_limits.in_force(conn, door.now))
    payable = await door.read(takings.units_taken)
    return member_words.show(
        door,
        "till/till.html",
        units=payable,
        known=known,
        today=today,
        limit=limit,
        hosts=door.context.hosts,
        headers=rendering.WITH_CAMERA,
    )


@post("/till/take", may=TILL, page=True, include_in_schema=False)
async def take(door: NamedDependency[PageDoor]) -> Redirect:
    """Takes points, once for the form."""
    form = await door.form(TakeForm)
    asked = purchase.Asked(code=typed.plain(form.code), unit=form.unit, amount=form.amount)
    receipt = await card_pins.take(door, form, asked)
    return door.go(f"/till/receipts/{receipt.redemption_id}")


@get("/till/receipts/{redemption_id:uuid}", may=TILL, page=True, include_in_schema=False)
async def show_receipt(door: NamedDependency[PageDoor], redemption_id: FromPath[UUID]) -> Response[str]:
    """What was taken, and for ten minutes the way to take it back."""
    here = own.organisation(door)

    async def work(conn: AsyncConnection) -> tuple[Standing, Unit]:
        found = await redemptions.get(conn, redemption_id)
        if found.redemption.counterparty != here or found.redemption.kind != "purchase":
            raise UnknownRedemption(redemption_id=redemption_id)
        return found, await units.by_code(conn, found.unit)

    found, unit = await door.read(work)
    until = found.redemption.redeemed_at + UNDO
    return member_words.show(
        door, "till/receipt.html", taken=found, unit=unit, until=until, undoable=found.undone_at is None and door.now <= until
    )


@post("/till/receipts/{redemption_id:uuid}/undo", may=TILL, page=True, include_in_schema=False)
async def take_back(door: NamedDependency[PageDoor], redemption_id: FromPath[UUID]) -> Redirect:
    """Gives the points back, once for the form."""
    form = await door.form(UndoForm)
    asked = undo.Asked(redemption_id=redemption_id, reason=form.reason)
    await door.once(form.key, form, lambda conn: undo.undo(conn, asked, actor=door.actor, now=door.now), undo.Undone)
    return door.go(f"/till/receipts/{redemption_id}")


@get("/till/today", may=TILL, page=True, include_in_schema=False)
async def show_takings(door: NamedDependency[PageDoor]) -> Response[str]:
    """What came in today, line by line, and its sum."""
    known, today = await door.read(lambda conn: _today(conn, door))
    return member_words.show(door, "till/today.html", known=known, today=today)


@get("/till/settlements", may=TILL, page=True, include_in_schema=False)
async def show_settlements(door: NamedDependency[PageDoor]) -> Response[str]:
    """What was paid out to the partner, and what is on its way."""
    here = own.organisation(door)

    async def work(conn: AsyncConnection) -> tuple[list[Share], dict[str, Unit]]:
        return await settlements.of_payee(conn, here), await _units(conn)

    shares, known = await door.read(work)
    return member_words.show(door, "till/settlements.html", shares=shares, known=known)


async def _today(conn: AsyncConnection, door: PageDoor) -> tuple[dict[str, Unit], Takings]:
    return await _units(conn), await takings.of_day(conn, own.organisation(door), days.local_date(door.now))


async def _units(conn: AsyncConnection) -> dict[str, Unit]:
    return {unit.code: unit for unit in await units.all_units(conn)}


HANDLERS = (show_till, take, show_receipt, take_back, show_takings, show_settlements)
