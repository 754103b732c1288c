"""All that is wrong with a document, told by the vocabulary itself: one walk over the types, not a check for each field.

msgspec stops at the first mistake; a person who writes an edition wants all of them, each with how to say it right. The walk
knows nothing of editions: what it says of a field is in that field's Meta (`description` in English, `extra["ja"]` in Japanese).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, cast

from msgspec import inspect

Path = tuple[str | int, ...]
Said = dict[str, str]
"""A sentence by language: `en`, `ja`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where, what is wrong, how to say it."""

    path: Path
    problem: Said
    hint: Said


def faults(kind: inspect.Type, value: object, path: Path = (), hint: Said | None = None) -> Iterator[Fault]:
    """Every way in which `value` is not of `kind`, in the order of the vocabulary."""
    hint = hint or {"en": "", "ja": ""}
    match kind:
        case inspect.Metadata():
            yield from faults(kind.type, value, path, _hint(kind) or hint)
        case inspect.StructType():
            yield from _in_table(kind, value, path, hint)
        case inspect.UnionType():
            yield from _in_union(kind, value, path, hint)
        case inspect.VarTupleType():
            yield from _in_list(kind, value, path, hint)
        case _:
            problem = _wrong(kind, value)
            if problem is not None:
                yield Fault(path, problem, hint)


def _hint(kind: inspect.Metadata) -> Said | None:
    meta = cast("Any", kind)
    return {"en": meta.extra_json_schema["description"], "ja": meta.extra["ja"]} if meta.extra else None


def _as_table(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _in_table(kind: inspect.StructType, value: object, path: Path, hint: Said) -> Iterator[Fault]:
    table = _as_table(value)
    if table is None:
        yield Fault(path, _not_a("a table { … }", "表 { … }", value), hint)
        return
    known = {field.encode_name: field for field in kind.fields}
    tags = [kind.tag_field] if kind.tag_field else []
    for name in table:
        if name not in known and name not in tags:
            yield Fault((*path, name), _unknown("field", "項目", name), _near(name, [*tags, *known]))
    for name, field in known.items():
        if name in table:
            yield from faults(field.type, table[name], (*path, name))
        elif field.required:
            said = _hint(field.type) if isinstance(field.type, inspect.Metadata) else None
            problem = {"en": f"`{name}` is not stated", "ja": f"`{name}` が書かれていません"}
            yield Fault((*path, name), problem, said or hint)


def _in_union(kind: inspect.UnionType, value: object, path: Path, hint: Said) -> Iterator[Fault]:
    variants = {str(each.tag): each for each in kind.types if isinstance(each, inspect.StructType)}
    tag_field = next(iter(variants.values())).tag_field or ""
    table = _as_table(value)
    if table is None:
        yield Fault(path, _not_a("a table { … }", "表 { … }", value), hint)
    elif tag_field not in table:
        problem = {"en": f"`{tag_field}` is not stated", "ja": f"`{tag_field}` が書かれていません"}
        yield Fault((*path, tag_field), problem, _choices(list(variants)))
    elif (tag := table[tag_field]) not in list(variants):
        yield Fault((*path, tag_field), _unknown(tag_field, tag_field, tag), _choices(list(variants)))
    else:
        yield from _in_table(variants[str(tag)], table, path, hint)


def _in_list(kind: inspect.VarTupleType, value: object, path: Path, hint: Said) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, _not_a("a list [ … ]", "並び [ … ]", value), hint)
        return
    value = cast("list[object]", value)
    if len(value) < (kind.min_length or 0):
        yield Fault(path, {"en": "the list is empty", "ja": "何も並んでいません"}, hint)
    if kind.max_length is not None and len(value) > kind.max_length:
        most = kind.max_length
        yield Fault(path, {"en": f"the list is longer than {most}", "ja": f"{most} 個を超えています"}, hint)
    for index, item in enumerate(value, start=1):
        yield from faults(kind.item_type, item, (*path, index), hint)


def _wrong(kind: inspect.Type, value: object) -> Said | None:
    """What is wrong with a value without parts; types are compared exactly, as true is no number and a moment no day."""
    match kind:
        case inspect.IntType():
            return _wrong_number(kind, value)
        case inspect.StrType():
            return _wrong_text(kind, value)
        case inspect.LiteralType():
            return None if value in list(kind.values) else _unknown("choice", "選択肢", value)
        case inspect.DateType():
            return None if type(value) is date else _not_a("a date such as 2026-04-01", "2026-04-01 のような日付", value)
        case _:
            raise NotImplementedError(f"the vocabulary has no {kind}")


def _wrong_number(kind: inspect.IntType, value: object) -> Said | None:
    if type(value) is not int:
        return _not_a("a whole number", "整数", value)
    least, most = kind.ge, kind.le
    if least is not None and value < least:
        return {"en": f"{value} is less than {least}", "ja": f"{value} は {least} より小さい数です"}
    if most is not None and value > most:
        return {"en": f"{value} is more than {most}", "ja": f"{value} は {most} より大きい数です"}
    return None


def _wrong_text(kind: inspect.StrType, value: object) -> Said | None:
    if type(value) is not str:
        return _not_a("a text in quotes", "引用符で囲んだ文字", value)
    if len(value) < (kind.min_length or 0):
        return {"en": "the text is empty", "ja": "文字がありません"}
    if kind.max_length is not None and len(value) > kind.max_length:
        most = kind.max_length
        return {"en": f"the text is longer than {most} characters", "ja": f"{most} 文字を超えています"}
    if kind.pattern is not None and not re.search(kind.pattern, value):
        return {
            "en": f"{_shown(value)} is not a code: a Latin letter, then letters, digits, - or _, at most 40",
            "ja": f"{_shown(value)} は符号ではありません(英字で始まり、英数字と - _ で 40 字まで)",
        }
    return None


def _shown(value: object) -> str:
    """A value as it stands in the document, shortened."""
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _not_a(en: str, ja: str, value: object) -> Said:
    text = isinstance(value, str)
    return {
        "en": f"{'the text ' if text else ''}{_shown(value)} is not {en}",
        "ja": f"{'文字 ' if text else ''}{_shown(value)} は、{ja}ではありません",
    }


def _unknown(en: str, ja: str, value: object) -> Said:
    return {"en": f"there is no {en} {_shown(value)}", "ja": f"{ja} {_shown(value)} はありません"}


def _choices(names: list[str]) -> Said:
    listed = ", ".join(names)
    return {"en": f"Choose one of: {listed}.", "ja": f"次から選びます: {listed}。"}


def _near(name: str, names: list[str]) -> Said:
    near = get_close_matches(name, names, n=1)
    if near:
        return {"en": f"Did you mean `{near[0]}`?", "ja": f"`{near[0]}` のことですか。"}
    listed = ", ".join(names)
    return {"en": f"Here one can say: {listed}.", "ja": f"ここに書ける項目: {listed}。"}
