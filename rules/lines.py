"""Where a key stands in a TOML text. `tomllib` reads values without their lines; a person needs the line.

The text has already been read by `tomllib`, so it is well formed. Only headers and keys are looked for; what stands inside a
list over several lines is found at the line of its key, which is near enough to see the mistake.
"""

from __future__ import annotations

import re

from rules.schema import Path

_STRING_OR_COMMENT = re.compile(r'"""(?:\\[\s\S]|[^\\])*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*')
_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*$")
_KEY = re.compile(r"^\s*([\w\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_INNER_KEY = re.compile(r"[{,]\s*([\w-]+)\s*=")


def find(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key of `text`, by path; items of lists count from 1."""
    found: dict[Path, int] = {(): 1}
    table: Path = ()
    tables: dict[Path, int] = {}
    depth = 0
    for number, line in enumerate(_STRING_OR_COMMENT.sub(_masked, text).split("\n"), start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = _table(_names(header[2]), header[1] == "[[", tables)
            found.setdefault(table, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            path = (*table, *_names(key[1]))
            found.setdefault(path, number)
            for inner in _INNER_KEY.findall(line):
                found.setdefault((*path, inner), number)
        depth = max(0, depth + sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}"))
    return found


def at(found: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest part around it that stands in the text."""
    while path not in found:
        path = path[:-1]
    return found[path]


def _masked(token: re.Match[str]) -> str:
    """Strings and comments without the characters that mean something elsewhere, and with their lines."""
    return "" if token[0].startswith("#") else re.sub(r"[^\w\n\"'-]", "_", token[0])


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _table(names: tuple[str, ...], repeated: bool, tables: dict[Path, int]) -> Path:
    """The path of a header: `[[caps]]` for the second time is ("caps", 2), and `[caps.x]` after it ("caps", 2, "x")."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in tables:
            path = (*path, tables[path])
    path = (*path, names[-1])
    if repeated:
        tables[path] = tables.get(path, 0) + 1
        return (*path, tables[path])
    return path
