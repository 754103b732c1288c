"""All that is wrong with a document, told by the vocabulary itself: one walk over the types, not a check for each field.

msgspec stops at the first mistake; a person who writes an edition wants all of them, each with how to say it right. The walk
knows nothing of editions: what it says of a field is in that field's Meta (`description` in English, `extra["ja"]` in Japanese), and
what it calls a pattern is in `rules.vocabulary.part.IN_WORDS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from msgspec import inspect

from rules import scalars
from rules.scalars import Said

NESTING_MAX = 24
"""parts of a path: tests within tests ten deep are more than any ordinance has, and fewer than Python can follow"""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where, what is wrong, how to say it."""

    path: Path
    problem: Said
    hint: Said
    unknown: bool = False
    """the name is none of those that can stand there"""


def fault(path: Path, problem: tuple[str, str], hint: tuple[str, str]) -> Fault:
    """A mistake, said in English and in Japanese."""
    return Fault(path, {"en": problem[0], "ja": problem[1]}, {"en": hint[0], "ja": hint[1]})


def faults(kind: inspect.Type, value: object, path: Path = (), hint: Said | None = None) -> Iterator[Fault]:
    """Every way in which `value` is not of `kind`, in the order of the vocabulary."""
    match kind:
        case inspect.Metadata():
            yield from faults(kind.type, value, path, _said(kind) or hint)
        case inspect.UnionType():
            yield from _in_union(kind, value, path, hint)
        case inspect.StructType():
            yield from _in_table(kind, value, path, hint)
        case inspect.DictType():
            yield from _in_book(kind, value, path, hint)
        case inspect.VarTupleType():
            yield from _in_list(kind, value, path, hint or _NO_HINT)
        case _:
            problem = scalars.wrong(kind, value)
            if problem is not None:
                yield Fault(path, problem, _meant(kind, value, hint or _NO_HINT))


_NO_HINT: Said = {"en": "", "ja": ""}


def _said(kind: inspect.Metadata) -> Said | None:
    """What the vocabulary says of a field; None where nothing."""
    meta = cast("Any", kind)
    return {"en": meta.extra_json_schema["description"], "ja": meta.extra["ja"]} if meta.extra else None


def _in_table(kind: inspect.StructType, value: object, path: Path, hint: Said | None) -> Iterator[Fault]:
    tags = [kind.tag_field] if kind.tag_field else []
    known = {field.encode_name: field for field in kind.fields}
    names = [*tags, *known]
    if not isinstance(value, dict):
        yield Fault(path, scalars.not_a("a table { … }", "表 { … } ", value), hint or _fields(names))
        return
    if len(path) > NESTING_MAX:
        hint = {"en": "Say it with fewer tests within tests.", "ja": "要件の入れ子を浅くしてください。"}
        yield Fault(path, {"en": "this is nested too deeply", "ja": "入れ子が深すぎます"}, hint)
        return
    table = cast("dict[str, object]", value)
    for name in table:
        if name not in known and name not in tags:
            yield Fault((*path, name), scalars.unknown("field", "項目", name), _near(name, names, _fields(names)), unknown=True)
    for name, field in known.items():
        if name in table:
            yield from faults(field.type, table[name], (*path, name))
        elif field.required:
            yield Fault((*path, name), _missing(name), _hint_of(field.type) or hint or _NO_HINT)


def _in_book(kind: inspect.DictType, value: object, path: Path, hint: Said | None) -> Iterator[Fault]:
    """A table whose names are anybody's."""
    if not isinstance(value, dict):
        yield Fault(path, scalars.not_a("a table { … }", "表 { … } ", value), hint or _NO_HINT)
        return
    for name, each in cast("dict[str, object]", value).items():
        yield from faults(kind.value_type, each, (*path, name))


def _hint_of(kind: inspect.Type) -> Said | None:
    """How a field is said that was left out."""
    if isinstance(kind, inspect.LiteralType):
        return _choices([str(each) for each in kind.values])
    if isinstance(kind, inspect.Metadata):
        return _said(kind) or _hint_of(kind.type)
    if isinstance(kind, inspect.StructType):
        return _fields([field.encode_name for field in kind.fields])
    if isinstance(kind, inspect.UnionType):
        return _choices(list(_variants(kind))) if _variants(kind) else None
    return None


