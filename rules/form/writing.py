"""Writes edits into the text of a document: the bytes around a change stay as they are, and what is new is written as `render` would.

A value in place of another goes where that stood. A new key goes to the end of its table, a new section behind the last of its kind,
else to the end of the text. What is taken out goes with its line and the remark on it.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise

from rules import rendering
from rules.form import edits, places
from rules.form.edits import Add, Drop, Edit, Put
from rules.form.lists import Splice, added, dropped_item
from rules.form.places import Entry, Node, Section
from rules.schema import Path


class NotWritten(Exception):
    """The text could not be changed as it was meant: a mistake of ours, found before anybody is misled."""


def write(text: str, wanted: list[Edit]) -> str:
    """`text` after these edits, one after the other; without edits, the same text. Raises NotWritten."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text.removeprefix(mark)
    expected = edits.made(tomllib.loads(bare), wanted)
    written = bare
    for group in _together(bare, wanted):
        written = _all_at_once(written, group)
    if not _says(written, expected):
        raise NotWritten
    return mark + written


def _says(text: str, expected: rendering.Table) -> bool:
    try:
        return tomllib.loads(text) == expected
    except ValueError:
        return False


def _together(text: str, wanted: list[Edit]) -> list[list[Edit]]:
    """The edits in groups, each written at once, that give the same; one by one where anything depends on the order."""
    if not _apart(wanted):
        return [[each] for each in wanted]
    found = Places(text)
    there = {*found.nodes, *(each.path for each in found.sections)}
    simple = [each for each in wanted if isinstance(each, Put) and each.path in found.nodes]
    known = {each.path for each in simple}
    others = [each for each in wanted if each.path not in known]
    turns: dict[Path, int] = {}
    groups: dict[int, list[Edit]] = {}
    for each in (one for one in others if one.path[:-1] in there):
        turn = turns[each.path[:-1]] = turns.get(each.path[:-1], 0) + 1  # two in one table are written one after the other
        groups.setdefault(turn, []).append(each)
    return [[*simple], *groups.values(), *([each] for each in others if each.path[:-1] not in there)]


def _apart(wanted: list[Edit]) -> bool:
    """Whether no edit is about what another is about, and none renumbers a list."""
    ordered = sorted(tuple(str(part) for part in each.path) for each in wanted)
    nested = any(after[: len(before)] == before for before, after in pairwise(ordered))
    return not nested and not any(isinstance(each, Add) or isinstance(each.path[-1], int) for each in wanted)


