"""Public holidays of Japan (国民の祝日に関する法律), with the days off instead and the days between two of them."""

from __future__ import annotations

from datetime import date

import jpholiday


def is_holiday(on: date) -> bool:
    """Whether the day is a public holiday, as the law that is known today has it."""
    return jpholiday.is_holiday(on)
