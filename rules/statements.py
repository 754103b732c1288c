"""What an edition says, in sentences: one for each chapter, and one for each clause, cap and test in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from rules.phrases import kinds, names, speak
from rules.phrases.speak import LOCALES, Locale, Tongue
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part

FOR_OFFICES = frozenset({"scheme", "name", "title", "unit", "starts_on", "names", "funding", "shares"})
"""Chapters that say how an edition is filed and paid for: nothing that a member does or gets depends on their words."""


def of(edition: Edition, locale: Locale, unit: str | None = None, scale: int = 0) -> list[str]:
    """Every chapter of `edition` that says something. `unit` is the unit's label (its code when absent), `scale` its decimals."""
    tongue = Tongue(locale, unit or edition.unit, scale)
    return [
        speak.sentence(said, tongue) for field in msgspec.structs.fields(edition) for said in _chapter(edition, field, tongue)
    ]


def for_everybody(edition: Edition, locale: Locale, unit: str, scale: int = 0) -> list[str]:
    """What members and other readers need: without FOR_OFFICES, and activities by their names."""
    own = {each.code: each.ja if locale == "ja" else each.en for each in edition.names}
    common = {code: said[LOCALES.index(locale)] for code, said in kinds.KINDS.items()}
    tongue = Tongue(locale, unit, scale, called=common | own)
    told = [field for field in msgspec.structs.fields(edition) if field.name not in FOR_OFFICES]
    return [speak.sentence(said, tongue) for field in told for said in _chapter(edition, field, tongue)]


def chapter(edition: Edition, name: str, tongue: Tongue) -> str:
    """What one chapter says as a whole."""
    return speak.sentence(f"{speak.name(Edition, name, tongue)}: {speak.value(edition, name, tongue)}", tongue)


def _chapter(edition: Edition, field: msgspec.structs.FieldInfo, tongue: Tongue) -> Iterator[str]:
    given: Any = getattr(edition, field.name)
    if field.default is not msgspec.NODEFAULT and given == field.default:
        return
    called = speak.name(Edition, field.name, tongue)
    parts = cast("tuple[Any, ...]", given) if isinstance(given, tuple) else ()
    if parts and isinstance(parts[0], Part):
        one = tongue.pick((called, f"{names.ITEMS.get(field.name, called)} "))
        yield from (f"{one}{number}: {speak.phrase(part, tongue)}" for number, part in enumerate(parts, start=1))
    else:
        yield f"{called}: {speak.value(edition, field.name, tongue)}"
