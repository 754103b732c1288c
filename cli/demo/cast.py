"""Who plays: the people of the town with their tokens and cards, and what the story has to remember between scenes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.demo.calendar import Calendar
from cli.demo.caller import Caller, Tally
from cli.demo.casting import Town
from cli.demo.stage import Stage
from kernel import days

Say = Callable[[str], None]


@dataclass(frozen=True)
class Member:
    """A member: the phone they call with, their number, and the address in the symbol of their card."""

    caller: Caller
    member_id: str
    number: int
    name: str
    card: str


@dataclass
class Cast:
    """Everybody and everything on stage. `done` counts what the story did, to be held against what the book says."""

    stage: Stage
    town: Town
    calendar: Calendar
    say: Say
    tally: Tally = field(default_factory=Tally)
    done: Counter[str] = field(default_factory=Counter[str])
    organisations: dict[str, str] = field(default_factory=dict[str, str])
    callers: dict[str, Caller] = field(default_factory=dict[str, Caller])
    members: list[Member] = field(default_factory=list[Member])
    budget_lines: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    """What a scene leaves for a later one: ids of slots, matches, redemptions."""

    @property
    def now(self) -> datetime:
        """The instant on stage."""
        return self.stage.clock.now()

    def until(self, at: datetime) -> None:
        """Time passes. It never runs back."""
        if at < self.now:
            raise ValueError(f"the story is at {self.now}, past {at}")
        self.stage.clock.set(at)

    def scene(self, at: datetime, title: str) -> None:
        """A scene begins."""
        self.until(at)
        self.say(f"\n{at.astimezone(days.TOKYO):%m/%d %H:%M}  {title}")

    def tell(self, line: str) -> None:
        """A line of the story."""
        self.say(f"             {line}")

    def officers(self) -> tuple[Caller, Caller]:
        """Two officers: what one proposes the other approves."""
        return self.callers["officer"], self.callers["second officer"]

    def guests(self, first: int, count: int) -> Iterator[Member]:
        """Some members, by place."""
        return iter(self.members[first : first + count])
