"""What is owed to partners, groups and members is paid in batches: one person proposes the list, another approves it.

The list stands from the proposal on. If less is owed to somebody by then than it says (a purchase was corrected, say), the whole batch
is refused: the payment file always equals the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids
from kernel.refusal import Refusal
from ledger import accounts, posting, units
from ledger.draft import DRAFTS_MAX, Draft, move
from ledger.refusals import InsufficientBalance
from wallets import holders, locks, refusals, settlements
from wallets.payment_file import Payment
from wallets.settlements import Item, Settlement


class Proposing(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of one unit: what was booked up to the day `up_to` and is still owed."""

    unit: str
    up_to: date


async def propose(conn: AsyncConnection, asked: Proposing, *, actor: Actor, now: datetime) -> Settlement:
    """Makes the list. Raises UnknownUnit, DayNotReached, NothingToSettle."""
    unit = await units.by_code(conn, asked.unit)
    today = days.local_date(now)
    if asked.up_to > today:
        raise refusals.DayNotReached(day=asked.up_to, today=today)
    items = await settlements.owed(conn, unit.unit_id, asked.up_to)
    if not items:
        raise refusals.NothingToSettle(unit=unit.code, up_to=asked.up_to)
    settlement_id = ids.new_id()
    await settlements.add(conn, settlement_id, unit.unit_id, asked.up_to, proposed_by=actor.principal_id, now=now)
    await settlements.add_items(conn, settlement_id, items)
    return await settlements.get(conn, settlement_id)


async def approve(conn: AsyncConnection, settlement_id: UUID, *, actor: Actor, now: datetime) -> Settlement:
    """Another person approves, and every item is paid: payable to paid out, one entry each.

    Raises UnknownSettlement, SettlementDone, SamePerson, SettlementStale.
    """
    await locks.take(conn, "settlement", settlement_id)
    settlement = await settlements.get(conn, settlement_id)
    if settlement.approved_at is not None:
        raise refusals.SettlementDone(settlement_id=settlement_id)
    await holders.check_other_person(conn, settlement.proposed_by, actor)
    items = await settlements.items_of(conn, settlement_id)
    paid_out = await accounts.ensure(conn, "paid_out", settlement.unit_id)
    await locks.accounts(conn, [*(item.account_id for item in items), paid_out])
    await settlements.approve(conn, settlement_id, approved_by=actor.principal_id, now=now)
    for start in range(0, len(items), DRAFTS_MAX):
        part = items[start : start + DRAFTS_MAX]
        drafts = [_draft(item, paid_out, actor, now) for item in part]
        for item, outcome in zip(part, await posting.post(conn, drafts, now=now), strict=True):
            if isinstance(outcome, Refusal):
                raise _stale(settlement_id, item, outcome)
        await settlements.keep_payments(
            conn, settlement_id, [(item.account_id, draft.entry_id) for item, draft in zip(part, drafts, strict=True)]
        )
    return await settlements.get(conn, settlement_id)


async def payment_list(conn: AsyncConnection, settlement_id: UUID) -> Sequence[Payment]:
    """The payees of an approved batch by name: personal data, for `payment_file.render` alone.

    Raises UnknownSettlement, SettlementNotApproved.
    """
    settlement = await settlements.get(conn, settlement_id)
    if settlement.approved_at is None:
        raise refusals.SettlementNotApproved(settlement_id=settlement_id)
    items = await settlements.items_of(conn, settlement_id)
    names = await holders.names_of(conn, [item.payee for item in items])
    return [
        Payment(
            payee=item.payee,
            name=names.get(item.payee, ""),
            amount=item.amount,
            unit=settlement.unit,
            scale=settlement.scale,
        )
        for item in items
    ]


def _draft(item: Item, paid_out: int, actor: Actor, now: datetime) -> Draft:
    return Draft(
        entry_id=ids.new_id(),
        kind="settlement",
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="settlement_item",
        cause_id=item.item_id,
        lines=move(item.account_id, paid_out, item.amount),
        actor=actor.principal_id,
    )


def _stale(settlement_id: UUID, item: Item, refusal: Refusal) -> Refusal:
    if not isinstance(refusal, InsufficientBalance):
        return refusal
    return refusals.SettlementStale(
        settlement_id=settlement_id,
        account_id=item.account_id,
        payee=item.payee,
        needed=refusal.needed,
        available=refusal.available,
    )
