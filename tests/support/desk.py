"""A few accounts of one's own in a founded town, and entries on them in one call each."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.transact import read, transact
from kernel import ids
from ledger import accounts, balances, holds, posting, reversal, units
from ledger.accounts import Opening
from ledger.balances import Balance
from ledger.draft import Draft, Fresh, Line, Posted, move
from tests.support.towns import MINUTES, POINTS, TOWN, UNITS

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
EDITION = UUID(int=7)

T = TypeVar("T")
_towns = itertools.count(5_000)


def draft(kind: str, lines: Sequence[Line], **more: Any) -> Draft:
    """An entry of these lines, of today, with a cause of its own."""
    plain: dict[str, Any] = {
        "entry_id": ids.new_id(),
        "occurred_at": NOW,
        "booked_on": TODAY,
        "cause_kind": "test",
        "cause_id": ids.new_id(),
    }
    return Draft(kind=kind, lines=tuple(lines), **(plain | more))


@dataclass(frozen=True)
class Desk:
    """The accounts: a council's vote, its budget, three wallets of points, a shop, two wallets of time."""

    engine: AsyncEngine
    town: int
    council: int
    budget: int
    ume: int
    matsu: int
    club: int
    shop: int
    ume_time: int
    matsu_time: int

    async def do(self, work: Callable[[AsyncConnection], Awaitable[T]], *, keyed: bool = False) -> T:
        """`work` in one transaction."""
        return await transact(self.engine, self.town, work, keyed=keyed)

    async def post(self, *drafts: Draft, now: datetime = NOW) -> list[posting.Outcome]:
        """Posts the drafts as one list."""
        return await self.do(lambda conn: posting.post(conn, drafts, now=now))

    async def post_one(self, kind: str, lines: Sequence[Line], **more: Any) -> Posted:
        """Posts one entry or raises its refusal."""
        made = draft(kind, lines, **more)
        return await self.do(lambda conn: posting.post_one(conn, made, now=NOW))

    async def fund(self, amount: int) -> Posted:
        """Money for the budget."""
        return await self.post_one("appropriation", move(self.council, self.budget, amount))

    def grant(self, wallet: int, amount: int, expires_on: date | None = None, **more: Any) -> Draft:
        """A grant from the budget: one new lot."""
        lot = Fresh(ids.new_id(), self.budget, EDITION, TODAY, expires_on)
        return draft("grant", move(self.budget, wallet, amount, give=lot), **more)

    async def granted(self, wallet: int, amount: int, expires_on: date | None = None) -> UUID:
        """Funds and grants an amount; the entry."""
        await self.fund(amount)
        made = self.grant(wallet, amount, expires_on)
        return (await self.do(lambda conn: posting.post_one(conn, made, now=NOW))).entry_id

    async def hold(self, account: int, amount: int, *, now: datetime = NOW, lasts: timedelta = timedelta(hours=1)) -> UUID:
        """Places a hold."""
        made = holds.HoldDraft(
            hold_id=ids.new_id(),
            account_id=account,
            amount=amount,
            expires_at=now + lasts,
            cause_kind="test",
            cause_id=ids.new_id(),
        )
        await self.do(lambda conn: holds.place(conn, made, now=now))
        return made.hold_id

    async def reverse(self, entry_id: UUID, *, now: datetime = NOW, absorb_spent: bool = False) -> UUID:
        """Reverses an entry; the reversal."""
        asked = reversal.Asked(
            entry_id=entry_id,
            reversal_id=ids.new_id(),
            cause_kind="correction",
            cause_id=ids.new_id(),
            occurred_at=now,
            booked_on=TODAY,
            actor=None,
            memo="a mistake",
            absorb_spent=absorb_spent,
        )

        async def work(conn: AsyncConnection) -> UUID:
            made = await reversal.draft_of(conn, asked)
            return (await posting.post_one(conn, made.booked, now=now)).entry_id

        return await self.do(work)

    async def balance(self, account: int, *, now: datetime = NOW) -> Balance:
        """The balance of an account."""
        found = await read(self.engine, self.town, lambda conn: balances.of(conn, account, now=now))
        assert found is not None
        return found


async def fresh_town(engine: AsyncEngine) -> int:
    """A town that has nothing but its units: for what concerns a whole town, such as its months."""
    town = next(_towns)

    async def found(conn: AsyncConnection) -> None:
        for unit in UNITS:
            await units.create(conn, unit)

    await transact(engine, town, found)
    return town


async def open_desk(engine: AsyncEngine, town: int = TOWN, *, credit: int = 120, ceiling: int | None = None) -> Desk:
    """A desk with empty accounts. `ume` has the ceiling, `ume_time` the limit of credit."""
    openings = [
        Opening(POINTS, "appropriation", ids.new_id()),
        Opening(POINTS, "budget", ids.new_id()),
        Opening(POINTS, "wallet", ids.new_id(), 0, ceiling),
        Opening(POINTS, "wallet", ids.new_id()),
        Opening(POINTS, "wallet", ids.new_id()),
        Opening(POINTS, "payable", ids.new_id()),
        Opening(MINUTES, "wallet", ids.new_id(), -credit),
        Opening(MINUTES, "wallet", ids.new_id()),
    ]
    return Desk(engine, town, *await transact(engine, town, lambda conn: accounts.open_many(conn, openings)))