def _variants(kind: inspect.UnionType) -> dict[str, inspect.StructType]:
    return {str(each.tag): each for each in kind.types if isinstance(each, inspect.StructType) and each.tag is not None}


def _in_union(kind: inspect.UnionType, value: object, path: Path, hint: Said | None) -> Iterator[Fault]:
    """Variants told apart by their tag; or one type that may be left out, which TOML says by not saying it."""
    variants = _variants(kind)
    if not variants:
        stated = next(each for each in kind.types if not isinstance(each, inspect.NoneType))
        yield from faults(stated, value, path, hint)
        return
    tag_field = next(iter(variants.values())).tag_field or ""
    choices = _choices(list(variants))
    if not isinstance(value, dict):
        yield Fault(path, scalars.not_a("a table { … }", "表 { … } ", value), hint or choices)
        return
    table = cast("dict[str, object]", value)
    if tag_field not in table:
        yield Fault((*path, tag_field), _missing(tag_field), choices)
    elif (tag := table[tag_field]) not in list(variants):
        yield Fault((*path, tag_field), scalars.unknown(tag_field, tag_field, tag), _near(str(tag), list(variants), choices))
    else:
        yield from _in_table(variants[str(tag)], table, path, hint)


def _in_list(kind: inspect.VarTupleType, value: object, path: Path, hint: Said) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, scalars.not_a("a list [ … ]", "並び [ … ] ", value), hint)
        return
    value = cast("list[object]", value)
    if len(value) < (kind.min_length or 0):
        yield Fault(path, {"en": "the list is empty", "ja": "何も並んでいません"}, hint)
    if kind.max_length is not None and len(value) > kind.max_length:
        most = kind.max_length
        yield Fault(path, {"en": f"the list is longer than {most}", "ja": f"{most} 個を超えています"}, hint)
    for index, item in enumerate(value, start=1):
        yield from faults(kind.item_type, item, (*path, index), hint)


# ------------------------------------------------------------------------------------------------------------------ wording


def _missing(name: str) -> Said:
    return {"en": f"`{name}` is not stated", "ja": f"`{name}` が書かれていません"}


def _choices(names: list[str]) -> Said:
    listed = ", ".join(names)
    return {"en": f"Choose one of: {listed}.", "ja": f"次から選びます: {listed.replace(', ', '、')}。"}


def _fields(names: list[str]) -> Said:
    listed = ", ".join(names)
    return {"en": f"Here one can say: {listed}.", "ja": f"ここに書ける項目: {listed.replace(', ', '、')}。"}


def _meant(kind: inspect.Type, value: object, hint: Said) -> Said:
    """The choice that was probably meant, before what is said of the field."""
    choices = [str(each) for each in kind.values] if isinstance(kind, inspect.LiteralType) else []
    if choices and not hint["en"]:
        hint = _choices(choices)
    near = _OFTEN_MEANT.get(str(value)) or get_close_matches(str(value), choices, n=1)
    named = [each for each in near if each in choices]
    if not named:
        return hint
    en, ja = " or ".join(f"`{each}`" for each in named), "か ".join(f"`{each}` " for each in named).rstrip()
    return {"en": f"Did you mean {en}? {hint['en']}", "ja": f"{ja} のことですか。{hint['ja']}"}


_OFTEN_MEANT = {"year": ["fiscal_year", "calendar_year", "scheme_year"]}
"""Words that can mean several of the choices: all of them are named, so that nobody takes the first for the one that was meant."""


def _near(name: str, names: list[str], otherwise: Said) -> Said:
    """The name that was probably meant; what can be said where none is near."""
    near = get_close_matches(name, names, n=1)
    return {"en": f"Did you mean `{near[0]}`?", "ja": f"`{near[0]}` のことですか。"} if near else otherwise
