"""Paying what decisions award: from the budget lines of the activity's fiscal year, in the order that the edition names.

A line that cannot pay all of a grant pays what it has, and the next line pays the rest; each part is a lot that knows its funding.
Where all lines together cannot pay, the grant is refused whole (`budget_exhausted`): nobody is paid in part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import days, ids
from kernel.refusal import Refusal
from ledger import accounts, load, posting, units
from ledger.draft import Draft, Fresh, Line
from rules import edition_store
from rules.decision_store import Kept
from rules.edition_store import BudgetLine


class Booked(msgspec.Struct, frozen=True):
    """How a decision was paid: the entry, or the code of the refusal."""

    entry_id: UUID | None
    refusal: str | None


class _Purse:
    """What the budget lines have left while a list is being funded."""

    def __init__(self, lines: Sequence[BudgetLine], left: dict[int, int]) -> None:
        self._lines = {(line.scheme_id, line.fiscal_year, line.code): line.account_id for line in lines}
        self._left = left

    def draw(self, kept: Kept) -> list[tuple[int, int]]:
        """Accounts and amounts that pay the decision, first to last. What is missing is asked of the last line, which refuses it."""
        year = days.fiscal_year(kept.facts.occurred_on)
        named = [(kept.scheme_id, year, code) for code in kept.decision.funding]
        found = [self._lines[key] for key in named if key in self._lines]
        wanted = kept.decision.amount
        if sum(self._left[account] for account in found) < wanted:
            return [(found[-1], wanted)] if found else []
        drawn: list[tuple[int, int]] = []
        for account in found:
            part = min(self._left[account], wanted)
            if part > 0:
                drawn.append((account, part))
                self._left[account] -= part
                wanted -= part
        return drawn


async def lock(conn: AsyncConnection, due: Sequence[Kept]) -> None:
    """Every wallet and every budget line that booking these decisions would touch, in one go and in order."""
    await _purse(conn, due, await _wallets(conn, due))


async def lock_around(conn: AsyncConnection, holders: Sequence[UUID], on: date) -> None:
    """Every wallet of these holders and every budget line of the fiscal year of a day, in one go and in order."""
    asked = [("wallet", unit.unit_id, holder) for unit in await units.all_units(conn) for holder in holders]
    wallets = [found for found in await accounts.find_many(conn, asked) if found is not None]
    lines = await edition_store.budget_lines(conn, [days.fiscal_year(on)])
    await load.lock(conn, [*wallets, *(line.account_id for line in lines)])


async def book(conn: AsyncConnection, decided: Sequence[Kept], *, actor: UUID | None, now: datetime) -> dict[UUID, Booked]:
    """Books the grants of decisions that award something and have no grant yet; by decision, what became of each."""
    due = [each for each in decided if each.decision.outcome == "granted" and each.entry_id is None and not each.voided]
    if not due:
        return {}
    wallets = await _wallets(conn, due)
    purse = await _purse(conn, due, wallets)
    booked: dict[UUID, Booked] = {}
    drafts: list[tuple[Kept, Draft]] = []
    for kept, wallet in zip(due, wallets, strict=True):
        drawn = purse.draw(kept)
        if drawn:
            drafts.append((kept, _draft(kept, wallet, drawn, actor, now)))
        else:
            booked[kept.decision_id] = Booked(None, "no_budget_line")
    outcomes = await posting.post(conn, [draft for _, draft in drafts], now=now)
    for (kept, draft), outcome in zip(drafts, outcomes, strict=True):
        refused = isinstance(outcome, Refusal)
        booked[kept.decision_id] = Booked(None, outcome.code) if refused else Booked(draft.entry_id, None)
    return booked


async def _wallets(conn: AsyncConnection, due: Sequence[Kept]) -> list[int]:
    units = {scheme.scheme_id: scheme.unit_id for scheme in await edition_store.schemes(conn)}
    return await accounts.open_many(
        conn, [accounts.Opening(units[each.scheme_id], "wallet", each.facts.member_id) for each in due]
    )


async def _purse(conn: AsyncConnection, due: Sequence[Kept], wallets: Sequence[int]) -> _Purse:
    lines = await edition_store.budget_lines(conn, [days.fiscal_year(each.facts.occurred_on) for each in due])
    locked = await load.lock(conn, sorted({*wallets, *(line.account_id for line in lines)}))
    return _Purse(lines, {line.account_id: locked[line.account_id].available for line in lines})


def _draft(kept: Kept, wallet: int, drawn: Sequence[tuple[int, int]], actor: UUID | None, now: datetime) -> Draft:
    today = days.local_date(now)
    taken = [Line(account, -amount) for account, amount in drawn]
    given = [Line(wallet, amount, _lot(kept, account, today)) for account, amount in drawn]
    return Draft(
        entry_id=ids.new_id(),
        kind="grant",
        occurred_at=days.local_time(kept.facts.occurred_on, 12),
        booked_on=today,
        cause_kind="decision",
        cause_id=kept.decision_id,
        lines=(*taken, *given),
        actor=actor,
    )


def _lot(kept: Kept, funding_account: int, today: date) -> Fresh:
    return Fresh(
        origin_attendance=kept.facts.attendance_id,
        funding_account=funding_account,
        edition_id=kept.edition_id,
        granted_on=today,
        expires_on=kept.decision.expires_on,
    )
