"""A member gives points into a group's pool. They keep their origin, funding and last day on the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import text
from ledger import accounts, units
from ledger.draft import move
from wallets import holders, holdings, refusals, spending


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives how much of `unit` (minor units) to which group."""

    member_id: UUID
    organisation_id: UUID
    unit: str
    amount: int
    note: str | None = None


class Pledged(msgspec.Struct, frozen=True, kw_only=True):
    """What was given, and what the member and the group have after it."""

    redemption_id: UUID
    entry_id: UUID
    unit: str
    amount: int
    balance_after: int
    group_balance_after: int


async def pledge(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Pledged:
    """Moves points from a member's wallet to a group's.

    Raises UnknownMember, UnknownOrganisation, NotAGroup, SelfDealing, UnknownUnit, UnitNotSuited (hours), InsufficientBalance,
    UntracedAmount.
    """
    acting_for = await holders.member_for(conn, asked.member_id, actor)
    group = await holders.group(conn, asked.organisation_id)
    await holders.check_no_own_gain(conn, group.organisation_id, actor)
    unit = await units.by_code(conn, asked.unit)
    if unit.kind == "time":
        raise refusals.UnitNotSuited(unit=unit.code, use="pledge")
    wallet = await holdings.spendable(conn, unit, asked.member_id, needed=asked.amount)
    pool = await accounts.ensure(conn, "wallet", unit.unit_id, group.organisation_id)
    spent = await spending.spend(
        conn,
        spending.Spending(
            kind="pledge",
            holder=asked.member_id,
            unit=unit,
            amount=asked.amount,
            lines=move(wallet, pool, asked.amount),
            counterparty=group.organisation_id,
            acting_for=acting_for,
            note=text.clean("note", asked.note) if asked.note else None,
        ),
        actor=actor,
        now=now,
    )
    return Pledged(
        redemption_id=spent.redemption.redemption_id,
        entry_id=spent.redemption.entry_id,
        unit=unit.code,
        amount=asked.amount,
        balance_after=spent.balances_after[0],
        group_balance_after=spent.balances_after[1],
    )