def _all_at_once(text: str, group: list[Edit]) -> str:
    found = Places(text)
    splices = [splice for each in group for splice in found.splices(each)]
    for splice in sorted(splices, key=lambda each: each.start, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


class Places:
    """The places of one text, and what has to be spliced into it for an edit."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.sections = places.sections(text)
        self.nodes: dict[Path, Node] = {}
        self.owners: dict[Path, tuple[Section | Node, int]] = {}
        for section in self.sections:
            self._take(section.path, section, section.entries)

    def _take(self, path: Path, owner: Section | Node, entries: list[Entry]) -> None:
        for number, entry in enumerate(entries):
            self._node((*path, *entry.names), entry.node, owner, number)

    def _node(self, path: Path, node: Node, owner: Section | Node, number: int) -> None:
        self.nodes[path], self.owners[path] = node, (owner, number)
        self._take(path, node, list(node.entries or ()))
        for index, item in enumerate(node.items or (), start=1):
            self._node((*path, index), item, node, index - 1)

    # ------------------------------------------------------------------------------------------------------- one edit

    def splices(self, edit: Edit) -> list[Splice]:
        """What an edit changes in the text."""
        match edit:
            case Put(path, value):
                return [self._put(path, value)]
            case Drop(path):
                return self._drop(path)
            case Add(path):
                return self._add(path)

    def _put(self, path: Path, value: rendering.Toml) -> Splice:
        node = self.nodes.get(path)
        if node is not None:
            return Splice(node.start, node.end, written(value))
        parent, name = path[:-1], str(path[-1])
        inline = self.nodes.get(parent)
        if inline is not None and inline.entries is not None:
            return _into_inline(inline, f"{name} = {written(value)}")
        if inline is not None:
            return Splice(inline.start, inline.end, written({name: value}))
        return self._new_line(parent, name, written(value))

    def _new_line(self, parent: Path, name: str, value: str) -> Splice:
        """A line of its own, where its table is written in lines."""
        own = next((each for each in self.sections if each.path == parent), None)
        if own is not None:
            place = self._behind(own, own.entries)
            return self._line(place, f"{name} = {value}")
        for section in self.sections:
            rest = parent[len(section.path) :]
            akin = [each for each in section.entries if each.names[: len(rest)] == rest]
            if parent[: len(section.path)] == section.path and akin:
                return self._line(self._behind(section, akin), ".".join([*map(str, rest), name]) + f" = {value}")
        inner = next((each for each in self.sections if each.path[: len(parent)] == parent), None)
        if inner is not None:
            heading = ".".join(each for each in parent if isinstance(each, str))
            lines = f"[{heading}]{self.newline}{name} = {value}{self.newline}{self.newline}"
            return Splice(inner.start, inner.start, lines)
        return self._put(parent, {name: _read(value)})

    def _behind(self, section: Section, entries: list[Entry]) -> int:
        """Where a line can follow these keys of a section, or its heading."""
        return places.line_end(self.text, entries[-1].node.end) if entries else section.body

    def _line(self, at: int, line: str) -> Splice:
        broken = at > 0 and self.text[at - 1] != "\n"
        return Splice(at, at, f"{self.newline if broken else ''}{line}{self.newline}")

    def _drop(self, path: Path) -> list[Splice]:
        owner = self.owners.get(path)
        if owner is not None and isinstance(inline := owner[0], Node):
            return [dropped_item(self.text, inline, owner[1])]
        emptied = isinstance(path[-1], int) and not any(each.path == (*path[:-1], 2) for each in self.sections)
        return [
            *([self._new_line(path[:-2], str(path[-2]), "[]")] if emptied else []),
            *(self._without(each) for each in self.sections if _within(each.path, path)),
            *(
                Splice(places.line_start(self.text, entry.start), places.line_end(self.text, entry.node.end), "")
                for section in self.sections
                if not _within(section.path, path)
                for entry in section.entries
                if _within((*section.path, *entry.names), path)
            ),
        ]

    def _without(self, section: Section) -> Splice:
        """A section goes with its lines and the empty ones behind it; a remark that comes after stays."""
        end = self._behind(section, section.entries)
        while end < len(self.text) and not self.text[end : places.line_end(self.text, end)].strip():
            end = places.line_end(self.text, end)
        return Splice(section.start, end, "")

    def _add(self, path: Path) -> list[Splice]:
        node = self.nodes.get(path)
        if node is not None and node.items:
            return added(self.text, node, self.newline)
        akin = [each for each in self.sections if _within(each.path, path)]
        if node is None and not akin and len(path) > 1:
            return [self._put(path, [{}])]
        place = self._behind(akin[-1], akin[-1].entries) if akin else len(self.text)
        if node is not None and (len(path) > 1 or self._has_remark(node)):
            return [Splice(node.start, node.end, "[{ }]")]
        broken = self.newline if place > 0 and self.text[place - 1] != "\n" else ""
        heading = ".".join(each for each in path if isinstance(each, str))
        section = Splice(place, place, f"{broken}{self.newline}[[{heading}]]{self.newline}")
        return [section, *(self._drop(path) if node is not None else [])]

    def _has_remark(self, node: Node) -> bool:
        return "#" in self.text[node.start : places.line_end(self.text, node.end)]


def written(value: rendering.Toml) -> str:
    """A value as it stands in a line."""
    return "{ }" if value == {} else "[{ }]" if value == [{}] else rendering.value(value)


def _read(value: str) -> rendering.Toml:
    return tomllib.loads(f"value = {value}")["value"]


def _into_inline(table: Node, entry: str) -> Splice:
    if not table.entries:
        return Splice(table.start, table.end, f"{{ {entry} }}")
    end = table.entries[-1].node.end
    return Splice(end, end, f", {entry}")


def _within(path: Path, outer: Path) -> bool:
    return path[: len(outer)] == outer
