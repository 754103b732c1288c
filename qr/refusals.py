"""What this room refuses. No refusal repeats the code that was scanned: codes are secrets, and refusals reach logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from kernel.refusal import Refusal

Unreadable = Literal["too_long", "character", "shape", "kind", "length", "symbol"]
"""Why a code cannot be read: longer than SCAN_BYTES_MAX · not printable ASCII · neither address, path nor token · an unknown
letter · too few or too many symbols · a symbol outside the alphabet (or bits that no writer sets)."""


@dataclass(eq=False)
class UnreadableCode(Refusal):
    """What was scanned is not one of our codes."""

    reason: Unreadable


@dataclass(eq=False)
class ForeignCode(Refusal):
    """The code has our form but leads to another host (lower case, with its port if it names one)."""

    host: str


@dataclass(eq=False)
class WrongKindOfCode(Refusal):
    """One of our codes, but not of a kind that serves here."""

    expected: tuple[str, ...]
    found: str


@dataclass(eq=False)
class ForgedCode(Refusal):
    """The code was not made with the keys of this municipality, or was altered. Deliberately says no more than that."""


@dataclass(eq=False)
class ForgedSeal(Refusal):
    """The seal of a list was not made by this municipality, or was altered. Deliberately says no more than that."""


@dataclass(eq=False)
class ExpiredCode(Refusal):
    """A genuine code whose time is over since `expired_at`."""

    expired_at: datetime


@dataclass(eq=False)
class EarlyCode(Refusal):
    """A genuine code whose time has not come: the clocks of the two machines disagree."""

    valid_from: datetime


@dataclass(eq=False)
class TooManyCards(Refusal):
    """More cards than one print-out holds."""

    count: int
    count_max: int


@dataclass(eq=False)
class UnknownCard(Refusal):
    """No such card in this municipality. Says no more: codes are secrets."""


@dataclass(eq=False)
class CardRevoked(Refusal):
    """The card was reported lost or replaced; it has not counted since `revoked_at`."""

    revoked_at: datetime


@dataclass(eq=False)
class UnknownPoster(Refusal):
    """No such poster in this municipality."""


@dataclass(eq=False)
class PosterRevoked(Refusal):
    """The poster was taken down at `revoked_at`."""

    revoked_at: datetime


@dataclass(eq=False)
class UnknownCredential(Refusal):
    """No such card or poster in this municipality."""

    credential_id: UUID


@dataclass(eq=False)
class AlreadyRevoked(Refusal):
    """The card or poster was revoked before; it is revoked once."""

    credential_id: UUID
    revoked_at: datetime
