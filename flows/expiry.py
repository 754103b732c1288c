"""Points past their last day are booked out: announced first, to whom and what, and executed once that day is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids
from ledger import accounts, posting, units
from ledger.draft import DRAFTS_MAX, Draft, Exactly, move
from wallets import expiry, locks, refusals
from wallets.expiry import Item, Lapsing, Run


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of `unit` whose last day is `expires_by` or earlier."""

    unit: str
    expires_by: date


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """The run, and who would lose what if nobody spent anything until then."""

    run: Run
    affected: Sequence[Lapsing]
    amount: int


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """The run, and what each account lost."""

    run: Run
    items: Sequence[Item]
    amount: int


async def preview(conn: AsyncConnection, asked: Asked, *, now: datetime) -> Sequence[Lapsing]:
    """Who would lose what. Writes nothing. Raises UnknownUnit."""
    unit = await units.by_code(conn, asked.unit)
    return await expiry.due(conn, unit.unit_id, asked.expires_by, now=now)


async def announce(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Announced:
    """Announces a run; nothing is taken. Raises UnknownUnit, ExpiryAnnounced."""
    unit = await units.by_code(conn, asked.unit)
    await locks.take(conn, "expiry", f"{unit.unit_id}:{asked.expires_by}")
    before = await expiry.find(conn, unit.unit_id, asked.expires_by)
    if before is not None:
        raise refusals.ExpiryAnnounced(run_id=before.run_id, expires_by=asked.expires_by)
    affected = await expiry.due(conn, unit.unit_id, asked.expires_by, now=now)
    await expiry.keep_run(conn, ids.new_id(), unit.unit_id, asked.expires_by, announced_by=actor.principal_id, now=now)
    return Announced(
        run=await _announced(conn, unit.unit_id, asked), affected=affected, amount=sum(each.amount for each in affected)
    )


async def execute(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Executed:
    """Books out what is past its last day and not held: one entry per account, wallet (or pot) to lapsed.

    Raises UnknownUnit, ExpiryNotAnnounced, ExpiryDone, ExpiryTooEarly.
    """
    unit = await units.by_code(conn, asked.unit)
    await locks.take(conn, "expiry", f"{unit.unit_id}:{asked.expires_by}")
    run = await _announced(conn, unit.unit_id, asked)
    if run.executed_at is not None:
        raise refusals.ExpiryDone(run_id=run.run_id)
    not_before = asked.expires_by + timedelta(days=1)
    if days.local_date(now) < not_before:
        raise refusals.ExpiryTooEarly(expires_by=asked.expires_by, not_before=not_before)
    await expiry.keep_execution(conn, run.run_id, executed_by=actor.principal_id, now=now)
    items = await _book_out(conn, run, actor, now)
    return Executed(run=await _announced(conn, unit.unit_id, asked), items=items, amount=sum(item.amount for item in items))


async def _announced(conn: AsyncConnection, unit_id: int, asked: Asked) -> Run:
    run = await expiry.find(conn, unit_id, asked.expires_by)
    if run is None:
        raise refusals.ExpiryNotAnnounced(unit=asked.unit, expires_by=asked.expires_by)
    return run


async def _book_out(conn: AsyncConnection, run: Run, actor: Actor, now: datetime) -> list[Item]:
    lapsed = await accounts.ensure(conn, "lapsed", run.unit_id)
    seen = await expiry.due(conn, run.unit_id, run.expires_by, now=now)
    await locks.accounts(conn, [*(each.account_id for each in seen), lapsed])
    due = await expiry.due(conn, run.unit_id, run.expires_by, now=now)  # again, under the locks
    items: list[Item] = []
    for start in range(0, len(due), DRAFTS_MAX):
        part = [_item(each) for each in due[start : start + DRAFTS_MAX]]
        lots = [Exactly(each.parts) for each in due[start : start + DRAFTS_MAX]]
        drafts = [_draft(item, taken, lapsed, actor, now) for item, taken in zip(part, lots, strict=True)]
        await posting.post_all(conn, drafts, now=now)
        await expiry.keep_items(conn, run.run_id, part)
        items += part
    return items


def _item(lapsing: Lapsing) -> Item:
    return Item(
        account_id=lapsing.account_id,
        item_id=ids.new_id(),
        amount=lapsing.amount,
        entry_id=ids.new_id(),
        kind=lapsing.kind,
        holder=lapsing.holder,
    )


def _draft(item: Item, taken: Exactly, lapsed: int, actor: Actor, now: datetime) -> Draft:
    return Draft(
        entry_id=item.entry_id,
        kind="expiry",
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="expiry_item",
        cause_id=item.item_id,
        lines=move(item.account_id, lapsed, item.amount, take=taken),
        actor=actor.principal_id,
    )
