"""Verify, for what this room alone can know: no hour is given twice, no group gets back more than it used, and nothing is spent
without its record.

`QUESTIONS` are asked as those of the ledger are, in the same snapshot.
"""

from __future__ import annotations

from ledger.checks import Question

_OWN = "municipality_id = (select db.municipality())"

GIVEN_ONCE = Question(
    name="hours_given_once",
    counted=f"wallets.redemption_origin where {_OWN}",
    differences="""
        select g.holder, g.unit_id, g.attendance_id, g.amount as given, coalesce(e.amount, 0) as earned
        from (
            select r.holder, r.unit_id, o.attendance_id, sum(o.amount) as amount
            from wallets.redemption_origin o
            join wallets.redemption r on r.municipality_id = o.municipality_id and r.redemption_id = o.redemption_id
            left join ledger.journal_entry x on x.municipality_id = r.municipality_id and x.reverses = r.entry_id
            where o.municipality_id = (select db.municipality()) and x.entry_id is null
            group by r.holder, r.unit_id, o.attendance_id
        ) g
        left join (
            select a.holder, l.unit_id, coalesce(h.attendance_id, d.attendance_id) as attendance_id, sum(l.amount) as amount
            from ledger.journal_line l
            join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            left join wallets.redemption h on h.municipality_id = e.municipality_id and h.entry_id = e.entry_id
            left join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
            where l.municipality_id = (select db.municipality()) and l.amount > 0 and a.kind = 'wallet'
            group by 1, 2, 3
        ) e on e.holder = g.holder and e.unit_id = g.unit_id and e.attendance_id = g.attendance_id
        where g.amount > coalesce(e.amount, 0)
        order by 1, 3
    """,
)
HAS_ITS_RECORD = Question(
    name="spending_has_its_record",
    counted=f"ledger.journal_entry where {_OWN}",
    differences="""
        select e.entry_id, e.kind
        from ledger.journal_entry e
        left join (
            select entry_id, kind from wallets.redemption where municipality_id = (select db.municipality())
            union all
            select entry_id, 'group_return' from wallets.application_return where municipality_id = (select db.municipality())
        ) r on r.entry_id = e.entry_id and r.kind = e.kind
        where e.municipality_id = (select db.municipality()) and r.entry_id is null and e.kind in (
            'purchase', 'pledge', 'conversion', 'donation', 'group_use', 'group_return'
        )
        order by 1
    """,
)
# An approved use, what came back of it, and the reversals of both: together they never leave the group richer than before.
GROUP_GETS_BACK = Question(
    name="group_gets_back",
    counted=f"wallets.application where {_OWN}",
    differences="""
        select p.application_id, p.organisation_id, p.amount, sum(l.amount) as gained
        from wallets.application p
        join (
            select e.cause_id, e.entry_id
            from ledger.journal_entry e
            where e.municipality_id = (select db.municipality()) and e.kind in ('group_use', 'group_return')
            union all
            select e.cause_id, x.entry_id
            from ledger.journal_entry e
            join ledger.journal_entry x on x.municipality_id = e.municipality_id and x.reverses = e.entry_id
            where e.municipality_id = (select db.municipality()) and e.kind in ('group_use', 'group_return')
        ) n on n.cause_id = p.application_id
        join ledger.journal_line l on l.municipality_id = p.municipality_id and l.entry_id = n.entry_id
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            and a.kind = 'wallet' and a.holder = p.organisation_id
        where p.municipality_id = (select db.municipality())
        group by p.application_id, p.organisation_id, p.amount having sum(l.amount) > 0
        order by 1
    """,
)
QUESTIONS = (GIVEN_ONCE, HAS_ITS_RECORD, GROUP_GETS_BACK)
