"""Who fits a need: a short list with a plain reason for every point. Pure, in integers, the same each time.

The list proposes and nobody is ruled out by it but those who neither offer this kind of help nor have helped this person before.
Among equals the one who was asked less of lately comes first, so that the work does not fall on the same few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from activities.presence import Span

Reason = Literal["offers_this", "free_at_that_time", "that_weekday", "same_neighbourhood", "same_district", "has_helped_before"]

POINTS: dict[Reason, int] = {
    "offers_this": 40,
    "free_at_that_time": 25,
    "that_weekday": 15,
    "same_neighbourhood": 20,
    "same_district": 10,
    "has_helped_before": 15,
}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A need: whose, of what kind, when, and where: `areas` from the smallest that the person lives in up to the municipality."""

    member_id: UUID
    kind: str
    when: Span
    weekday: int
    """1 Monday to 7 Sunday, in Japan"""
    areas: tuple[UUID, ...]


class Helper(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a member who might help. `weekdays` are those offered for this kind of help; none means any day."""

    member_id: UUID
    offers: bool
    weekdays: frozenset[int]
    areas: tuple[UUID, ...]
    helped_before: int
    """matches done for this person"""
    helped_lately: int
    """matches done for anybody in the last 30 days"""
    busy: tuple[Span, ...]


class Candidate(msgspec.Struct, frozen=True):
    """A member who fits, how well (the sum of POINTS of the reasons), and why."""

    member_id: UUID
    score: int
    reasons: tuple[Reason, ...]


def candidates(wanted: Wanted, helpers: Iterable[Helper], limit: int = 3) -> list[Candidate]:
    """The `limit` best fits, the best first."""
    fitting = [each for each in helpers if each.member_id != wanted.member_id and (each.offers or each.helped_before > 0)]
    ranked = sorted(
        ((_candidate(wanted, each), each.helped_lately) for each in fitting),
        key=lambda pair: (-pair[0].score, pair[1], pair[0].member_id),
    )
    return [candidate for candidate, _ in ranked[:limit]]


def _candidate(wanted: Wanted, helper: Helper) -> Candidate:
    reasons = _reasons(wanted, helper)
    return Candidate(helper.member_id, sum(POINTS[reason] for reason in reasons), reasons)


def _reasons(wanted: Wanted, helper: Helper) -> tuple[Reason, ...]:
    near = _nearness(wanted.areas, helper.areas)
    told: list[tuple[Reason, bool]] = [
        ("offers_this", helper.offers),
        ("free_at_that_time", not any(_overlap(wanted.when, span) for span in helper.busy)),
        ("that_weekday", helper.offers and (not helper.weekdays or wanted.weekday in helper.weekdays)),
        ("same_neighbourhood", near == "same_neighbourhood"),
        ("same_district", near == "same_district"),
        ("has_helped_before", helper.helped_before > 0),
    ]
    return tuple(reason for reason, holds in told if holds)


def _nearness(mine: Sequence[UUID], theirs: Sequence[UUID]) -> Reason | None:
    """How near two homes are: the same smallest area, or one below the whole municipality in common."""
    if mine and theirs and mine[0] == theirs[0] and len(mine) > 1:
        return "same_neighbourhood"
    return "same_district" if set(mine[:-1]) & set(theirs[:-1]) else None


def _overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
