"""Batches of claims: a list that one person makes and another approves, and the entry of each claim that was booked by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from wallets import claim_refusals, claims
from wallets.claims import Standing

PAGE_MAX = 200
ITEMS_MAX = 5_000

# Open, reserving still, and payable by then: the oldest claims first.
_PAYABLE = query.statement(
    """
    select c.claim_id
    from wallets.claim c
    join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id and p.outcome = 'paid'
        and p.payable_from <= :payable_by
    join ledger.hold h on h.municipality_id = p.municipality_id and h.hold_id = p.hold_id and h.expires_at > :now
    left join ledger.hold_resolution r on r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
    where c.municipality_id = db.municipality() and c.scheme_id = :scheme_id and r.hold_id is null
    order by c.claimed_at, c.claim_id limit :limit
    """
)
_ADD = query.statement(
    """
    insert into wallets.claim_batch (municipality_id, batch_id, scheme_id, payable_by, made_at, made_by)
    values (db.municipality(), :batch_id, :scheme_id, :payable_by, :now, :made_by)
    """
)
_ADD_ITEMS = query.statement(
    """
    insert into wallets.claim_batch_item (municipality_id, batch_id, claim_id)
    select db.municipality(), :batch_id, i.claim_id from unnest(cast(:claims as uuid[])) i (claim_id)
    """
)
_APPROVE = query.statement(
    """
    insert into wallets.claim_batch_approval (municipality_id, batch_id, approved_at, approved_by)
    values (db.municipality(), :batch_id, :now, :approved_by)
    """
)
_BOOK = query.statement(
    """
    insert into wallets.claim_booking (municipality_id, claim_id, batch_id, entry_id, redemption_id)
    select db.municipality(), b.claim_id, :batch_id, b.entry_id, b.redemption_id
    from unnest(cast(:claims as uuid[]), cast(:entries as uuid[]), cast(:redemptions as uuid[])) b (claim_id, entry_id, redemption_id)
    """
)
_COLUMNS = """
        b.batch_id, b.scheme_id, s.code as scheme, b.payable_by, b.made_at, b.made_by, a.approved_at, a.approved_by,
        (
            select count(*) from wallets.claim_batch_item i
            where i.municipality_id = b.municipality_id and i.batch_id = b.batch_id
        ) as listed,
        (
            select count(*) from wallets.claim_booking k where k.municipality_id = b.municipality_id and k.batch_id = b.batch_id
        ) as booked
    from wallets.claim_batch b
    join rules.scheme s on s.municipality_id = b.municipality_id and s.scheme_id = b.scheme_id
    left join wallets.claim_batch_approval a on a.municipality_id = b.municipality_id and a.batch_id = b.batch_id
    where b.municipality_id = db.municipality()
"""
_FIND = query.statement(f"select {_COLUMNS} and b.batch_id = :batch_id")
_PAGE = query.statement(
    f"select {_COLUMNS} and (cast(:before as uuid) is null or b.batch_id < :before) order by b.batch_id desc limit :limit"
)
_ITEMS = query.statement(
    "select claim_id from wallets.claim_batch_item where municipality_id = db.municipality() and batch_id = :batch_id"
)


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it stands: `listed` claims, of which `booked` were booked when it was approved (`approved_at` None: not yet)."""

    batch_id: UUID
    scheme_id: UUID
    scheme: str
    payable_by: date
    made_at: datetime
    made_by: UUID
    approved_at: datetime | None
    approved_by: UUID | None
    listed: int
    booked: int


class NewBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch to be kept: claims of one scheme that are payable by a day."""

    batch_id: UUID
    scheme_id: UUID
    payable_by: date
    claims: tuple[UUID, ...]


class Booking(msgspec.Struct, frozen=True):
    """Which entry and which redemption a claim was booked by."""

    claim_id: UUID
    entry_id: UUID
    redemption_id: UUID


async def payable(conn: AsyncConnection, scheme_id: UUID, payable_by: date, *, now: datetime) -> list[Standing]:
    """The open claims of a scheme that are payable by a day, at most ITEMS_MAX, in the order of their ids."""
    rows = await query.rows(conn, _PAYABLE, scheme_id=scheme_id, payable_by=payable_by, now=now, limit=ITEMS_MAX)
    return await claims.of_many(conn, [row.claim_id for row in rows])


async def add(conn: AsyncConnection, batch: NewBatch, *, made_by: UUID, now: datetime) -> None:
    """Keeps a batch with its list, which stands from then on."""
    told = {"batch_id": batch.batch_id, "scheme_id": batch.scheme_id, "payable_by": batch.payable_by}
    await query.run(conn, _ADD, now=now, made_by=made_by, **told)
    await query.run(conn, _ADD_ITEMS, batch_id=batch.batch_id, claims=list(batch.claims))


async def get(conn: AsyncConnection, batch_id: UUID) -> Batch:
    """The batch with this id. Raises UnknownClaimBatch."""
    row = await query.one(conn, _FIND, batch_id=batch_id)
    return query.into(Batch, unless(row, claim_refusals.UnknownClaimBatch(batch_id=batch_id)))


async def page(conn: AsyncConnection, *, before: UUID | None = None, limit: int = 50) -> list[Batch]:
    """Batches, the newest first, at most PAGE_MAX at once."""
    rows = await query.rows(conn, _PAGE, before=before, limit=min(max(limit, 1), PAGE_MAX))
    return [query.into(Batch, row) for row in rows]


async def items_of(conn: AsyncConnection, batch_id: UUID) -> list[Standing]:
    """The claims of a batch as they stand now, in the order of their ids."""
    return await claims.of_many(conn, [row.claim_id for row in await query.rows(conn, _ITEMS, batch_id=batch_id)])


async def approve(conn: AsyncConnection, batch_id: UUID, *, approved_by: UUID, now: datetime) -> None:
    """Records the approval; the bookings follow in the same transaction."""
    await query.run(conn, _APPROVE, batch_id=batch_id, approved_by=approved_by, now=now)


async def book(conn: AsyncConnection, batch_id: UUID, booked: Sequence[Booking]) -> None:
    """Records by which entry and redemption each claim was booked, after both. A claim is booked once (`claim_booked_once`)."""
    await query.run(
        conn,
        _BOOK,
        batch_id=batch_id,
        claims=[each.claim_id for each in booked],
        entries=[each.entry_id for each in booked],
        redemptions=[each.redemption_id for each in booked],
    )
