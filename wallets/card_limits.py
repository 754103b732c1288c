"""What a card alone pays on one day: up to the town's limit by showing it, above it with the card's PIN.

The limit is a dated setting: each change is a row of its own that says from when, by whom and why. What was paid with the PIN does not
count against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import ids

DEFAULT = 500
"""Whole units, where the town set nothing else; wallets/sql/60_pins.sql knows it too."""
AMOUNT_MAX = 100_000

_IN_FORCE = query.statement(
    """
    select amount from wallets.card_limit
    where municipality_id = db.municipality() and in_force_from <= :at order by in_force_from desc limit 1
    """
)
_CHANGES = query.statement(
    """
    select l.amount, l.in_force_from, l.set_at, l.reason, p.label as set_by
    from wallets.card_limit l
    join community.principal p on p.municipality_id = l.municipality_id and p.principal_id = l.set_by
    where l.municipality_id = db.municipality() order by l.in_force_from desc limit 50
    """
)
_SET = query.statement(
    """
    insert into wallets.card_limit (municipality_id, limit_id, amount, in_force_from, set_at, set_by, reason)
    values (db.municipality(), :limit_id, :amount, :in_force_from, :now, :set_by, :reason)
    on conflict on constraint card_limit_dated do nothing
    """
)
_WITHOUT_PIN = query.statement(
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
            select from wallets.redemption_pin n
            where n.municipality_id = r.municipality_id and n.redemption_id = r.redemption_id
        )
        and not exists (
            select from ledger.journal_entry e where e.municipality_id = r.municipality_id and e.reverses = r.entry_id
        )
    """
)
_PROVEN = query.statement(
    """
    insert into wallets.redemption_pin (municipality_id, redemption_id, pin_id, key_id, given_at)
    values (db.municipality(), :redemption_id, :pin_id, :key_id, :now)
    """
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of the limit: whole units, from when, and who said so, when and why."""

    amount: int
    in_force_from: datetime
    set_at: datetime
    reason: str
    set_by: str


class NewLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A new limit in whole units, from when it holds (not earlier than now), and why."""

    amount: int
    in_force_from: datetime
    reason: str


async def in_force(conn: AsyncConnection, at: datetime) -> int:
    """The limit at an instant, in whole units."""
    row = await query.one(conn, _IN_FORCE, at=at)
    return DEFAULT if row is None else row.amount


async def changes(conn: AsyncConnection) -> Sequence[Change]:
    """Every setting of the limit, the latest first."""
    return [query.into(Change, row) for row in await query.rows(conn, _CHANGES)]


async def set_(conn: AsyncConnection, new: NewLimit, *, set_by: UUID, now: datetime) -> bool:
    """Sets the limit; False where one is set for that instant already."""
    told = msgspec.structs.asdict(new)
    return await query.run(conn, _SET, limit_id=ids.new_id(), set_by=set_by, now=now, **told) == 1


async def without_pin(conn: AsyncConnection, holder: UUID, unit_id: int, *, since: datetime, until: datetime) -> int:
    """What a holder's cards paid without a PIN between two instants, in minor units."""
    return await query.scalar(conn, _WITHOUT_PIN, holder=holder, unit_id=unit_id, since=since, until=until)


async def prove(conn: AsyncConnection, redemption_id: UUID, *, pin_id: UUID, key_id: UUID, now: datetime) -> None:
    """Writes down that the card's PIN was typed, on the device with this key."""
    await query.run(conn, _PROVEN, redemption_id=redemption_id, pin_id=pin_id, key_id=key_id, now=now)
