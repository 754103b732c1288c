"""A member gives to おたがいさま基金, the pot that pays help for those who cannot earn.

Points go with their origin, funding and last day. Hours have none of these: the attendances that earned them are listed beside the
redemption. Nobody gives hours that they do not have: a credit is for receiving help.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import text
from ledger import accounts, units
from ledger.draft import move
from wallets import holders, holdings, spending


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives how much of `unit` (minor units)."""

    member_id: UUID
    unit: str
    amount: int
    note: str | None = None


class Donated(msgspec.Struct, frozen=True, kw_only=True):
    """What was given, and what the member and the pot have after it."""

    redemption_id: UUID
    entry_id: UUID
    unit: str
    amount: int
    balance_after: int
    pot_balance_after: int


async def donate(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Donated:
    """Moves points or hours from a member's wallet to the pot.

    Raises UnknownMember, UnknownUnit, InsufficientBalance (of hours that are held or on credit too), UntracedAmount.
    """
    acting_for = await holders.member_for(conn, asked.member_id, actor)
    unit = await units.by_code(conn, asked.unit)
    wallet = await holdings.spendable(conn, unit, asked.member_id, needed=asked.amount)
    pot = await accounts.ensure(conn, "pot", unit.unit_id)
    spent = await spending.spend(
        conn,
        spending.Spending(
            kind="donation",
            holder=asked.member_id,
            unit=unit,
            amount=asked.amount,
            lines=move(wallet, pot, asked.amount),
            acting_for=acting_for,
            note=text.clean("note", asked.note) if asked.note else None,
        ),
        actor=actor,
        now=now,
    )
    return Donated(
        redemption_id=spent.redemption.redemption_id,
        entry_id=spent.redemption.entry_id,
        unit=unit.code,
        amount=asked.amount,
        balance_after=spent.balances_after[0],
        pot_balance_after=spent.balances_after[1],
    )
