"""What a device's clock may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from activities import refusals, scan_times
from activities.presence import Span

NOW = datetime(2026, 5, 10, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_without_a_time_it_happened_now() -> None:
    assert scan_times.corrected(None, 0, NOW).occurred_at == NOW


@pytest.mark.parametrize("ahead", [timedelta(hours=9), -timedelta(days=5), timedelta(0), timedelta(seconds=90)])
def test_a_wrong_clock_is_taken_off(ahead: timedelta) -> None:
    happened = NOW - 2 * HOUR
    skew = scan_times.skew_of(NOW + ahead, NOW)
    assert scan_times.corrected(happened + ahead, skew, NOW).occurred_at == happened


def test_a_clock_beyond_reason_does_not_break_us() -> None:
    skew = scan_times.skew_of(datetime(9999, 12, 31, tzinfo=UTC), NOW)
    assert skew == scan_times.SKEW_SECONDS_MAX
    with pytest.raises(refusals.ScanTooOld):
        scan_times.corrected(NOW, skew, NOW)


def test_five_minutes_ahead_and_no_more() -> None:
    assert scan_times.corrected(NOW + timedelta(minutes=5), 0, NOW).occurred_at == NOW + timedelta(minutes=5)
    with pytest.raises(refusals.ScanFromTheFuture):
        scan_times.corrected(NOW + timedelta(minutes=5, microseconds=1), 0, NOW)


def test_forty_five_days_back_and_no_more() -> None:
    assert scan_times.corrected(NOW - timedelta(days=45), 0, NOW).occurred_at == NOW - timedelta(days=45)
    with pytest.raises(refusals.ScanTooOld):
        scan_times.corrected(NOW - timedelta(days=45, microseconds=1), 0, NOW)


@pytest.mark.parametrize("at", [NOW - 2 * HOUR, NOW, NOW + 3 * HOUR])
def test_two_hours_around_what_is_planned_are_taken(at: datetime) -> None:
    scan_times.check_at_slot(UUID(int=1), Span(NOW, NOW + HOUR), at)
    scan_times.check_at_match(UUID(int=1), Span(NOW, NOW + HOUR), at)


@pytest.mark.parametrize("at", [NOW - 2 * HOUR - timedelta(microseconds=1), NOW + 3 * HOUR + timedelta(microseconds=1)])
def test_and_no_more(at: datetime) -> None:
    with pytest.raises(refusals.ScanOutsideSlot):
        scan_times.check_at_slot(UUID(int=1), Span(NOW, NOW + HOUR), at)
    with pytest.raises(refusals.ScanOutsideMatch):
        scan_times.check_at_match(UUID(int=1), Span(NOW, NOW + HOUR), at)
