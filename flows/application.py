"""A group uses what was pledged to it: its treasurer applies, an officer approves, and what is not used comes back.

Applying reserves the points on the group's wallet; approval turns just these into what the group is owed; a refusal, or sixty days
without a decision, sets them free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids, text
from ledger import accounts, balances, holds, posting, units
from ledger.draft import Confirm, Draft, Exactly, Line, Oldest, move
from ledger.refusals import AmountOutOfRange
from wallets import applications, holders, holdings, locks, redemptions, refusals, spending
from wallets.applications import Application

APPLICATION_HOLD_DAYS = 60


class Applying(msgspec.Struct, frozen=True, kw_only=True):
    """How much of `unit` (minor units) the group of the actor wants to use, and for what."""

    unit: str
    amount: int
    purpose: str


class Refusing(msgspec.Struct, frozen=True, kw_only=True):
    """Which application is refused, and why."""

    application_id: UUID
    reason: str


class Returning(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an approved application was not used, and why."""

    application_id: UUID
    amount: int
    reason: str


async def apply(conn: AsyncConnection, asked: Applying, *, actor: Actor, now: datetime) -> Application:
    """A treasurer applies. Raises NotAGroup, UnknownUnit, AmountOutOfRange, InsufficientBalance."""
    purpose = text.clean("purpose", asked.purpose)
    group = await holders.group(conn, actor.organisation_id)
    unit = await units.by_code(conn, asked.unit)
    application_id, hold_id = ids.new_id(), ids.new_id()
    hold = holds.HoldDraft(
        hold_id=hold_id,
        account_id=await holdings.spendable(conn, unit, group.organisation_id, needed=asked.amount),
        amount=asked.amount,
        expires_at=now + timedelta(days=APPLICATION_HOLD_DAYS),
        cause_kind="application",
        cause_id=application_id,
        actor=actor.principal_id,
    )
    await holds.place(conn, hold, now=now)
    draft = applications.ApplicationDraft(
        application_id=application_id,
        organisation_id=group.organisation_id,
        unit_id=unit.unit_id,
        amount=asked.amount,
        purpose=purpose,
        hold_id=hold_id,
        applied_at=now,
        applied_by=actor.principal_id,
    )
    await applications.add(conn, draft)
    return await applications.get(conn, application_id)


