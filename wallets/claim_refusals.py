"""How claims and year ends are refused. `invariant` is the name that the guard in PostgreSQL carries too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal
from rules.decision import Step


@dataclass(eq=False)
class UnknownClaim(Refusal):
    """No such claim, or none that the caller may see."""

    claim_id: UUID


@dataclass(eq=False)
class NoEditionThen(Refusal):
    """No edition of the scheme was in force on that day."""

    scheme: str
    on: date


@dataclass(eq=False)
class ClaimPaysNothing(Refusal):
    """By the edition in force nothing is paid: `reason` is the code of the step that decided, `trace` all of them, `explanation` says
    it in sentences, by language."""

    scheme: str
    reason: str
    trace: tuple[Step, ...]
    explanation: dict[str, list[str]]


@dataclass(eq=False)
class ClaimNotOpen(Refusal):
    """The claim is decided and ended, or booked already, or asks for something still: `state` says which."""

    invariant: ClassVar[str] = "claim_ended_once"
    claim_id: UUID
    state: str


@dataclass(eq=False)
class ClaimStillAsks(Refusal):
    """The claim depends on what is still not known: `trace` says on what."""

    claim_id: UUID
    trace: tuple[Step, ...]
    explanation: dict[str, list[str]]


@dataclass(eq=False)
class PayoutFormNotOffered(Refusal):
    """The edition in force does not pay in this form."""

    form: str
    offered: tuple[str, ...]


@dataclass(eq=False)
class DeductionsNeedOfficer(Refusal):
    """What is taken off a limit is written down by an officer."""


@dataclass(eq=False)
class UnknownClaimBatch(Refusal):
    """No such batch of claims in this municipality."""

    batch_id: UUID


@dataclass(eq=False)
class NothingToApprove(Refusal):
    """No open claim of the scheme is payable by that day."""

    scheme: str
    payable_by: date


@dataclass(eq=False)
class ClaimBatchApproved(Refusal):
    """The batch was approved before."""

    invariant: ClassVar[str] = "claim_batch_approved_once"
    batch_id: UUID


@dataclass(eq=False)
class NotABaseDay(Refusal):
    """What was bought and not used is reported on 31 March and 30 September (資金決済法3条2項)."""

    day: date


@dataclass(eq=False)
class UnknownYearEnd(Refusal):
    """No such year end was announced."""

    run_id: UUID


@dataclass(eq=False)
class YearEndAnnounced(Refusal):
    """This year end was announced before."""

    invariant: ClassVar[str] = "year_end_announced_once"
    run_id: UUID
    closes_on: date


@dataclass(eq=False)
class YearEndTooEarly(Refusal):
    """A year is closed when it is over: on `not_before` or later."""

    invariant: ClassVar[str] = "year_end_after_the_day"
    closes_on: date
    not_before: date


@dataclass(eq=False)
class YearEndDone(Refusal):
    """The year end was executed before."""

    invariant: ClassVar[str] = "year_end_executed_once"
    run_id: UUID


@dataclass(eq=False)
class NoWindDown(Refusal):
    """The edition in force does not say that what is left lapses when the scheme ends."""

    scheme: str


@dataclass(eq=False)
class NoSchemeYear(Refusal):
    """The scheme has no year that holds this day."""

    scheme: str
    on: date


@dataclass(eq=False)
class UnknownDecree(Refusal):
    """The edition in force has no decree of this number that one may choose; `chosen_ones` lists those it has."""

    decree: int
    chosen_ones: tuple[int, ...]
