"""The money flow of a fiscal year for the eye: what was voted, granted, used, lapsed and paid, and where everything is at its end.

Each figure names the accounts and kinds of entry that it is the sum of, so that the entries behind it can be listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from flows import budget, fiscal_year
from kernel import days
from ledger import periods, units
from ledger.periods import Flow
from rules import edition_store

BEGINNING = date(2000, 1, 1)
"""Before any entry: a closing balance is the sum of everything since."""

_HELD = ("pot", "wallet")
_STEPS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], int], ...] = (
    ("voted", ("budget",), ("appropriation", "supplement", "budget_return"), 1),
    ("granted", _HELD, tuple(sorted(fiscal_year.GRANTED)), 1),
    ("redeemed", _HELD, tuple(sorted(fiscal_year.REDEEMED)), -1),
    ("lapsed", _HELD, tuple(sorted(fiscal_year.LAPSED)), -1),
    ("corrected", _HELD, tuple(sorted(fiscal_year.CORRECTED)), 1),
    ("paid_out", ("paid_out",), (), 1),
)
_RESERVED = query.statement(
    """
    select u.code, sum(b.held)::bigint as held
    from ledger.balance b
    join ledger.unit u on u.municipality_id = b.municipality_id and u.unit_id = b.unit_id
    where b.municipality_id = db.municipality() and b.held > 0
    group by u.code
    """
)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and what it is the sum of. `sign` is -1 where the figure tells what left, and the entries say it below zero."""

    code: str
    amount: int
    account_kinds: tuple[str, ...]
    kinds: tuple[str, ...]
    first: date
    last: date
    sign: int = 1


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's year. `places` are the closing balances of all kinds of account; with `difference` they are zero together."""

    unit: str
    steps: list[Figure]
    places: list[Figure]
    held: fiscal_year.Held | None
    rolled: list[Flow]
    kinds: list[str]
    reserved: int
    difference: int


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal year: a sheet for each unit that was ever used, the budget lines, and how many months are open still.

    `unit_of` is the unit in which each scheme's budget is kept, `name_of` what the scheme is called, by the scheme's code.
    """

    fiscal_year: int
    first: date
    last: date
    sheets: list[Sheet]
    budgets: list[budget.LineState]
    unit_of: dict[str, str]
    name_of: dict[str, str]
    open_months: int


async def read(conn: AsyncConnection, year: int, *, now: datetime) -> Year:
    """The money flow of a fiscal year as far as it is booked."""
    first, last = days.fiscal_year_bounds(year)
    flows = await periods.roll_forward(conn, first, last)
    due = await periods.next_to_close(conn, now=now)
    reserved = {row.code: row.held for row in await query.rows(conn, _RESERVED)}
    known = {unit.unit_id: unit.code for unit in await units.all_units(conn)}
    schemes = await edition_store.schemes(conn)
    return Year(
        fiscal_year=year,
        first=first,
        last=last,
        sheets=sheets(flows, first, last, reserved),
        budgets=await budget.lines(conn, year, now=now),
        unit_of={scheme.code: known[scheme.unit_id] for scheme in schemes},
        name_of={scheme.code: scheme.name for scheme in schemes},
        open_months=sum(1 for nth in range(12) if days.months_later(first, nth) >= due),
    )


def sheets(flows: Sequence[Flow], first: date, last: date, reserved: dict[str, int]) -> list[Sheet]:
    """The sheets of all units in a roll-forward. Pure."""
    held, left = {each.unit: each for each in fiscal_year.held(flows)}, periods.differences(flows)
    return [
        Sheet(
            unit=unit,
            steps=[_step(step, rolled, first, last) for step in _STEPS],
            places=[_place(flow, last) for flow in rolled],
            held=held.get(unit),
            rolled=rolled,
            kinds=sorted({kind for flow in rolled for kind in flow.moved}),
            reserved=reserved.get(unit, 0),
            difference=left[unit],
        )
        for unit in sorted(left)
        for rolled in [[flow for flow in flows if flow.unit == unit]]
    ]


def _step(step: tuple[str, tuple[str, ...], tuple[str, ...], int], rolled: Sequence[Flow], first: date, last: date) -> Figure:
    code, account_kinds, kinds, sign = step
    moved = sum(
        amount
        for flow in rolled
        if flow.account_kind in account_kinds
        for kind, amount in flow.moved.items()
        if not kinds or kind in kinds
    )
    return Figure(code=code, amount=sign * moved, account_kinds=account_kinds, kinds=kinds, first=first, last=last, sign=sign)


def _place(flow: Flow, last: date) -> Figure:
    return Figure(
        code=flow.account_kind, amount=flow.closing, account_kinds=(flow.account_kind,), kinds=(), first=BEGINNING, last=last
    )
