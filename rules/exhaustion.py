"""When each budget line would run out: what is asked of it day by day, in the order of the activities. Pure.

What a day asks is drawn as grants are: from the lines that the decisions name, first to last, or by the shares of the edition.
Grants for activities before the period are drawn first, as they were decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from kernel import days
from rules.totals import Spending, Totals
from rules.vocabulary.edition import Edition


class Line(NamedTuple):
    """A budget line of a fiscal year, and what was appropriated for it so far."""

    fiscal_year: int
    code: str
    funding_source: str
    appropriated: int


class LineUse(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line under the draft, and as it was decided. `drawn` is what it pays in its fiscal year up to the end of the period.

    `runs_out_on` is the day of the first activity that it cannot pay whole, None where it lasts; `short` is what is asked of it as
    the last line and cannot be paid. `appropriated` is None where there is no such line.
    """

    fiscal_year: int
    code: str
    funding_source: str
    appropriated: int | None
    draft_drawn: int
    draft_runs_out_on: date | None
    draft_short: int
    current_drawn: int
    current_runs_out_on: date | None
    current_short: int


class _Use:
    """What becomes of a line while days pass."""

    def __init__(self, left: int) -> None:
        self.left, self.drawn, self.short = left, 0, 0
        self.runs_out_on: date | None = None

    def draw(self, on: date, wanted: int) -> int:
        """Draws what is there; what is missing."""
        part = min(self.left, wanted)
        self.left -= part
        self.drawn += part
        if part < wanted and self.runs_out_on is None:
            self.runs_out_on = on
        return wanted - part


_Key = tuple[int, str]


def used(draft: Edition, lines: Iterable[Line], found: Totals) -> tuple[LineUse, ...]:
    """Each line of the fiscal years that are touched, by year and code; those that the draft names and that are missing, too."""
    known = {(line.fiscal_year, line.code): line for line in lines}
    by_draft = _walk(known, found.spent, draft.shares)
    as_decided = _walk(known, found.current_spent, ())
    keys = sorted({*known, *by_draft, *as_decided})
    return tuple(_told(key, known.get(key), by_draft.get(key), as_decided.get(key)) for key in keys)


def _walk(lines: dict[_Key, Line], spent: Spending, shares: Sequence[int]) -> dict[_Key, _Use]:
    uses: dict[_Key, _Use] = {}
    for (on, funding), amount in sorted(spent.items()):
        year = days.fiscal_year(on)
        for code in funding:
            line = lines.get((year, code))
            uses.setdefault((year, code), _Use(0 if line is None else line.appropriated))
        if len(shares) == len(funding) > 0:
            for code, part in zip(funding, _shared(amount, shares), strict=True):
                uses[year, code].short += uses[year, code].draw(on, part)
        elif funding:
            _in_turn([uses[year, code] for code in funding], on, amount)
    return uses


def _in_turn(uses: Sequence[_Use], on: date, wanted: int) -> None:
    for use in uses:
        wanted = use.draw(on, wanted)
        if not wanted:
            return
    uses[-1].short += wanted


def _shared(amount: int, shares: Sequence[int]) -> list[int]:
    """The parts of an amount by percentages; what rounding leaves over is the first one's."""
    parts = [amount * share // 100 for share in shares]
    return [parts[0] + amount - sum(parts), *parts[1:]]


def _told(key: _Key, line: Line | None, by_draft: _Use | None, as_decided: _Use | None) -> LineUse:
    draft, current = by_draft or _Use(0), as_decided or _Use(0)
    return LineUse(
        fiscal_year=key[0],
        code=key[1],
        funding_source="" if line is None else line.funding_source,
        appropriated=None if line is None else line.appropriated,
        draft_drawn=draft.drawn,
        draft_runs_out_on=draft.runs_out_on,
        draft_short=draft.short,
        current_drawn=current.drawn,
        current_runs_out_on=current.runs_out_on,
        current_short=current.short,
    )
