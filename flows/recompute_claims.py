"""Every payout and every closing once more, from the facts that were kept and the text of the edition, as decisions are.

`payouts_recomputed`: each claim's payout is what its edition, in force on the day of the claim, says of its facts.
`claim_limits_hold`: what stands in a period is within the limits of the editions that decided in it. `closings_recomputed`: what
lapsed and was carried at a year's end is what its edition says of what was held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import checks
from ledger.checks import Check
from rules import convert, parse, year_end, years
from rules.decision import Window
from rules.payout import Claim, Closing, Payout, YearEnd
from rules.refusals import UnreadableEdition
from rules.vocabulary.conversion import ClaimLimit, Exchange
from rules.vocabulary.edition import Edition

_EDITIONS = query.statement(
    """
    select edition_id, scheme_id, starts_on, published_at, document
    from rules.edition where municipality_id = (select db.municipality()) order by starts_on
    """
)
_PAYOUTS = query.statement(
    """
    select p.claim_id, c.scheme_id, p.edition_id, c.holder, c.claimed_on, p.decided_at, p.outcome, p.amount, p.value,
        cast(p.facts as text) as facts, cast(p.payout as text) as payout,
        p.outcome = 'paid' and e.claim_id is null and r.entry_id is null as stands
    from wallets.claim_payout p
    join wallets.claim c on c.municipality_id = p.municipality_id and c.claim_id = p.claim_id
    left join wallets.claim_end e on e.municipality_id = p.municipality_id and e.claim_id = p.claim_id and e.ended_at < :until
    left join wallets.claim_booking b on b.municipality_id = p.municipality_id and b.claim_id = p.claim_id
    left join ledger.journal_entry r on r.municipality_id = p.municipality_id and r.reverses = b.entry_id and r.recorded_at < :until
    where p.municipality_id = (select db.municipality()) and p.decided_at < :until
    order by p.claim_id
    """
)
_CLOSINGS = query.statement(
    """
    select i.run_id, i.account_id, i.holder, i.lapsed, i.carried, r.edition_id, r.closes_on, cast(i.facts as text) as facts,
        cast(i.closing as text) as closing
    from wallets.year_end_item i
    join wallets.year_end_run r on r.municipality_id = i.municipality_id and r.run_id = i.run_id
    join wallets.year_end_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id
    where i.municipality_id = (select db.municipality()) and x.executed_at < :until
    order by i.run_id, i.account_id
    """
)

_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)

Difference = dict[str, Any] | None
_Kind = tuple[str, str, bool]
"""What a limit counts, in which period, and whether of everybody."""
_Period = tuple[UUID, UUID | None, str, str, date]
"""Scheme, holder (None: everybody), what is counted, in which period, from which day."""


class _Law:
    """The editions as they can be read now."""

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        self._rows = rows
        self._read = {row.edition_id: _parsed(row.document) for row in rows}

    def edition(self, edition_id: UUID) -> Edition | None:
        """The edition, or None where its text cannot be read."""
        return self._read.get(edition_id)

    def in_force(self, scheme_id: UUID, on: date, at: datetime) -> UUID | None:
        """The edition of a scheme that had started last by a day, of those that were published by an instant."""
        found = [r for r in self._rows if r.scheme_id == scheme_id and r.starts_on <= on and r.published_at <= at]
        return found[-1].edition_id if found else None

    def kinds(self, scheme_id: UUID) -> set[_Kind]:
        """Every kind of limit that any edition of a scheme has."""
        read = [self._read[row.edition_id] for row in self._rows if row.scheme_id == scheme_id]
        return {_kind(limit) for edition in read for limit in _limits(edition)}


class _Standing:
    """What stands in each limited period, and the most that the editions that decided in it allow; None where one has no such limit."""

    def __init__(self, law: _Law) -> None:
        self._law = law
        self._claimed: dict[_Period, int] = {}
        self._allowed: dict[_Period, int | None] = {}

    def add(self, scheme_id: UUID, edition: Edition, facts: Claim, payout: Payout) -> None:
        """Counts a payout that stands."""
        for of, per, everybody in self._law.kinds(scheme_id):
            bounds = years.period(per, facts.claimed_on, edition.year, facts.registered_on)
            if bounds is None:
                continue
            period = (scheme_id, None if everybody else facts.member_id, of, per, bounds[0])
            window = msgspec.convert({"of": of, "per": per, "first_on": bounds[0], "last_on": bounds[1]}, Window)
            self._claimed[period] = self._claimed.get(period, 0) + convert.measured(window, payout)
            allowed = max((limit.limit for limit in _limits(edition) if _kind(limit) == (of, per, everybody)), default=None)
            before = self._allowed.get(period, 0)
            self._allowed[period] = None if allowed is None or before is None else max(allowed, before)

    def first_excess(self) -> Difference:
        """The first period with more in it than was allowed."""
        for period, claimed in sorted(self._claimed.items(), key=str):
            allowed = self._allowed[period]
            if allowed is not None and claimed > allowed:
                scheme_id, holder, of, per, first_on = period
                told = {"scheme_id": str(scheme_id), "holder": str(holder), "of": of, "per": per, "first_on": str(first_on)}
                return told | {"claimed": claimed, "allowed": allowed}
        return None


async def check(conn: AsyncConnection, progress: checks.Progress, *, until: datetime | None = None) -> list[Check]:
    """The three checks, of what was decided before the instant `until` (None: of everything)."""
    progress("payouts_recomputed")
    law = _Law(await query.rows(conn, _EDITIONS))
    standing = _Standing(law)
    asked = {"until": until or _ALWAYS}
    payouts, first_payout = await _first(conn, _PAYOUTS, asked, lambda row: _payout_differs(row, law, standing))
    closings, first_closing = await _first(conn, _CLOSINGS, asked, lambda row: _closing_differs(row, law))
    return [
        checks.found("payouts_recomputed", payouts, first_payout),
        checks.found("claim_limits_hold", payouts, standing.first_excess()),
        checks.found("closings_recomputed", closings, first_closing),
    ]


async def _first(
    conn: AsyncConnection, asked: TextClause, given: dict[str, Any], differs: Callable[[Row[Any]], Difference]
) -> tuple[int, Difference]:
    """How many rows there are, and the first that differs."""
    count, first = 0, None
    async with conn.stream(asked, given) as rows:
        async for row in rows:
            count += 1
            found = differs(row)
            first = first or found
    return count, first


def _payout_differs(row: Row[Any], law: _Law, standing: _Standing) -> Difference:
    told = {"claim_id": str(row.claim_id), "edition_id": str(row.edition_id)}
    edition = law.edition(row.edition_id)
    if edition is None:
        return told | {"unreadable": "its edition"}
    try:
        facts, kept = msgspec.json.decode(row.facts, type=Claim), msgspec.json.decode(row.payout, type=Payout)
    except msgspec.DecodeError as error:
        return told | {"unreadable": str(error)}
    if row.stands:
        standing.add(row.scheme_id, edition, facts, kept)
    in_force = law.in_force(row.scheme_id, row.claimed_on, row.decided_at)
    if in_force != row.edition_id:
        return told | {"in_force": str(in_force)}
    said = (facts.claim_id, facts.member_id, facts.claimed_on, kept.outcome, kept.points, kept.value)
    stored = (row.claim_id, row.holder, row.claimed_on, row.outcome, row.amount, row.value)
    if said != stored:
        return told | {"kept": [str(each) for each in said], "stored": [str(each) for each in stored]}
    made = convert.convert(edition, facts)
    return None if made == kept else told | {"kept": msgspec.to_builtins(kept), "recomputed": msgspec.to_builtins(made)}


def _closing_differs(row: Row[Any], law: _Law) -> Difference:
    told = {"run_id": str(row.run_id), "account_id": row.account_id}
    edition = law.edition(row.edition_id)
    if edition is None:
        return told | {"unreadable": "its edition"}
    try:
        facts, kept = msgspec.json.decode(row.facts, type=YearEnd), msgspec.json.decode(row.closing, type=Closing)
    except msgspec.DecodeError as error:
        return told | {"unreadable": str(error)}
    if (facts.member_id, facts.closed_on, kept.lapsed, kept.carried) != (row.holder, row.closes_on, row.lapsed, row.carried):
        return told | {"stored": [row.lapsed, row.carried], "kept": [kept.lapsed, kept.carried]}
    made = year_end.close(edition, facts)
    return None if made == kept else told | {"kept": msgspec.to_builtins(kept), "recomputed": msgspec.to_builtins(made)}


def _limits(edition: Edition | None) -> tuple[ClaimLimit, ...]:
    exchange = edition.conversion if edition is not None else None
    return exchange.limits if isinstance(exchange, Exchange) else ()


def _kind(limit: ClaimLimit) -> _Kind:
    return limit.of, limit.per, "member" not in limit.for_each


def _parsed(document: str) -> Edition | None:
    try:
        return parse.parse(document)
    except UnreadableEdition:
        return None
