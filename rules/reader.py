"""For whom a number is shown, and how so much of a unit, a time or a day reads in each language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kernel import amounts
from rules.wording import words
from rules.wording.said import NO_NAMES, Locale, Names, Wording


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is shown: the language, the unit's label in it, its decimals, the label of what the unit becomes, and the names
    that the town gave to its own codes.
    """

    locale: Locale
    unit: str
    scale: int = 0
    into: str = "yen"
    names: Names = field(default_factory=lambda: NO_NAMES)

    def counted(self, value: int | str) -> str:
        """So many of the unit."""
        if not isinstance(value, int):
            return str(value)
        one, _, many = self.unit.partition("|")
        label = many if many and value != 10**self.scale else one
        return f"{amounts.shown(value, self.scale)}{' ' if self.locale == 'en' else ''}{label}"

    def name(self, code: str, *books: Mapping[str, Wording]) -> str:
        """What the town calls a code; else its word in `books`; else the code itself."""
        return words.name(code, self.locale, self.names, *(books or (words.CODES,)))


def label(unit: str, locale: Locale, names: Names = NO_NAMES) -> str:
    """What a unit is called: as the town says, by the word that many schemes have, else its code. "one|many" in English."""
    found = names.get(unit) or words.UNITS.get(unit)
    return unit if found is None else found[locale]


def duration(minutes: int, locale: Locale) -> str:
    """90 minutes as 1時間30分, or 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    hour, minute = (" h", " min") if locale == "en" else ("時間", "分")
    parts = [f"{hours}{hour}"] if hours else []
    parts += [f"{rest}{minute}"] if rest or not hours else []
    return (" " if locale == "en" else "").join(parts)


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(on: date, locale: Locale) -> str:
    """A day with its year."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}" if locale == "en" else f"{on.year}年{on.month}月{on.day}日"
