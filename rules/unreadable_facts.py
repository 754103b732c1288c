"""What is wrong with a facts document, all at once, in English or Japanese: each mistake with its event and how to say it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, Literal, cast

import msgspec
from msgspec import inspect

from rules import schema
from rules.schema import Fault
from rules.trial_document import FactsDocument

MISTAKES_MAX = 200
_DOCUMENT = inspect.type_info(FactsDocument)


class FactsMistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: the place (`events[4].occurred_on`), the id and type of the event as far as they can be read, what and how."""

    path: str
    id: str | None
    type: str | None
    problem: str
    hint: str

    def __str__(self) -> str:
        about = " ".join(each for each in (self.id, f"({self.type})" if self.type else "") if each)
        where = ": ".join(each for each in (about, self.path) if each)
        return (f"{where}: " if where else "") + self.problem + (f"\n    {self.hint}" if self.hint else "")


def find(facts_json: bytes, locale: Literal["en", "ja"]) -> tuple[FactsMistake, ...]:
    """The mistakes in the order of the document, the first MISTAKES_MAX; none where only the reader itself knows what is wrong."""
    try:
        document = json.loads(facts_json.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        return (plain(_NO_JSON[locale].format(line=error.lineno, column=error.colno)),)
    except (UnicodeDecodeError, RecursionError, ValueError):
        return (plain(_NO_TEXT[locale]),)
    found = (*schema.faults(_DOCUMENT, _dated(_DOCUMENT, document)), *_twice(document))
    return tuple(_told(fault, document, locale) for fault in islice(found, MISTAKES_MAX))


_NO_JSON = {
    "en": "this cannot be read as JSON, at line {line}, character {column}",
    "ja": "JSON として読めません({line}行目の{column}文字目)",
}
_NO_TEXT = {"en": "this is no JSON in UTF-8", "ja": "UTF-8 の JSON として読めません"}


def plain(problem: str) -> FactsMistake:
    """A mistake of the document as a whole."""
    return FactsMistake(path="", id=None, type=None, problem=problem, hint="")


def _told(fault: Fault, document: Any, locale: Literal["en", "ja"]) -> FactsMistake:
    item = _item(document, fault.path)
    named, sort = item.get("id"), item.get("type")
    return FactsMistake(
        path="".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in fault.path).removeprefix("."),
        id=named if isinstance(named, str) else None,
        type=sort if isinstance(sort, str) else None,
        problem=fault.problem[locale],
        hint=fault.hint[locale],
    )


def _item(document: Any, path: schema.Path) -> dict[str, Any]:
    """The event or member that a path leads into; nothing where it leads into none."""
    if len(path) < 2 or not isinstance(path[1], int):
        return {}
    item: Any = document[path[0]][path[1] - 1]
    return cast("dict[str, Any]", item) if isinstance(item, dict) else {}


def _twice(document: Any) -> Iterator[Fault]:
    """An id that stands there before."""
    if not isinstance(document, dict):
        return
    lists = cast("dict[str, Any]", document)
    for names in (("events", "attendances", "claims"), ("members",)):
        seen: set[str] = set()
        for name in names:
            items = lists.get(name)
            for number, item in enumerate(cast("list[Any]", items) if isinstance(items, list) else [], start=1):
                each = _item(lists, (name, number)).get("id")
                if isinstance(each, str) and each in seen:
                    said = (f'the id "{each}" is there twice', f"id「{each}」が二度あります")
                    yield schema.fault((name, number, "id"), said, ("Give each its own id.", "それぞれ別の id にします。"))
                seen |= {each} if isinstance(each, str) else set()
                del item


def _dated(kind: inspect.Type, value: Any) -> Any:
    """The document with days as days where the type wants them, and without what is null where it may be left out."""
    match kind:
        case inspect.Metadata():
            return _dated(kind.type, value)
        case inspect.DateType():
            return _day(value)
        case inspect.UnionType():
            return _dated(_meant(kind, value), value)
        case inspect.VarTupleType() if isinstance(value, list):
            return [_dated(kind.item_type, each) for each in cast("list[Any]", value)]
        case inspect.StructType() if isinstance(value, dict):
            types = {field.encode_name: field.type for field in kind.fields if not field.required}
            all_types = {field.encode_name: field.type for field in kind.fields}
            given = cast("dict[str, Any]", value).items()
            return {
                name: _dated(all_types[name], each) if name in all_types else each
                for name, each in given
                if each is not None or name not in types
            }
        case _:
            return value


def _meant(kind: inspect.UnionType, value: Any) -> inspect.Type:
    """The one of several types that the value is of: by its tag, or what is not None."""
    tag = cast("dict[str, Any]", value).get("type") if isinstance(value, dict) else None
    structs = [each for each in kind.types if isinstance(each, inspect.StructType) and each.tag is not None]
    found = next((each for each in structs if each.tag == tag), None)
    others = (each for each in kind.types if not isinstance(each, inspect.NoneType | inspect.StructType))
    return found or next(others, inspect.AnyType())


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
