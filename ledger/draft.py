"""What is asked of the book: entries as data, before anything is decided. Pure.

A draft's lines sum to zero in each unit. On an account of a lot-tracked unit a line also says which lots it takes or makes:

* a taking line (amount < 0): `Oldest()` by default, the lot that expires first being spent first; or `Exactly(…)` named lots;
* a giving line (amount > 0): `Fresh(…)`, one new lot with its own origin; `Carried()` by default, child lots of what the entry's
  taking lines of the same unit took, with their origin, funding and expiry; or `Exactly(…)`, which puts back into named lots.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

DRAFTS_MAX = 5_000  # of one list: about half a second under the lock
LINES_MAX = 400  # of one entry


class Fresh(msgspec.Struct, frozen=True):
    """A new lot: where the points come from, what pays for them, and the last day on which they can be spent (None: for ever)."""

    origin_attendance: UUID | None
    funding_account: int | None
    edition_id: UUID | None
    granted_on: date
    expires_on: date | None


class Oldest(msgspec.Struct, frozen=True):
    """Take from the lots that expire first.

    `expired_too` reaches lots past their last day for what the others do not cover: for holds placed while they were good.
    """

    expired_too: bool = False


class Exactly(msgspec.Struct, frozen=True):
    """Take from (line < 0) or put back into (line > 0) these lots: pairs of lot and positive amount."""

    parts: tuple[tuple[UUID, int], ...]


class Carried(msgspec.Struct, frozen=True):
    """Receive, as child lots, what the taking lines of this entry in the same unit took, in their order."""


Lots = Fresh | Oldest | Exactly | Carried


class Line(msgspec.Struct, frozen=True):
    """One account and a signed amount in minor units: negative leaves the account, positive comes to it."""

    account_id: int
    amount: int
    lots: Lots | None = None


class Confirm(msgspec.Struct, frozen=True):
    """The entry spends what was held: the hold is resolved, `amount` of it used, the rest released."""

    hold_id: UUID
    amount: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to be posted.

    `occurred_at` is when it happened in the world, `booked_on` the accounting date. (`cause_kind`, `cause_id`) name the record behind
    it; a cause is booked once per kind of entry. `actor` did it, `acting_for` says in whose place.
    """

    entry_id: UUID
    kind: str
    occurred_at: datetime
    booked_on: date
    cause_kind: str
    cause_id: UUID
    lines: tuple[Line, ...]
    actor: UUID | None = None
    acting_for: UUID | None = None
    reverses: UUID | None = None
    memo: str | None = None
    confirms: Confirm | None = None


class Posted(msgspec.Struct, frozen=True):
    """What was written: the entry, when it was recorded, and the balance after it of each account of its lines, in their order."""

    entry_id: UUID
    recorded_at: datetime
    balances_after: tuple[int, ...]


def move(
    from_account: int, to_account: int, amount: int, *, take: Lots | None = None, give: Lots | None = None
) -> tuple[Line, Line]:
    """The two lines that move `amount` from one account to another."""
    return Line(from_account, -amount, take), Line(to_account, amount, give)
