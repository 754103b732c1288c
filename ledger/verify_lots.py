"""Lots against lines, and lots against the lots they came from: invariant 7, `lots_cover`, in seven questions."""

from __future__ import annotations

from ledger.checks import Question

_LOTS = "ledger.lot where municipality_id = (select db.municipality())"

COVER = Question(
    name="lots_cover",
    counted="ledger.balance where municipality_id = (select db.municipality()) and lot_tracked",
    differences="""
        select b.account_id, b.posted, coalesce(n.remaining, 0) as remaining_in_lots
        from ledger.balance b
        left join (
            select t.account_id, sum(t.remaining) as remaining
            from ledger.lot t where t.municipality_id = (select db.municipality()) group by t.account_id
        ) n on n.account_id = b.account_id
        where b.municipality_id = (select db.municipality())
            and coalesce(n.remaining, 0) <> case when b.lot_tracked then b.posted else 0 end
        order by 1
    """,
)
REMAINING = Question(
    name="lots_cover_remaining",
    counted=_LOTS,
    differences="""
        select t.lot_id, t.account_id, t.amount, t.remaining, t.amount + coalesce(m.moved, 0) as remaining_derived
        from ledger.lot t
        left join (
            select lot_id, sum(amount) as moved from ledger.lot_move where municipality_id = (select db.municipality()) group by lot_id
        ) m on m.lot_id = t.lot_id
        where t.municipality_id = (select db.municipality())
            and (t.remaining <> t.amount + coalesce(m.moved, 0) or t.remaining not between 0 and t.amount)
        order by 1
    """,
)
LINES = Question(
    name="lots_cover_lines",
    counted="ledger.journal_line where municipality_id = (select db.municipality())",
    differences="""
        select entry_id, line_no, l.account_id, l.amount, p.amount as in_lots, p.account_first as account_of_lots
        from (
            select l.entry_id, l.line_no, l.account_id, l.amount, a.lot_tracked
            from ledger.journal_line l
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            where l.municipality_id = (select db.municipality())
        ) l
        full join (
            select entry_id, line_no, sum(amount) as amount, min(account_id) as account_first, max(account_id) as account_last,
                bool_and(account_id is not null) as lots_known, bool_and(amount > 0) or bool_and(amount < 0) as one_way
            from (
                select entry_id, line_no, account_id, amount from ledger.lot where municipality_id = (select db.municipality())
                union all
                select m.entry_id, m.line_no, t.account_id, m.amount
                from ledger.lot_move m
                left join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
                where m.municipality_id = (select db.municipality())
            ) parts
            group by entry_id, line_no
        ) p using (entry_id, line_no)
        where case
            when l.lot_tracked then
                (
                    p.lots_known and p.one_way and p.amount = l.amount and p.account_first = l.account_id
                    and p.account_last = l.account_id
                ) is not true
            else p.lots_known is not null
        end
        order by entry_id, line_no
    """,
)
ORIGIN = Question(
    name="lots_cover_origin",
    counted=_LOTS,
    differences="""
        select c.lot_id, c.parent_lot, c.origin_attendance, p.origin_attendance as origin_of_parent, c.funding_account,
            p.funding_account as funding_of_parent, c.expires_on, p.expires_on as expiry_of_parent
        from ledger.lot c
        left join ledger.lot p on p.municipality_id = c.municipality_id and p.lot_id = c.parent_lot
        where c.municipality_id = (select db.municipality()) and c.parent_lot is not null
            and (p.lot_id is null
                or (c.origin_attendance, c.funding_account, c.edition_id, c.granted_on, c.expires_on)
                is distinct from (p.origin_attendance, p.funding_account, p.edition_id, p.granted_on, p.expires_on))
        order by 1
    """,
)
# What an entry takes from lots goes on as what it was: it gives no new lots of the same unit beside them.
FRESH = Question(
    name="lots_cover_fresh",
    counted=_LOTS + " and parent_lot is null",
    differences="""
        select t.lot_id, t.entry_id, t.account_id, t.amount, n.moved as taken_in_the_entry
        from ledger.lot t
        join ledger.account a on a.municipality_id = t.municipality_id and a.account_id = t.account_id
        join (
            select m.entry_id, x.unit_id, sum(m.amount) as moved
            from ledger.lot_move m
            join ledger.lot p on p.municipality_id = m.municipality_id and p.lot_id = m.lot_id
            join ledger.account x on x.municipality_id = p.municipality_id and x.account_id = p.account_id
            where m.municipality_id = (select db.municipality()) and m.amount < 0 group by 1, 2
        ) n on n.entry_id = t.entry_id and n.unit_id = a.unit_id
        where t.municipality_id = (select db.municipality()) and t.parent_lot is null
        order by 1
    """,
)
CARRIED = Question(
    name="lots_cover_carried",
    counted=_LOTS + " and parent_lot is not null",
    differences="""
        select c.entry_id, c.parent_lot, c.carried, coalesce(-t.moved, 0) as taken
        from (
            select entry_id, parent_lot, sum(amount) as carried
            from ledger.lot where municipality_id = (select db.municipality()) and parent_lot is not null group by 1, 2
        ) c
        left join (
            select entry_id, lot_id, sum(amount) as moved
            from ledger.lot_move where municipality_id = (select db.municipality()) group by 1, 2
        ) t on t.entry_id = c.entry_id and t.lot_id = c.parent_lot
        where c.carried > coalesce(-t.moved, 0)
        order by 1, 2
    """,
)
# What an entry took from lots is back in them, what it put into new lots is out of them, but for what was spent and left standing:
# that is of the account that funded the lots, to the point.
REVERSED = Question(
    name="reverse_mirrors_lots",
    counted="ledger.journal_entry where municipality_id = (select db.municipality()) and reverses is not null",
    differences="""
        with reversal as (
            select entry_id, reverses from ledger.journal_entry
            where municipality_id = (select db.municipality()) and reverses is not null
        ), part as (
            select entry_id, lot_id, amount, false as born, null as funding_account
            from ledger.lot_move where municipality_id = (select db.municipality())
            union all
            select entry_id, lot_id, amount, true, funding_account
            from ledger.lot where municipality_id = (select db.municipality())
        ), of_lot as (
            select entry_id, reverses, lot_id, bool_or(born) as born, max(funding_account) as funding_account,
                sum(amount) as left_standing
            from (
                select r.entry_id, r.reverses, p.lot_id, p.amount, p.born, p.funding_account
                from reversal r join part p on p.entry_id = r.entry_id
                union all
                select r.entry_id, r.reverses, p.lot_id, p.amount, p.born, p.funding_account
                from reversal r join part p on p.entry_id = r.reverses
            ) both_sides
            group by entry_id, reverses, lot_id
        ), of_account as (
            select entry_id, account_id, sum(amount) as standing
            from (
                select r.entry_id, l.account_id, l.amount from reversal r
                join ledger.journal_line l on l.municipality_id = (select db.municipality()) and l.entry_id = r.entry_id
                union all
                select r.entry_id, l.account_id, l.amount from reversal r
                join ledger.journal_line l on l.municipality_id = (select db.municipality()) and l.entry_id = r.reverses
            ) both_sides
            group by entry_id, account_id
        )
        select reverses as entry_id, entry_id as reversal, lot_id, cast(null as bigint) as account_id, left_standing,
            cast(null as numeric) as borne
        from of_lot where left_standing < 0 or (left_standing <> 0 and not born)
        union all
        select o.reverses, o.entry_id, null, o.funding_account, sum(o.left_standing), -min(a.standing)
        from of_lot o
        left join of_account a on a.entry_id = o.entry_id and a.account_id = o.funding_account
        where o.born
        group by o.reverses, o.entry_id, o.funding_account having sum(o.left_standing) <> -coalesce(min(a.standing), 0)
        order by 1, 2, 3
    """,
)
# What a hold has reserved by name is its whole amount, and as long as it is open the lots still have it.
NAMED = Question(
    name="hold_keeps_its_lots",
    counted="ledger.hold_lot where municipality_id = (select db.municipality())",
    differences="""
        select n.hold_id, cast(null as uuid) as lot_id, n.named, h.amount as held, cast(null as bigint) as remaining
        from (
            select hold_id, sum(amount) as named
            from ledger.hold_lot where municipality_id = (select db.municipality()) group by 1
        ) n
        left join ledger.hold h on h.municipality_id = (select db.municipality()) and h.hold_id = n.hold_id
        where n.named is distinct from h.amount
        union all
        select null, n.lot_id, n.named, null, t.remaining
        from (
            select x.lot_id, sum(x.amount) as named
            from ledger.hold_lot x
            left join ledger.hold_resolution r on r.municipality_id = x.municipality_id and r.hold_id = x.hold_id
            where x.municipality_id = (select db.municipality()) and r.hold_id is null
            group by 1
        ) n
        left join ledger.lot t on t.municipality_id = (select db.municipality()) and t.lot_id = n.lot_id
        where (t.remaining >= n.named) is not true
        order by 1, 2
    """,
)

QUESTIONS = (COVER, REMAINING, LINES, ORIGIN, FRESH, CARRIED, REVERSED, NAMED)
