"""How spending is refused. `invariant` is the name that the guard in PostgreSQL carries too. Amounts are in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class UnknownPayCode(Refusal):
    """No such pay code in this municipality. Says no more: codes are secrets."""


@dataclass(eq=False)
class PayCodeUsed(Refusal):
    """The pay code was used before; it pays once."""

    invariant: ClassVar[str] = "pay_code_once"
    used_at: datetime


@dataclass(eq=False)
class PayCodeExpired(Refusal):
    """The pay code's five minutes are over."""

    invariant: ClassVar[str] = "pay_code_covers"
    expired_at: datetime


@dataclass(eq=False)
class PayCodeTooSmall(Refusal):
    """The holder agreed to less than is asked."""

    invariant: ClassVar[str] = "pay_code_covers"
    unit: str
    needed: int
    amount_max: int


@dataclass(eq=False)
class PayCodeOfOtherUnit(Refusal):
    """The pay code was made for another unit."""

    invariant: ClassVar[str] = "pay_code_covers"
    unit: str
    unit_of_code: str


@dataclass(eq=False)
class CardLimitReached(Refusal):
    """A card alone pays `limit` in a day, at all counters together; above it the holder shows a pay code."""

    unit: str
    amount: int
    spent_today: int
    limit: int


@dataclass(eq=False)
class NotAPartner(Refusal):
    """Points are taken by partners alone."""

    organisation_id: UUID | None


@dataclass(eq=False)
class NotAGroup(Refusal):
    """Pledges go to groups, and groups apply for a use."""

    organisation_id: UUID | None


@dataclass(eq=False)
class UnitNotSuited(Refusal):
    """This unit cannot be used for that."""

    unit: str
    use: str


@dataclass(eq=False)
class UntracedAmount(Refusal):
    """No attendance stands behind a part of the amount, so it cannot be redeemed."""

    invariant: ClassVar[str] = "redemption_traced"
    unit: str
    needed: int
    traced: int


@dataclass(eq=False)
class UnknownRedemption(Refusal):
    """No such redemption, or none that the caller may see."""

    redemption_id: UUID


@dataclass(eq=False)
class NotUndoable(Refusal):
    """Only a purchase is undone; anything else is corrected."""

    redemption_id: UUID
    kind: str


@dataclass(eq=False)
class UndoTooLate(Refusal):
    """The ten minutes are over; an officer can still correct it."""

    redemption_id: UUID
    undoable_until: datetime


@dataclass(eq=False)
class UnknownApplication(Refusal):
    """No such application, or none that the caller may see."""

    application_id: UUID


@dataclass(eq=False)
class ApplicationDecided(Refusal):
    """The application was approved or refused before."""

    invariant: ClassVar[str] = "application_decided_once"
    application_id: UUID
    approved: bool


@dataclass(eq=False)
class ApplicationNotApproved(Refusal):
    """Nothing was paid on this application, so nothing can come back."""

    application_id: UUID


@dataclass(eq=False)
class ApplicationReturned(Refusal):
    """What was not used came back before; it is returned once."""

    invariant: ClassVar[str] = "application_returned_once"
    application_id: UUID
    amount: int


@dataclass(eq=False)
class ReturnTooLarge(Refusal):
    """More would come back than was approved."""

    invariant: ClassVar[str] = "return_fits"
    unit: str
    amount: int
    amount_max: int


@dataclass(eq=False)
class AlreadyCorrected(Refusal):
    """All of it was spent, and left to the budget by a correction before."""

    invariant: ClassVar[str] = "corrected_once"
    entry_id: UUID
    correction_id: UUID


@dataclass(eq=False)
class ReverseReturnFirst(Refusal):
    """A part of it came back: the use is corrected after the return, or the group would get that part twice."""

    invariant: ClassVar[str] = "group_gets_back"
    application_id: UUID
    entry_id: UUID


@dataclass(eq=False)
class NotCorrectable(Refusal):
    """An entry of this kind is not taken back by one person: what `instead` books next sets it right."""

    kind: str
    instead: str


@dataclass(eq=False)
class SamePerson(Refusal):
    """Who asked for it cannot approve it."""

    invariant: ClassVar[str] = "two_people"


@dataclass(eq=False)
class UnknownSettlement(Refusal):
    """No such settlement in this municipality."""

    settlement_id: UUID


@dataclass(eq=False)
class NothingToSettle(Refusal):
    """Nobody is owed anything in this unit up to that day."""

    unit: str
    up_to: date


@dataclass(eq=False)
class SettlementDone(Refusal):
    """The batch was approved before; it settles once."""

    invariant: ClassVar[str] = "settled_once"
    settlement_id: UUID


@dataclass(eq=False)
class SettlementStale(Refusal):
    """Less is owed to `payee` now than the batch would pay. Nothing of the batch is paid: propose it anew."""

    settlement_id: UUID
    account_id: int
    payee: UUID
    needed: int
    available: int


@dataclass(eq=False)
class SettlementNotApproved(Refusal):
    """There is a payment list once the batch is approved."""

    settlement_id: UUID


@dataclass(eq=False)
class DayNotReached(Refusal):
    """The day lies ahead: nothing is settled in advance."""

    day: date
    today: date


@dataclass(eq=False)
class ExpiryAnnounced(Refusal):
    """This expiry was announced before."""

    invariant: ClassVar[str] = "expiry_announced_once"
    run_id: UUID
    expires_by: date


@dataclass(eq=False)
class ExpiryNotAnnounced(Refusal):
    """Nothing expires that was not announced."""

    unit: str
    expires_by: date


@dataclass(eq=False)
class ExpiryTooEarly(Refusal):
    """The last day is not over."""

    invariant: ClassVar[str] = "expiry_after_the_day"
    expires_by: date
    not_before: date


@dataclass(eq=False)
class ExpiryDone(Refusal):
    """The run was executed before."""

    invariant: ClassVar[str] = "expiry_executed_once"
    run_id: UUID


@dataclass(eq=False)
class UnknownCorrectionAsked(Refusal):
    """Nobody asked for this correction here."""

    wish_id: UUID


@dataclass(eq=False)
class CorrectionDecided(Refusal):
    """A second person has decided about this correction: `state` says how."""

    wish_id: UUID
    state: str
