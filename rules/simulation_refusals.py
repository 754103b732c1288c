"""What a simulation may be refused for, with the facts that a person needs to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Refusal


@dataclass(eq=False)
class PeriodOutOfOrder(Refusal):
    """The last day comes before the first."""

    first_on: date
    last_on: date


@dataclass(eq=False)
class PeriodTooLong(Refusal):
    """So many days are not looked at in one request; the command has no such limit."""

    days: int
    days_max: int


@dataclass(eq=False)
class TooMuchToLookAt(Refusal):
    """There is more than one request may look at; the command has no such limit. `found` are attendances, or decisions."""

    found: int
    found_max: int


@dataclass(eq=False)
class LookingAlready(Refusal):
    """Another simulation or recomputation is going on; there is one at a time."""
