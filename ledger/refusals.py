"""How the book says no. `invariant` is the name that the guard in PostgreSQL carries too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class InsufficientBalance(Refusal):
    """The account would fall below its floor. `available` is what may still be spent, in minor units of `unit`."""

    invariant: ClassVar[str] = "floor_holds"
    unit: str
    needed: int
    available: int


@dataclass(eq=False)
class BudgetExhausted(Refusal):
    """The budget line cannot cover the grant. It stays a hard limit: nothing is granted on credit."""

    invariant: ClassVar[str] = "floor_holds"
    unit: str
    needed: int
    available: int


@dataclass(eq=False)
class CeilingReached(Refusal):
    """The account would rise above its ceiling."""

    invariant: ClassVar[str] = "ceiling_holds"
    unit: str
    amount: int
    room: int


@dataclass(eq=False)
class MalformedEntry(Refusal):
    """The entry is not an entry: `invariant_broken` says which rule of the book it breaks, `detail` how."""

    invariant_broken: str
    detail: str


@dataclass(eq=False)
class AmountOutOfRange(Refusal):
    """A line is zero or larger than anything real."""

    amount: int
    amount_max: int


@dataclass(eq=False)
class UnknownAccount(Refusal):
    """No such account in this municipality."""

    account_id: int


@dataclass(eq=False)
class AccountClosed(Refusal):
    """The account was closed; nothing can be booked on it."""

    invariant: ClassVar[str] = "close_empty"
    account_id: int


@dataclass(eq=False)
class AccountNotEmpty(Refusal):
    """Only an empty account can be closed: nothing is made to vanish."""

    invariant: ClassVar[str] = "close_empty"
    account_id: int
    posted: int
    held: int


@dataclass(eq=False)
class UnknownUnit(Refusal):
    """No unit has this code in this municipality."""

    unit: str


@dataclass(eq=False)
class UnknownEntry(Refusal):
    """No such entry in this municipality."""

    entry_id: UUID


@dataclass(eq=False)
class AlreadyReversed(Refusal):
    """The entry was reversed before; `reversal` is the entry that did it."""

    invariant: ClassVar[str] = "reverse_once"
    entry_id: UUID
    reversal: UUID


@dataclass(eq=False)
class ReversalOfReversal(Refusal):
    """A reversal is not reversed: what it undid is entered anew."""

    entry_id: UUID


@dataclass(eq=False)
class AlreadySpent(Refusal):
    """What the entry gave was spent in part: `remaining` of `needed` is left in its lots. See docs/decisions/0004."""

    entry_id: UUID
    unit: str
    needed: int
    remaining: int


@dataclass(eq=False)
class AlreadyBooked(Refusal):
    """This cause was booked before, by the entry `entry_id`."""

    cause_id: UUID
    entry_id: UUID


@dataclass(eq=False)
class UnknownHold(Refusal):
    """No such hold in this municipality."""

    hold_id: UUID


@dataclass(eq=False)
class HoldResolved(Refusal):
    """The hold was confirmed, released or expired before."""

    invariant: ClassVar[str] = "hold_once"
    hold_id: UUID
    resolution: str


@dataclass(eq=False)
class HoldTooSmall(Refusal):
    """More was to be confirmed than is held."""

    invariant: ClassVar[str] = "hold_once"
    hold_id: UUID
    needed: int
    held: int


@dataclass(eq=False)
class PeriodClosed(Refusal):
    """The month is closed; a correction is booked into an open one."""

    invariant: ClassVar[str] = "period_closed"
    month: date
    open_from: date


@dataclass(eq=False)
class PeriodNotOver(Refusal):
    """A month can be closed after its last day, and in order."""

    month: date
    next_to_close: date


@dataclass(eq=False)
class KeyReused(Refusal):
    """The idempotency key was used for another request."""

    invariant: ClassVar[str] = "key_once"
    key: str


@dataclass(eq=False)
class TooManyItems(Refusal):
    """The list is longer than one transaction takes."""

    items: int
    items_max: int
