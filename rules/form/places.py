"""Where each value of a TOML text begins and ends, so that one can be changed without touching what stands around it.

The text has been read by `tomllib`, so it is well formed. Items of lists count from 1, as in all paths of documents.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules import lines
from rules.schema import Path

_VALUE_ENDS = re.compile(r"\n|#|,|\]|\}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value: where it stands, and what stands in it where it is a list [ … ] or a table { … }."""

    start: int
    end: int
    items: tuple[Node, ...] | None = None
    entries: tuple[Entry, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value. `names` are several where the key is dotted; `start` is where the key begins."""

    names: tuple[str, ...]
    start: int
    node: Node


@dataclass(slots=True)
class Section:
    """A heading and the keys under it; the top of the text is one without a heading. `body` is where the line after it begins."""

    path: Path
    start: int
    body: int
    entries: list[Entry] = field(default_factory=list[Entry])


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the text and where it stands."""

    text: str
    start: int
    end: int


def sections(text: str) -> list[Section]:
    """The top of `text` and every section of it, in order."""
    return _Reader(text).read()


def line_start(text: str, at: int) -> int:
    """Where the line of `at` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line after that of `at` begins; the end of the text where there is none."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.signs = [Sign(each[0], each.start(), each.end()) for each in lines.TOKEN.finditer(text) if each[0][0] != "#"]
        self.at = 0
        self.tables: dict[Path, int] = {}

    def read(self) -> list[Section]:
        found = [Section((), 0, 0)]
        while self.at < len(self.signs):
            sign = self.signs[self.at]
            if sign.text == "\n":
                self.at += 1
            elif sign.text == "[":
                found.append(self._heading())
            else:
                found[-1].entries.append(self._entry())
        return found

    def _heading(self) -> Section:
        start, brackets = self.signs[self.at].start, 0
        while self.signs[self.at].text == "[":
            brackets, self.at = brackets + 1, self.at + 1
        names = self._names("]")
        self.at += brackets
        path = lines.table_path(names, brackets == 2, self.tables)
        return Section(path, line_start(self.text, start), line_end(self.text, start))

    def _names(self, end: str) -> tuple[str, ...]:
        """The names of a key or heading, up to `end`, which is not taken."""
        names: list[str] = []
        while self.signs[self.at].text != end:
            if self.signs[self.at].text != ".":
                names.append(_unquoted(self.signs[self.at].text))
            self.at += 1
        return tuple(names)

    def _entry(self) -> Entry:
        start = self.signs[self.at].start
        names = self._names("=")
        self.at += 1
        return Entry(names, start, self._value())

    def _value(self) -> Node:
        sign = self.signs[self.at]
        if sign.text == "[":
            return self._list(sign.start)
        if sign.text == "{":
            return self._table(sign.start)
        end = sign.end
        while self.at < len(self.signs) and not _VALUE_ENDS.fullmatch(self.signs[self.at].text):
            end = self.signs[self.at].end
            self.at += 1
        return Node(sign.start, end)

    def _list(self, start: int) -> Node:
        items = tuple(self._value() for _ in self._inside("]"))
        return Node(start, self.signs[self.at - 1].end, items=items)

    def _table(self, start: int) -> Node:
        entries = tuple(self._entry() for _ in self._inside("}"))
        return Node(start, self.signs[self.at - 1].end, entries=entries)

    def _inside(self, end: str) -> Iterator[None]:
        """Stops before each item of a list or table, and behind its end."""
        self.at += 1
        while self.signs[self.at].text != end:
            if self.signs[self.at].text in {",", "\n"}:
                self.at += 1
            else:
                yield
        self.at += 1


def _unquoted(name: str) -> str:
    return str(tomllib.loads(f"name = {name}")["name"]) if name[0] in "\"'" else name
