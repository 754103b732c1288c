"""What comes of the events of a trial (`Result`), and what a member holds meanwhile (`Purse`)."""

from __future__ import annotations

from datetime import date

import msgspec

from rules import claiming
from rules.charging import Charged
from rules.decision import Decision, Step
from rules.passing import Bought
from rules.payout import Closing, Holding, Payout, Taken
from rules.permission import Permission
from rules.trial_document import Event, Member
from rules.vocabulary.edition import Edition


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one event: the amount in the unit (points granted, value paid, fee due), the reason and the trace, and what is
    left.

    `balance` is what the member holds afterwards. `points` are what a claim took, `lost` what of them became nothing; `amount` of
    a year end is what lapsed. `caps_hit` are the caps (from 1) that cut.
    """

    id: str
    type: str
    member: str | None
    outcome: str
    reason: str
    amount: int
    unit: str
    balance: int
    trace: tuple[Step, ...]
    minutes: int | None = None
    expires_on: str | None = None
    funding: tuple[str, ...] = ()
    caps_hit: tuple[int, ...] = ()
    convertible: int | None = None
    points: int | None = None
    lost: int | None = None
    form: str | None = None
    payable_from: str | None = None
    details: dict[str, int | str] = {}
    explanation: dict[str, tuple[str, ...]] = {}


Subject = Decision | Payout | Closing | Charged | Bought | Permission | None
"""What the result tells of: what can be explained."""
Told = tuple[Result, Subject]


class Purse:
    """What one member holds, and what is known of them."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.holdings: list[Holding] = []
        self.granted_by_year: dict[int, int] = {}

    @property
    def balance(self) -> int:
        """All that is left."""
        return sum(holding.remaining for holding in self.holdings)

    def add(self, holding: Holding) -> None:
        """Adds what is left of one grant."""
        self.holdings.append(holding)

    def take(self, taken: tuple[Taken, ...]) -> None:
        """Removes what was taken from each holding; what could be converted of it goes first."""
        amounts = {each.holding_id: each.amount for each in taken}
        left: list[Holding] = []
        for holding in self.holdings:
            amount = amounts.get(holding.holding_id, 0)
            convertible = None if holding.convertible is None else max(0, holding.convertible - amount)
            if holding.remaining > amount:
                rest = holding.remaining - amount
                left.append(msgspec.structs.replace(holding, remaining=rest, convertible=convertible))
        self.holdings = left

    def usable(self, edition: Edition, on: date) -> tuple[Holding, ...]:
        """The holdings that have not expired before the day `on`, the earliest last day first."""
        who = self.member
        live = (each for each in self.holdings if not claiming.expired(edition, each, who.registered_on, who.chosen, on))
        return claiming.oldest_first(live)


def plain(event: Event, outcome: str, amount: int, unit: str, trace: tuple[Step, ...]) -> Result:
    """The result of an event that moves nothing; the last step of the trace is the reason."""
    return Result(
        id=event.id,
        type=str(event.__struct_config__.tag),
        member=getattr(event, "member", None),
        outcome=outcome,
        reason=trace[-1].code if trace else outcome,
        amount=amount,
        unit=unit,
        balance=0,
        trace=trace,
    )


def of_member(purse: Purse, result: Result) -> Result:
    """The result with what the member holds afterwards."""
    return msgspec.structs.replace(result, balance=purse.balance)
