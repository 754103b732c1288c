"""What a conversion is applied to (`Claim`) and what comes of it (`Payout`), and what a year's end does (`Closing`). All are kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from rules.decision import Answer, Count, Step, Used


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is left of one grant: `remaining` in minor units, `convertible` how much of it can be turned into money (None: all of
    it).

    `occurred_on` is the day of the activity, `granted_on` that of the grant; `expires_on` the last day of use, None for never.
    `holding_id` is the lot in the book, or any text.
    """

    holding_id: str
    occurred_on: date
    granted_on: date
    remaining: Count
    convertible: Count | None = None
    expires_on: date | None = None

    @property
    def can_be_converted(self) -> int:
        """How much of what remains can be turned into money."""
        return self.remaining if self.convertible is None else min(self.remaining, self.convertible)


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """All that a payout may see of a claim, of its claimant and of what they hold.

    `amount` is how many points are claimed at most (None: all that can be). `form` is the form of payout that was chosen, by its
    code or, where it has none, its name; None where the edition offers one alone. `used` answers `rules.convert.needs`, `answers`
    those of `rules.convert.questions` that are known. `deductions` are what is taken off a limit: other subsidies received.
    `left_on` is the last day on which the claimant still fulfilled the tests of the scheme, None while they do. `chosen` are the
    decrees (their number in the document, from 1) whose extension the claimant chose.
    """

    claim_id: UUID
    member_id: UUID
    claimed_on: date
    holdings: tuple[Holding, ...]
    amount: Annotated[int, Meta(ge=1)] | None = None
    form: str | None = None
    directed_to: str | None = None
    answers: tuple[Answer, ...] = ()
    used: tuple[Used, ...] = ()
    deductions: dict[str, int] = {}
    registered_on: date | None = None
    left_on: date | None = None
    chosen: tuple[int, ...] = ()


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a holding goes into a claim."""

    holding_id: str
    amount: Count


class Payout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an edition says about one claim.

    `paid`: `points` become `value` of `unit` in the form `form`, payable from `payable_from` on; `taken` says from which
    holdings, oldest first; `lost` of the points taken are a remainder that becomes nothing. `nothing`: nothing is taken, and the
    last step says why. `ask`: it depends on what nobody has told yet.
    """

    outcome: Literal["paid", "nothing", "ask"]
    points: Count
    lost: Count
    value: Count
    unit: str
    form: str | None
    payable_from: date | None
    taken: tuple[Taken, ...]
    trace: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """The code of the step that decided: `paid`, or why nothing was. It is the last of the trace."""
        return self.trace[-1].code


class YearEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the end of a scheme year may see of one member: what they hold when the year is closed on `closed_on`.

    `year_of` is any day of the scheme year that is closed: holdings of that year and of those before are looked at, later ones
    are not. `left_on` is the last day on which the holder still fulfilled the tests of the scheme, None while they do.
    """

    member_id: UUID
    year_of: date
    closed_on: date
    holdings: tuple[Holding, ...]
    registered_on: date | None = None
    chosen: tuple[int, ...] = ()
    left_on: date | None = None


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an edition says about a member's year end: what lapses (`taken` says of which holdings) and what is carried on."""

    carried: Count
    lapsed: Count
    taken: tuple[Taken, ...]
    trace: tuple[Step, ...]
