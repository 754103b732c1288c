"""The attendances behind hours. Hours have no lots, so what is given away is traced through how the wallet earned it.

Spending takes the oldest first, as with lots: what a wallet holds is what it earned last, and what is given is the oldest part of
that. What was given before is named by its redemption and is left out, so no hour is named twice, however often somebody gives and
whatever is corrected in between. Entries that were reversed, and reversals, count on neither side.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query


class Origin(msgspec.Struct, frozen=True):
    """An attendance and how much of an amount it stands for, in minor units."""

    attendance_id: UUID
    amount: int


class Earning(msgspec.Struct, frozen=True):
    """What came to a wallet for an attendance and was not given on yet; None where it came from elsewhere (carried in)."""

    attendance_id: UUID | None
    amount: int


_EARNED = query.statement(
    """
    with lines as (
        select l.account_version, l.amount, coalesce(r.attendance_id, d.attendance_id) as attendance_id
        from ledger.journal_line l
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
        left join wallets.redemption r on r.municipality_id = e.municipality_id and r.entry_id = e.entry_id
        left join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        where l.municipality_id = db.municipality() and l.account_id = :account_id and l.amount > 0 and e.reverses is null
            and not exists (
                select from ledger.journal_entry x where x.municipality_id = e.municipality_id and x.reverses = e.entry_id
            )
    ), given as (
        select o.attendance_id, sum(o.amount) as amount
        from ledger.account a
        join wallets.redemption r on r.municipality_id = a.municipality_id and r.holder = a.holder and r.unit_id = a.unit_id
        join wallets.redemption_origin o on o.municipality_id = r.municipality_id and o.redemption_id = r.redemption_id
        where a.municipality_id = db.municipality() and a.account_id = :account_id and not exists (
            select from ledger.journal_entry x where x.municipality_id = r.municipality_id and x.reverses = r.entry_id
        )
        group by o.attendance_id
    ), earned as (
        select l.attendance_id, max(l.account_version) as nth, (sum(l.amount) - coalesce(max(g.amount), 0))::bigint as amount
        from lines l
        left join given g on g.attendance_id = l.attendance_id
        group by l.attendance_id, case when l.attendance_id is null then l.account_version end
    )
    select attendance_id, amount
    from (
        select attendance_id, nth, amount, sum(amount) over (order by nth desc) as amount_so_far from earned where amount > 0
    ) unspoken
    where amount_so_far - amount < :balance
    order by nth desc
    """
)


async def behind(conn: AsyncConnection, account_id: int, *, balance: int, amount: int) -> list[Origin]:
    """The attendances behind `amount` that leaves an account holding `balance` before it: both in minor units, balance >= amount.

    The account must be locked. The parts sum to less than `amount` where some of it came from no attendance.
    """
    rows = await query.rows(conn, _EARNED, account_id=account_id, balance=balance)
    return oldest_part((Earning(row.attendance_id, row.amount) for row in rows), balance=balance, amount=amount)


def oldest_part(earnings: Iterable[Earning], *, balance: int, amount: int) -> list[Origin]:
    """Of `earnings`, the newest first, those of the oldest `amount` among the newest `balance`. Pure."""
    kept = balance - amount  # the newest part, which stays in the wallet
    wanted = amount
    parts: dict[UUID, int] = {}
    for earning in earnings:
        passed = min(kept, earning.amount)
        kept -= passed
        part = min(earning.amount - passed, wanted)
        wanted -= part
        if part and earning.attendance_id is not None:
            parts[earning.attendance_id] = parts.get(earning.attendance_id, 0) + part
    return [Origin(attendance_id, part) for attendance_id, part in parts.items()]
