"""How the numbers of a step are shown: `{minutes:time}`, `{amount:points}`, `{expires_on:day}`. Pure.

Each way has one small function in `WAYS`, named in the templates of `rules.wording` after the colon. A value of another kind than its
way expects is shown as it is written: a trace is told, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kernel import amounts
from rules.decision import Step
from rules.wording import known, words
from rules.wording.said import Locale, Templates, Wording, said


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is shown: the language, the unit's label in it, its decimals, and the label of what the unit becomes."""

    locale: Locale
    unit: str
    scale: int = 0
    into: str = "yen"

    def counted(self, value: int | str) -> str:
        """So many of the unit."""
        if not isinstance(value, int):
            return str(value)
        one, _, many = self.unit.partition("|")
        label = many if many and value != 10**self.scale else one
        return f"{amounts.shown(value, self.scale)}{' ' if self.locale == 'en' else ''}{label}"


def label(unit: str, locale: Locale) -> str:
    """The label of a unit that nobody named: a word where many schemes have the unit, else its code. "one|many" in English."""
    return words.UNITS[unit][locale] if unit in words.UNITS else unit


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of a step, which a template shows in one of the ways."""

    value: int | str
    step: Step
    reader: Reader

    def __format__(self, way: str) -> str:
        """The number in that way; as it is written where there is none."""
        return WAYS[way](self) if way else str(self.value)

    @property
    def locale(self) -> Locale:
        """The language."""
        return self.reader.locale


def sentence(step: Step, templates: Templates, reader: Reader) -> str:
    """What the step says; one readable sentence where it has no template. Never fails."""
    shown = {name: Shown(value, step, reader) for name, value in step.numbers.items()}
    fields: dict[str, object] = {**shown, "unit": reader.unit.rpartition("|")[2]}
    for wording in templates.get(step.code, ()):
        if named(wording) <= fields.keys():
            return wording[reader.locale].format(**fields)
    return _OTHER[reader.locale].format(code=step.code)


_OTHER = said(
    "くわしい理由は、窓口でお答えします(記号 {code})。",
    "くわしい ことは、窓口で 聞いてください(記号 {code})。",
    "The office can tell you the details (reason {code}).",
)
_FIELD = re.compile(r"\{([a-z_]+)(?::[a-z_]+)?\}")


def named(wording: Wording) -> set[str]:
    """The fields that a template names, in any language."""
    return {name for text in wording.values() for name in _FIELD.findall(text)}


# ------------------------------------------------------------------------------------------------------------------ the ways


def duration(minutes: int, locale: Locale) -> str:
    """90 minutes as 1時間30分, or 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    hour, minute = (" h", " min") if locale == "en" else ("時間", "分")
    parts = [f"{hours}{hour}"] if hours else []
    parts += [f"{rest}{minute}"] if rest or not hours else []
    return (" " if locale == "en" else "").join(parts)


_MONTHS = [
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
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}" if locale == "en" else f"{on.year}年{on.month}月{on.day}日"


def _day(shown: Shown) -> str:
    try:
        return day(date.fromisoformat(str(shown.value)), shown.locale)
    except ValueError:
        return str(shown.value)


def _month_day(shown: Shown) -> str:
    month, _, on = str(shown.value).partition("-")
    if not (month.isdigit() and on.isdigit() and 1 <= int(month) <= len(_MONTHS)):
        return str(shown.value)
    return f"{int(on)} {_MONTHS[int(month) - 1]}" if shown.locale == "en" else f"{int(month)}月{int(on)}日"


def _clock(shown: Shown) -> str:
    hour, _, minute = str(shown.value).partition(":")
    if not (hour.isdigit() and minute.isdigit()) or shown.locale == "en":
        return str(shown.value)
    return f"{int(hour)}時{int(minute)}分" if int(minute) else f"{int(hour)}時"


def _time(shown: Shown) -> str:
    return duration(shown.value, shown.locale) if isinstance(shown.value, int) else str(shown.value)


def _counted(shown: Shown) -> str:
    """What a cap, a limit or a bonus counts, with its own word: points, time or times."""
    of = shown.step.numbers.get("of")
    if of in {"minutes", "looked"}:
        return _time(shown)
    if of in {"grants", "claims"}:
        return f"{shown.value} times" if shown.locale == "en" else f"{shown.value}回"
    if of == "value":
        return _value(shown)
    return shown.reader.counted(shown.value)


def _value(shown: Shown) -> str:
    """So much of what the unit becomes."""
    return Reader(shown.locale, shown.reader.into).counted(shown.value)


def _times(shown: Shown) -> str:
    """So many percent as a multiple: 150 is 1.5倍."""
    if not isinstance(shown.value, int):
        return str(shown.value)
    whole, rest = divmod(shown.value, 100)
    figure = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return figure if shown.locale == "en" else f"{figure}倍"


def _people(shown: Shown) -> str:
    """Those who are counted: `present`, or of an age `present_65`."""
    of, _, age = str(shown.value).partition("_")
    name = words.name(of, shown.locale)
    if not age:
        return name
    return f"{name} aged {age} or over" if shown.locale == "en" else f"{age}歳以上の{name}"


def _places(shown: Shown) -> str:
    codes = [words.name(code, shown.locale, {}) for code in str(shown.value).split()]
    return words.listed(codes, shown.locale) if codes else known.PLACE[shown.locale]


def _each(book: Mapping[str, Wording]) -> Callable[[Shown], str]:
    return lambda shown: words.listed([words.name(code, shown.locale, book) for code in str(shown.value).split()], shown.locale)


def _one(*books: Mapping[str, Wording]) -> Callable[[Shown], str]:
    return lambda shown: words.name(str(shown.value), shown.locale, *books)


WAYS: dict[str, Callable[[Shown], str]] = {
    "points": lambda shown: shown.reader.counted(shown.value),
    "value": _value,
    "counted": _counted,
    "time": _time,
    "day": _day,
    "month_day": _month_day,
    "clock": _clock,
    "times": _times,
    "people": _people,
    "places": _places,
    "word": _one(words.WORDS),
    "code": _one(words.CODES),
    "form": _one(words.WORDS),
    "codes": _each(words.CODES),
    "forms": _each(words.WORDS),
    "relations": _each(words.WORDS),
    "notice": _one(words.NOTICE),
    "residence": _each(words.RESIDENCE),
    "insured": _one(words.INSURED),
    "matter": lambda shown: known.matter(str(shown.value), shown.locale),
    "of": lambda shown: words.name(str(shown.value).partition(":")[2], shown.locale),
}
"""The ways of showing a number, by the word after the colon of a template's field."""