async def approve(conn: AsyncConnection, application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """An officer approves: what was reserved becomes what the group is owed.

    Raises UnknownApplication, ApplicationDecided, SamePerson, HoldResolved (the sixty days are over).
    """
    application = await _undecided(conn, application_id, actor)
    unit = await units.by_code(conn, application.unit)
    group = application.organisation_id
    wallet = await holdings.spendable(conn, unit, group, needed=application.amount)
    payable = await accounts.ensure(conn, "payable", unit.unit_id, group)
    spent = await spending.spend(
        conn,
        spending.Spending(
            kind="group_use",
            holder=group,
            unit=unit,
            amount=application.amount,
            # Reserved while they were good: their last day may have passed since.
            lines=move(wallet, payable, application.amount, take=Oldest(expired_too=True)),
            note=application.purpose,
            cause=("application", application_id),
            confirms=Confirm(application.hold_id, application.amount),
        ),
        actor=actor,
        now=now,
    )
    redemption_id = spent.redemption.redemption_id
    await applications.keep_approval(conn, application_id, redemption_id, decided_by=actor.principal_id, now=now)
    return await applications.get(conn, application_id)


async def refuse(conn: AsyncConnection, asked: Refusing, *, actor: Actor, now: datetime) -> Application:
    """An officer refuses, with a reason: what was reserved is free again. Raises as `approve` does."""
    reason = text.clean("reason", asked.reason)
    application = await _undecided(conn, asked.application_id, actor)
    hold = await holds.find(conn, application.hold_id)
    if hold is not None and hold.reserves(now):
        await holds.release(conn, application.hold_id, actor=actor.principal_id, now=now)
    await applications.keep_refusal(conn, asked.application_id, reason, decided_by=actor.principal_id, now=now)
    return await applications.get(conn, asked.application_id)


async def return_unused(conn: AsyncConnection, asked: Returning, *, actor: Actor, now: datetime) -> Application:
    """What was not used comes back into the group's wallet, into the lots it was taken from: those taken last first.

    It lessens what the group is still owed; only the rest comes out of what was paid. Raises UnknownApplication (another group's
    too), ApplicationNotApproved, ApplicationReturned, AmountOutOfRange, ReturnTooLarge.
    """
    reason = text.clean("reason", asked.reason)
    await locks.take(conn, "application", asked.application_id)
    application = await applications.get(conn, asked.application_id)
    if actor.role != "officer" and actor.organisation_id != application.organisation_id:
        raise refusals.UnknownApplication(application_id=asked.application_id)
    redemption = await _paid(conn, application)
    _check_return(application, asked.amount)
    draft = Draft(
        entry_id=ids.new_id(),
        kind="group_return",
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="application",
        cause_id=asked.application_id,
        lines=await _return_lines(conn, redemption, asked.amount, now),
        actor=actor.principal_id,
        memo=reason,
    )
    await posting.post_one(conn, draft, now=now)
    returned = applications.Return(
        application_id=asked.application_id,
        amount=asked.amount,
        entry_id=draft.entry_id,
        reason=reason,
        returned_at=now,
        returned_by=actor.principal_id,
    )
    await applications.keep_return(conn, returned)
    return await applications.get(conn, asked.application_id)


def last_first(taken: Iterable[tuple[UUID, int]], amount: int) -> tuple[tuple[UUID, int], ...]:
    """The first parts of `taken` that sum to `amount`. Pure."""
    parts: list[tuple[UUID, int]] = []
    for lot_id, part in taken:
        used = min(part, amount)
        if used > 0:
            parts.append((lot_id, used))
        amount -= used
    return tuple(parts)


async def _undecided(conn: AsyncConnection, application_id: UUID, actor: Actor) -> Application:
    """The application, locked, still to be decided, and by somebody else than its applicant."""
    await locks.take(conn, "application", application_id)
    application = await applications.get(conn, application_id)
    if application.approved is not None:
        raise refusals.ApplicationDecided(application_id=application_id, approved=application.approved)
    await holders.check_other_person(conn, application.applied_by, actor)
    return application


async def _paid(conn: AsyncConnection, application: Application) -> redemptions.Redemption:
    """The redemption that paid the application and stands. Raises ApplicationNotApproved."""
    if application.redemption_id is not None:
        standing = await redemptions.get(conn, application.redemption_id)
        if standing.undone_at is None:
            return standing.redemption
    raise refusals.ApplicationNotApproved(application_id=application.application_id)


def _check_return(application: Application, amount: int) -> None:
    if application.returned is not None:
        raise refusals.ApplicationReturned(application_id=application.application_id, amount=application.returned)
    if amount <= 0:
        raise AmountOutOfRange(amount=amount, amount_max=application.amount)
    if amount > application.amount:
        raise refusals.ReturnTooLarge(unit=application.unit, amount=amount, amount_max=application.amount)


async def _return_lines(
    conn: AsyncConnection, redemption: redemptions.Redemption, amount: int, now: datetime
) -> tuple[Line, ...]:
    unit_id, group = redemption.unit_id, redemption.holder
    payable = await accounts.ensure(conn, "payable", unit_id, group)
    paid_out = await accounts.ensure(conn, "paid_out", unit_id)
    wallet = await accounts.ensure(conn, "wallet", unit_id, group)
    await locks.accounts(conn, [payable, paid_out, wallet])
    owed = (await balances.of_many(conn, [payable], now=now))[payable].posted
    from_owed = min(owed, amount)
    parts = last_first(await redemptions.lots_taken(conn, redemption.redemption_id), amount)
    sources = ((payable, from_owed), (paid_out, amount - from_owed))
    return (
        *(Line(account_id, -part) for account_id, part in sources if part > 0),
        Line(wallet, amount, Exactly(parts) if parts else None),
    )
