"""The pages of docs/rules as tests read them: whole editions, parts of one, what was tried on them, and what is printed.

Blocks of a page are told apart by the words after the fence:

* `toml edition NAME`: a whole edition. `toml edition base` of the README is what parts are put into.
* `toml part`: some keys of an edition; with those of the base that it does not state it is an edition.
* `toml refused FIELD`: a part that is refused, at that field.
* `text tried`: what came of events by the edition above it, a line for each: `minutes = 90 → 1 granted (1 left)`. A line that begins
  with `member` says what is known of a person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

PAGES = Path(__file__).parents[2] / "docs" / "rules"
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^(?P<event>.*?) → (?P<amount>\d+) (?P<reason>\w+)(?: \((?P<left>\d+) left\))?$")

ATTENDANCE: dict[str, Any] = {
    "type": "attendance",
    "member": "hanako",
    "activity_kind": "salon",
    "role": "helper",
    "occurred_on": "2026-05-10",
    "minutes": 60,
    "evidence": 3,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "attendance": ATTENDANCE,
    "opening": {"member": "hanako", "occurred_on": "2026-05-10"},
    "claim": {"member": "hanako", "claimed_on": "2026-06-01"},
    "year_end": {"member": "hanako", "year_of": "2026-05-10", "closed_on": "2027-04-01"},
    "fee": {"activity_kind": "home_help", "occurred_on": "2026-05-10", "minutes": 60},
    "transfer": {"member": "hanako", "transferred_on": "2026-06-01", "amount": 1},
    "use": {"member": "hanako", "used_on": "2026-06-01", "what": "help", "amount": 1},
    "registration": {"member": "hanako", "on": "2026-05-10"},
    "award": {"member": "hanako", "on": "2027-04-01"},
}
"""What an event of a page is where its line does not say otherwise."""


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, the words after it, its text."""

    where: str
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def kind(self) -> str:
        """`toml part`, `text tried` …"""
        return " ".join((self.language, *self.words[:1]))


@lru_cache
def pages() -> dict[str, str]:
    """The text of every page by its name."""
    return {path.name: path.read_text("utf-8") for path in sorted(PAGES.glob("*.md"))}


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in order."""
    text = pages()[page]
    return [
        Block(f"{page}:{text.count(chr(10), 0, found.start()) + 1}", found[1], tuple(found[2].split()), found[3])
        for found in _BLOCK.finditer(text)
    ]


def edition_of(block: Block) -> str:
    """The whole document that an edition or a part stands for."""
    if block.words[0] == "edition":
        return block.text
    stated = tomllib.loads(block.text)
    kept = [line for line in base().splitlines() if line.split(" = ")[0] not in stated]
    return "\n".join([*kept, block.text])


@lru_cache
def base() -> str:
    """The edition that parts are put into: one line for each key."""
    return next(block.text for block in blocks("README.md") if block.words == ("edition", "base"))


def tried() -> Iterator[tuple[Block, str]]:
    """Every block of things that were tried, with the document that they were tried on."""
    for page in pages():
        document = base()
        for block in blocks(page):
            if block.kind in {"toml edition", "toml part"}:
                document = edition_of(block)
            elif block.kind == "text tried":
                yield block, document


def facts_of(block: Block) -> tuple[bytes, list[tuple[str, int, str, int | None]]]:
    """The facts document that the lines of a tried block stand for, and what they say comes of each event."""
    members: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    said: list[tuple[str, int, str, int | None]] = []
    for number, line in enumerate(block.text.splitlines(), start=1):
        if line.startswith("member "):
            members.append({"id": "hanako"} | _told(line.removeprefix("member ")))
            continue
        found = _LINE.match(line)
        if found is None:
            raise ValueError(f"{block.where}: cannot be read: {line}")
        told = _told(found["event"])
        plain = DEFAULTS[told.get("type", "attendance")]
        events.append({"id": f"e{number}", "type": "attendance"} | plain | told)
        left = None if found["left"] is None else int(found["left"])
        said.append((line, int(found["amount"]), found["reason"], left))
    return msgspec.json.encode({"members": members, "events": events}), said


def _told(pairs: str) -> dict[str, Any]:
    return {} if pairs == "as it is" else tomllib.loads(f"told = {{ {pairs} }}")["told"]
