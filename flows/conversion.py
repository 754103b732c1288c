"""Points into yen, or whatever the municipality's terms say, at a linear rate and in whole lots.

One entry with four lines: each unit balances against its exchange account, so the books of both stay closed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel.amounts import AMOUNT_MAX
from ledger import accounts, units
from ledger.draft import move
from ledger.refusals import AmountOutOfRange
from wallets import holders, holdings, refusals, spending


class ConversionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """`give` of `from_unit` becomes `get` of `to_unit`, in whole multiples, from `minimum` on. Minor units all."""

    from_unit: str
    to_unit: str
    give: int
    get: int
    minimum: int

    def __post_init__(self) -> None:
        if self.give <= 0 or self.get <= 0 or self.minimum <= 0 or self.from_unit == self.to_unit:
            raise ValueError("terms of conversion need two units, and positive figures")

    def worth(self, amount: int) -> int:
        """What `amount` of `from_unit` becomes. Raises AmountOutOfRange, ConversionTooSmall, ConversionNotInLots."""
        if amount <= 0:
            raise AmountOutOfRange(amount=amount, amount_max=AMOUNT_MAX)
        if amount < self.minimum:
            raise refusals.ConversionTooSmall(unit=self.from_unit, amount=amount, minimum=self.minimum)
        if amount % self.give:
            raise refusals.ConversionNotInLots(unit=self.from_unit, amount=amount, lot=self.give)
        return amount // self.give * self.get


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who converts how much, in minor units of the unit that the terms take."""

    member_id: UUID
    amount: int


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What was given, what the member is owed for it, and what is left."""

    redemption_id: UUID
    entry_id: UUID
    from_unit: str
    amount: int
    balance_after: int
    to_unit: str
    received: int


async def convert(conn: AsyncConnection, asked: Asked, *, terms: ConversionTerms, actor: Actor, now: datetime) -> Converted:
    """Takes points from a member and owes them the other unit, to be paid by a settlement.

    Raises UnknownMember, UnknownUnit, UnitNotSuited (hours), what `ConversionTerms.worth` raises, InsufficientBalance, UntracedAmount.
    """
    received = terms.worth(asked.amount)
    acting_for = await holders.member_for(conn, asked.member_id, actor)
    given, wanted = await units.by_code(conn, terms.from_unit), await units.by_code(conn, terms.to_unit)
    if given.kind == "time":
        raise refusals.UnitNotSuited(unit=given.code, use="conversion")
    wallet = await holdings.spendable(conn, given, asked.member_id, needed=asked.amount)
    taken_in = await accounts.ensure(conn, "exchange", given.unit_id)
    given_out = await accounts.ensure(conn, "exchange", wanted.unit_id)
    payable = await accounts.ensure(conn, "payable", wanted.unit_id, asked.member_id)
    spent = await spending.spend(
        conn,
        spending.Spending(
            kind="conversion",
            holder=asked.member_id,
            unit=given,
            amount=asked.amount,
            lines=(*move(wallet, taken_in, asked.amount), *move(given_out, payable, received)),
            acting_for=acting_for,
        ),
        actor=actor,
        now=now,
    )
    return Converted(
        redemption_id=spent.redemption.redemption_id,
        entry_id=spent.redemption.entry_id,
        from_unit=given.code,
        amount=asked.amount,
        balance_after=spent.balances_after[0],
        to_unit=wanted.code,
        received=received,
    )
