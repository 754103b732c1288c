"""The book in memory while a list of postings is decided: the locked accounts, their lots, the holds in question. Pure data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(slots=True)
class Account:
    """A locked account. `posted`, `held` and `version` move as items are decided; the rest stands."""

    account_id: int
    unit_id: int
    unit: str
    kind: str
    lot_tracked: bool
    floor: int | None
    ceiling: int | None
    posted: int
    held: int
    version: int
    closed: bool

    @property
    def available(self) -> int:
        """What may leave the account, apart from its floor."""
        return self.posted - self.held


@dataclass(slots=True)
class Lot:
    """A lot of a locked account, with what is left of it."""

    lot_id: UUID
    account_id: int
    origin_attendance: UUID | None
    funding_account: int | None
    edition_id: UUID | None
    granted_on: date
    expires_on: date | None
    remaining: int
    amount: int

    def expired(self, on: date) -> bool:
        """Whether its last day lies before the date `on`."""
        return self.expires_on is not None and self.expires_on < on


@dataclass(slots=True)
class Hold:
    """A hold on a locked account; `resolution` is None while it reserves."""

    hold_id: UUID
    account_id: int
    amount: int
    resolution: str | None


@dataclass(slots=True)
class Book:
    """Everything that deciding a list needs to know, read under the locks."""

    accounts: dict[int, Account]
    recorded_at: datetime
    """When the list is recorded: after every entry that any of its accounts has."""
    lot_ids: Iterator[UUID]
    """Ids for lots yet to be born."""
    lots: dict[UUID, Lot] = field(default_factory=dict[UUID, Lot])
    lots_by_account: dict[int, list[Lot]] = field(default_factory=dict[int, list[Lot]])
    """The lots of accounts that spend, those that expire first coming first."""
    holds: dict[UUID, Hold] = field(default_factory=dict[UUID, Hold])
    booked: dict[tuple[UUID, str], UUID] = field(default_factory=dict[tuple[UUID, str], UUID])
    """Causes of this list that were booked before, with the kind and the entry."""
    named: dict[UUID, dict[UUID, int]] = field(default_factory=dict[UUID, dict[UUID, int]])
    """By lot: how much of it each open hold has reserved by name."""
    reversed: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    """Entries that this list would reverse and that were reversed before, with the reversal."""
    closed_until: date | None = None
    """The first day of the last closed month."""

    def named_on(self, lot_id: UUID, *, but: UUID | None = None) -> int:
        """How much of a lot open holds have reserved by name, leaving out the hold `but`."""
        return sum(amount for hold_id, amount in self.named.get(lot_id, {}).items() if hold_id != but)

    def named_of(self, account_id: int, *, but: UUID | None = None) -> int:
        """The same of all lots of an account that are here."""
        lots = self.lots_by_account.get(account_id, ())
        return sum(self.named_on(lot.lot_id, but=but) for lot in lots) if self.named else 0

    def add(self, lot: Lot) -> None:
        """Puts a lot in its place, also in the row of those to be spent where its account's row is here."""
        self.lots[lot.lot_id] = lot
        row = self.lots_by_account.get(lot.account_id)
        if row is not None:
            row.append(lot)
            row.sort(key=lambda each: (each.expires_on or date.max, each.granted_on, each.lot_id))


@dataclass(slots=True)
class LotTaken:
    """A part taken out of a lot."""

    lot: Lot
    amount: int
