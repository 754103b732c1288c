"""What is refused where a card pays more than it may without its PIN. Amounts are in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Refusal


@dataclass(eq=False)
class CardPinNeeded(Refusal):
    """Above `limit` a day a card pays with its PIN alone; `spent_today` was paid without it."""

    unit: str
    limit: int
    spent_today: int


@dataclass(eq=False)
class CardPinAtDevice(Refusal):
    """Above `limit` a day a card pays at a till that was added as a device alone: a PIN is typed nowhere else."""

    unit: str
    limit: int
    spent_today: int


@dataclass(eq=False)
class CardPinNotSet(Refusal):
    """The card has no PIN."""


@dataclass(eq=False)
class CardPinWrong(Refusal):
    """The PIN was wrong; `attempts_left` tries are left."""

    attempts_left: int


@dataclass(eq=False)
class CardLimitPast(Refusal):
    """What cards paid is not judged afterwards: a limit holds from today on at the earliest."""

    earliest: date


@dataclass(eq=False)
class CardLimitSet(Refusal):
    """A limit from that day on is set already."""

    on: date
