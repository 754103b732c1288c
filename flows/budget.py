"""Money for grants: a budget line is opened for a scheme, a fiscal year and a funding source, and appropriations fill it.

Nothing else fills it, and it can never go below zero: overspending is not forbidden but impossible.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from kernel import days, ids
from ledger import accounts, balances, posting
from ledger.draft import Draft, move
from rules import edition_store, refusals
from rules.edition_store import BudgetLine


class LineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line to be opened."""

    scheme: str
    code: str
    fiscal_year: int
    funding_source: str


class LineState(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line and what is left in it, in minor units of the scheme's unit."""

    budget_line_id: UUID
    scheme_id: UUID
    code: str
    fiscal_year: int
    funding_source: str
    left: int


class Appropriated(msgspec.Struct, frozen=True, kw_only=True):
    """An appropriation (or supplement) that was booked, and what the line holds after it."""

    entry_id: UUID
    budget_line_id: UUID
    amount: int
    left: int


async def open_line(conn: AsyncConnection, asked: LineAsked, *, actor: Actor, now: datetime) -> LineState:
    """Opens a budget line at zero. Raises UnknownScheme, BudgetLineExists."""
    scheme = await edition_store.scheme_by_code(conn, asked.scheme)
    await edition_store.lock_scheme(conn, scheme.scheme_id)
    lines = await edition_store.budget_lines(conn, [asked.fiscal_year])
    if any(line.scheme_id == scheme.scheme_id and line.code == asked.code for line in lines):
        raise refusals.BudgetLineExists(code_of_line=asked.code, fiscal_year=asked.fiscal_year)
    line_id = ids.new_id()
    account_id = await accounts.ensure(conn, "budget", scheme.unit_id, line_id)
    await accounts.ensure(conn, "appropriation", scheme.unit_id, scheme.scheme_id, floor=None)
    line = BudgetLine(
        budget_line_id=line_id,
        scheme_id=scheme.scheme_id,
        code=asked.code,
        fiscal_year=asked.fiscal_year,
        funding_source=asked.funding_source,
        account_id=account_id,
    )
    await edition_store.open_budget_line(conn, line, by=actor.principal_id, at=now)
    return _state(line, 0)


async def appropriate(
    conn: AsyncConnection, line_id: UUID, amount: int, reason: str, *, actor: Actor, now: datetime
) -> Appropriated:
    """Fills a budget line from what the council voted. Raises UnknownBudgetLine, AmountOutOfRange."""
    line = await edition_store.budget_line(conn, line_id)
    unit_id = next(each.unit_id for each in await edition_store.schemes(conn) if each.scheme_id == line.scheme_id)
    source = await accounts.ensure(conn, "appropriation", unit_id, line.scheme_id, floor=None)
    draft = Draft(
        entry_id=ids.new_id(),
        kind="appropriation",
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="appropriation",
        cause_id=ids.new_id(),
        lines=move(source, line.account_id, amount),
        actor=actor.principal_id,
        memo=reason,
    )
    posted = await posting.post_one(conn, draft, now=now)
    return Appropriated(entry_id=posted.entry_id, budget_line_id=line_id, amount=amount, left=posted.balances_after[1])


async def lines(conn: AsyncConnection, fiscal_year: int, *, now: datetime) -> list[LineState]:
    """The budget lines of a fiscal year and what is left in each."""
    found = await edition_store.budget_lines(conn, [fiscal_year])
    left = await balances.of_many(conn, [line.account_id for line in found], now=now)
    return [_state(line, left[line.account_id].posted) for line in found]


def _state(line: BudgetLine, left: int) -> LineState:
    return LineState(
        budget_line_id=line.budget_line_id,
        scheme_id=line.scheme_id,
        code=line.code,
        fiscal_year=line.fiscal_year,
        funding_source=line.funding_source,
        left=left,
    )
