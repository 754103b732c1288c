"""Redemptions: points and hours spent, each with the entry that moved them and the attendances behind it.

Help received names its attendance. Of points and other units in lots, the lots that the entry took name theirs. Hours have no
lots: `wallets.origins` finds the attendances by which they were earned, and they are listed beside the redemption.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from wallets import refusals
from wallets.origins import Origin

PAGE_MAX = 200

_COLUMNS = """
        r.redemption_id, r.kind, r.holder, r.unit_id, r.amount, r.entry_id, r.attendance_id, r.counterparty, r.redeemed_at,
        r.actor, r.acting_for, r.note, n.code as unit, coalesce(u.undone_at, c.corrected_at) as undone_at
    from wallets.redemption r
    join ledger.unit n on n.municipality_id = r.municipality_id and n.unit_id = r.unit_id
    left join wallets.undo u on u.municipality_id = r.municipality_id and u.redemption_id = r.redemption_id
    left join wallets.correction c on c.municipality_id = r.municipality_id and c.entry_id = r.entry_id
    where r.municipality_id = db.municipality()
"""
# A page begins before (before_at, before_id); null begins at the newest.
_BEFORE = """
        and (r.redeemed_at, r.redemption_id) < (
            coalesce(cast(:before_at as timestamptz), 'infinity'),
            coalesce(cast(:before_id as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        )
    order by r.redeemed_at desc, r.redemption_id desc limit :limit
"""
_FIND = query.statement(f"select {_COLUMNS} and r.redemption_id = :redemption_id")
_OF_ENTRIES = query.statement(f"select {_COLUMNS} and r.entry_id = any (cast(:entries as uuid[]))")
_PAGE = query.statement(f"select {_COLUMNS} {_BEFORE}")
_PAGE_OF_HOLDER = query.statement(f"select {_COLUMNS} and r.holder = :holder {_BEFORE}")
_PAGE_OF_COUNTERPARTY = query.statement(f"select {_COLUMNS} and r.counterparty = :counterparty {_BEFORE}")
_BY_CARD = query.statement(
    """
    select coalesce(sum(r.amount), 0)::bigint
    from wallets.redemption r
    where r.municipality_id = db.municipality() and r.holder = :holder and r.unit_id = :unit_id and r.kind = 'purchase'
        and r.redeemed_at >= :since and r.redeemed_at < :until
        and not exists (
            select from wallets.pay_code_use c
            where c.municipality_id = r.municipality_id and c.redemption_id = r.redemption_id
        )
        and not exists (
            select from ledger.journal_entry e where e.municipality_id = r.municipality_id and e.reverses = r.entry_id
        )
    """
)
_INSERT = query.statement(
    """
    insert into wallets.redemption (
        municipality_id, redemption_id, kind, holder, unit_id, amount, entry_id, attendance_id, counterparty, redeemed_at, actor,
        acting_for, note
    )
    values (
        db.municipality(), :redemption_id, :kind, :holder, :unit_id, :amount, :entry_id, :attendance_id, :counterparty,
        :redeemed_at, :actor, :acting_for, :note
    )
    """
)
_INSERT_MANY = query.statement(
    """
    insert into wallets.redemption (
        municipality_id, redemption_id, kind, holder, unit_id, amount, entry_id, counterparty, redeemed_at, actor, acting_for
    )
    select db.municipality(), r.redemption_id, r.kind, r.holder, r.unit_id, r.amount, r.entry_id, r.counterparty, r.redeemed_at,
        r.actor, r.acting_for
    from jsonb_to_recordset(cast(:redemptions as jsonb)) r (
        redemption_id uuid, kind text, holder uuid, unit_id smallint, amount bigint, entry_id uuid, counterparty uuid,
        redeemed_at timestamptz, actor uuid, acting_for uuid
    )
    """
)
_INSERT_ORIGINS = query.statement(
    """
    insert into wallets.redemption_origin (municipality_id, redemption_id, attendance_id, amount)
    select db.municipality(), :redemption_id, o.attendance_id, o.amount
    from unnest(cast(:attendances as uuid[]), cast(:amounts as bigint[])) o (attendance_id, amount)
    """
)
_UNIT_AND_LOTS = query.statement(
    """
    select n.code as unit, n.purchased, (
        select coalesce(sum(-m.amount), 0)
        from ledger.lot_move m
        join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
        where m.municipality_id = n.municipality_id and m.entry_id = :entry_id and m.amount < 0
            and t.origin_attendance is not null
    )::bigint as traced
    from ledger.unit n where n.municipality_id = db.municipality() and n.unit_id = :unit_id
    """
)
_ORIGINS = query.statement(
    """
    select o.attendance_id, sum(o.amount)::bigint as amount
    from (
        select t.origin_attendance as attendance_id, -m.amount as amount
        from wallets.redemption r
        join ledger.lot_move m on m.municipality_id = r.municipality_id and m.entry_id = r.entry_id and m.amount < 0
        join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
        where r.municipality_id = db.municipality() and r.redemption_id = :redemption_id and r.attendance_id is null
            and t.origin_attendance is not null
        union all
        select attendance_id, amount from wallets.redemption_origin
        where municipality_id = db.municipality() and redemption_id = :redemption_id
        union all
        select attendance_id, amount from wallets.redemption
        where municipality_id = db.municipality() and redemption_id = :redemption_id and attendance_id is not null
    ) o
    group by o.attendance_id order by o.attendance_id
    """
)
_LOTS_TAKEN = query.statement(
    """
    select m.lot_id, -m.amount as amount
    from wallets.redemption r
    join ledger.lot_move m on m.municipality_id = r.municipality_id and m.entry_id = r.entry_id and m.amount < 0
    join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
    where r.municipality_id = db.municipality() and r.redemption_id = :redemption_id
    order by t.expires_on desc, t.granted_on desc, t.lot_id desc
    """
)


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """Something spent. `amount` is in minor units; `holder` is whose wallet it left, `counterparty` who received or sold."""

    redemption_id: UUID
    kind: str
    """help, purchase, conversion, donation, pledge or group_use"""
    holder: UUID
    unit_id: int
    amount: int
    entry_id: UUID
    redeemed_at: datetime
    actor: UUID
    attendance_id: UUID | None = None
    """The help received; None for every other kind."""
    counterparty: UUID | None = None
    acting_for: UUID | None = None
    note: str | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption as it stands: the code of its unit, and since when it is undone or corrected, if it is."""

    redemption: Redemption
    unit: str
    undone_at: datetime | None

    @property
    def key(self) -> Before:
        """Where the next page begins after this one."""
        return Before(self.redemption.redeemed_at, self.redemption.redemption_id)


class Before(msgspec.Struct, frozen=True):
    """The key of a page: what was redeemed before this."""

    at: datetime
    redemption_id: UUID


async def record(conn: AsyncConnection, redemption: Redemption, origins: Sequence[Origin] = ()) -> None:
    """Keeps a redemption whose entry is posted, after the `origins` of hours that have no lots.

    Raises UntracedAmount where attendances do not stand behind the whole amount of a unit that is not purchased.
    """
    if redemption.attendance_id is None:
        row = await query.one(conn, _UNIT_AND_LOTS, entry_id=redemption.entry_id, unit_id=redemption.unit_id)
        if row is not None and not row.purchased:
            traced = row.traced + sum(origin.amount for origin in origins)
            if traced < redemption.amount:
                raise refusals.UntracedAmount(unit=row.unit, needed=redemption.amount, traced=traced)
    if origins:
        attendances = [origin.attendance_id for origin in origins]
        amounts = [origin.amount for origin in origins]
        await query.run(conn, _INSERT_ORIGINS, redemption_id=redemption.redemption_id, attendances=attendances, amounts=amounts)
    await query.run(conn, _INSERT, **msgspec.structs.asdict(redemption))


async def record_many(conn: AsyncConnection, redemptions: Sequence[Redemption]) -> None:
    """Keeps redemptions of lots, all of them traced, whose entries are posted: none of them of help, none with a note."""
    await query.run(conn, _INSERT_MANY, redemptions=msgspec.json.encode(redemptions).decode())


async def find(conn: AsyncConnection, redemption_id: UUID) -> Standing | None:
    """The redemption with this id, or None."""
    row = await query.one(conn, _FIND, redemption_id=redemption_id)
    return _standing(row) if row is not None else None


async def get(conn: AsyncConnection, redemption_id: UUID) -> Standing:
    """The redemption with this id. Raises UnknownRedemption."""
    return unless(await find(conn, redemption_id), refusals.UnknownRedemption(redemption_id=redemption_id))


async def of_entries(conn: AsyncConnection, entry_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """The redemptions of these entries, by entry."""
    rows = await query.rows(conn, _OF_ENTRIES, entries=list(entry_ids))
    return {row.entry_id: _standing(row) for row in rows}


async def origins_of(conn: AsyncConnection, redemption_id: UUID) -> list[Origin]:
    """The attendances behind a redemption and how much each stands for; empty where there is no such redemption."""
    return [Origin(row.attendance_id, row.amount) for row in await query.rows(conn, _ORIGINS, redemption_id=redemption_id)]


async def lots_taken(conn: AsyncConnection, redemption_id: UUID) -> list[tuple[UUID, int]]:
    """The lots that a redemption took from and how much of each, those that it took last coming first."""
    return [(row.lot_id, row.amount) for row in await query.rows(conn, _LOTS_TAKEN, redemption_id=redemption_id)]


async def by_card(conn: AsyncConnection, holder: UUID, unit_id: int, *, since: datetime, until: datetime) -> int:
    """What a card alone bought for `holder` from `since` until just before `until` and still stands, in minor units."""
    return await query.scalar(conn, _BY_CARD, holder=holder, unit_id=unit_id, since=since, until=until)


async def page(conn: AsyncConnection, *, before: Before | None = None, limit: int = 50) -> list[Standing]:
    """All redemptions, the newest first, at most PAGE_MAX at once."""
    return [_standing(row) for row in await query.rows(conn, _PAGE, **_key(before, limit))]


async def page_of_holder(conn: AsyncConnection, holder: UUID, *, before: Before | None = None, limit: int = 50) -> list[Standing]:
    """What left the wallets of a member or a group, the newest first."""
    return [_standing(row) for row in await query.rows(conn, _PAGE_OF_HOLDER, holder=holder, **_key(before, limit))]


async def page_of_counterparty(
    conn: AsyncConnection, counterparty: UUID, *, before: Before | None = None, limit: int = 50
) -> list[Standing]:
    """What a partner took or a group received, the newest first."""
    rows = await query.rows(conn, _PAGE_OF_COUNTERPARTY, counterparty=counterparty, **_key(before, limit))
    return [_standing(row) for row in rows]


def _key(before: Before | None, limit: int) -> dict[str, Any]:
    return {
        "before_at": before.at if before else None,
        "before_id": before.redemption_id if before else None,
        "limit": min(max(limit, 1), PAGE_MAX),
    }


def _standing(row: Row[Any]) -> Standing:
    redemption = msgspec.convert(row, Redemption, from_attributes=True)
    return Standing(redemption=redemption, unit=row.unit, undone_at=row.undone_at)
