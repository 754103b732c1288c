"""Items of a list or table in one value: one more at the end, and one taken out, with the spacing that the others have. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from rules.form import places
from rules.form.places import Node

_COMMA = re.compile(r"\s*,")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(#[^\n]*)?(\r?\n|$)")
EMPTY = "{ }"


class Splice(NamedTuple):
    """What stands from `start` to `end` in a text is to be `text`."""

    start: int
    end: int
    text: str


def added(text: str, node: Node, newline: str) -> list[Splice]:
    """One more, empty table behind the items of a list, which has some; on a line of its own where the last one is."""
    last = [*(node.items or ())][-1]
    begins = places.line_start(text, last.start)
    indent = text[begins : last.start]
    comma = _COMMA.match(text, last.end)
    behind = comma.end() if comma else last.end
    closing = [] if comma else [Splice(last.end, last.end, ",")]
    if indent.strip():
        return [Splice(behind, behind, f" {EMPTY}," if comma else f", {EMPTY}")]
    if _REST_OF_LINE.match(text, behind):
        end = places.line_end(text, behind)
        return [*closing, Splice(end, end, f"{indent}{EMPTY},{newline}")]
    return [Splice(behind, behind, f"{',' if closing else ''}{newline}{indent}{EMPTY}")]


def dropped_item(text: str, node: Node, number: int) -> Splice:
    """A list without its item, or a table without its key, of this number from 0."""
    spans = _spans(node)
    start, end = spans[number]
    begins = places.line_start(text, start)
    rest = _REST_OF_LINE.match(text, end)
    if begins > node.start and not text[begins:start].strip() and rest is not None:
        return Splice(begins, rest.end(), "")
    if number > 0:
        return Splice(spans[number - 1][1], end, "")
    if len(spans) > 1:
        return Splice(start, spans[1][0], "")
    comma = _COMMA.match(text, end)
    return Splice(start, comma.end() if comma else end, "")


def _spans(node: Node) -> list[tuple[int, int]]:
    if node.items is not None:
        return [(each.start, each.end) for each in node.items]
    return [(each.start, each.node.end) for each in node.entries or ()]
