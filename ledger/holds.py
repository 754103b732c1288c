"""Holds: a part of an account reserved until what it is for has happened.

Placed, then resolved exactly once: confirmed by the entry that spends it (`Draft.confirms`), released, or expired. A hold past its
`expires_at` stops counting at that instant; the row that says so is written by whoever locks the account next.

A hold may name the lots that it reserves. Nobody else takes from those then, also past their last day, until it is resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days
from kernel.amounts import AMOUNT_MAX
from ledger import load, refusals
from ledger.book import Account, Lot
from ledger.decide import spendable

_FIND = """
    select h.hold_id, h.account_id, h.amount, h.placed_at, h.expires_at, h.cause_kind, h.cause_id, r.kind as resolution
    from ledger.hold h
    left join ledger.hold_resolution r on r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
    where h.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_FIND + " and h.hold_id = :hold_id")
_BY_CAUSE = query.statement(_FIND + " and h.cause_kind = :cause_kind and h.cause_id = :cause_id")
_PLACE = query.statement(
    """
    insert into ledger.hold (municipality_id, hold_id, account_id, amount, placed_at, expires_at, cause_kind, cause_id, actor)
    values (db.municipality(), :hold_id, :account_id, :amount, :now, :expires_at, :cause_kind, :cause_id, :actor)
    """
)
_NAME_LOTS = query.statement(
    """
    insert into ledger.hold_lot (municipality_id, hold_id, lot_id, amount)
    select db.municipality(), :hold_id, n.lot_id, n.amount
    from unnest(cast(:lots as uuid[]), cast(:amounts as bigint[])) n (lot_id, amount)
    """
)
_LOTS = query.statement(
    """
    select hold_id, lot_id, amount from ledger.hold_lot
    where municipality_id = db.municipality() and hold_id = any (cast(:holds as uuid[])) order by hold_id, lot_id
    """
)
_RELEASE = query.statement(
    """
    insert into ledger.hold_resolution (municipality_id, hold_id, kind, amount, resolved_at, actor)
    values (db.municipality(), :hold_id, 'release', 0, :now, :actor)
    """
)


class HoldDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A hold to be placed: so much of an account, until then, for this cause. `lots`, where told, are the whole of it by name.

    `good_on` is the day on which the points had to be good, where it is another than today.
    """

    hold_id: UUID
    account_id: int
    amount: int
    expires_at: datetime
    cause_kind: str
    cause_id: UUID
    actor: UUID | None = None
    lots: tuple[tuple[UUID, int], ...] = ()
    good_on: date | None = None


class PlacedHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold as it stands; `resolution` is None, confirm, release or expire."""

    hold_id: UUID
    account_id: int
    amount: int
    placed_at: datetime
    expires_at: datetime
    cause_kind: str
    cause_id: UUID
    resolution: str | None

    def reserves(self, now: datetime) -> bool:
        """Whether it still counts at the instant `now`."""
        return self.resolution is None and self.expires_at > now


async def place(conn: AsyncConnection, draft: HoldDraft, *, now: datetime) -> None:
    """Reserves an amount. Points past their last day are not there to be reserved.

    Raises UnknownAccount, AccountClosed, AmountOutOfRange, InsufficientBalance, MalformedEntry (lots that are not its whole).
    """
    if not 0 < draft.amount <= AMOUNT_MAX:
        raise refusals.AmountOutOfRange(amount=draft.amount, amount_max=AMOUNT_MAX)
    account, _ = await load.lock_one(conn, draft.account_id, now)
    if account is None:
        raise refusals.UnknownAccount(account_id=draft.account_id)
    if account.closed:
        raise refusals.AccountClosed(account_id=draft.account_id)
    available = account.available - (account.floor or 0)
    if account.lot_tracked:
        available = min(available, await _good(conn, account, draft, draft.good_on or days.local_date(now)))
    if account.floor is not None and draft.amount > available:
        raise refusals.InsufficientBalance(unit=account.unit, needed=draft.amount, available=max(available, 0))
    told = msgspec.structs.asdict(draft)
    lots, _ = told.pop("lots"), told.pop("good_on")
    await query.run(conn, _PLACE, now=now, **told)
    if lots:
        ids, amounts = [lot_id for lot_id, _ in lots], [amount for _, amount in lots]
        await query.run(conn, _NAME_LOTS, hold_id=draft.hold_id, lots=ids, amounts=amounts)


async def release(conn: AsyncConnection, hold_id: UUID, *, actor: UUID | None, now: datetime) -> None:
    """Gives back what was reserved. Raises UnknownHold, HoldResolved."""
    hold = await find(conn, hold_id)
    if hold is None:
        raise refusals.UnknownHold(hold_id=hold_id)
    await load.lock_one(conn, hold.account_id, now)
    hold = await find(conn, hold_id)
    if hold is None or hold.resolution is not None:
        raise refusals.HoldResolved(hold_id=hold_id, resolution=hold.resolution if hold and hold.resolution else "")
    await query.run(conn, _RELEASE, hold_id=hold_id, actor=actor, now=now)


async def lots_of(conn: AsyncConnection, hold_ids: Sequence[UUID]) -> dict[UUID, tuple[tuple[UUID, int], ...]]:
    """By hold, the lots that it has reserved by name, and how much of each; a hold that names none is left out."""
    found: dict[UUID, tuple[tuple[UUID, int], ...]] = {}
    for row in await query.rows(conn, _LOTS, holds=list(hold_ids)):
        found[row.hold_id] = (*found.get(row.hold_id, ()), (row.lot_id, row.amount))
    return found


async def find(conn: AsyncConnection, hold_id: UUID) -> PlacedHold | None:
    """The hold with this id, or None."""
    row = await query.one(conn, _BY_ID, hold_id=hold_id)
    return _placed(row) if row is not None else None


async def of_cause(conn: AsyncConnection, cause_kind: str, cause_id: UUID) -> PlacedHold | None:
    """The hold placed for this cause, or None. A cause has at most one."""
    row = await query.one(conn, _BY_CAUSE, cause_kind=cause_kind, cause_id=cause_id)
    return _placed(row) if row is not None else None


async def _good(conn: AsyncConnection, account: Account, draft: HoldDraft, on: date) -> int:
    """What lots that can still be spent cover, beyond what other holds reserve. Raises InsufficientBalance, MalformedEntry."""
    lots = await load.open_lots(conn, draft.account_id)
    named = {lot_id: sum(of.values()) for lot_id, of in (await load.named(conn, [draft.account_id])).items()}
    free = [replace(lot, remaining=lot.remaining - named.get(lot.lot_id, 0)) for lot in lots]
    if draft.lots:
        _check_lots(draft, {lot.lot_id: lot for lot in free if not lot.expired(on)}, account.unit)
    return spendable(free, on) - (account.held - sum(named.values()))


def _check_lots(draft: HoldDraft, free: dict[UUID, Lot], unit: str) -> None:
    if sum(amount for _, amount in draft.lots) != draft.amount or len({lot_id for lot_id, _ in draft.lots}) != len(draft.lots):
        raise refusals.MalformedEntry(invariant_broken="hold_keeps_its_lots", detail="the lots are not the whole of the hold")
    for lot_id, amount in draft.lots:
        left = free[lot_id].remaining if lot_id in free else 0
        if amount <= 0 or left < amount:
            raise refusals.InsufficientBalance(unit=unit, needed=amount, available=max(left, 0))


def _placed(row: Row[Any]) -> PlacedHold:
    return query.into(PlacedHold, row)
