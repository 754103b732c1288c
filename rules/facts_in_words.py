"""What a decision, a payout or a closing saw, line by line, with the source of each answer: for an auditor. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

import msgspec

from rules import showing
from rules.decision import Answer, Before, Facts, Used
from rules.payout import Claim, Holding, YearEnd
from rules.phrases import kinds
from rules.wording import fields, known, words
from rules.wording.said import NO_NAMES, Locale, Names


def lines(seen: Facts | Claim | YearEnd, locale: Locale, names: Names = NO_NAMES) -> tuple[str, ...]:
    """Every fact that is not at its default: its name, its value, and for an answer the days that were asked about and its source."""
    found: list[str] = []
    for field in msgspec.structs.fields(seen):
        value = getattr(seen, field.name)
        if field.name == "answers":
            found += [_answered(answer, locale, names) for answer in value]
        elif field.name in fields.FIELDS and value not in (field.default, (), {}):
            told = _coded(field.name, value, locale, names)
            found += [f"{fields.FIELDS[field.name][locale]}: {text}" for text in _values(told, locale, names)]
    return tuple(found)


def _coded(field: str, value: Any, locale: Locale, names: Names) -> Any:
    """A kind of activity and a part by their names; every other value as it is."""
    if field == "activity_kind" and value in names:
        return names[value][locale]
    if field == "activity_kind" and value in kinds.KINDS:
        return kinds.KINDS[value][locale == "en"]
    return words.WORDS[value][locale] if field == "role" and value in words.WORDS else value


def _answered(answer: Answer, locale: Locale, names: Names) -> str:
    asked = answer.question
    days = showing.day(asked.first_on, locale)
    if asked.last_on != asked.first_on:
        days = f"{days} - {showing.day(asked.last_on, locale)}"
    source = f", {fields.SOURCE[locale].format(source=answer.source)}" if answer.source else ""
    matter = known.matter(asked.fact, locale, "they", names)
    return f"{matter} [{asked.fact}]: {fields.YES_NO[answer.yes][locale]} ({days}{source})"


def _values(value: Any, locale: Locale, names: Names) -> Iterator[str]:
    """A value as people read it, a line for each of many."""
    if isinstance(value, Mapping):
        named = cast("Mapping[str, Any]", value)
        for name, each in named.items():
            yield from (f"{words.name(name, locale, names, words.CODES)} {text}" for text in _values(each, locale, names))
    elif isinstance(value, tuple):
        for each in cast("tuple[Any, ...]", value):
            yield from _values(each, locale, names)
    else:
        yield _value(value, locale)


def _value(value: Any, locale: Locale) -> str:
    match value:
        case bool():
            return fields.YES_NO[value][locale]
        case date():
            return showing.day(value, locale)
        case Used():
            return _used(value, locale)
        case Holding(remaining=remaining, occurred_on=occurred_on, expires_on=expires_on):
            until = "" if expires_on is None else f" (- {showing.day(expires_on, locale)})"
            return f"{remaining} {showing.day(occurred_on, locale)}{until}"
        case Before(minutes=minutes, earned=earned):
            return f"{earned} ({showing.duration(minutes, locale)})"
        case _:
            return str(value)


def _used(used: Used, locale: Locale) -> str:
    window = used.window
    whose = f", {fields.EVERYBODY[locale]}" if window.everybody else ""
    within = "".join(f", {name} {value}" for name, value in window.within)
    days = f"{showing.day(window.first_on, locale)} - {showing.day(window.last_on, locale)}"
    return f"{used.amount} {fields.MEASURES[window.of][locale]} ({words.name(window.per, locale, words.WORDS)}, {days}{within}{whose})"
