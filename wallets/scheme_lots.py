"""What somebody holds of one scheme: the lots that its editions granted, each with the day of the activity behind it.

What a hold has reserved by name is not there. Where a decision says that only a part of what it granted can be turned into money,
what was converted of it since, by whomever it was passed on to, and what open claims reserve, is taken off.
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
from rules.payout import Holding

# From the account, whose open lots have an index: a claim is made while a whole town's lots lie there.
_SOURCE = """
    select account_id, holder, lot_id, remaining, occurred_on, granted_on, nullif(expires_on, 'infinity') as expires_on,
        origin_attendance, edition_id, convertible
    from (
        select w.account_id, w.holder, t.lot_id, t.granted_on, t.expires_on, t.origin_attendance, t.edition_id,
            coalesce(d.occurred_on, cast(a.started_at at time zone 'Asia/Tokyo' as date), t.granted_on) as occurred_on,
            cast(d.decision ->> 'convertible' as bigint) as convertible,
            t.remaining - coalesce((
                select sum(n.amount)
                from ledger.hold_lot n
                join ledger.hold h on h.municipality_id = n.municipality_id and h.hold_id = n.hold_id and h.expires_at > :now
                where n.municipality_id = t.municipality_id and n.lot_id = t.lot_id and not exists (
                    select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
                )
            ), 0)::bigint as remaining
        from rules.scheme s
        join ledger.account w on w.municipality_id = s.municipality_id and w.kind = 'wallet' and w.unit_id = s.unit_id
        join ledger.lot t on t.municipality_id = w.municipality_id and t.account_id = w.account_id and t.remaining > 0
            and t.origin_attendance is not null
        join rules.edition e on e.municipality_id = t.municipality_id and e.edition_id = t.edition_id and e.scheme_id = s.scheme_id
        left join rules.decision d on d.municipality_id = t.municipality_id and d.attendance_id = t.origin_attendance
            and d.edition_id = t.edition_id
        left join activities.attendance a on a.municipality_id = t.municipality_id and a.attendance_id = t.origin_attendance
        where s.municipality_id = db.municipality() and s.scheme_id = :scheme_id{whose}
    ) free
    where remaining > 0
    order by account_id, occurred_on, granted_on, lot_id
"""
_LOTS = query.statement(_SOURCE.format(whose=""))
_LOTS_OF = query.statement(_SOURCE.format(whose=" and w.holder = :holder"))
# What left the lots of one decision by conversions that stand, and what open claims reserve of them.
_CONVERTED = query.statement(
    """
    select c.attendance_id, c.edition_id, coalesce(sum(x.amount), 0)::bigint as amount
    from unnest(cast(:attendances as uuid[]), cast(:editions as uuid[])) c (attendance_id, edition_id)
    join ledger.lot t on t.municipality_id = db.municipality() and t.origin_attendance = c.attendance_id
        and t.edition_id = c.edition_id
    cross join lateral (
        select -m.amount as amount
        from ledger.lot_move m
        join ledger.journal_entry e on e.municipality_id = m.municipality_id and e.entry_id = m.entry_id and e.kind = 'conversion'
        where m.municipality_id = t.municipality_id and m.lot_id = t.lot_id and not exists (
            select from ledger.journal_entry r where r.municipality_id = e.municipality_id and r.reverses = e.entry_id
        )
        union all
        select n.amount
        from ledger.hold_lot n
        join ledger.hold h on h.municipality_id = n.municipality_id and h.hold_id = n.hold_id and h.cause_kind = 'claim'
            and h.expires_at > :now
        where n.municipality_id = t.municipality_id and n.lot_id = t.lot_id and not exists (
            select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
        )
    ) x
    group by c.attendance_id, c.edition_id
    """
)

_Origin = tuple[UUID, UUID]  # attendance and edition: one decision


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What one wallet holds of a scheme, the oldest activity first."""

    account_id: int
    holder: UUID
    holdings: tuple[Holding, ...]


async def of(conn: AsyncConnection, scheme_id: UUID, holder: UUID | None = None, *, now: datetime) -> list[Held]:
    """What `holder`, or everybody who holds anything, has of a scheme; in the order of the accounts."""
    if holder is None:
        rows = await query.rows(conn, _LOTS, scheme_id=scheme_id, now=now)
    else:
        rows = await query.rows(conn, _LOTS_OF, scheme_id=scheme_id, holder=holder, now=now)
    converted = await _converted(conn, rows, now)
    wallets: dict[tuple[int, UUID], list[Holding]] = {}
    for row in rows:
        wallets.setdefault((row.account_id, row.holder), []).append(_holding(row, converted))
    return [Held(account_id=account_id, holder=owner, holdings=tuple(found)) for (account_id, owner), found in wallets.items()]


async def _converted(conn: AsyncConnection, rows: Sequence[Row[Any]], now: datetime) -> dict[_Origin, int]:
    """What was converted of the decisions that let only a part be converted."""
    asked = sorted({(row.origin_attendance, row.edition_id) for row in rows if row.convertible is not None})
    if not asked:
        return {}
    attendances, editions = [attendance_id for attendance_id, _ in asked], [edition_id for _, edition_id in asked]
    found = await query.rows(conn, _CONVERTED, attendances=attendances, editions=editions, now=now)
    return {(row.attendance_id, row.edition_id): row.amount for row in found}


def _holding(row: Row[Any], converted: dict[_Origin, int]) -> Holding:
    """One lot; what of it can be converted is taken off for the lots of the same decision that come after it."""
    expires_on: date | None = row.expires_on
    convertible = None
    if row.convertible is not None:
        origin = (row.origin_attendance, row.edition_id)
        before = converted.get(origin, 0)
        convertible = max(min(int(row.remaining), int(row.convertible) - before), 0)
        converted[origin] = before + convertible
    return Holding(
        holding_id=str(row.lot_id),
        occurred_on=row.occurred_on,
        granted_on=row.granted_on,
        remaining=row.remaining,
        convertible=convertible,
        expires_on=expires_on,
    )
