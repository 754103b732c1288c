"""What is read beside the form: what its parts are called, and the sentence that each part says, as everybody will read it."""

from __future__ import annotations

from typing import Any, cast, get_type_hints

import msgspec

from rules import statements
from rules.form.shown import View
from rules.phrases import names, speak
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part

_HINTS = get_type_hints(Edition, include_extras=True)


def label(holder: str, field: str, view: View) -> str:
    """What a field is called; its own name where it has no other."""
    known = names.of(holder, field)
    return field if known is None else view.pick((known.ja, _capital(known.en)))


def numbered(label: str, field: str, number: int, view: View) -> str:
    """What one of several is called: with the list's label, or the word that English has for one of it."""
    return view.pick((f"{label}{number}", f"{_capital(names.ITEMS.get(field, label))} {number}"))


def sentences(raw: dict[str, Any], view: View) -> dict[str, str]:
    """By chapter (`expiry`), or item of one (`caps[2]`), the sentence that it says; nothing of what does not read well yet."""
    said: dict[str, str] = {}
    edition = _as_far(raw)
    for name in Edition.__struct_fields__:
        given = getattr(edition, name)
        if isinstance(given, tuple) and name in raw and _holds_parts(raw[name]):
            for number, part in enumerate(cast("tuple[Part | None, ...]", given), start=1):
                if part is not None:
                    called = numbered(label("Edition", name, view), name, number, view)
                    said[f"{name}[{number}]"] = speak.sentence(f"{called}: {speak.phrase(part, view.tongue)}", view.tongue)
        elif given is not None:
            said[name] = statements.chapter(edition, name, view.tongue)
    return said


def _as_far(raw: dict[str, Any]) -> Edition:
    """The edition as far as it reads well, chapter by chapter; None stands where one does not, or is not said and not usual."""
    return Edition(**{field.name: _chapter(field, raw) for field in msgspec.structs.fields(Edition)})


def _chapter(field: msgspec.structs.FieldInfo, raw: dict[str, Any]) -> Any:
    name = field.name
    if name not in raw:
        return None if field.required else field.default
    if not _holds_parts(raw[name]):
        return _converted(raw[name], _HINTS[name])
    one = [_converted([each], _HINTS[name]) for each in raw[name]]
    return tuple(None if each is None else each[0] for each in one)


def _converted(value: Any, kind: Any) -> Any:
    """The value as the vocabulary has it; None where it is not of it yet."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError):
        return None


def _holds_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in cast("list[Any]", value))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
