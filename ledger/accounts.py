"""The chart of accounts.

    appropriation  what the council voted; unbounded          pot         おたがいさま基金, for those who cannot earn
    budget         scheme x fiscal year x funding; floor 0    lapsed      what expired
    wallet         a member's or a group's                    exchange    the other side of conversions, one per unit
    payable        owed to a partner, group or member         opening     balances carried in from elsewhere
    paid_out       paid to them

An account is found by its kind, unit and holder; the ledger does not know who the holder is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import load, refusals

UNBOUNDED = frozenset({"appropriation", "exchange", "opening"})
LOT_KINDS = frozenset({"wallet", "pot"})


class Opening(msgspec.Struct, frozen=True):
    """An account to open. `floor` None means unbounded; a time wallet's credit limit is a floor below zero."""

    unit_id: int
    kind: str
    holder: UUID | None = None
    floor: int | None = 0
    ceiling: int | None = None


_OPEN = query.statement(
    """
    insert into ledger.account (municipality_id, unit_id, kind, holder, floor, ceiling, lot_tracked)
    select db.municipality(), o.unit_id, o.kind, o.holder, o.floor, o.ceiling,
        u.lot_tracked and o.kind in ('wallet', 'pot')
    from unnest(
        cast(:units as smallint[]), cast(:kinds as text[]), cast(:holders as uuid[]), cast(:floors as bigint[]),
        cast(:ceilings as bigint[])
    ) o (unit_id, kind, holder, floor, ceiling)
    join ledger.unit u on u.municipality_id = db.municipality() and u.unit_id = o.unit_id
    order by o.kind, o.unit_id, o.holder  -- in one order, so that two lists never wait for each other in a circle
    on conflict on constraint account_once do nothing
    returning account_id, kind, unit_id, holder
    """
)
_FIND_MANY = query.statement(
    """
    select a.account_id, a.kind, a.unit_id, a.holder
    from unnest(cast(:units as smallint[]), cast(:kinds as text[]), cast(:holders as uuid[])) o (unit_id, kind, holder)
    join ledger.account a on a.municipality_id = db.municipality() and a.unit_id = o.unit_id and a.kind = o.kind
        and a.holder is not distinct from o.holder
    """
)
_CLOSE = query.statement(
    "insert into ledger.account_close (municipality_id, account_id, actor) values (db.municipality(), :account_id, :actor)"
)


async def open_many(conn: AsyncConnection, openings: Sequence[Opening]) -> list[int]:
    """Opens accounts, or finds those that are open already; their numbers in the order asked."""
    columns = {
        "units": [each.unit_id for each in openings],
        "kinds": [each.kind for each in openings],
        "holders": [each.holder for each in openings],
    }
    bounds = {"floors": [_floor(each) for each in openings], "ceilings": [each.ceiling for each in openings]}
    await query.rows(conn, _OPEN, **columns, **bounds)
    found = {(row.kind, row.unit_id, row.holder): row.account_id for row in await query.rows(conn, _FIND_MANY, **columns)}
    return [found[(each.kind, each.unit_id, each.holder)] for each in openings]


async def ensure(conn: AsyncConnection, kind: str, unit_id: int, holder: UUID | None = None, *, floor: int | None = 0) -> int:
    """The account of this kind, unit and holder; opened if there is none."""
    found = await find(conn, kind, unit_id, holder)
    if found is not None:
        return found
    return (await open_many(conn, [Opening(unit_id, kind, holder, floor)]))[0]


async def find(conn: AsyncConnection, kind: str, unit_id: int, holder: UUID | None = None) -> int | None:
    """The account of this kind, unit and holder, or None."""
    found = await find_many(conn, [(kind, unit_id, holder)])
    return found[0]


async def find_many(conn: AsyncConnection, asked: Sequence[tuple[str, int, UUID | None]]) -> list[int | None]:
    """The accounts of (kind, unit_id, holder), None where there is none, in the order asked."""
    rows = await query.rows(
        conn,
        _FIND_MANY,
        kinds=[kind for kind, _, _ in asked],
        units=[unit_id for _, unit_id, _ in asked],
        holders=[holder for _, _, holder in asked],
    )
    found = {(row.kind, row.unit_id, row.holder): int(row.account_id) for row in rows}
    return [found.get(each) for each in asked]


async def close(conn: AsyncConnection, account_id: int, actor: UUID | None, *, now: datetime) -> None:
    """Closes an empty account for good. Raises UnknownAccount, AccountClosed, AccountNotEmpty."""
    account, _ = await load.lock_one(conn, account_id, now)
    if account is None:
        raise refusals.UnknownAccount(account_id=account_id)
    if account.closed:
        raise refusals.AccountClosed(account_id=account_id)
    if account.posted != 0 or account.held != 0:
        raise refusals.AccountNotEmpty(account_id=account_id, posted=account.posted, held=account.held)
    await query.run(conn, _CLOSE, account_id=account_id, actor=actor)


def _floor(opening: Opening) -> int | None:
    return None if opening.kind in UNBOUNDED else opening.floor
