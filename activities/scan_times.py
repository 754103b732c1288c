"""What a device's clock may say about when a scan happened. Pure.

A device tells when it scanned and when it sent, both by its own clock; the difference between its sending and our receiving is its
skew, and is taken off. Nothing from the future counts, nor paper that is later than 45 days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from activities import refusals
from activities.presence import Span

AHEAD_MAX = timedelta(minutes=5)
AGE_MAX = timedelta(days=45)
AROUND_MAX = timedelta(hours=2)  # before the start and after the end of a slot or match
SKEW_SECONDS_MAX = 10 * 366 * 86_400  # a device that was reset to 1970 or 2000 is still corrected within these bounds


class ScannedAt(msgspec.Struct, frozen=True):
    """When a scan happened by our clock, and how far (whole seconds) the device's clock ran ahead of ours."""

    occurred_at: datetime
    skew_seconds: int


def skew_of(sent_at: datetime | None, now: datetime) -> int:
    """How many whole seconds a device that says it sends at `sent_at` runs ahead of us; 0 when it does not say."""
    if sent_at is None:
        return 0
    skew = (sent_at - now) // timedelta(seconds=1)
    return max(-SKEW_SECONDS_MAX, min(skew, SKEW_SECONDS_MAX))


def corrected(told: datetime | None, skew_seconds: int, now: datetime) -> ScannedAt:
    """When it happened: as `told` less the skew, or now. Raises ScanFromTheFuture, ScanTooOld."""
    if told is None:
        return ScannedAt(now, skew_seconds)
    occurred_at = told - timedelta(seconds=skew_seconds)
    if occurred_at > now + AHEAD_MAX:
        raise refusals.ScanFromTheFuture(occurred_at=occurred_at, latest=now + AHEAD_MAX)
    if occurred_at < now - AGE_MAX:
        raise refusals.ScanTooOld(occurred_at=occurred_at, earliest=now - AGE_MAX)
    return ScannedAt(occurred_at, skew_seconds)


def around(planned: Span) -> Span:
    """When scans of a slot or match are taken."""
    return Span(planned.starts_at - AROUND_MAX, planned.ends_at + AROUND_MAX)


def check_at_slot(slot_id: UUID, planned: Span, at: datetime) -> None:
    """Raises ScanOutsideSlot where the slot was not going on at `at`, give or take AROUND_MAX."""
    within = around(planned)
    if not within.starts_at <= at <= within.ends_at:
        raise refusals.ScanOutsideSlot(slot_id=slot_id, occurred_at=at, earliest=within.starts_at, latest=within.ends_at)


def check_at_match(match_id: UUID, longest: Span, at: datetime) -> None:
    """Raises ScanOutsideMatch where the help was not planned for `at`, give or take AROUND_MAX."""
    within = around(longest)
    if not within.starts_at <= at <= within.ends_at:
        raise refusals.ScanOutsideMatch(match_id=match_id, occurred_at=at, earliest=within.starts_at, latest=within.ends_at)
