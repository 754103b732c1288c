"""A fiscal year in one sheet: what people held, what was granted, redeemed, lapsed and corrected, and what they hold.

opening + granted + carried in - redeemed - lapsed + corrected + other = closing, for each unit, over all wallets and the pot; and over
all accounts of the book every unit sums to zero. `other` names the kind of entry, so that nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import budget
from kernel import days
from ledger import periods
from ledger.periods import Flow

HELD = frozenset({"wallet", "pot"})
GRANTED = frozenset({"grant"})
CARRIED_IN = frozenset({"opening"})
REDEEMED = frozenset({"purchase", "conversion", "help", "group_use", "group_return"})
LAPSED = frozenset({"expiry", "year_end", "wind_down"})
CORRECTED = frozenset({"correction", "undo", "reversal"})


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What people hold of one unit, from one year to the next, in minor units. `redeemed` and `lapsed` are what left."""

    unit: str
    opening: int
    granted: int
    carried_in: int
    redeemed: int
    lapsed: int
    corrected: int
    other: dict[str, int]
    closing: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal year. `differences` is what does not add up: zero for each unit.

    `open_months` are not closed yet; those before the first entry of all have nothing to close.
    """

    fiscal_year: int
    held: list[Held]
    budgets: list[budget.LineState]
    differences: dict[str, int]
    open_months: list[date]


async def report(conn: AsyncConnection, year: int, *, now: datetime) -> Report:
    """The sheet of a fiscal year, as far as it is booked."""
    first, last = days.fiscal_year_bounds(year)
    flows = await periods.roll_forward(conn, first, last)
    due = await periods.next_to_close(conn, now=now)
    return Report(
        fiscal_year=year,
        held=held(flows),
        budgets=await budget.lines(conn, year, now=now),
        differences=periods.differences(flows),
        open_months=[month for month in _months(year) if month >= due],
    )


async def close(conn: AsyncConnection, year: int, *, actor: Actor, now: datetime) -> Report:
    """Closes the months of a fiscal year that are open still, in order, and gives its sheet: nothing is booked into it any more.

    Raises PeriodNotOver (March is not over, or a month before the year is open), PeriodClosed (it was closed before).
    """
    due = await periods.next_to_close(conn, now=now)
    months = _months(year)
    for month in [month for month in months if month >= due] or months[-1:]:
        await periods.close_month(conn, month, actor=actor.principal_id, now=now)
    return await report(conn, year, now=now)


def held(flows: Sequence[Flow]) -> list[Held]:
    """What people hold of each unit, from the roll-forward of all kinds of account. Pure."""
    found: dict[str, tuple[int, dict[str, int]]] = {}
    for flow in flows:
        if flow.account_kind in HELD:
            opening, moved = found.get(flow.unit, (0, {}))
            for kind, amount in flow.moved.items():
                moved[kind] = moved.get(kind, 0) + amount
            found[flow.unit] = (opening + flow.opening, moved)
    return [_held(unit, opening, moved) for unit, (opening, moved) in sorted(found.items())]


def _held(unit: str, opening: int, moved: dict[str, int]) -> Held:
    def of(kinds: frozenset[str]) -> int:
        return sum(amount for kind, amount in moved.items() if kind in kinds)

    named = GRANTED | CARRIED_IN | REDEEMED | LAPSED | CORRECTED
    return Held(
        unit=unit,
        opening=opening,
        granted=of(GRANTED),
        carried_in=of(CARRIED_IN),
        redeemed=-of(REDEEMED),
        lapsed=-of(LAPSED),
        corrected=of(CORRECTED),
        other={kind: amount for kind, amount in sorted(moved.items()) if kind not in named and amount},
        closing=opening + sum(moved.values()),
    )


def _months(year: int) -> list[date]:
    month, _ = days.fiscal_year_bounds(year)
    months = [month]
    while len(months) < 12:
        months.append(days.next_month(months[-1]))
    return months
