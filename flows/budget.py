"""Money for grants: a budget line for a scheme, a fiscal year and a funding source; what the council votes fills it, by entries.

An appropriation (当初予算), a supplement (補正) and a return (返納) are each an entry of their kind, with a reason. Nothing else fills
a line, and it can never go below zero: overspending is not forbidden but impossible, and what is reserved cannot be returned.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from db import query
from kernel import days, ids, text
from kernel.amounts import AMOUNT_MAX
from ledger import accounts, posting
from ledger.draft import Draft, move
from ledger.refusals import AmountOutOfRange
from rules import edition_store, refusals
from rules.edition_store import BudgetLine

_MOVED = query.statement(
    """
    select l.account_id, e.kind, sum(l.amount)::bigint as amount
    from ledger.journal_line l
    join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
    where l.municipality_id = db.municipality() and l.account_id = any (cast(:accounts as bigint[]))
    group by l.account_id, e.kind
    """
)


class LineAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line to be opened."""

    scheme: str
    code: str
    fiscal_year: int
    funding_source: str


class LineState(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line, in minor units of the scheme's unit: appropriated + supplemented - returned - granted + taken_back = left.

    `taken_back` is what corrections of grants brought back.
    """

    budget_line_id: UUID
    scheme_id: UUID
    scheme: str
    code: str
    fiscal_year: int
    funding_source: str
    appropriated: int
    supplemented: int
    returned: int
    granted: int
    taken_back: int
    left: int


class Appropriated(msgspec.Struct, frozen=True, kw_only=True):
    """An appropriation, a supplement or a return that was booked, and what the line holds after it."""

    entry_id: UUID
    budget_line_id: UUID
    kind: str
    """appropriation, supplement or budget_return"""
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
    return _state(line, scheme.code, {})


async def appropriate(
    conn: AsyncConnection, line_id: UUID, amount: int, reason: str, *, actor: Actor, now: datetime
) -> Appropriated:
    """Fills a budget line from what the council voted. Raises UnknownBudgetLine, AmountOutOfRange."""
    return await _book(conn, _Wish("appropriation", line_id, amount, reason), actor, now)


async def supplement(
    conn: AsyncConnection, line_id: UUID, amount: int, reason: str, *, actor: Actor, now: datetime
) -> Appropriated:
    """Adds to a budget line by a supplementary vote. Raises UnknownBudgetLine, AmountOutOfRange."""
    return await _book(conn, _Wish("supplement", line_id, amount, reason), actor, now)


async def give_back(
    conn: AsyncConnection, line_id: UUID, amount: int, reason: str, *, actor: Actor, now: datetime
) -> Appropriated:
    """Returns what a line does not need: never more than it has, nor what is reserved. Raises UnknownBudgetLine, AmountOutOfRange,
    BudgetExhausted."""
    return await _book(conn, _Wish("budget_return", line_id, amount, reason), actor, now)


async def lines(conn: AsyncConnection, fiscal_year: int, *, now: datetime) -> list[LineState]:
    """The budget lines of a fiscal year by scheme and code, and what became of the money in each."""
    del now  # what is booked counts, whatever the hour
    found = await edition_store.budget_lines(conn, [fiscal_year])
    codes = {scheme.scheme_id: scheme.code for scheme in await edition_store.schemes(conn)}
    moved: dict[int, dict[str, int]] = {}
    for row in await query.rows(conn, _MOVED, accounts=[line.account_id for line in found]):
        moved.setdefault(row.account_id, {})[row.kind] = row.amount
    return [_state(line, codes[line.scheme_id], moved.get(line.account_id, {})) for line in found]


class _Wish(msgspec.Struct, frozen=True):
    kind: Literal["appropriation", "supplement", "budget_return"]
    line_id: UUID
    amount: int
    reason: str


async def _book(conn: AsyncConnection, wish: _Wish, actor: Actor, now: datetime) -> Appropriated:
    reason = text.clean("reason", wish.reason)
    if wish.amount <= 0:
        raise AmountOutOfRange(amount=wish.amount, amount_max=AMOUNT_MAX)
    line = await edition_store.budget_line(conn, wish.line_id)
    unit_id = next(each.unit_id for each in await edition_store.schemes(conn) if each.scheme_id == line.scheme_id)
    source = await accounts.ensure(conn, "appropriation", unit_id, line.scheme_id, floor=None)
    back = wish.kind == "budget_return"
    draft = Draft(
        entry_id=ids.new_id(),
        kind=wish.kind,
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind=wish.kind,
        cause_id=ids.new_id(),
        lines=move(line.account_id, source, wish.amount) if back else move(source, line.account_id, wish.amount),
        actor=actor.principal_id,
        memo=reason,
    )
    posted = await posting.post_one(conn, draft, now=now)
    left = posted.balances_after[0 if back else 1]
    return Appropriated(entry_id=posted.entry_id, budget_line_id=wish.line_id, kind=wish.kind, amount=wish.amount, left=left)


def _state(line: BudgetLine, scheme: str, moved: dict[str, int]) -> LineState:
    """A line from what each kind of entry moved on its account; whatever is none of the four is a correction of one. Pure."""
    named = {kind: moved.get(kind, 0) for kind in ("appropriation", "supplement", "budget_return", "grant")}
    return LineState(
        budget_line_id=line.budget_line_id,
        scheme_id=line.scheme_id,
        scheme=scheme,
        code=line.code,
        fiscal_year=line.fiscal_year,
        funding_source=line.funding_source,
        appropriated=named["appropriation"],
        supplemented=named["supplement"],
        returned=-named["budget_return"],
        granted=-named["grant"],
        taken_back=sum(moved.values()) - sum(named.values()),
        left=sum(moved.values()),
    )
