"""Where a key stands in a TOML text. `tomllib` reads values without their lines; a person needs the line.

The text has already been read by `tomllib`, so it is well formed: brackets match, and every key has its value. What stands inside
lists and tables over several lines is found at its own line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.schema import NESTING_MAX, Path

TOKEN = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|\n|[\[\]{}=,.]|[^\s\[\]{}=,.\"'#]+"
)


def find(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and item of `text`, by path; items of lists count from 1."""
    reader = _Reader()
    for sign in TOKEN.finditer(text):
        if not sign[0].startswith("#"):
            reader.take(sign[0])
        reader.line += sign[0].count("\n")
    return reader.found


def at(found: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest part around it that stands in the text."""
    while path not in found:
        path = path[:-1]
    return found[path]


@dataclass(slots=True)
class _Open:
    """A list or an inline table that is being read; `names` are those of the key before its `=`."""

    path: Path
    is_list: bool
    index: int = 1
    names: tuple[str, ...] = ()
    within_value: bool = False


@dataclass(slots=True)
class _Reader:
    """Takes one sign after another and knows the path at which the next value stands."""

    line: int = 1
    found: dict[Path, int] = field(default_factory=lambda: {(): 1})
    table: Path = ()
    tables: dict[Path, int] = field(default_factory=dict[Path, int])
    open: list[_Open] = field(default_factory=list[_Open])
    names: tuple[str, ...] = ()
    value_of: Path | None = None
    brackets: int = 0

    def take(self, sign: str) -> None:
        if self.open:
            self._inside(self.open[-1], sign)
        elif sign == "\n":
            self.names, self.value_of = (), None
        elif self.value_of is not None:
            self._value(self.value_of, sign)
        else:
            self._before_value(sign)

    def _before_value(self, sign: str) -> None:
        """A header or a key at the left of a line."""
        if sign == "[":
            self.brackets += 1
        elif sign == "]":
            if self.brackets:
                self.table = table_path(self.names, self.brackets == 2, self.tables)
                self._record(self.table)
            self.brackets, self.names = 0, ()
        elif sign == "=":
            self.value_of = (*self.table, *self.names)
            self._record(self.value_of)
        elif sign != ".":
            self.names = _longer(self.names, sign)

    def _value(self, path: Path, sign: str) -> None:
        if sign in {"[", "{"}:
            self.open.append(_Open(path, is_list=sign == "["))

    def _inside(self, place: _Open, sign: str) -> None:
        if sign in {"]", "}"}:
            self.open.pop()
        elif sign == ",":
            place.index, place.names, place.within_value = place.index + 1, (), False
        elif sign != "\n":
            self._in_list(place, sign) if place.is_list else self._in_table(place, sign)

    def _in_list(self, place: _Open, sign: str) -> None:
        self._record((*place.path, place.index))
        self._value((*place.path, place.index), sign)

    def _in_table(self, place: _Open, sign: str) -> None:
        if place.within_value:
            self._value((*place.path, *place.names), sign)
        elif sign == "=":
            place.within_value = True
            self._record((*place.path, *place.names))
        elif sign != ".":
            place.names = _longer(place.names, sign)

    def _record(self, path: Path) -> None:
        """The first line counts, for the path and for the tables that it names on the way."""
        for length in range(1, min(len(path), NESTING_MAX) + 1):
            self.found.setdefault(path[:length], self.line)


def _longer(names: tuple[str, ...], sign: str) -> tuple[str, ...]:
    """The names of a key and one more; what is nested deeper than anything that is read needs no place of its own."""
    return (*names, sign.strip("\"'")) if len(names) < NESTING_MAX else names


def table_path(names: tuple[str, ...], repeated: bool, tables: dict[Path, int]) -> Path:
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
