"""What is refused about persons: who was erased, what needs a source, what stands against an erasure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class MemberErased(Refusal):
    """The member left, and who they were was erased. Their number and what was booked stay."""

    member_id: UUID


@dataclass(eq=False)
class SourceMissing(Refusal):
    """A birth date is corrected only from a document that somebody saw: it moves what the rules grant."""

    member_id: UUID


@dataclass(eq=False)
class UnknownCorrectionWish(Refusal):
    """No such wish for a correction, or it was answered."""

    wish_id: UUID


@dataclass(eq=False)
class ErasureNotConfirmed(Refusal):
    """The number that was typed is not that of the member who is to be erased."""

    member_id: UUID


@dataclass(eq=False)
class ErasureOfOneself(Refusal):
    """Nobody erases themselves from the desk: another officer does it."""

    member_id: UUID


@dataclass(eq=False)
class ErasureNotYet(Refusal):
    """Something is open that names the member: `stands` says what (balance, held, owed, claim, match, unsettled)."""

    member_id: UUID
    stands: tuple[str, ...]
