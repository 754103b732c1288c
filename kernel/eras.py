"""Years as people in Japan say them: 昭和25年, 令和元年. Pure.

The first day of each era stands in its 元号を改める政令: 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

import msgspec

EraName = Literal["taisho", "showa", "heisei", "reiwa"]


class Era(msgspec.Struct, frozen=True):
    """An era: its name in code and on screens, its first day, and how many years it has (None: it goes on)."""

    name: EraName
    label: str
    first_on: date
    years: int | None


ERAS = (
    Era("reiwa", "令和", date(2019, 5, 1), None),
    Era("heisei", "平成", date(1989, 1, 8), 31),
    Era("showa", "昭和", date(1926, 12, 25), 64),
    Era("taisho", "大正", date(1912, 7, 30), 15),
)
"""The latest first. Who was born earlier is told by the western year."""

NAMES: tuple[str, ...] = get_args(EraName)


def western_year(name: EraName, year: int) -> int:
    """The western year of a year of an era: showa 25 is 1950. Raises ValueError where the era has no such year."""
    era = next(each for each in ERAS if each.name == name)
    if year < 1 or (era.years is not None and year > era.years):
        raise ValueError(f"{era.label} has no year {year}")
    return era.first_on.year + year - 1


def spoken_year(on: date) -> str:
    """The year of a day as it is said: 令和8年, 昭和元年; 1912年 before the first of ERAS."""
    era = next((each for each in ERAS if on >= each.first_on), None)
    if era is None:
        return f"{on.year}年"
    year = on.year - era.first_on.year + 1
    return f"{era.label}{'元' if year == 1 else year}年"
