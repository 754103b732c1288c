"""Spending against the book: every redemption, payment, lapse and correction is the entry that it says it is, and has one.

The questions are those of `ledger.checks`; the names are those of the guards in wallets/sql.
"""

from __future__ import annotations

from ledger.checks import Question

_REDEMPTIONS = "wallets.redemption where municipality_id = (select db.municipality())"

REDEMPTION_OF_ITS_ENTRY = Question(
    name="redemption_of_its_entry",
    counted=_REDEMPTIONS,
    differences="""
        select r.redemption_id, r.kind, r.amount, r.entry_id, n.taken
        from wallets.redemption r
        left join (
            select r.redemption_id, -sum(l.amount) as taken
            from wallets.redemption r
            join ledger.journal_line l on l.municipality_id = r.municipality_id and l.entry_id = r.entry_id
                and l.unit_id = r.unit_id and l.amount < 0
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
                and (a.kind = 'wallet' and a.holder = r.holder or a.kind = 'pot' and r.kind = 'help')
            where r.municipality_id = (select db.municipality()) group by r.redemption_id
        ) n on n.redemption_id = r.redemption_id
        where r.municipality_id = (select db.municipality()) and n.taken is distinct from r.amount
        order by 1
    """,
)
REDEMPTION_TRACED = Question(
    name="redemption_traced",
    counted=_REDEMPTIONS,
    differences="""
        select r.redemption_id, r.kind, r.amount, r.attendance_id, coalesce(n.traced, 0) + coalesce(o.traced, 0) as traced
        from wallets.redemption r
        join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
        left join activities.attendance a on a.municipality_id = r.municipality_id and a.attendance_id = r.attendance_id
        left join (
            select m.entry_id, -sum(m.amount) as traced
            from ledger.lot_move m
            join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
            join activities.attendance b on b.municipality_id = t.municipality_id and b.attendance_id = t.origin_attendance
            where m.municipality_id = (select db.municipality()) and m.amount < 0 group by m.entry_id
        ) n on n.entry_id = r.entry_id
        left join (
            select redemption_id, sum(amount) as traced
            from wallets.redemption_origin where municipality_id = (select db.municipality()) group by redemption_id
        ) o on o.redemption_id = r.redemption_id
        where r.municipality_id = (select db.municipality()) and not u.purchased and case
            when r.kind = 'help' then a.attendance_id is null
            else coalesce(n.traced, 0) + coalesce(o.traced, 0) < r.amount
        end
        order by 1
    """,
)
# Help is paid by whom and to whom both agreed, in the unit they agreed on, for the minutes of the attendance: halves round up.
HELP_MATCHED = Question(
    name="help_matched",
    counted=_REDEMPTIONS + " and kind = 'help'",
    differences="""
        select r.redemption_id, r.attendance_id, m.match_id, r.holder, m.receiver_id, r.counterparty, m.helper_id, r.amount,
            (m.pay_per_hour * a.minutes + 30) / 60 as agreed
        from wallets.redemption r
        left join activities.attendance a on a.municipality_id = r.municipality_id and a.attendance_id = r.attendance_id
        left join activities.match m on m.municipality_id = a.municipality_id and m.match_id = a.match_id
        where r.municipality_id = (select db.municipality()) and r.kind = 'help' and (
            r.holder = m.receiver_id and r.counterparty = m.helper_id and a.member_id = m.helper_id and r.unit_id = m.pay_unit_id
            and a.minutes <= m.minutes_max and r.amount = (m.pay_per_hour * a.minutes + 30) / 60
        ) is not true
        order by 1
    """,
)
PAY_CODE_ONCE = Question(
    name="pay_code_once",
    counted="wallets.pay_code_use where municipality_id = (select db.municipality())",
    differences="""
        select pay_code_id, redemption_id, uses
        from (
            select x.pay_code_id, x.redemption_id, count(*) over (partition by x.pay_code_id) as uses,
                r.kind = 'purchase' and r.holder = c.member_id and r.unit_id = c.unit_id and r.amount <= c.amount_max
                and x.used_at <= c.expires_at as covered
            from wallets.pay_code_use x
            left join wallets.pay_code c on c.municipality_id = x.municipality_id and c.pay_code_id = x.pay_code_id
            left join wallets.redemption r on r.municipality_id = x.municipality_id and r.redemption_id = x.redemption_id
            where x.municipality_id = (select db.municipality())
        ) n
        where uses > 1 or covered is not true
        order by 1, 2
    """,
)
# An approved batch is paid whole, item by item, to the yen; nothing is paid beside a batch.
SETTLEMENT = Question(
    name="settlement",
    counted="wallets.settlement_item where municipality_id = (select db.municipality())",
    differences="""
        select i.settlement_id, coalesce(i.account_id, p.account_id) as account_id, i.amount, p.entry_id, -l.amount as paid,
            a.approved_at is not null as approved, e.kind, e.cause_id
        from (select * from wallets.settlement_item where municipality_id = (select db.municipality())) i
        left join wallets.settlement_approval a on a.municipality_id = i.municipality_id and a.settlement_id = i.settlement_id
        full join (
            select * from wallets.settlement_payment where municipality_id = (select db.municipality())
        ) p on p.settlement_id = i.settlement_id and p.account_id = i.account_id
        full join (
            select * from ledger.journal_entry where municipality_id = (select db.municipality()) and kind = 'settlement'
        ) e on e.entry_id = p.entry_id
        left join ledger.journal_line l on l.municipality_id = (select db.municipality()) and l.entry_id = p.entry_id
            and l.account_id = p.account_id
        where case
            when a.approved_at is null then p.entry_id is not null or e.entry_id is not null
            else (l.amount = -i.amount and e.cause_id = i.item_id) is not true
        end
        order by 1, 2, 4
    """,
)
EXPIRY = Question(
    name="expiry",
    counted="wallets.expiry_item where municipality_id = (select db.municipality())",
    differences="""
        select i.run_id, i.account_id, i.amount, coalesce(i.entry_id, e.entry_id) as entry_id, -l.amount as lapsed, r.expires_by,
            x.executed_at, m.expires_on as last_day_of_a_lot
        from (select * from wallets.expiry_item where municipality_id = (select db.municipality())) i
        full join (
            select * from ledger.journal_entry where municipality_id = (select db.municipality()) and kind = 'expiry'
        ) e on e.entry_id = i.entry_id
        left join wallets.expiry_run r on r.municipality_id = i.municipality_id and r.run_id = i.run_id
        left join wallets.expiry_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id
        left join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = i.entry_id
            and l.account_id = i.account_id
        left join (
            select m.entry_id, max(t.expires_on) as expires_on
            from ledger.lot_move m
            join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
            where m.municipality_id = (select db.municipality()) group by m.entry_id
        ) m on m.entry_id = i.entry_id
        where (
            l.amount = -i.amount and e.cause_id = i.item_id and m.expires_on <= r.expires_by
            and cast(x.executed_at at time zone 'Asia/Tokyo' as date) > r.expires_by
        ) is not true
        order by 1, 2, 4
    """,
)
# Whatever takes an entry back says why, in a record of its own; what was spent and stays on the budget is noted to the point.
CORRECTION = Question(
    name="correction",
    counted="ledger.journal_entry where municipality_id = (select db.municipality()) and reverses is not null",
    differences="""
        select r.entry_id as reversal, r.kind, r.reverses as entry_id, c.correction_id, c.shortfall, n.shortfall as shortfall_derived
        from ledger.journal_entry r
        left join wallets.correction c on c.municipality_id = r.municipality_id and c.reversal_id = r.entry_id
        left join wallets.undo u on u.municipality_id = r.municipality_id and u.entry_id = r.entry_id
        left join wallets.redemption d on d.municipality_id = u.municipality_id and d.redemption_id = u.redemption_id
        left join (
            select entry_id, sum(part) as shortfall
            from (
                select e.entry_id, greatest(o.amount, 0) as part
                from ledger.journal_entry e
                join ledger.journal_line o on o.municipality_id = e.municipality_id and o.entry_id = e.reverses
                where e.municipality_id = (select db.municipality())
                union all
                select e.entry_id, least(l.amount, 0)
                from ledger.journal_entry e
                join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
                where e.municipality_id = (select db.municipality()) and e.reverses is not null
            ) both_sides
            group by entry_id
        ) n on n.entry_id = r.entry_id
        where r.municipality_id = (select db.municipality()) and r.reverses is not null and (
            case when u.entry_id is null then c.entry_id = r.reverses else d.entry_id = r.reverses end
            and n.shortfall = coalesce(c.shortfall, 0)
        ) is not true
        union all
        select c.reversal_id, null, c.entry_id, c.correction_id, c.shortfall, null
        from wallets.correction c
        left join ledger.journal_entry r on r.municipality_id = c.municipality_id and r.entry_id = c.reversal_id
        where c.municipality_id = (select db.municipality()) and case
            when c.reversal_id is not null then r.reverses = c.entry_id
            else c.shortfall = (
                select sum(l.amount) from ledger.journal_line l
                where l.municipality_id = c.municipality_id and l.entry_id = c.entry_id and l.amount > 0
            )
        end is not true
        union all
        select u.entry_id, 'undo', d.entry_id, null, null, null
        from wallets.undo u
        left join wallets.redemption d on d.municipality_id = u.municipality_id and d.redemption_id = u.redemption_id
        left join ledger.journal_entry r on r.municipality_id = u.municipality_id and r.entry_id = u.entry_id
        where u.municipality_id = (select db.municipality()) and (r.reverses = d.entry_id) is not true
        order by 1
    """,
)
APPLICATION = Question(
    name="application",
    counted="wallets.application where municipality_id = (select db.municipality())",
    differences="""
        select p.application_id, p.amount, d.approved, r.kind, r.amount as redeemed, t.amount as returned, b.came_back
        from wallets.application p
        left join wallets.application_decision d on d.municipality_id = p.municipality_id and d.application_id = p.application_id
        left join wallets.redemption r on r.municipality_id = d.municipality_id and r.redemption_id = d.redemption_id
        left join wallets.application_return t on t.municipality_id = p.municipality_id and t.application_id = p.application_id
        left join (
            select l.entry_id, a.holder, l.unit_id, sum(l.amount) as came_back
            from ledger.journal_line l
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            where l.municipality_id = (select db.municipality()) and a.kind = 'wallet' and l.amount > 0 group by 1, 2, 3
        ) b on b.entry_id = t.entry_id and b.holder = p.organisation_id and b.unit_id = p.unit_id
        where p.municipality_id = (select db.municipality()) and (
            (d.approved and (r.kind = 'group_use' and r.holder = p.organisation_id and r.amount = p.amount) is not true)
            or (t.application_id is not null and (d.approved and t.amount <= p.amount and b.came_back = t.amount) is not true)
        )
        order by 1
    """,
)

QUESTIONS = (
    REDEMPTION_OF_ITS_ENTRY,
    REDEMPTION_TRACED,
    HELP_MATCHED,
    PAY_CODE_ONCE,
    SETTLEMENT,
    EXPIRY,
    CORRECTION,
    APPLICATION,
)
