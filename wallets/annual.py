"""What the law wants to know of a year: what each person was paid for points, and what was bought and is not used yet. Reads only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

# A conversion that is taken back counts against the year in which it is.
_CONVERTED = query.statement(
    """
    select c.holder, s.code as scheme, p.form, u.code as unit, v.code as value_unit, p.payee is distinct from c.holder as directed,
        sum(w.sign)::bigint as claims, sum(w.sign * p.amount)::bigint as points, sum(w.sign * p.value)::bigint as value
    from wallets.claim_booking b
    join wallets.claim c on c.municipality_id = b.municipality_id and c.claim_id = b.claim_id
    join wallets.claim_payout p on p.municipality_id = b.municipality_id and p.claim_id = b.claim_id
    join rules.scheme s on s.municipality_id = c.municipality_id and s.scheme_id = c.scheme_id
    join ledger.unit u on u.municipality_id = p.municipality_id and u.unit_id = p.unit_id
    left join ledger.unit v on v.municipality_id = p.municipality_id and v.unit_id = p.value_unit_id
    cross join lateral (
        select 1 as sign
        from ledger.journal_entry e
        where e.municipality_id = b.municipality_id and e.entry_id = b.entry_id and e.booked_on between :first and :last
        union all
        select -1
        from ledger.journal_entry r
        where r.municipality_id = b.municipality_id and r.reverses = b.entry_id and r.booked_on between :first and :last
    ) w
    where b.municipality_id = db.municipality() and (cast(:holder as uuid) is null or c.holder = :holder)
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6
    """
)
# What is in wallets and in the pot was bought and is not used: what a partner took is owed to the partner.
_OUTSTANDING = query.statement(
    """
    select u.issuer, u.code as unit, u.scale, coalesce(sum(l.amount), 0)::bigint as amount
    from ledger.unit u
    left join (
        ledger.account a
        join ledger.journal_line l on l.municipality_id = a.municipality_id and l.account_id = a.account_id
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id and e.booked_on <= :on
    ) on a.municipality_id = u.municipality_id and a.unit_id = u.unit_id and a.kind in ('wallet', 'pot')
    where u.municipality_id = db.municipality() and u.purchased
    group by u.issuer, u.code, u.scale
    order by u.issuer, u.code
    """
)


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was paid for the points of one scheme in one form: how many claims, points taken, and their value.

    `directed`: it went to the organisation that they named, or stayed with the town, and not to them. Minor units.
    """

    holder: UUID
    scheme: str
    form: str | None
    unit: str
    value_unit: str | None
    directed: bool
    claims: int
    points: int
    value: int


class Outstanding(msgspec.Struct, frozen=True, kw_only=True):
    """What of a purchased unit was bought and not used by the end of a day, in minor units."""

    issuer: str
    unit: str
    scale: int
    amount: int


async def converted(conn: AsyncConnection, first: date, last: date, holder: UUID | None = None) -> list[Converted]:
    """What was booked from `first` to `last`, for one holder or for everybody; by holder, scheme and form."""
    rows = await query.rows(conn, _CONVERTED, first=first, last=last, holder=holder)
    return [query.into(Converted, row) for row in rows]


async def outstanding(conn: AsyncConnection, on: date) -> list[Outstanding]:
    """What of each purchased unit was not used by the end of the day `on`, by accounting date; by issuer."""
    return [query.into(Outstanding, row) for row in await query.rows(conn, _OUTSTANDING, on=on)]
