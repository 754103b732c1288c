"""What an edition says, in sentences: one for each chapter, and one for each clause, cap and test in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from rules.phrases import names, speak
from rules.phrases.speak import Locale, Tongue
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part


def of(edition: Edition, locale: Locale, unit: str | None = None, scale: int = 0) -> list[str]:
    """Every chapter of `edition` that says something. `unit` is the unit's label (its code when absent), `scale` its decimals."""
    tongue = Tongue(locale, unit or edition.unit, scale)
    return [
        speak.sentence(said, tongue) for field in msgspec.structs.fields(edition) for said in _chapter(edition, field, tongue)
    ]


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
