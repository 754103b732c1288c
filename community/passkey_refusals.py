"""What is refused where somebody comes with a passkey."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class PasskeyRefused(Refusal):
    """The passkey opens nothing: unknown, ended, of another place, sent a second time, or not signed as it says. Says no more."""


@dataclass(eq=False)
class PasskeyTooLate(Refusal):
    """The question that the passkey answered was older than `minutes_max` minutes."""

    minutes_max: int


@dataclass(eq=False)
class PasskeyUnverified(Refusal):
    """Whoever is at work proves that the key is in their own hand: by PIN, finger or face. The device did not ask for it."""


@dataclass(eq=False)
class PasskeyCopied(Refusal):
    """The key counted backwards: somebody holds a copy of it. It ended, and its owner is told."""


@dataclass(eq=False)
class PasskeyKnown(Refusal):
    """This key is kept already."""


@dataclass(eq=False)
class TooManyPasskeys(Refusal):
    """Nobody has more than `count_max` passkeys."""

    count_max: int


@dataclass(eq=False)
class UnknownPasskey(Refusal):
    """No such passkey, or none of the caller's that stands."""

    passkey_id: UUID


@dataclass(eq=False)
class LastProof(Refusal):
    """Without this passkey nothing is left to prove oneself by."""
