"""Money out, at the desk: the list of claims that a second person books, and the payment list that a second person pays."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from community import principals
from flows import claim_batch, settlement
from kernel.refusal import unless
from ledger import units
from rules import edition_store
from wallets import claim_batches, claim_refusals, payment_file, settlements


class BatchForm(KeyedForm, frozen=True, kw_only=True):
    """The open claims of a scheme that are payable by a day."""

    scheme: str
    payable_by: date


class SettlementForm(KeyedForm, frozen=True, kw_only=True):
    """What is owed in a unit, up to a day."""

    unit: str
    up_to: date


@get("/office/claims", may=OFFICE, page=True, include_in_schema=False)
async def show_claims(door: NamedDependency[PageDoor]) -> Response[str]:
    """The lists of claims and of payments, and how to make the next ones."""

    async def work(conn: AsyncConnection) -> Response[str]:
        told = {
            "batches": await claim_batches.page(conn, limit=LISTED),
            "settlements": await settlements.page(conn, limit=LISTED),
            "schemes": await edition_store.schemes(conn),
            "units": await units.all_units(conn),
        }
        return office_words.show(door, "office/claims.html", await office_words.words(conn, door), **told)

    return await door.read(work)


@post("/office/claims", may=OFFICE, page=True, include_in_schema=False)
async def make_batch(door: NamedDependency[PageDoor]) -> Redirect:
    """Makes the list. Nothing is booked."""
    form = await door.form(BatchForm)
    asked = claim_batch.Proposing(scheme=form.scheme, payable_by=form.payable_by)

    async def work(conn: AsyncConnection) -> Made:
        listed = await claim_batch.propose(conn, asked, actor=door.actor, now=door.now)
        nothing = claim_refusals.NothingToApprove(scheme=form.scheme, payable_by=form.payable_by)
        return Made(unless(listed.batch, nothing).batch_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/office/claims/{made.made}")


@get("/office/claims/{batch_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_batch(door: NamedDependency[PageDoor], batch_id: FromPath[UUID]) -> Response[str]:
    """A list of claims: who gets what, and why."""

    async def work(conn: AsyncConnection) -> Response[str]:
        listed, batch = await claim_batch.read(conn, batch_id), await claim_batches.get(conn, batch_id)
        scheme = await edition_store.scheme(conn, batch.scheme_id)
        unit = await office_words.unit_with(conn, scheme.unit_id)
        people = [batch.made_by, batch.approved_by, *(item.claim.holder for item in listed.items)]
        words = await office_words.words(conn, door, people)
        same = await principals.same_person(conn, batch.made_by, door.actor.principal_id)
        told = {"batch": batch, "listed": listed, "scheme": scheme, "unit": unit.code, "same": same}
        return office_words.show(door, "office/batch.html", words, **told)

    return await door.read(work)


@post("/office/claims/{batch_id:uuid}/approve", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def approve_batch(door: NamedDependency[PageDoor], batch_id: FromPath[UUID]) -> Redirect:
    """Books every claim of the list that stands, as a second person."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Made:
        await claim_batch.approve(conn, batch_id, actor=door.actor, now=door.now)
        return Made(batch_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/claims/{batch_id}")


@post("/office/payments", may=OFFICE, page=True, include_in_schema=False)
async def make_settlement(door: NamedDependency[PageDoor]) -> Redirect:
    """Makes the list of who is owed what."""
    form = await door.form(SettlementForm)
    asked = settlement.Proposing(unit=form.unit, up_to=form.up_to)

    async def work(conn: AsyncConnection) -> Made:
        return Made((await settlement.propose(conn, asked, actor=door.actor, now=door.now)).settlement_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/office/payments/{made.made}")


@get("/office/payments/{settlement_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_settlement(door: NamedDependency[PageDoor], settlement_id: FromPath[UUID]) -> Response[str]:
    """A payment list: to whom how much."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found, items = await settlements.get(conn, settlement_id), await settlements.items_of(conn, settlement_id)
        people = [found.proposed_by, found.approved_by, *(item.payee for item in items)]
        words = await office_words.words(conn, door, people)
        same = await principals.same_person(conn, found.proposed_by, door.actor.principal_id)
        return office_words.show(door, "office/payment.html", words, paid=found, items=items, same=same)

    return await door.read(work)


@post("/office/payments/{settlement_id:uuid}/approve", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def approve_settlement(door: NamedDependency[PageDoor], settlement_id: FromPath[UUID]) -> Redirect:
    """Books the payments, as a second person."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Made:
        await settlement.approve(conn, settlement_id, actor=door.actor, now=door.now)
        return Made(settlement_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/payments/{settlement_id}")


@get("/office/payments/{settlement_id:uuid}/list.csv", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def payment_list(door: NamedDependency[PageDoor], settlement_id: FromPath[UUID]) -> Response[bytes]:
    """The payment list with names, for a spreadsheet."""
    payments = await door.read(lambda conn: settlement.payment_list(conn, settlement_id))
    disposition = f'attachment; filename="yui-settlement-{settlement_id}.csv"'
    return Response(
        payment_file.render(payments, bom=True),
        media_type="text/csv",
        headers={"Content-Disposition": disposition},
    )


HANDLERS = (
    show_claims,
    make_batch,
    show_batch,
    approve_batch,
    make_settlement,
    show_settlement,
    approve_settlement,
    payment_list,
)
