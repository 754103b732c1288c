"""The document of an edition: one spelling for each edition, ready to be read, copied and changed.

What is at its default is not written. `rules.parse.parse(render(edition)) == edition`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TypeAlias, cast

import msgspec

from rules.vocabulary.edition import Edition

Toml: TypeAlias = "str | int | bool | date | tuple[Toml, ...] | dict[str, Toml]"


def render(edition: Edition) -> str:
    """The TOML text of `edition`."""
    stated = cast("dict[str, Toml]", msgspec.to_builtins(edition, builtin_types=(date,)))
    tables = {key: _tables(value) for key, value in stated.items()}
    written = [_line(key, value) for key, value in stated.items() if not tables[key]]
    for key, items in tables.items():
        for item in items:
            written += ["", f"[[{key}]]", *(_line(name, value) for name, value in item.items())]
    return "\n".join(written) + "\n"


def _tables(value: Toml) -> list[dict[str, Toml]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, tuple) else []


def _line(name: str, stated: Toml) -> str:
    return f"{name} = {value(stated)}"


def value(stated: Toml) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(stated, dict):
        return "{ " + ", ".join(_line(name, item) for name, item in stated.items()) + " }"
    if isinstance(stated, tuple):
        return "[" + ", ".join(value(item) for item in stated) + "]"
    if isinstance(stated, bool):
        return "true" if stated else "false"
    return json.dumps(stated, ensure_ascii=False) if isinstance(stated, str) else str(stated)
