"""How the numbers of a step are shown: `{minutes:time}`, `{amount:points}`, `{expires_on:day}`. Pure.

Each way has one small function in `WAYS`, named in the templates of `rules.wording` after the colon. A value of another kind than its
way expects is shown as it is written: a trace is told, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rules import turns
from rules.decision import Step
from rules.reader import MONTHS, Reader, day, duration, label
from rules.wording import known, words
from rules.wording.said import Locale, Templates, Wording, said

__all__ = ["WAYS", "Reader", "Shown", "day", "duration", "label", "named", "sentence"]


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


def _day(shown: Shown) -> str:
    try:
        return day(date.fromisoformat(str(shown.value)), shown.locale)
    except ValueError:
        return str(shown.value)


def _month_day(shown: Shown) -> str:
    month, _, on = str(shown.value).partition("-")
    if not (month.isdigit() and on.isdigit() and 1 <= int(month) <= len(MONTHS)):
        return str(shown.value)
    if (month, on) == ("02", "29"):
        return {"ja": "2月末日", "ja-easy": "2月の おわり", "en": "the end of February"}[shown.locale]
    return f"{int(on)} {MONTHS[int(month) - 1]}" if shown.locale == "en" else f"{int(month)}月{int(on)}日"


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
    codes = [shown.reader.name(code, {}) for code in str(shown.value).split()]
    return words.listed(codes, shown.locale) if codes else known.PLACE[shown.locale]


def _kind(shown: Shown) -> str:
    """A kind of activity: as the town calls it, else as it is written."""
    named = shown.reader.names.get(str(shown.value))
    return str(shown.value) if named is None else named[shown.locale]


def _measure(shown: Shown) -> str:
    """What is measured or counted: steps, those present, those of an age."""
    return _people(shown) if turns.is_people(shown.value) else shown.reader.name(str(shown.value))


def _figure(shown: Shown) -> str:
    """So much of what is measured, with its word where it is people."""
    return turns.of_measure(shown.value, shown.step, shown.locale)


def _turn(turn: Callable[[int | str, Step, Reader], str]) -> Callable[[Shown], str]:
    return lambda shown: turn(shown.value, shown.step, shown.reader)


def _each(book: Mapping[str, Wording]) -> Callable[[Shown], str]:
    return lambda shown: words.listed([shown.reader.name(code, book) for code in str(shown.value).split()], shown.locale)


def _one(*books: Mapping[str, Wording]) -> Callable[[Shown], str]:
    return lambda shown: shown.reader.name(str(shown.value), *books)


def _word(*books: Mapping[str, Wording]) -> Callable[[Shown], str]:
    """A word of the vocabulary, which no town names otherwise."""
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
    "word": _word(words.WORDS),
    "kind": _kind,
    "measure": _measure,
    "figure": _figure,
    "band": _turn(turns.of_band),
    "then": _turn(turns.of_then),
    "whose": _turn(turns.of_whose),
    "reached": _turn(turns.of_reached),
    "handed": _turn(turns.of_form),
    "bought": _turn(turns.of_use),
    "due": _turn(turns.of_award),
    "award": _turn(turns.award),
    "code": _one(words.CODES),
    "form": _one(words.WORDS),
    "codes": _each(words.CODES),
    "forms": _each(words.WORDS),
    "relations": _each(words.WORDS),
    "notice": _word(words.NOTICE),
    "residence": _each(words.RESIDENCE),
    "insured": _word(words.INSURED),
    "matter": lambda shown: known.matter(str(shown.value), shown.locale, names=shown.reader.names),
    "of": lambda shown: shown.reader.name(str(shown.value).partition(":")[2]),
}
"""The ways of showing a number, by the word after the colon of a template's field."""
