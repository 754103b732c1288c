"""Verify, for what is kept beside the book: every record of spending against the entry that it is about, and the other way round.

`QUESTIONS` are asked as those of the ledger are, in the same snapshot. Each carries the name of the invariant that it derives again.
"""

from __future__ import annotations

from ledger.checks import Question

_OWN = "municipality_id = (select db.municipality())"

OF_ITS_ENTRY = Question(
    name="redemption_of_its_entry",
    counted=f"wallets.redemption where {_OWN}",
    differences="""
        select r.redemption_id, r.kind, r.amount, coalesce(t.taken, 0) as taken
        from wallets.redemption r
        left join (
            select l.entry_id, l.unit_id, a.kind, a.holder, sum(-l.amount) as taken
            from ledger.journal_line l
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            where l.municipality_id = (select db.municipality()) and l.amount < 0 and a.kind in ('wallet', 'pot')
            group by l.entry_id, l.unit_id, a.kind, a.holder
        ) t on t.entry_id = r.entry_id and t.unit_id = r.unit_id
            and (t.kind = 'wallet' and t.holder = r.holder or t.kind = 'pot' and r.kind = 'help')
        where r.municipality_id = (select db.municipality()) and r.amount is distinct from t.taken
        order by 1
    """,
)
TRACED = Question(
    name="redemption_traced",
    counted=f"wallets.redemption where {_OWN}",
    differences="""
        select r.redemption_id, r.kind, r.amount, coalesce(l.amount, 0) + coalesce(o.amount, 0) as traced
        from wallets.redemption r
        join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
        left join (
            select m.entry_id, sum(-m.amount) as amount
            from ledger.lot_move m
            join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
            where m.municipality_id = (select db.municipality()) and m.amount < 0 and t.origin_attendance is not null
            group by m.entry_id
        ) l on l.entry_id = r.entry_id
        left join (
            select redemption_id, sum(amount) as amount from wallets.redemption_origin
            where municipality_id = (select db.municipality()) group by redemption_id
        ) o on o.redemption_id = r.redemption_id
        where r.municipality_id = (select db.municipality()) and r.attendance_id is null and not u.purchased
            and coalesce(l.amount, 0) + coalesce(o.amount, 0) < r.amount
        order by 1
    """,
)
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
PAY_CODE = Question(
    name="pay_code_covers",
    counted=f"wallets.pay_code_use where {_OWN}",
    differences="""
        select u.pay_code_id, u.redemption_id, c.amount_max, r.amount
        from wallets.pay_code_use u
        left join wallets.pay_code c on c.municipality_id = u.municipality_id and c.pay_code_id = u.pay_code_id
        left join wallets.redemption r on r.municipality_id = u.municipality_id and r.redemption_id = u.redemption_id
        where u.municipality_id = (select db.municipality()) and (
            r.kind = 'purchase' and r.holder = c.member_id and r.unit_id = c.unit_id and r.amount <= c.amount_max
            and u.used_at <= c.expires_at
        ) is not true
        order by 1
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
            select entry_id, 'undo' from wallets.undo where municipality_id = (select db.municipality())
            union all
            select entry_id, 'group_return' from wallets.application_return where municipality_id = (select db.municipality())
            union all
            select entry_id, 'settlement' from wallets.settlement_payment where municipality_id = (select db.municipality())
            union all
            select entry_id, 'expiry' from wallets.expiry_item where municipality_id = (select db.municipality())
        ) r on r.entry_id = e.entry_id and r.kind = e.kind
        where e.municipality_id = (select db.municipality()) and r.entry_id is null and e.kind in (
            'purchase', 'pledge', 'conversion', 'donation', 'group_use', 'undo', 'group_return', 'settlement', 'expiry'
        )
        order by 1
    """,
)
PAYMENT = Question(
    name="payment_is_its_item",
    counted=f"wallets.settlement_item where {_OWN}",
    differences="""
        select i.settlement_id, i.account_id, i.payee, i.amount, a.approved_at, p.entry_id, -l.amount as paid
        from wallets.settlement_item i
        left join wallets.settlement_approval a on a.municipality_id = i.municipality_id and a.settlement_id = i.settlement_id
        left join wallets.settlement_payment p on p.municipality_id = i.municipality_id and p.settlement_id = i.settlement_id
            and p.account_id = i.account_id
        left join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = p.entry_id
            and l.account_id = i.account_id
        left join ledger.account t on t.municipality_id = i.municipality_id and t.account_id = i.account_id
        where i.municipality_id = (select db.municipality()) and (
            (a.settlement_id is null) <> (p.entry_id is null) or p.entry_id is not null and l.amount is distinct from -i.amount
            or t.holder is distinct from i.payee
        )
        order by 1, 2
    """,
)
EXPIRED = Question(
    name="expiry_is_its_item",
    counted=f"wallets.expiry_item where {_OWN}",
    differences="""
        select i.run_id, i.account_id, i.amount, -l.amount as lapsed, x.executed_at
        from wallets.expiry_item i
        left join wallets.expiry_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id
        left join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = i.entry_id
            and l.account_id = i.account_id
        where i.municipality_id = (select db.municipality()) and (l.amount is distinct from -i.amount or x.run_id is null)
        order by 1, 2
    """,
)
RETURNED = Question(
    name="return_fits",
    counted=f"wallets.application_return where {_OWN}",
    differences="""
        select b.application_id, b.amount, a.amount as approved_amount, l.amount as came_back
        from wallets.application_return b
        join wallets.application a on a.municipality_id = b.municipality_id and a.application_id = b.application_id
        left join ledger.account w on w.municipality_id = a.municipality_id and w.kind = 'wallet' and w.unit_id = a.unit_id
            and w.holder = a.organisation_id
        left join ledger.journal_line l on l.municipality_id = b.municipality_id and l.entry_id = b.entry_id
            and l.account_id = w.account_id
        where b.municipality_id = (select db.municipality()) and (b.amount > a.amount or l.amount is distinct from b.amount)
        order by 1
    """,
)
TAKEN_BACK = Question(
    name="taken_back_by_its_mirror",
    counted=f"wallets.correction where {_OWN}",
    differences="""
        select t.entry_id, t.reversal_id, e.reverses
        from (
            select entry_id, reversal_id from wallets.correction where municipality_id = (select db.municipality())
            union all
            select r.entry_id, u.entry_id
            from wallets.undo u
            join wallets.redemption r on r.municipality_id = u.municipality_id and r.redemption_id = u.redemption_id
            where u.municipality_id = (select db.municipality())
        ) t
        left join ledger.journal_entry e on e.municipality_id = (select db.municipality()) and e.entry_id = t.reversal_id
        where e.reverses is distinct from t.entry_id
        order by 1
    """,
)
TWO_PEOPLE = Question(
    name="two_people",
    counted=f"wallets.settlement_approval where {_OWN}",
    differences="""
        select t.record_id, t.asked_by, t.decided_by
        from (
            select s.settlement_id as record_id, s.proposed_by as asked_by, a.approved_by as decided_by
            from wallets.settlement_approval a
            join wallets.settlement s on s.municipality_id = a.municipality_id and s.settlement_id = a.settlement_id
            where a.municipality_id = (select db.municipality())
            union all
            select a.application_id, a.applied_by, d.decided_by
            from wallets.application_decision d
            join wallets.application a on a.municipality_id = d.municipality_id and a.application_id = d.application_id
            where d.municipality_id = (select db.municipality())
        ) t
        left join community.principal p on p.municipality_id = (select db.municipality()) and p.principal_id = t.asked_by
        left join community.principal q on q.municipality_id = (select db.municipality()) and q.principal_id = t.decided_by
        where t.asked_by = t.decided_by or p.member_id = q.member_id
        order by 1
    """,
)

QUESTIONS = (
    OF_ITS_ENTRY,
    TRACED,
    GIVEN_ONCE,
    PAY_CODE,
    HAS_ITS_RECORD,
    PAYMENT,
    EXPIRED,
    RETURNED,
    TAKEN_BACK,
    TWO_PEOPLE,
)
