"""How members' pages say amounts, kinds of help and times: `member_words.show(door, template, …)` gives templates all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from litestar import Response

from api import refusals
from api.pages import texts
from api.pages.door import PageDoor
from api.pages.texts import Locale
from flows.own_history import Line
from kernel import amounts, days
from ledger.units import Unit
from rules import showing
from wallets.holdings import Holding

MEMBER = {"member": "own"}
PAGE_ITEMS = 10
HELP_KINDS = ("shopping", "cleaning", "garden", "garbage", "walk", "talk", "home_help", "other")
"""What one can ask for with one tap; the word of each stands in the catalogue."""


Labelled = Unit | Holding


@dataclass(frozen=True)
class Words:
    """What templates say of values, in one language."""

    locale: Locale

    def amount(self, value: int, unit: Labelled) -> str:
        """An amount with its unit: 1,200 ポイント, 1時間30分."""
        sign = "−" if value < 0 else ""
        if unit.kind == "time":
            return sign + showing.duration(abs(value), self.locale)
        whole, dot, part = amounts.shown(abs(value), unit.scale).partition(".")
        label = unit.label_en if self.locale == "en" else unit.label_ja
        return f"{sign}{int(whole):,}{dot}{part} {label}"

    def kind(self, code: str) -> str:
        """What a kind of help is called; one that only the town knows is called help."""
        return self._one_of(f"member_kind.{code}", "member_kind.other")

    def minutes(self, value: int) -> str:
        """A length of time."""
        return showing.duration(value, self.locale)

    def thing(self, what: str) -> str:
        """What somebody looked at."""
        return self._one_of(f"seen.thing.{what}", "seen.thing.other")

    def moved(self, line: Line) -> str:
        """How a line came about."""
        way = "in" if line.amount > 0 else "out"
        return self._one_of(f"history.{way}.{line.kind}", f"history.{way}.other")

    def _one_of(self, key: str, otherwise: str) -> str:
        return texts.say(key if key in texts.catalogue() else otherwise, self.locale)


def show(door: PageDoor, template: str, **values: Any) -> Response[str]:
    """A page with words for amounts, kinds and lengths of time."""
    said = Words(door.locale)
    return door.page(
        template, amount=said.amount, kind=said.kind, minutes=said.minutes, thing=said.thing, moved=said.moved, **values
    )


def unit_called(units: list[Unit], code: str) -> Unit:
    """The unit with this code. Raises FormIncomplete."""
    found = next((unit for unit in units if unit.code == code), None)
    if found is None:
        raise refusals.FormIncomplete(field="unit")
    return found


def asked_time(day: str, clock: str) -> datetime:
    """The instant of a day and a clock as forms tell them: 2026-05-12, 10:00. Raises FormIncomplete."""
    try:
        on, at = date.fromisoformat(day), time.fromisoformat(clock)
        return days.local_time(on, at.hour, at.minute)
    except (ValueError, OverflowError):
        raise refusals.FormIncomplete(field="day") from None
