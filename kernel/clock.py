"""The one place that reads the time. Everything else is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock moved to another start: it keeps running, and can be set again.

    For playing a day of a town in a few seconds (the demo, tests). Nothing in the service can move it.
    """

    def __init__(self, start: datetime) -> None:
        self._shift = start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def set(self, to: datetime) -> None:
        """Sets the clock to `to`."""
        self._shift = to - datetime.now(UTC)

    def forward(self, by: timedelta) -> None:
        """Moves the clock by `by`."""
        self._shift += by
