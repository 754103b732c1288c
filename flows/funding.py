"""Paying what decisions award: from the budget lines of the activity's fiscal year, in the order that the edition names, or in shares.

A line that cannot pay all of a grant pays what it has, and the next line pays the rest; where the edition splits every grant, each
line pays its share, the first one also what does not divide; what is beyond a cap is borne by the lines that the cap names. Each part
is a lot that knows its funding. Where they cannot pay all of it, the grant is refused whole (`budget_exhausted`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import days, ids
from kernel.refusal import Refusal
from ledger import accounts, load, posting, units
from ledger.draft import Draft, Fresh, Line
from rules import bearing, decision_store, edition_store
from rules.decision_store import Kept
from rules.edition_store import BudgetLine, InForce

Shares = Mapping[UUID, tuple[int, ...]]  # by edition, the percentages of its budget lines; empty where they are drawn on in order


class Booked(msgspec.Struct, frozen=True):
    """How a decision was paid: the entry, or the code of the refusal."""

    entry_id: UUID | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Accounts and amounts that pay a decision, first to last; where not `covered` the last line is asked for what it has not."""

    parts: tuple[tuple[int, int], ...]
    covered: bool


class Purse:
    """What the budget lines have left while a list is being decided or funded."""

    def __init__(self, lines: Sequence[BudgetLine], left: Mapping[int, int]) -> None:
        self._lines = {(line.scheme_id, line.fiscal_year, line.code): line.account_id for line in lines}
        self._left = dict(left)

    def draw(self, kept: Kept, shares: tuple[int, ...]) -> Drawn:
        """Takes out what pays the decision, or nothing where it is not covered. Without any line for a part of it: no parts."""
        year = days.fiscal_year(kept.facts.occurred_on)
        left, parts = dict(self._left), dict[int, int]()
        for codes, amount in bearing.portions(kept.decision, shares):
            wanted = amount
            named = [(kept.scheme_id, year, code) for code in codes]
            found = [self._lines[key] for key in named if key in self._lines]
            if not found:
                return Drawn((), covered=False)
            for account in found:
                part = min(left[account], wanted)
                if part > 0:
                    parts[account] = parts.get(account, 0) + part
                    left[account] -= part
                    wanted -= part
            if wanted:
                parts[found[-1]] = parts.get(found[-1], 0) + wanted
                return Drawn(tuple(parts.items()), covered=False)
        self._left = left
        return Drawn(tuple(parts.items()), covered=True)


async def lock_around(conn: AsyncConnection, holders: Sequence[UUID], on: Sequence[date]) -> None:
    """Every wallet of these holders and every budget line of the fiscal years of these days, in one go and in order.

    Before them, alone on what is granted to everybody together by schemes that cap it.
    """
    if not on:
        return
    in_force = await edition_store.in_force(conn, on)
    await lock_everybody(conn, [ruled_by for found in in_force.values() for ruled_by in found])
    asked = [("wallet", unit.unit_id, holder) for unit in await units.all_units(conn) for holder in holders]
    wallets = [found for found in await accounts.find_many(conn, asked) if found is not None]
    lines = await edition_store.budget_lines(conn, [days.fiscal_year(day) for day in on])
    await load.lock(conn, [*wallets, *(line.account_id for line in lines)])


async def lock_everybody(conn: AsyncConnection, ruled_by: Sequence[InForce]) -> None:
    """Alone on what those schemes grant to all members together whose editions cap it."""
    capped = {each.scheme.scheme_id for each in ruled_by if any("member" not in cap.for_each for cap in each.edition.caps)}
    await decision_store.lock_everybody(conn, sorted(capped))


async def book(conn: AsyncConnection, decided: Sequence[Kept], *, actor: UUID | None, now: datetime) -> dict[UUID, Booked]:
    """Books the grants of decisions that award something and have no grant yet; by decision, what became of each."""
    due = [each for each in decided if each.decision.outcome == "granted" and each.entry_id is None and not each.voided]
    if not due:
        return {}
    wallets = await _wallets(conn, due)
    purse, shares = await _purse(conn, due, wallets), await _shares(conn, due)
    booked: dict[UUID, Booked] = {}
    drafts: list[tuple[Kept, Draft]] = []
    for kept, wallet in zip(due, wallets, strict=True):
        drawn = purse.draw(kept, shares[kept.edition_id])
        if drawn.parts:
            drafts.append((kept, _draft(kept, wallet, drawn.parts, actor, now)))
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


async def _shares(conn: AsyncConnection, due: Sequence[Kept]) -> Shares:
    found = {
        each.edition_id: await edition_store.edition(conn, each.edition_id) for each in {e.edition_id: e for e in due}.values()
    }
    return {edition_id: edition_store.parsed(published.document).shares for edition_id, published in found.items()}


async def _purse(conn: AsyncConnection, due: Sequence[Kept], wallets: Sequence[int]) -> Purse:
    lines = await edition_store.budget_lines(conn, [days.fiscal_year(each.facts.occurred_on) for each in due])
    locked = await load.lock(conn, sorted({*wallets, *(line.account_id for line in lines)}))
    return Purse(lines, {line.account_id: locked[line.account_id].available for line in lines})


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
