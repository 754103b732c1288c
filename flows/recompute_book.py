"""Payouts and closings against the ledger: what was booked for a claim is its payout, what lapsed is what the closing says."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.checks import Question

_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)

_BOOKED = """
    wallets.claim_booking b
    join ledger.journal_entry e on e.municipality_id = b.municipality_id and e.entry_id = b.entry_id and e.recorded_at < :until
    where b.municipality_id = (select db.municipality())
"""
_CLOSED = """
    wallets.year_end_item i
    join wallets.year_end_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id and x.executed_at < :until
    where i.municipality_id = (select db.municipality())
"""
_PAYOUTS = """
    select b.claim_id, b.entry_id, p.payout -> 'points' as points, -w.taken as taken, p.payout -> 'value' as value, w.owed, w.lots
    from wallets.claim_booking b
    join ledger.journal_entry e on e.municipality_id = b.municipality_id and e.entry_id = b.entry_id and e.recorded_at < :until
    left join wallets.claim_payout p on p.municipality_id = b.municipality_id and p.claim_id = b.claim_id
    left join (
        select l.entry_id, sum(l.amount) filter (where a.kind = 'wallet') as taken,
            sum(l.amount) filter (where a.kind = 'payable') as owed, max(m.moved) as lots
        from wallets.claim_booking b
        join ledger.journal_line l on l.municipality_id = b.municipality_id and l.entry_id = b.entry_id
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
        left join (
            select v.entry_id, -sum(v.amount) as moved
            from wallets.claim_booking k
            join ledger.lot_move v on v.municipality_id = k.municipality_id and v.entry_id = k.entry_id and v.amount < 0
            where k.municipality_id = (select db.municipality())
            group by v.entry_id
        ) m on m.entry_id = l.entry_id
        where b.municipality_id = (select db.municipality())
        group by l.entry_id
    ) w on w.entry_id = b.entry_id
    where b.municipality_id = (select db.municipality()) and (
        -w.taken = cast(p.payout ->> 'points' as bigint) and coalesce(w.lots, -w.taken) = -w.taken
        and (w.owed is null or w.owed = cast(p.payout ->> 'value' as bigint))
    ) is not true
    order by 1
"""
_CLOSINGS = """
    select i.run_id, i.account_id, i.entry_id, i.closing -> 'lapsed' as lapsed, -l.amount as booked
    from wallets.year_end_item i
    join wallets.year_end_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id and x.executed_at < :until
    left join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = i.entry_id
        and l.account_id = i.account_id
    where i.municipality_id = (select db.municipality())
        and (coalesce(-l.amount, 0) = cast(i.closing ->> 'lapsed' as bigint)) is not true
    order by 1, 2
"""


def questions(until: datetime | None) -> tuple[Question, Question]:
    """Both checks, of what was recorded before `until` (None: of everything)."""
    given = {"until": until or _ALWAYS}
    return (
        Question(name="payouts_to_the_point", counted=_BOOKED, differences=_PAYOUTS, given=given),
        Question(name="closings_to_the_point", counted=_CLOSED, differences=_CLOSINGS, given=given),
    )
