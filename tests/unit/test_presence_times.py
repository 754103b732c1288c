"""What a device's clock may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


def test_two_hours_around_what_is_planned() -> None:
    planned = Span(NOW, NOW + HOUR)
    assert scan_times.is_around(planned, NOW - 2 * HOUR)
    assert scan_times.is_around(planned, NOW + 3 * HOUR)
    assert not scan_times.is_around(planned, NOW - 2 * HOUR - timedelta(microseconds=1))
    assert not scan_times.is_around(planned, NOW + 3 * HOUR + timedelta(microseconds=1))
