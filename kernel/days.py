"""Days, months and fiscal years as a Japanese municipality counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
FISCAL_YEAR_FIRST_MONTH = 4  # 地方自治法 208 条: the fiscal year runs from 1 April to 31 March


def local_date(at: datetime) -> date:
    """The date in Japan at the instant `at`."""
    return at.astimezone(TOKYO).date()


def local_time(on: date, hour: int, minute: int = 0) -> datetime:
    """The instant (UTC) at which clocks in Japan show `hour:minute` on the date `on`."""
    return datetime.combine(on, time(hour, minute), TOKYO).astimezone(UTC)


def fiscal_year(on: date) -> int:
    """The fiscal year (年度) that holds the date `on`: 2026-03-31 is in 2025."""
    return on.year if on.month >= FISCAL_YEAR_FIRST_MONTH else on.year - 1


@lru_cache(maxsize=256)
def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """First and last day of the fiscal year `year`."""
    return date(year, FISCAL_YEAR_FIRST_MONTH, 1), date(year + 1, FISCAL_YEAR_FIRST_MONTH, 1) - timedelta(days=1)


def month_of(on: date) -> date:
    """The first day of the month that holds `on`."""
    return on.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after the one that holds `month`."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_later(on: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day (民法 143 条 2 項)."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1)
    last = next_month(first) - timedelta(days=1)
    return first.replace(day=min(on.day, last.day))
