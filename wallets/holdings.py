"""What somebody holds: the wallets of a member or a group, one per unit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days
from kernel.amounts import AMOUNT_MAX
from ledger import accounts, balances
from ledger.refusals import AmountOutOfRange, InsufficientBalance
from ledger.units import Unit

LOTS_SHOWN_MAX = 3

_WALLETS = query.statement(
    """
    select a.account_id, u.code as unit, u.kind, u.scale, u.label_ja, u.label_en
    from ledger.account a
    join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
    where a.municipality_id = db.municipality() and a.kind = 'wallet' and a.holder = :holder
    order by a.unit_id
    """
)


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet, in minor units. `available` is what can be spent now, a credit in hours included."""

    account_id: int
    unit: str
    kind: str
    scale: int
    label_ja: str
    label_en: str
    posted: int
    held: int
    available: int
    expiring: tuple[balances.Expiring, ...]
    """What expires next, the earliest day first: at most LOTS_SHOWN_MAX days."""


async def of(conn: AsyncConnection, holder: UUID, *, now: datetime) -> list[Holding]:
    """The wallets of a member or a group in the order of the units; empty where they hold nothing yet."""
    rows = await query.rows(conn, _WALLETS, holder=holder)
    standing = await balances.of_many(conn, [row.account_id for row in rows], now=now)
    today = days.local_date(now)
    found: list[Holding] = []
    for row in rows:
        balance = standing[row.account_id]
        expiring = await balances.expiring(conn, row.account_id, today=today, limit=LOTS_SHOWN_MAX)
        found.append(
            Holding(
                account_id=row.account_id,
                unit=row.unit,
                kind=row.kind,
                scale=row.scale,
                label_ja=row.label_ja,
                label_en=row.label_en,
                posted=balance.posted,
                held=balance.held,
                available=balance.available,
                expiring=tuple(expiring),
            )
        )
    return found


async def spendable(conn: AsyncConnection, unit: Unit, holder: UUID, *, needed: int) -> int:
    """The account that `holder` spends `needed` of `unit` from; who never had a wallet has nothing in it.

    Raises AmountOutOfRange (what is spent is positive), InsufficientBalance.
    """
    if not 0 < needed <= AMOUNT_MAX:
        raise AmountOutOfRange(amount=needed, amount_max=AMOUNT_MAX)
    found = await accounts.find(conn, "wallet", unit.unit_id, holder)
    if found is None:
        raise InsufficientBalance(unit=unit.code, needed=needed, available=0)
    return found
