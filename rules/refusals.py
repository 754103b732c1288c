"""What this room refuses, by name and with facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from kernel.refusal import Refusal


class RuleError(msgspec.Struct, frozen=True):
    """One mistake in a document: its line (from 1), the path of the field (`caps[2].limit`), what is wrong, how to say it."""

    line: int
    path: str
    problem: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.line}: {self.path}: " if self.path else f"{self.line}: "
        return f"{where}{self.problem} — {self.hint}"


@dataclass(eq=False)
class UnreadableEdition(Refusal):
    """The document is not an edition; `errors` tells every mistake, in the order of the lines."""

    errors: tuple[RuleError, ...]


@dataclass(eq=False)
class UnknownPreset(Refusal):
    """No preset has this code; `yui rules presets` lists them."""

    preset: str


@dataclass(eq=False)
class UnreadableFacts(Refusal):
    """The attendances to evaluate cannot be read; `problem` is one sentence with the place in it."""

    problem: str


@dataclass(eq=False)
class UnknownScheme(Refusal):
    """No scheme has this code in this municipality."""

    scheme: str


@dataclass(eq=False)
class SchemeExists(Refusal):
    """A scheme with this code exists already."""

    scheme: str


@dataclass(eq=False)
class UnknownProposal(Refusal):
    """No such proposal in this municipality."""

    proposal_id: UUID


@dataclass(eq=False)
class UnknownEdition(Refusal):
    """No such published edition in this municipality."""

    edition_id: UUID


@dataclass(eq=False)
class UnknownDraft(Refusal):
    """No such draft in this municipality, or not in this version."""

    draft_id: UUID


@dataclass(eq=False)
class DraftMovedOn(Refusal):
    """Somebody has saved the draft since: `version` is its latest."""

    draft_id: UUID
    version: int


@dataclass(eq=False)
class TooManyVersions(Refusal):
    """A draft has at most `versions_max` versions."""

    draft_id: UUID
    versions_max: int


@dataclass(eq=False)
class UnknownBudgetLine(Refusal):
    """No such budget line in this municipality."""

    budget_line_id: UUID


@dataclass(eq=False)
class BudgetLineExists(Refusal):
    """The scheme has a budget line with this code in this fiscal year already."""

    code_of_line: str
    fiscal_year: int


@dataclass(eq=False)
class EditionOfAnotherScheme(Refusal):
    """The document names another scheme, or another unit, than the scheme it was proposed for."""

    expected: str
    found: str


@dataclass(eq=False)
class EditionStartsTooEarly(Refusal):
    """An edition starts after the last one, and never before a day on which decisions were already taken by that one.

    PostgreSQL guards both too: `editions_in_order` and `edition_never_changes`.
    """

    invariant: ClassVar[str] = "editions_in_order"
    starts_on: date
    earliest: date


@dataclass(eq=False)
class EditionLeavesGap(Refusal):
    """The edition before it ends the scheme on `last_granting_on`: one that goes on starts on the next day at the latest."""

    invariant: ClassVar[str] = "no_gap"
    starts_on: date
    last_granting_on: date


@dataclass(eq=False)
class OpinionMissing(Refusal):
    """Neither an opinion of the council is on record, nor why there is none: `opinion_first`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "opinion_first"
    proposal_id: UUID


@dataclass(eq=False)
class OpinionFromTheFuture(Refusal):
    """The council has not met yet on that day."""

    held_on: date
    today: date


@dataclass(eq=False)
class ProposerCannotPublish(Refusal):
    """Whoever proposed it cannot approve it: `two_people`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "two_people"
    proposal_id: UUID


@dataclass(eq=False)
class ProposerCannotReject(Refusal):
    """Whoever proposed it withdraws it; rejecting is for another person: `two_people`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "two_people"
    proposal_id: UUID


@dataclass(eq=False)
class NotTheProposer(Refusal):
    """Only whoever proposed it withdraws it: `own_proposal`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "own_proposal"
    proposal_id: UUID


@dataclass(eq=False)
class AlreadyApproved(Refusal):
    """A second person has approved the proposal before."""

    proposal_id: UUID


@dataclass(eq=False)
class AlreadyPublished(Refusal):
    """The proposal was published before: `proposal_decided_once`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "proposal_decided_once"
    proposal_id: UUID


@dataclass(eq=False)
class ProposalClosed(Refusal):
    """The proposal was `withdrawn` or `rejected` (`outcome`): `proposal_decided_once`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "proposal_decided_once"
    proposal_id: UUID
    outcome: str


@dataclass(eq=False)
class UnknownDecision(Refusal):
    """No such decision in this municipality."""

    decision_id: UUID


@dataclass(eq=False)
class UnreadableFact(Refusal):
    """What stands at place `nth` of the list (from 1) is no kind of fact about a person: `readable_fact`, as PostgreSQL says too."""

    invariant: ClassVar[str] = "readable_fact"
    nth: int
    fact: str


@dataclass(eq=False)
class FactDaysOutOfOrder(Refusal):
    """The last day comes before the first: `days_in_order`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "days_in_order"
    nth: int
    first_on: date
    last_on: date


@dataclass(eq=False)
class RegisteredSinceWhen(Refusal):
    """A registration has a first day, because years may run from it: `registered_since`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "registered_since"
    nth: int
    fact: str
