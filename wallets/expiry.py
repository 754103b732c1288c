"""Expiry runs: announced, then executed after the last day is over, by entry, and only what is not reserved.

A run covers a unit and a day: everything in wallets and the pot whose last day is that day or an earlier one. What a hold
reserves is left alone, since it was promised while it was good; what is left of it falls to a later run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import balances

_LOTS = query.statement(
    """
    select account_id, kind, holder, lot_id, remaining, expires_on
    from (
        select t.account_id, a.kind, a.holder, t.lot_id, t.expires_on, t.granted_on, t.remaining - coalesce((
            select sum(n.amount)
            from ledger.hold_lot n
            join ledger.hold h on h.municipality_id = n.municipality_id and h.hold_id = n.hold_id and h.expires_at > :now
            where n.municipality_id = t.municipality_id and n.lot_id = t.lot_id and not exists (
                select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
            )
        ), 0)::bigint as remaining
        from ledger.account a
        join ledger.lot t on t.municipality_id = a.municipality_id and t.account_id = a.account_id
        where a.municipality_id = db.municipality() and a.unit_id = :unit_id and a.lot_tracked and t.remaining > 0
            and t.expires_on <= :expires_by
    ) free
    where remaining > 0
    order by account_id, expires_on, granted_on, lot_id
    """
)
_RUN_COLUMNS = """
        r.run_id, r.unit_id, n.code as unit, r.expires_by, r.announced_at, r.announced_by, x.executed_at, x.executed_by
    from wallets.expiry_run r
    join ledger.unit n on n.municipality_id = r.municipality_id and n.unit_id = r.unit_id
    left join wallets.expiry_execution x on x.municipality_id = r.municipality_id and x.run_id = r.run_id
    where r.municipality_id = db.municipality()
"""
_FIND = query.statement(f"select {_RUN_COLUMNS} and r.unit_id = :unit_id and r.expires_by = :expires_by")
_ALL = query.statement(f"select {_RUN_COLUMNS} order by r.expires_by desc, r.run_id desc limit :limit")
_ANNOUNCE = query.statement(
    """
    insert into wallets.expiry_run (municipality_id, run_id, unit_id, expires_by, announced_at, announced_by)
    values (db.municipality(), :run_id, :unit_id, :expires_by, :now, :announced_by)
    """
)
_EXECUTE = query.statement(
    """
    insert into wallets.expiry_execution (municipality_id, run_id, executed_at, executed_by)
    values (db.municipality(), :run_id, :now, :executed_by)
    """
)
_KEEP_ITEMS = query.statement(
    """
    insert into wallets.expiry_item (municipality_id, run_id, account_id, item_id, amount, entry_id)
    select db.municipality(), :run_id, i.account_id, i.item_id, i.amount, i.entry_id
    from unnest(
        cast(:accounts as bigint[]), cast(:items as uuid[]), cast(:amounts as bigint[]), cast(:entries as uuid[])
    ) i (account_id, item_id, amount, entry_id)
    """
)
_ITEMS = query.statement(
    """
    select i.account_id, i.item_id, i.amount, i.entry_id, a.kind, a.holder
    from wallets.expiry_item i
    join ledger.account a on a.municipality_id = i.municipality_id and a.account_id = i.account_id
    where i.municipality_id = db.municipality() and i.run_id = :run_id order by i.account_id
    """
)
RUNS_MAX = 200


class Lapsing(msgspec.Struct, frozen=True, kw_only=True):
    """What an account would lose: the amount, the earliest of its last days, and the lots it lies in."""

    account_id: int
    kind: str
    """wallet or pot"""
    holder: UUID | None
    amount: int
    first_on: date
    parts: tuple[tuple[UUID, int], ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """An announced run; `executed_at` is None until it is executed."""

    run_id: UUID
    unit_id: int
    unit: str
    expires_by: date
    announced_at: datetime
    announced_by: UUID
    executed_at: datetime | None
    executed_by: UUID | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What an account lost in a run, and the entry that says so."""

    account_id: int
    item_id: UUID
    amount: int
    entry_id: UUID
    kind: str
    holder: UUID | None


class Part(msgspec.Struct, frozen=True):
    """What is left of a lot that is due."""

    lot_id: UUID
    remaining: int
    expires_on: date


async def due(conn: AsyncConnection, unit_id: int, expires_by: date, *, now: datetime) -> list[Lapsing]:
    """Who would lose what in a run up to `expires_by`, in the order of the accounts."""
    rows = await query.rows(conn, _LOTS, unit_id=unit_id, expires_by=expires_by, now=now)
    standing = await balances.of_many(conn, sorted({row.account_id for row in rows}), now=now)
    found = [
        _lapsing(list(lots), free=standing[account_id].posted - standing[account_id].held)
        for account_id, lots in groupby(rows, key=lambda row: row.account_id)
    ]
    return [each for each in found if each is not None]


def limited(parts: Sequence[Part], free: int) -> list[Part]:
    """`parts`, the earliest last day first, up to `free` in all. Pure."""
    kept: list[Part] = []
    for part in parts:
        amount = min(part.remaining, free)
        if amount <= 0:
            break
        kept.append(msgspec.structs.replace(part, remaining=amount))
        free -= amount
    return kept


async def find(conn: AsyncConnection, unit_id: int, expires_by: date) -> Run | None:
    """The run of this unit and day, or None."""
    row = await query.one(conn, _FIND, unit_id=unit_id, expires_by=expires_by)
    return _run(row) if row is not None else None


async def runs(conn: AsyncConnection, *, limit: int = 50) -> list[Run]:
    """The runs, the latest day first, at most RUNS_MAX."""
    return [_run(row) for row in await query.rows(conn, _ALL, limit=min(max(limit, 1), RUNS_MAX))]


async def keep_run(
    conn: AsyncConnection, run_id: UUID, unit_id: int, expires_by: date, *, announced_by: UUID, now: datetime
) -> None:
    """Records an announcement."""
    await query.run(conn, _ANNOUNCE, run_id=run_id, unit_id=unit_id, expires_by=expires_by, announced_by=announced_by, now=now)


async def keep_execution(conn: AsyncConnection, run_id: UUID, *, executed_by: UUID, now: datetime) -> None:
    """Records that a run is executed; its items follow in the same transaction."""
    await query.run(conn, _EXECUTE, run_id=run_id, executed_by=executed_by, now=now)


async def keep_items(conn: AsyncConnection, run_id: UUID, items: Sequence[Item]) -> None:
    """Records what each account lost."""
    await query.run(
        conn,
        _KEEP_ITEMS,
        run_id=run_id,
        accounts=[item.account_id for item in items],
        items=[item.item_id for item in items],
        amounts=[item.amount for item in items],
        entries=[item.entry_id for item in items],
    )


async def items_of(conn: AsyncConnection, run_id: UUID) -> list[Item]:
    """What each account lost in a run."""
    return [msgspec.convert(row, Item, from_attributes=True) for row in await query.rows(conn, _ITEMS, run_id=run_id)]


def _lapsing(lots: Sequence[Row[Any]], *, free: int) -> Lapsing | None:
    kept = limited([Part(lot.lot_id, lot.remaining, lot.expires_on) for lot in lots], free)
    if not kept:
        return None
    return Lapsing(
        account_id=lots[0].account_id,
        kind=lots[0].kind,
        holder=lots[0].holder,
        amount=sum(part.remaining for part in kept),
        first_on=kept[0].expires_on,
        parts=tuple((part.lot_id, part.remaining) for part in kept),
    )


def _run(row: Row[Any]) -> Run:
    return msgspec.convert(row, Run, from_attributes=True)
