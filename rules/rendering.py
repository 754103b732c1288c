"""The document of an edition: one spelling for each edition, ready to be read, copied and changed by an officer.

What is at its default is not written. Short tables stand in one line, long ones become sections; lists of tables at the top are
sections too, so that a clause or a cap is found by its heading. `rules.parse.parse(render(edition)) == edition`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias, cast
from unicodedata import east_asian_width

import msgspec

from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part

Toml: TypeAlias = "str | int | bool | date | list[Toml] | dict[str, Toml]"
Table: TypeAlias = "dict[str, Toml]"

LINE_COLUMNS_MAX = 110


def render(edition: Edition) -> str:
    """The TOML text of `edition`."""
    return "\n".join(_section(table(edition), ())).lstrip("\n") + "\n"


def value(stated: Toml) -> str:
    """A value as TOML writes it in one line."""
    match stated:
        case bool():
            return "true" if stated else "false"
        case str():
            return json.dumps(stated, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return "[" + ", ".join(value(item) for item in stated) + "]"
        case dict():
            return "{ " + ", ".join(f"{name} = {value(item)}" for name, item in stated.items()) + " }"
        case _:
            return str(stated)


# ----------------------------------------------------------------------------------------------------------- what is stated


def table(each: Part) -> Table:
    """The fields of a part that are not at their default, its tag first."""
    config = each.__struct_config__
    stated: Table = {} if config.tag_field is None else {config.tag_field: str(config.tag)}
    for field in msgspec.structs.fields(each):
        item = getattr(each, field.name)
        if field.required or item != field.default:
            stated[field.encode_name] = _stated(item)
    return stated


def _stated(each: object) -> Toml:
    if isinstance(each, Part):
        return table(each)
    if isinstance(each, tuple):
        return [_stated(item) for item in cast("tuple[object, ...]", each)]
    return cast("Toml", each)


# ---------------------------------------------------------------------------------------------------------------- its lines


def _section(table: Table, path: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table under its heading: what is short first, then a section for each long table in it."""
    sections = {name: stated for name, stated in table.items() if _needs_sections(name, stated, path)}
    for name, stated in table.items():
        if name not in sections:
            yield from _line(name, stated)
    for name, stated in sections.items():
        inner = (*path, name)
        heading = ".".join(inner)
        if isinstance(stated, dict):
            yield from ("", f"[{heading}]", *_section(stated, inner))
        elif isinstance(stated, list):
            for item in stated:
                yield from ("", f"[[{heading}]]", *_section(cast("Table", item), inner))


def _needs_sections(name: str, stated: Toml, path: tuple[str, ...]) -> bool:
    """A table too long for a line; a list of tables at the top, or one of which an item is too long for a line."""
    if isinstance(stated, dict):
        return not _fits(f"{name} = {value(stated)}")
    if isinstance(stated, list) and stated and isinstance(stated[0], dict):
        return not path or not all(_fits(_item(item)) for item in stated)
    return False


def _line(name: str, stated: Toml) -> list[str]:
    whole = f"{name} = {value(stated)}"
    if isinstance(stated, list) and not _fits(whole):
        return [f"{name} = [", *(_item(item) for item in stated), "]"]
    return [whole]


def _item(item: Toml) -> str:
    return f"    {value(item)},"


def _fits(line: str) -> bool:
    """Whether a line is short enough to be read; a character of full width counts as two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line) <= LINE_COLUMNS_MAX
