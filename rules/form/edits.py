"""What can be done to a document: a value put, taken out, or an empty item added to a list; and what then is in it. Pure."""

from __future__ import annotations

import copy
from typing import Any, TypeAlias, cast

import msgspec

from rules.rendering import Table, Toml
from rules.schema import Path


class Put(msgspec.Struct, frozen=True):
    """This value stands at `path`, in place of what stood there; what it stands in is made where there is none."""

    path: Path
    value: Toml


class Drop(msgspec.Struct, frozen=True):
    """Nothing stands at `path`; items behind it move up."""

    path: Path


class Add(msgspec.Struct, frozen=True):
    """One more, empty table at the end of the list at `path`."""

    path: Path


Edit: TypeAlias = Put | Drop | Add


def at(document: object, path: Path) -> Any:
    """What stands at `path`; None where nothing does."""
    for part in path:
        document = _inside(document, part)
    return document


def made(document: Table, edits: list[Edit]) -> Table:
    """The document after these edits, one after the other; `document` itself stays as it is."""
    changed: Table = copy.deepcopy(document)
    for edit in edits:
        match edit:
            case Put(path, value):
                _put(changed, path, copy.deepcopy(value))
            case Drop(path):
                _drop(changed, path)
            case Add(path):
                there = at(changed, path)
                _put(changed, path, [*(cast("list[Toml]", there) if isinstance(there, list) else []), {}])
    return changed


def _inside(document: object, part: str | int) -> object:
    if isinstance(document, dict) and isinstance(part, str):
        return cast("dict[str, object]", document).get(part)
    if isinstance(document, list) and isinstance(part, int):
        items = cast("list[object]", document)
        return items[part - 1] if 0 < part <= len(items) else None
    return None


def _put(document: Table, path: Path, value: Toml) -> None:
    parent = at(document, path[:-1])
    name = path[-1]
    if isinstance(parent, list) and isinstance(name, int):
        cast("list[Toml]", parent)[name - 1] = value
    elif isinstance(parent, dict):
        cast("Table", parent)[str(name)] = value
    else:
        _put(document, path[:-1], {str(name): value})


def _drop(document: Table, path: Path) -> None:
    parent, name = at(document, path[:-1]), path[-1]
    if isinstance(parent, list) and isinstance(name, int) and 0 < name <= len(cast("list[Toml]", parent)):
        del cast("list[Toml]", parent)[name - 1]
    elif isinstance(parent, dict):
        cast("Table", parent).pop(str(name), None)
