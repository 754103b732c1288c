"""Every decision, payout and closing once more: what was kept is applied again, and the ledger must say the same to the point.

`editions_as_approved`: the law is what two people agreed on. `decisions_recomputed`: each decision follows from its edition and
facts, its facts from the attendance. `grants_to_the_point`: what the ledger granted is what the decision comes to, and so are its lots
and what was drawn from budget lines. `caps_hold`: what was counted of the past is what stood. Payouts and closings likewise
(`flows.recompute_claims`), with what was booked for them (`flows.recompute_book`). Told a day, all of it is about what was recorded
by the end of that day in Japan.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from flows import hands, recompute_book, recompute_claims, recompute_law
from kernel import days
from ledger import checks
from ledger.checks import Check
from rules import past, reperform
from rules.reperform import Found, Stored
from rules.simulation_refusals import TooMuchToLookAt

LIST_LENGTH = 2_000  # decisions that are worked on at a time, and then the rest of the member's

_DECISIONS = query.statement(
    """
    with granted as materialized (
        select e.municipality_id, e.cause_id, e.entry_id
        from ledger.journal_entry e
        where e.municipality_id = (select db.municipality()) and e.kind = 'grant' and e.cause_kind = 'decision'
            and e.recorded_at < coalesce(cast(:until as timestamptz), 'infinity')
    ), moved as (
        select l.entry_id, cast(sum(l.amount) filter (where a.kind = 'wallet') as bigint) as given,
            string_agg(b.code || '=' || -l.amount, ' ' order by l.line_no) filter (where a.kind <> 'wallet') as drawn
        from granted g
        join ledger.journal_line l on l.municipality_id = g.municipality_id and l.entry_id = g.entry_id
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
        left join rules.budget_line b on b.municipality_id = l.municipality_id and b.account_id = l.account_id
        group by l.entry_id
    ), lotted as (
        select t.entry_id, cast(sum(t.amount) as bigint) as lots
        from granted g
        join ledger.lot t on t.municipality_id = g.municipality_id and t.entry_id = g.entry_id and t.parent_lot is null
        group by t.entry_id
    )
    select cast(d.decision_id as text), cast(d.scheme_id as text), cast(d.edition_id as text), cast(d.member_id as text),
        cast(d.occurred_on as text), d.amount, d.minutes, d.outcome,
        cast(extract(epoch from d.decided_at) * 1000000 as bigint), cast(extract(epoch from v.voided_at) * 1000000 as bigint),
        cast(d.facts as text), cast(d.decision as text),
        case when d.by_group then d.member_id else a.member_id end || ' '
            || cast(a.started_at at time zone 'Asia/Tokyo' as date) || ' ' || a.kind || ' ' || a.role || ' '
            || a.minutes || ' ' || a.evidence,
        cast(g.entry_id as text), m.given, t.lots, m.drawn
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        and v.voided_at < coalesce(cast(:until as timestamptz), 'infinity')
    left join activities.attendance a on a.municipality_id = d.municipality_id and a.attendance_id = d.attendance_id
    left join granted g on g.cause_id = d.decision_id
    left join moved m on m.entry_id = g.entry_id
    left join lotted t on t.entry_id = g.entry_id
    where d.municipality_id = (select db.municipality()) and d.decided_at < coalesce(cast(:until as timestamptz), 'infinity')
    order by d.member_id
    """
)


_COUNT = query.statement("select count(*) from rules.decision where municipality_id = (select db.municipality())")


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """What was re-performed: `ok` where every check holds. `as_of` is the day up to whose end was looked; None for everything."""

    ok: bool
    municipality: int
    as_of: date | None = None
    checks: tuple[Check, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """As of which day (None: everything), and the most decisions that may be looked at (None: any number)."""

    as_of: date | None = None
    decisions_max: int | None = None


EVERYTHING = Asked()


class _Summing:
    """What the lists found, summed up: the first difference of each check, and the windows of everybody."""

    def __init__(self, progress: checks.Progress) -> None:
        self.whole = Found()
        self._past, self._progress = past.Ledger(), progress

    def add(self, found: Found) -> None:
        """Adds what a list found."""
        self.whole.decisions += found.decisions
        self.whole.grants += found.grants
        for check, difference in found.first.items():
            self.whole.differs(check, difference)
        for whose, event in found.everybody:
            self._past.add(whose, event)
        self._progress(f"decisions_recomputed {self.whole.decisions}")

    def checks(self) -> list[Check]:
        """The checks of all lists."""
        self.whole.differs("caps_hold", self._past.first_untrue())
        counted = (self.whole.decisions, self.whole.grants, self.whole.decisions)
        return [
            checks.found(name, count, self.whole.first.get(name)) for name, count in zip(reperform.CHECKS, counted, strict=True)
        ]


async def recompute(
    conn: AsyncConnection,
    asked: Asked = EVERYTHING,
    *,
    progress: checks.Progress = checks.silent,
    by: hands.Hands | None = None,
) -> Recomputed:
    """Re-performs everything that was decided in the municipality behind whose wall `conn` runs. Raises TooMuchToLookAt."""
    await checks.make_room(conn)
    if asked.decisions_max is not None:
        count = await query.scalar(conn, _COUNT)
        if count > asked.decisions_max:
            raise TooMuchToLookAt(found=count, found_max=asked.decisions_max)
    until = _end_of(asked.as_of)
    found = await check(conn, progress, as_of=asked.as_of, by=by)
    found += await recompute_claims.check(conn, progress, until=until)
    found += await checks.ask_all(conn, recompute_book.questions(until), progress)
    municipality = await query.scalar(conn, query.statement("select db.municipality()"))
    return Recomputed(ok=all(each.ok for each in found), municipality=municipality, as_of=asked.as_of, checks=tuple(found))


async def check(
    conn: AsyncConnection, progress: checks.Progress, *, as_of: date | None = None, by: hands.Hands | None = None
) -> list[Check]:
    """The checks of decisions, as of the end of a day; the work is done `by` further processes where there are any."""
    until = _end_of(as_of)
    progress("editions_as_approved")
    documents, as_approved = await recompute_law.editions(conn, until)
    return [as_approved, *await _decisions(conn, documents, until, progress, by or hands.Own())]


async def _decisions(
    conn: AsyncConnection,
    documents: tuple[tuple[str, str, str], ...],
    until: datetime | None,
    progress: checks.Progress,
    by: hands.Hands,
) -> list[Check]:
    summing = _Summing(progress)
    line = hands.Line(by, partial(perform, documents), summing.add)
    waiting: list[tuple[Any, ...]] = []
    async with conn.stream(_DECISIONS, {"until": until}) as rows:
        async for part in rows.partitions(LIST_LENGTH):
            for row in part:
                if len(waiting) >= LIST_LENGTH and row[3] != waiting[-1][3]:
                    await line.give(waiting)
                    waiting = []
                waiting.append(tuple(row))
    await line.give(waiting)
    await line.end()
    return summing.checks()


def _end_of(day: date | None) -> datetime | None:
    """The instant at which a day ends in Japan."""
    return None if day is None else days.local_time(day + timedelta(days=1), 0)


def perform(documents: tuple[tuple[str, str, str], ...], rows: hands.Rows) -> Found:
    """Re-performs a list of decisions by the law that these documents are."""
    return reperform.perform(reperform.law(documents), [Stored(*row) for row in rows])
