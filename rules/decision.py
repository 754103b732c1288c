"""What an edition is applied to (`Facts`) and what comes of it (`Decision`): both are kept, so that anybody can recompute.

Both survive `kernel.canonical.encode` and `msgspec.json.decode` unchanged. What is at its default is not written.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from rules.vocabulary import part

Measure = Literal["amount", "minutes", "grants", "convertible", "looked", "earned", "points", "value", "claims"]
"""What is counted of the past: the last three of claims, the others of decisions (`looked`, `earned`: of those of nothing too)."""
Count = Annotated[int, Meta(ge=0)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One yes or no about a person: did `fact` hold on some day from `first_on` to `last_on`, having begun on or after
    `begun_from`?

    A fact is a code with what it is of: `lives`, `lives:unzen`, `registered:scheme`, `trained:briefing`, `insured:first`,
    `care:support`, `arrears:care_premium`, `status:high_school_student`, `officer:suitable`, `age_at_least:65`, `age_at_most:29`.
    """

    fact: str
    first_on: date
    last_on: date
    begun_from: date | None = None


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was known of a question when it was asked, and from where: the register, a certificate, an officer."""

    question: Question
    yes: bool
    source: str = ""


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question about the past: how much of `of` was granted in this period `per`, from `first_on` to `last_on`?

    Both days are included. The answer counts what the scheme granted the member (everybody, where `everybody`), by any of its
    editions and for any attendance whose `occurred_on` is in the period: sums of `Decision.amount`, of `Decision.minutes`, of
    what is convertible, or the number of grants. `kinds` are the kinds of activity that count, all where empty; `within` names
    what else must be the same: (("site", …), ("client", …)).
    """

    of: Measure
    per: str
    first_on: date
    last_on: date
    kinds: tuple[str, ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    everybody: bool = False


class Used(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a Window: `amount` in the unit, in minutes or in grants, as the window asks."""

    window: Window
    amount: int


class Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The minutes of an occasion that a scheme has looked at, and what they earned before any cap."""

    minutes: int
    earned: int


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """All that a decision may see of an attendance and of its member.

    `minutes` is the time already counted once (overlaps removed); `evidence` is 0 to 4; `used` answers each of
    `rules.evaluate.needs(edition, facts)`, `answers` those of `rules.evaluate.questions(edition, facts)` that are known.
    `granted_on` is the day of the grant where it is not the day of the activity. `before` is what the scheme has looked at of the
    same occasion, for whoever comes back to it. `flags` are kept with the decision for those who review it.
    """

    attendance_id: UUID
    member_id: UUID
    activity_kind: str
    role: part.Role
    occurred_on: date
    minutes: Annotated[int, Meta(ge=0, le=part.MINUTES_MAX)]
    evidence: Annotated[int, Meta(ge=0, le=part.EVIDENCE_MAX)]
    flags: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()
    granted_on: date | None = None
    before: Before | None = None
    answers: tuple[Answer, ...] = ()
    registered_on: date | None = None
    """since when the member takes part in the scheme; None where it is not known"""
    site: str | None = None
    client: str | None = None
    event: str | None = None
    book: str | None = None
    """where it was, whom it was for, which occasion it was, and which booklet it was stamped in: any short text"""
    household: str | None = None
    """which household the member belongs to: any short text; None where nobody said"""
    marks: dict[str, bool] = {}
    """what was said about the activity: paid, for_kin, official_role …"""
    counts: dict[str, int] = {}
    """how many were `present`, or are `members`, and how many of them are of an age: `present_65`"""
    measures: dict[str, int] = {}
    """what was measured besides time: steps"""
    holiday: bool | None = None
    """whether the day is a public holiday; None where nobody looked"""
    started_minute: int | None = None
    """the minute of the day at which it began, in Japan; None where it is not known"""
    host_amount: int | None = None
    """what the host set, where the edition leaves it to the host"""
    attested: int | None = None
    """how many units the attestor gave, where the edition leaves it to them"""

    def grant_day(self) -> date:
        """The day of the grant."""
        return self.granted_on or self.occurred_on


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a trace: a stable code and the numbers behind it. Dates are ISO text; clauses and caps count from 1."""

    code: str
    numbers: dict[str, int | str]


class Beyond(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is granted beyond a cap, from other budget lines."""

    amount: Count
    funding: tuple[str, ...]


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an edition says about one attendance.

    `granted`: `amount` in minor units of `unit`, of which `beyond` is paid from other budget lines than `funding`; `convertible`
    is how much of it can be turned into money (None: all). `nothing`: 0, and the last step says why. `ask`: it depends on what
    nobody has told yet, and the last step says on what. `minutes` is the time that counts towards caps on minutes. `funding`
    names the budget lines to draw on, first to last. `expires_on` is the last day of use. `draws` are entries in a draw.
    """

    outcome: Literal["granted", "nothing", "ask"]
    amount: Count
    unit: str
    minutes: Count
    expires_on: date | None
    funding: tuple[str, ...]
    trace: tuple[Step, ...]
    convertible: int | None = None
    beyond: tuple[Beyond, ...] = ()
    draws: int = 0
    bonus: int = 0
    """how much of the amount is a bonus that the caps leave alone, and do not count"""
    looked: int = 0
    looked_earned: int = 0
    """the minutes that a clause adds up over a period, and what they add to what the sum earns: before campaigns, caps and `at_most`"""

    @property
    def reason(self) -> str:
        """The code of the step that decided: `granted`, or why nothing was. It is the last of the trace."""
        return self.trace[-1].code

    @property
    def can_be_converted(self) -> int:
        """How much of the amount can be turned into money."""
        return self.amount if self.convertible is None else self.convertible

    @property
    def counted(self) -> int:
        """How much of the amount the caps count."""
        return self.amount - self.bonus

    @property
    def earned(self) -> int | None:
        """What the clause gave before any cap, campaigns included; None where no clause looked at the time."""
        if not any(step.code == "clause" for step in self.trace):
            return None
        return sum(int(step.numbers["amount"]) for step in self.trace if step.code.startswith("earned_"))


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision beside the facts that it saw."""

    facts: Facts
    decision: Decision
