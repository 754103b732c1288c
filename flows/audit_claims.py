"""Claims and year ends against the book: what is open is reserved, what is booked is what was claimed, and what lapsed was announced.

The questions are those of `ledger.checks`; the names are those of the guards in wallets/sql. That a payout or a closing follows from
its facts is re-performed in `flows.recompute_claims`.
"""

from __future__ import annotations

from ledger.checks import Question

# Of an open claim, the hold stands and keeps just the lots that its payout takes; of an ended one it is over.
CLAIM_HOLDS = Question(
    name="claim_holds_what_it_takes",
    counted="wallets.claim_payout where municipality_id = (select db.municipality())",
    differences="""
        select p.claim_id, p.outcome, p.amount, h.amount as held, h.hold_id, e.how, r.kind as resolution,
            coalesce(t.lots, 0) as lots_taken, coalesce(t.same, 0) as lots_held
        from wallets.claim_payout p
        join wallets.claim c on c.municipality_id = p.municipality_id and c.claim_id = p.claim_id
        left join ledger.hold h on h.municipality_id = p.municipality_id and h.hold_id = p.hold_id
        left join ledger.account a on a.municipality_id = h.municipality_id and a.account_id = h.account_id
        left join ledger.hold_resolution r on r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
        left join wallets.claim_end e on e.municipality_id = p.municipality_id and e.claim_id = p.claim_id
        left join wallets.claim_booking b on b.municipality_id = p.municipality_id and b.claim_id = p.claim_id
        left join (
            select x.claim_id, count(*) as lots, count(n.lot_id) as same, sum(x.amount) as amount
            from (
                select p.claim_id, p.hold_id, cast(t.taken ->> 'holding_id' as uuid) as lot_id,
                    cast(t.taken ->> 'amount' as bigint) as amount
                from wallets.claim_payout p
                cross join jsonb_array_elements(p.payout -> 'taken') t (taken)
                where p.municipality_id = (select db.municipality()) and cast(t.taken ->> 'amount' as bigint) > 0
            ) x
            left join (
                select hold_id, lot_id, amount from ledger.hold_lot where municipality_id = (select db.municipality())
            ) n on n.hold_id = x.hold_id and n.lot_id = x.lot_id and n.amount = x.amount
            group by x.claim_id
        ) t on t.claim_id = p.claim_id
        where p.municipality_id = (select db.municipality()) and case
            when p.outcome = 'nothing' then p.hold_id is not null or e.claim_id is not null or b.claim_id is not null
            else (
                h.amount = p.amount and t.amount = p.amount and t.lots = t.same and a.kind = 'wallet' and a.holder = c.holder
                and a.unit_id = p.unit_id and h.cause_id = p.claim_id and case
                    when b.claim_id is not null then e.claim_id is null and r.kind = 'confirm' and r.entry_id = b.entry_id
                    when e.claim_id is not null then r.kind in ('release', 'expire')
                    else coalesce(r.kind, 'expire') = 'expire'
                end
            ) is not true
        end
        order by 1
    """,
)
# Every conversion is the booking of a claim of an approved batch, to the point, and every booking is such an entry.
CLAIM_BOOKED = Question(
    name="claim_booked_as_held",
    counted="ledger.journal_entry where municipality_id = (select db.municipality()) and kind = 'conversion'",
    differences="""
        select b.claim_id, e.entry_id, p.amount, w.taken, p.value, w.owed, i.batch_id, a.approved_by
        from (
            select entry_id, cause_id from ledger.journal_entry
            where municipality_id = (select db.municipality()) and kind = 'conversion'
        ) e
        full join (
            select * from wallets.claim_booking where municipality_id = (select db.municipality())
        ) b on b.entry_id = e.entry_id
        left join wallets.claim c on c.municipality_id = b.municipality_id and c.claim_id = b.claim_id
        left join wallets.claim_payout p on p.municipality_id = b.municipality_id and p.claim_id = b.claim_id
        left join wallets.claim_batch_item i on i.municipality_id = b.municipality_id and i.batch_id = b.batch_id
            and i.claim_id = b.claim_id
        left join wallets.claim_batch_approval a on a.municipality_id = b.municipality_id and a.batch_id = b.batch_id
        left join wallets.redemption d on d.municipality_id = b.municipality_id and d.redemption_id = b.redemption_id
        left join (
            select l.entry_id, -sum(l.amount) filter (where k.kind = 'wallet') as taken,
                sum(l.amount) filter (where k.kind = 'payable') as owed,
                max(l.unit_id) filter (where k.kind = 'payable') as owed_unit,
                (array_agg(k.holder) filter (where k.kind = 'payable'))[1] as owed_to,
                (array_agg(k.holder) filter (where k.kind = 'wallet'))[1] as taken_from
            from ledger.journal_entry x
            join ledger.journal_line l on l.municipality_id = x.municipality_id and l.entry_id = x.entry_id
            join ledger.account k on k.municipality_id = l.municipality_id and k.account_id = l.account_id
            where x.municipality_id = (select db.municipality()) and x.kind = 'conversion'
            group by l.entry_id
        ) w on w.entry_id = e.entry_id
        where (
            e.cause_id = b.claim_id and i.claim_id is not null and a.batch_id is not null and d.entry_id = e.entry_id
            and d.amount = p.amount and w.taken = p.amount and w.taken_from = c.holder
            and case
                when p.payee is null then w.owed is null
                else w.owed = p.value and w.owed_to = p.payee and w.owed_unit = p.value_unit_id
            end
        ) is not true
        order by 1, 2
    """,
)
TWO_PEOPLE = Question(
    name="claims_by_two_people",
    counted="wallets.claim_batch_approval where municipality_id = (select db.municipality())",
    differences="""
        select 'batch' as of, a.batch_id as id, b.made_by as first, a.approved_by as second
        from wallets.claim_batch_approval a
        left join wallets.claim_batch b on b.municipality_id = a.municipality_id and b.batch_id = a.batch_id
        where a.municipality_id = (select db.municipality()) and (
            b.made_by <> a.approved_by and b.payable_by <= cast(a.approved_at at time zone 'Asia/Tokyo' as date)
        ) is not true
        union all
        select 'claim', k.claim_id, c.claimed_by, a.approved_by
        from wallets.claim_booking k
        join wallets.claim c on c.municipality_id = k.municipality_id and c.claim_id = k.claim_id
        join wallets.claim_batch_approval a on a.municipality_id = k.municipality_id and a.batch_id = k.batch_id
        left join community.principal m on m.municipality_id = a.municipality_id and m.principal_id = a.approved_by
        where k.municipality_id = (select db.municipality()) and (c.claimed_by = a.approved_by or m.member_id = c.holder)
        union all
        select 'year end', r.run_id, r.announced_by, x.executed_by
        from wallets.year_end_execution x
        left join wallets.year_end_run r on r.municipality_id = x.municipality_id and r.run_id = x.run_id
        where x.municipality_id = (select db.municipality()) and (r.announced_by <> x.executed_by) is not true
        order by 1, 2
    """,
)
YEAR_END = Question(
    name="year_end",
    counted="wallets.year_end_item where municipality_id = (select db.municipality())",
    differences="""
        select i.run_id, i.account_id, i.lapsed, -l.amount as booked, e.entry_id, r.kind, e.kind as entry_kind, r.closes_on,
            x.executed_at, s.strange as lots_of_another_scheme
        from (select * from wallets.year_end_item where municipality_id = (select db.municipality())) i
        full join (
            select * from ledger.journal_entry
            where municipality_id = (select db.municipality()) and kind in ('year_end', 'wind_down')
        ) e on e.entry_id = i.entry_id
        left join wallets.year_end_run r on r.municipality_id = i.municipality_id and r.run_id = i.run_id
        left join wallets.year_end_execution x on x.municipality_id = i.municipality_id and x.run_id = i.run_id
        left join ledger.journal_line l on l.municipality_id = i.municipality_id and l.entry_id = i.entry_id
            and l.account_id = i.account_id
        left join (
            select m.entry_id, count(*) filter (where d.scheme_id is distinct from r.scheme_id) as strange
            from wallets.year_end_item i
            join wallets.year_end_run r on r.municipality_id = i.municipality_id and r.run_id = i.run_id
            join ledger.lot_move m on m.municipality_id = i.municipality_id and m.entry_id = i.entry_id
            join ledger.lot t on t.municipality_id = m.municipality_id and t.lot_id = m.lot_id
            left join rules.edition d on d.municipality_id = t.municipality_id and d.edition_id = t.edition_id
            where i.municipality_id = (select db.municipality())
            group by m.entry_id
        ) s on s.entry_id = i.entry_id
        where case
            when i.lapsed = 0 then i.entry_id is not null
            else (
                l.amount = -i.lapsed and e.cause_id = i.item_id and e.kind = r.kind and s.strange = 0
                and cast(x.executed_at at time zone 'Asia/Tokyo' as date) >= r.closes_on
            ) is not true
        end
        order by 1, 2, 5
    """,
)

QUESTIONS = (CLAIM_HOLDS, CLAIM_BOOKED, TWO_PEOPLE, YEAR_END)
