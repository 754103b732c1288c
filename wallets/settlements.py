"""Settlements: what is owed to partners, groups and members, paid in batches.

A batch is proposed with its list of payees and amounts, which stands from then on; another person approves it, and then each
item is paid by one entry of just its amount. A batch settles once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import ids
from kernel.refusal import unless
from wallets import refusals

PAGE_MAX = 200

# What was booked after the day is not settled yet; what of it was undone counts on neither side.
_OWED = query.statement(
    """
    select account_id, payee, amount
    from (
        select a.account_id, a.holder as payee, b.posted - coalesce((
            select sum(l.amount)
            from ledger.journal_line l
            join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
            where l.municipality_id = a.municipality_id and l.account_id = a.account_id and l.amount > 0
                and e.booked_on > :up_to and not exists (
                    select from ledger.journal_entry x where x.municipality_id = e.municipality_id and x.reverses = e.entry_id
                )
        ), 0)::bigint as amount
        from ledger.account a
        join ledger.balance b on b.municipality_id = a.municipality_id and b.account_id = a.account_id
        where a.municipality_id = db.municipality() and a.kind = 'payable' and a.unit_id = :unit_id and b.posted > 0
    ) owed
    where amount > 0
    order by account_id
    """
)
_COLUMNS = """
        s.settlement_id, s.unit_id, n.code as unit, n.scale, s.up_to, s.proposed_at, s.proposed_by, a.approved_at, a.approved_by,
        t.payees, t.amount
    from wallets.settlement s
    join ledger.unit n on n.municipality_id = s.municipality_id and n.unit_id = s.unit_id
    left join wallets.settlement_approval a on a.municipality_id = s.municipality_id and a.settlement_id = s.settlement_id
    cross join lateral (
        select count(*) as payees, sum(i.amount)::bigint as amount
        from wallets.settlement_item i
        where i.municipality_id = s.municipality_id and i.settlement_id = s.settlement_id
    ) t
    where s.municipality_id = db.municipality()
