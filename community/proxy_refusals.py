"""What is refused where somebody acts for a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class UnknownProxy(Refusal):
    """No such permission to act for somebody, or none of the caller's."""

    proxy_id: UUID


@dataclass(eq=False)
class ProxyNotOpen(Refusal):
    """It is not there to be answered or used: `state` is waiting, stands, declined, ended or over."""

    proxy_id: UUID
    state: str


@dataclass(eq=False)
class ProxyOfOneself(Refusal):
    """Nobody acts for themselves by somebody's leave."""


@dataclass(eq=False)
class ProxyGivenBefore(Refusal):
    """The same person was asked before, and it stands or waits for an answer."""

    proxy_id: UUID


@dataclass(eq=False)
class TooManyProxies(Refusal):
    """So many people act for one member, and no more."""

    count_max: int


@dataclass(eq=False)
class ProxyEndOutOfRange(Refusal):
    """It ends on a day to come, at most `days_max` days away."""

    days_max: int


@dataclass(eq=False)
class PowerNotGiven(Refusal):
    """The member did not give as much: `needed` is see, arrange or spend, `given` what was given."""

    needed: str
    given: str


@dataclass(eq=False)
class SpendingNotAtDesk(Refusal):
    """Who may spend for a member is written down by an officer, or let in by the member: `spending_not_at_desk`, also in PostgreSQL.

    Whoever writes it down holds the code for somebody who is no member: nobody gets a purse that way who had none in hand.
    """

    invariant: ClassVar[str] = "spending_not_at_desk"


@dataclass(eq=False)
class SelfDealing(Refusal):
    """Who acts for a member gains nothing by it: `no_self_dealing`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "no_self_dealing"
