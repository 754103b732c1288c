"""What an edition is applied to (`Facts`) and what comes of it (`Decision`): both are kept, so that anybody can recompute.

Both survive `kernel.canonical.encode` and `msgspec.json.decode` unchanged.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from rules import edition

Measure = Literal["amount", "minutes", "grants"]
Count = Annotated[int, Meta(ge=0)]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question about a member's past: how much of `of` was granted in this period `per`, from `first_on` to `last_on`?

    Both days are included. The answer counts what the scheme granted the member, by any of its editions and for any
    attendance whose `occurred_on` is in the period: sums of `Decision.amount`, of `Decision.minutes`, or the number of grants.
    """

    of: Measure
    per: str
    first_on: date
    last_on: date


class Used(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a Window: `amount` in the unit, in minutes or in grants, as the window asks."""

    window: Window
    amount: int


class Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The minutes of an occasion that a scheme has looked at, and what they earned before any cap."""

    minutes: int
    earned: int


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that a decision may see of an attendance and of its member.

    `minutes` is the time already counted once (overlaps removed); `evidence` is 0 to 4; `used` answers each of
    `rules.evaluate.needs(edition, occurred_on)`. `granted_on` is the day of the grant where it is not the day of the activity.
    `before` is what the scheme has looked at of the same occasion, for whoever comes back to it.
    `flags` are kept with the decision for those who review it.
    """

    attendance_id: UUID
    member_id: UUID
    activity_kind: str
    role: edition.Role
    occurred_on: date
    minutes: Annotated[int, Meta(ge=0, le=edition.MINUTES_MAX)]
    evidence: Annotated[int, Meta(ge=0, le=edition.EVIDENCE_MAX)]
    flags: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()
    granted_on: date | None = None
    before: Before | None = None

    def grant_day(self) -> date:
        """The day of the grant."""
        return self.granted_on or self.occurred_on


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a trace: a stable code and the numbers behind it. Dates are ISO text; clauses and caps count from 1."""

    code: str
    numbers: dict[str, int | str]


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an edition says about one attendance.

    `amount` is in minor units of `unit`, 0 when nothing is granted. `minutes` is the time that counts towards caps on
    minutes, 0 likewise. `funding` names the budget lines to draw on, first to last. `expires_on` is the last day of use.
    """

    outcome: Literal["granted", "nothing"]
    amount: Count
    unit: str
    minutes: Count
    expires_on: date | None
    funding: tuple[str, ...]
    trace: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """The code of the step that decided: `granted`, or why nothing was. It is the last of the trace."""
        return self.trace[-1].code

    @property
    def earned(self) -> int | None:
        """What the clause gave before any cap; None where no clause looked at the time."""
        if not any(step.code == "clause" for step in self.trace):
            return None
        return sum(int(step.numbers["amount"]) for step in self.trace if step.code.startswith("earned_"))


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision beside the facts that it saw."""

    facts: Facts
    decision: Decision