"""
_FIND = query.statement(f"select {_COLUMNS} and s.settlement_id = :settlement_id")
_PAGE = query.statement(
    f"""
    select {_COLUMNS}
        and (s.proposed_at, s.settlement_id) < (
            coalesce(cast(:before_at as timestamptz), 'infinity'),
            coalesce(cast(:before_id as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        )
    order by s.proposed_at desc, s.settlement_id desc limit :limit
    """
)
_ITEMS = query.statement(
    """
    select i.account_id, i.item_id, i.payee, i.amount, p.entry_id
    from wallets.settlement_item i
    left join wallets.settlement_payment p on p.municipality_id = i.municipality_id and p.settlement_id = i.settlement_id
        and p.account_id = i.account_id
    where i.municipality_id = db.municipality() and i.settlement_id = :settlement_id
    order by i.account_id
    """
)
_OF_PAYEE = query.statement(
    """
    select s.settlement_id, n.code as unit, s.up_to, i.amount, s.proposed_at, a.approved_at
    from wallets.settlement_item i
    join wallets.settlement s on s.municipality_id = i.municipality_id and s.settlement_id = i.settlement_id
    join ledger.unit n on n.municipality_id = s.municipality_id and n.unit_id = s.unit_id
    left join wallets.settlement_approval a on a.municipality_id = s.municipality_id and a.settlement_id = s.settlement_id
    where i.municipality_id = db.municipality() and i.payee = :payee
    order by s.proposed_at desc, s.settlement_id desc limit :limit
    """
)
_INSERT = query.statement(
    """
    insert into wallets.settlement (municipality_id, settlement_id, unit_id, up_to, proposed_at, proposed_by)
    values (db.municipality(), :settlement_id, :unit_id, :up_to, :now, :proposed_by)
    """
)
_INSERT_ITEMS = query.statement(
    """
    insert into wallets.settlement_item (municipality_id, settlement_id, account_id, item_id, payee, amount)
    select db.municipality(), :settlement_id, i.account_id, i.item_id, i.payee, i.amount
    from unnest(
        cast(:accounts as bigint[]), cast(:items as uuid[]), cast(:payees as uuid[]), cast(:amounts as bigint[])
    ) i (account_id, item_id, payee, amount)
    """
)
_APPROVE = query.statement(
    """
    insert into wallets.settlement_approval (municipality_id, settlement_id, approved_at, approved_by)
    values (db.municipality(), :settlement_id, :now, :approved_by)
    """
)
_PAY = query.statement(
    """
    insert into wallets.settlement_payment (municipality_id, settlement_id, account_id, entry_id)
    select db.municipality(), :settlement_id, p.account_id, p.entry_id
    from unnest(cast(:accounts as bigint[]), cast(:entries as uuid[])) p (account_id, entry_id)
    """
)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One payee of a batch: the payable account, and what it pays. `entry_id` is None until it is paid."""

    account_id: int
    item_id: UUID
    payee: UUID
    amount: int
    entry_id: UUID | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it stands; `approved_at` is None until it is approved, and then it is paid. `amount` is its total."""

    settlement_id: UUID
    unit_id: int
    unit: str
    scale: int
    up_to: date
    proposed_at: datetime
    proposed_by: UUID
    approved_at: datetime | None
    approved_by: UUID | None
    payees: int
    amount: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one payee gets of a batch; `approved_at` is None until it is paid."""

    settlement_id: UUID
    unit: str
    up_to: date
    amount: int
    proposed_at: datetime
    approved_at: datetime | None


class Before(msgspec.Struct, frozen=True):
    """The key of a page: what was proposed before this."""

    at: datetime
    settlement_id: UUID


async def owed(conn: AsyncConnection, unit_id: int, up_to: date) -> list[Item]:
    """Who is owed how much in a unit: what was booked up to the day `up_to` and is not paid, as items with ids of their own."""
    rows = await query.rows(conn, _OWED, unit_id=unit_id, up_to=up_to)
    return [
        Item(account_id=row.account_id, item_id=item_id, payee=row.payee, amount=row.amount)
        for row, item_id in zip(rows, ids.new_ids(len(rows)), strict=True)
    ]


async def add(conn: AsyncConnection, settlement_id: UUID, unit_id: int, up_to: date, *, proposed_by: UUID, now: datetime) -> None:
    """Keeps a new batch, without its items."""
    await query.run(conn, _INSERT, settlement_id=settlement_id, unit_id=unit_id, up_to=up_to, now=now, proposed_by=proposed_by)


async def add_items(conn: AsyncConnection, settlement_id: UUID, items: Sequence[Item]) -> None:
    """Keeps the list of a batch."""
    await query.run(
        conn,
        _INSERT_ITEMS,
        settlement_id=settlement_id,
        accounts=[item.account_id for item in items],
        items=[item.item_id for item in items],
        payees=[item.payee for item in items],
        amounts=[item.amount for item in items],
    )


async def get(conn: AsyncConnection, settlement_id: UUID) -> Settlement:
    """The batch with this id. Raises UnknownSettlement."""
    row = await query.one(conn, _FIND, settlement_id=settlement_id)
    return _settlement(unless(row, refusals.UnknownSettlement(settlement_id=settlement_id)))


async def items_of(conn: AsyncConnection, settlement_id: UUID) -> list[Item]:
    """The items of a batch in the order of their accounts."""
    rows = await query.rows(conn, _ITEMS, settlement_id=settlement_id)
    return [msgspec.convert(row, Item, from_attributes=True) for row in rows]


async def page(conn: AsyncConnection, *, before: Before | None = None, limit: int = 50) -> list[Settlement]:
    """All batches, the newest first, at most PAGE_MAX at once."""
    key = {"before_at": before.at if before else None, "before_id": before.settlement_id if before else None}
    rows = await query.rows(conn, _PAGE, limit=min(max(limit, 1), PAGE_MAX), **key)
    return [_settlement(row) for row in rows]


async def of_payee(conn: AsyncConnection, payee: UUID, *, limit: int = 50) -> list[Share]:
    """What a partner, a group or a member gets of each batch, the newest first, at most PAGE_MAX."""
    rows = await query.rows(conn, _OF_PAYEE, payee=payee, limit=min(max(limit, 1), PAGE_MAX))
    return [msgspec.convert(row, Share, from_attributes=True) for row in rows]


async def approve(conn: AsyncConnection, settlement_id: UUID, *, approved_by: UUID, now: datetime) -> None:
    """Records the approval; the payments follow in the same transaction."""
    await query.run(conn, _APPROVE, settlement_id=settlement_id, now=now, approved_by=approved_by)


async def keep_payments(conn: AsyncConnection, settlement_id: UUID, paid: Sequence[tuple[int, UUID]]) -> None:
    """Records which entry paid which account."""
    accounts, entries = [account_id for account_id, _ in paid], [entry_id for _, entry_id in paid]
    await query.run(conn, _PAY, settlement_id=settlement_id, accounts=accounts, entries=entries)


def _settlement(row: Row[Any]) -> Settlement:
    return msgspec.convert(row, Settlement, from_attributes=True)
