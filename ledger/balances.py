"""What is on an account now: posted, held, available. One row read, however long the account's history is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days

_OF_MANY = query.statement(
    """
    select
        b.account_id, b.unit_id, b.posted, b.floor, b.ceiling, b.version,
        case when b.held = 0 then 0 else (
            select coalesce(sum(h.amount), 0) from ledger.hold h
            where h.municipality_id = b.municipality_id and h.account_id = b.account_id and h.expires_at > :now
                and not exists (
                    select from ledger.hold_resolution r
                    where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
                )
        ) end::bigint as held,
        case when not b.lot_tracked then 0 else (
            select coalesce(sum(t.remaining), 0) from ledger.lot t
            where t.municipality_id = b.municipality_id and t.account_id = b.account_id and t.remaining > 0
                and t.expires_on < :today
        ) - case when b.held = 0 then 0 else (  -- what a hold has reserved by name is held, and not expired
            select coalesce(sum(n.amount), 0)
            from ledger.hold h
            join ledger.hold_lot n on n.municipality_id = h.municipality_id and n.hold_id = h.hold_id
            join ledger.lot t on t.municipality_id = n.municipality_id and t.lot_id = n.lot_id and t.expires_on < :today
            where h.municipality_id = b.municipality_id and h.account_id = b.account_id and h.expires_at > :now
                and not exists (
                    select from ledger.hold_resolution r
                    where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
                )
        ) end end::bigint as expired
    from ledger.balance b
    where b.municipality_id = db.municipality() and b.account_id = any (cast(:accounts as bigint[]))
    """
)
_LOTS = query.statement(
    """
    select expires_on, sum(remaining)::bigint as amount
    from ledger.lot
    where municipality_id = db.municipality() and account_id = :account_id and remaining > 0 and expires_on >= :today
        and expires_on < 'infinity'
    group by expires_on order by expires_on limit :limit
    """
)


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """An account at an instant, in minor units of its unit."""

    account_id: int
    unit_id: int
    posted: int
    held: int
    """Reserved by holds that still count."""
    expired: int
    """In lots past their last day, which the next expiry run books out."""
    floor: int | None
    ceiling: int | None
    version: int
    """The number of lines so far."""

    @property
    def available(self) -> int:
        """What can be spent now, a credit limit included. Never below zero; unbounded accounts answer their posted amount."""
        if self.floor is None:
            return self.posted
        return max(self.posted - self.held - self.expired - self.floor, 0)


class Expiring(msgspec.Struct, frozen=True):
    """An amount and the last day on which it can be spent."""

    expires_on: date
    amount: int


async def of(conn: AsyncConnection, account_id: int, *, now: datetime) -> Balance | None:
    """The balance of one account, or None where there is no such account."""
    return (await of_many(conn, [account_id], now=now)).get(account_id)


async def of_many(conn: AsyncConnection, account_ids: Sequence[int], *, now: datetime) -> dict[int, Balance]:
    """The balances of several accounts at one instant, by account."""
    rows = await query.rows(conn, _OF_MANY, accounts=list(account_ids), now=now, today=days.local_date(now))
    return {row.account_id: _balance(row) for row in rows}


async def expiring(conn: AsyncConnection, account_id: int, *, today: date, limit: int = 3) -> list[Expiring]:
    """What expires next on an account, the earliest day first."""
    rows = await query.rows(conn, _LOTS, account_id=account_id, today=today, limit=limit)
    return [Expiring(row.expires_on, row.amount) for row in rows]


def _balance(row: Row[Any]) -> Balance:
    return query.into(Balance, row)
