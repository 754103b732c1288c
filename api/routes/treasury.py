"""The office's side of the book: settlements, expiry, the closing of months, and the money flow."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api import refusals
from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import expiry, settlement, trace
from kernel.refusal import unless
from ledger import periods
from wallets import expiry as runs
from wallets import payment_file, settlements

OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
UnitAsked = Annotated[str, QueryParameter(pattern=r"^[a-z][a-z0-9_]{0,15}$(?!\n)", description="The code of a unit.")]


class NewSettlement(shapes.Asked, frozen=True):
    """A batch of one unit: what was booked up to a day and is still owed."""

    unit: shapes.UnitCode
    up_to: date


class SettlementWithItems(msgspec.Struct, frozen=True):
    """A batch and what it pays to whom."""

    settlement: settlements.Settlement
    items: list[settlements.Item]


class NewExpiry(shapes.Asked, frozen=True):
    """Everything of a unit whose last day is `expires_by` or earlier."""

    unit: shapes.UnitCode
    expires_by: date


class Month(shapes.Asked, frozen=True):
    """Any day of the month to close."""

    month: date


class MoneyFlow(msgspec.Struct, frozen=True):
    """Opening, what moved and closing, for each unit and kind of account. `differences` is what does not add up: zero for each unit."""

    flows: list[periods.Flow]
    differences: dict[str, int]


@post("/settlements", may=OFFICE, tags=["treasury"])
async def propose_settlement(
    door: NamedDependency[Door], data: JSONBody[NewSettlement], key: Key = None
) -> Response[settlements.Settlement]:
    """Makes the list of who is owed what."""
    asked = settlement.Proposing(unit=data.unit, up_to=data.up_to)
    return await door.keyed(key, data, lambda conn: settlement.propose(conn, asked, actor=door.actor, now=door.now))


@get("/settlements", may=READ, tags=["treasury"])
async def list_settlements(
    door: NamedDependency[Door], after: shapes.AfterInstant = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[settlements.Settlement]:
    """Batches, the newest first."""
    before = settlements.Before(*shapes.instant_and_id(after)) if after is not None else None
    found = await door.read(lambda conn: settlements.page(conn, before=before, limit=limit))
    return shapes.page(found, limit, lambda item: shapes.after_instant(item.proposed_at, item.settlement_id))


@get("/settlements/{settlement_id:uuid}", may=READ, tags=["treasury"])
async def read_settlement(door: NamedDependency[Door], settlement_id: FromPath[UUID]) -> SettlementWithItems:
    """A batch with its items."""

    async def work(conn: AsyncConnection) -> SettlementWithItems:
        return SettlementWithItems(await settlements.get(conn, settlement_id), await settlements.items_of(conn, settlement_id))

    return await door.read(work)


@post("/settlements/{settlement_id:uuid}/approve", may=OFFICE, tags=["treasury"])
async def approve_settlement(
    door: NamedDependency[Door], settlement_id: FromPath[UUID], key: Key = None
) -> Response[settlements.Settlement]:
    """Approves a batch as a second person, and books its payments. It settles once."""
    return await door.keyed(key, None, lambda conn: settlement.approve(conn, settlement_id, actor=door.actor, now=door.now))


@get("/settlements/{settlement_id:uuid}/payments.csv", may=OFFICE, media_type="text/csv", tags=["treasury"])
async def read_payment_list(
    door: NamedDependency[Door], settlement_id: FromPath[UUID], bom: FromQuery[bool] = False
) -> Response[bytes]:
    """The payment list of an approved batch, with names, safe to open in a spreadsheet; `bom=true` for Excel."""
    payments = await door.read(lambda conn: settlement.payment_list(conn, settlement_id))
    disposition = f'attachment; filename="yui-settlement-{settlement_id}.csv"'
    return Response(
        payment_file.render(payments, bom=bom),
        media_type="text/csv",
        headers={"Content-Disposition": disposition},
    )


@get("/expiry-runs", may=READ, tags=["treasury"])
async def list_expiry_runs(door: NamedDependency[Door], limit: shapes.Limit = PAGE_LIMIT_DEFAULT) -> shapes.Page[runs.Run]:
    """Announced and executed runs, the latest day first."""
    return shapes.Page(await door.read(lambda conn: runs.runs(conn, limit=limit)), None)


@get("/expiry-runs/preview", may=READ, tags=["treasury"])
async def preview_expiry(door: NamedDependency[Door], unit: UnitAsked, expires_by: FromQuery[date]) -> shapes.Page[runs.Lapsing]:
    """Who would lose what. Nothing is announced."""
    asked = expiry.Asked(unit=unit, expires_by=shapes.checked_day("expires_by", expires_by))
    return shapes.Page(await door.read(lambda conn: expiry.preview(conn, asked, now=door.now)), None)


@post("/expiry-runs", may=OFFICE, tags=["treasury"])
async def announce_expiry(door: NamedDependency[Door], data: JSONBody[NewExpiry], key: Key = None) -> Response[expiry.Announced]:
    """Announces a run. Nothing is taken."""
    asked = expiry.Asked(unit=data.unit, expires_by=data.expires_by)
    return await door.keyed(key, data, lambda conn: expiry.announce(conn, asked, actor=door.actor, now=door.now))


@post("/expiry-runs/execute", may=OFFICE, tags=["treasury"])
async def execute_expiry(door: NamedDependency[Door], data: JSONBody[NewExpiry], key: Key = None) -> Response[expiry.Executed]:
    """Books out what is past its last day, as announced."""
    asked = expiry.Asked(unit=data.unit, expires_by=data.expires_by)
    return await door.keyed(key, data, lambda conn: expiry.execute(conn, asked, actor=door.actor, now=door.now))


@post("/months/close", may=OFFICE, tags=["treasury"])
async def close_month(door: NamedDependency[Door], data: JSONBody[Month], key: Key = None) -> Response[MoneyFlow]:
    """Closes a month that is over, in order: nothing is booked into it any more."""

    async def work(conn: AsyncConnection) -> MoneyFlow:
        flows = await periods.close_month(conn, data.month, actor=door.actor.principal_id, now=door.now)
        return MoneyFlow(flows, periods.differences(flows))

    return await door.keyed(key, data, work)


@get("/money-flow", may=READ, tags=["treasury"])
async def money_flow(door: NamedDependency[Door], first: FromQuery[date], last: FromQuery[date]) -> MoneyFlow:
    """What every kind of account held before `first`, what moved, and what it held after `last`."""
    if shapes.checked_day("first", first) > shapes.checked_day("last", last):
        raise refusals.InvalidRequest(faults=(refusals.Fault("first", "Expected a day not after `last`"),))
    flows = await door.read(lambda conn: periods.roll_forward(conn, first, last))
    return MoneyFlow(flows, periods.differences(flows))


@get("/trace/{record_id:uuid}", may=READ, tags=["treasury"])
async def read_trace(door: NamedDependency[Door], record_id: FromPath[UUID]) -> trace.Trace:
    """From an amount to the check-ins behind it, and back: give it a redemption, an entry, a lot, a decision, an attendance, a scan."""
    found = await door.read(lambda conn: trace.trace(conn, record_id))
    return unless(found, refusals.UnknownRecord(record_id=record_id))


HANDLERS = (
    propose_settlement,
    list_settlements,
    read_settlement,
    approve_settlement,
    read_payment_list,
    list_expiry_runs,
    preview_expiry,
    announce_expiry,
    execute_expiry,
    close_month,
    money_flow,
    read_trace,
)
