"""Spending: one entry and the redemption that it belongs to, always written together, with the attendances behind it known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids
from ledger import balances, posting
from ledger.draft import Confirm, Draft, Line
from ledger.refusals import InsufficientBalance
from ledger.units import Unit
from wallets import origins, redemptions
from wallets.redemptions import Redemption


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be spent. The first of `lines` takes `amount` (minor units of `unit`) from the wallet of `holder`.

    The entry is of this `kind` too; its cause is the redemption, or `cause` where another record stands behind it.
    """

    kind: str
    holder: UUID
    unit: Unit
    amount: int
    lines: tuple[Line, ...]
    counterparty: UUID | None = None
    acting_for: UUID | None = None
    note: str | None = None
    cause: tuple[str, UUID] | None = None
    confirms: Confirm | None = None


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """The redemption as it is kept, and the balance after it of each account of the lines."""

    redemption: Redemption
    balances_after: tuple[int, ...]


async def spend(conn: AsyncConnection, asked: Spending, *, actor: Actor, now: datetime) -> Spent:
    """Posts the entry and keeps the redemption. Raises what `posting.post_one` raises, and UntracedAmount.

    Where the unit has no lots, nobody gives what they do not have: InsufficientBalance also for what is on credit or held.
    """
    redemption = Redemption(
        redemption_id=ids.new_id(),
        kind=asked.kind,
        holder=asked.holder,
        unit_id=asked.unit.unit_id,
        amount=asked.amount,
        entry_id=ids.new_id(),
        counterparty=asked.counterparty,
        redeemed_at=now,
        actor=actor.principal_id,
        acting_for=asked.acting_for,
        note=asked.note,
    )
    cause_kind, cause_id = asked.cause or ("redemption", redemption.redemption_id)
    draft = Draft(
        entry_id=redemption.entry_id,
        kind=asked.kind,
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind=cause_kind,
        cause_id=cause_id,
        lines=asked.lines,
        actor=actor.principal_id,
        acting_for=asked.acting_for,
        confirms=asked.confirms,
    )
    posted = await posting.post_one(conn, draft, now=now)
    behind = [] if asked.unit.lot_tracked else await _behind(conn, asked, now)
    await redemptions.record(conn, redemption, behind)
    return Spent(redemption=redemption, balances_after=posted.balances_after)


async def _behind(conn: AsyncConnection, asked: Spending, now: datetime) -> list[origins.Origin]:
    """The attendances behind hours just posted, under the lock that posting took. Raises InsufficientBalance."""
    wallet = asked.lines[0].account_id
    after = (await balances.of_many(conn, [wallet], now=now))[wallet]
    own = after.posted - after.held
    if own < 0:
        raise InsufficientBalance(unit=asked.unit.code, needed=asked.amount, available=max(own + asked.amount, 0))
    return await origins.behind(conn, wallet, balance=after.posted + asked.amount, amount=asked.amount)
