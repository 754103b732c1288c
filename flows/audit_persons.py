"""What was done in a member's name, against who let whom do what; and members who were erased, against what is left of them.

Names are those of the guards in community/sql, activities/sql and wallets/sql. A request that was under way when a permission ended is
let in for a minute.
"""

from __future__ import annotations

from ledger.checks import Question

# Everything that somebody who comes in as a member did for another one: what, by whom, for whom, when, and how far it reaches.
_DEEDS = """
    select d.what, d.id, d.actor, d.holder, d.at, d.wanted, d.named
    from (
        select r.kind as what, r.redemption_id as id, r.actor, r.holder, r.redeemed_at as at, 'spend' as wanted,
            r.acting_for = r.holder as named
        from wallets.redemption r
        where r.municipality_id = (select db.municipality()) and r.kind in ('donation', 'pledge')
        union all
        select 'claim', c.claim_id, c.claimed_by, c.holder, c.claimed_at, 'spend', c.acting_for = c.holder
        from wallets.claim c where c.municipality_id = (select db.municipality())
        union all
        select 'pay_code', c.pay_code_id, c.issued_by, c.member_id, c.issued_at, 'spend', true
        from wallets.pay_code c where c.municipality_id = (select db.municipality())
        union all
        select 'pay_code_use', u.redemption_id, c.issued_by, c.member_id, u.used_at, 'spend', true
        from wallets.pay_code_use u
        join wallets.pay_code c on c.municipality_id = u.municipality_id and c.pay_code_id = u.pay_code_id
        where u.municipality_id = (select db.municipality())
        union all
        select 'answer_' || a.side, a.match_id, a.answered_by, case a.side when 'helper' then m.helper_id else m.receiver_id end,
            a.answered_at, 'arrange', true
        from activities.match_answer a
        join activities.match m on m.municipality_id = a.municipality_id and m.match_id = a.match_id
        where a.municipality_id = (select db.municipality())
        union all
        select 'need', n.need_id, n.asked_by, n.member_id, n.asked_at, 'arrange', true
        from activities.need n where n.municipality_id = (select db.municipality())
        union all
        select 'offer', o.offer_id, o.offered_by, o.member_id, o.offered_at, 'arrange', true
        from activities.offer o where o.municipality_id = (select db.municipality())
        union all
        select 'booking', b.booking_id, b.booked_by, b.member_id, b.booked_at, 'arrange', true
        from activities.booking b where b.municipality_id = (select db.municipality())
    ) d
    join community.principal p on p.municipality_id = (select db.municipality()) and p.principal_id = d.actor
        and p.role = 'member' and p.member_id is distinct from d.holder
"""
# Accepted, and until when at the latest: its last day, its end, the end of either person or of the way in.
_MANDATES = """
    select w.principal_id, x.member_id, x.powers, a.answered_at as since,
        coalesce(least(x.until, e.ended_at, r.erased_at, s.erased_at, o.ended_at), 'infinity') + interval '1 minute' as until
    from (
        select y.proxy_id, y.by_principal_id as principal_id from community.proxy y
        where y.municipality_id = (select db.municipality()) and y.by_principal_id is not null
        union all
        select y.proxy_id, p.principal_id
        from community.proxy y
        join community.principal p on p.municipality_id = y.municipality_id and p.member_id = y.by_member_id and p.role = 'member'
        where y.municipality_id = (select db.municipality())
    ) w
    join community.proxy x on x.municipality_id = (select db.municipality()) and x.proxy_id = w.proxy_id
    join community.proxy_answer a on a.municipality_id = x.municipality_id and a.proxy_id = x.proxy_id and a.accepted
    left join community.proxy_end e on e.municipality_id = x.municipality_id and e.proxy_id = x.proxy_id
    left join community.erasure r on r.municipality_id = x.municipality_id and r.member_id = x.member_id
    left join community.erasure s on s.municipality_id = x.municipality_id and s.member_id = x.by_member_id
    left join community.principal_end o on o.municipality_id = x.municipality_id and o.principal_id = w.principal_id
"""
_SAME = """
    (a.principal_id = b.principal_id or a.member_id = b.member_id or a.principal_id = b.created_by or a.created_by = b.principal_id)
"""

ACTING_STANDS = Question(
    name="acting_stands",
    counted=f"({_DEEDS}) deeds",
    differences=f"""
        select d.what, d.id, d.actor, d.holder, d.at, d.wanted
        from ({_DEEDS}) d
        where d.named is not true or not exists (
            select from ({_MANDATES}) m
            where m.principal_id = d.actor and m.member_id = d.holder and m.since <= d.at and d.at < m.until
                and d.wanted in (m.powers, case m.powers when 'spend' then 'arrange' end)
        )
        order by 1, 2
    """,  # noqa: S608 - constants of this module
)
# Whoever acted for a member was not the one who got it: no counter or till of theirs, no group of theirs, not the other side.
NO_SELF_DEALING = Question(
    name="no_self_dealing",
    counted=f"({_DEEDS}) deeds",
    differences=f"""
        select g.what, g.id, g.maker, g.taker
        from (
            select 'pay_code_use' as what, u.redemption_id as id, c.issued_by as maker, k.taker
            from wallets.pay_code_use u
            join wallets.pay_code c on c.municipality_id = u.municipality_id and c.pay_code_id = u.pay_code_id
            join (
                select r.redemption_id, r.actor as taker from wallets.redemption r
                where r.municipality_id = (select db.municipality())
                union all
                select o.redemption_id, s.operator_id
                from wallets.redemption_operator o
                join community.shift s on s.municipality_id = o.municipality_id and s.shift_id = o.shift_id
                where o.municipality_id = (select db.municipality())
            ) k on k.redemption_id = u.redemption_id
            join community.principal p on p.municipality_id = u.municipality_id and p.principal_id = c.issued_by
                and p.role = 'member' and p.member_id is distinct from c.member_id
            where u.municipality_id = (select db.municipality())
            union all
            select z.what, z.id, z.actor, t.principal_id
            from (
                select 'pledge' as what, r.redemption_id as id, r.actor, r.counterparty as organisation_id, r.redeemed_at as at
                from wallets.redemption r
                where r.municipality_id = (select db.municipality()) and r.kind = 'pledge' and r.acting_for is not null
                union all
                select 'claim', c.claim_id, c.claimed_by, c.directed_to, c.claimed_at
                from wallets.claim c where c.municipality_id = (select db.municipality()) and c.acting_for is not null
            ) z
            join community.principal p on p.municipality_id = (select db.municipality()) and p.principal_id = z.actor
                and p.role = 'member'
            join community.principal t on t.municipality_id = p.municipality_id and t.organisation_id = z.organisation_id
                and t.created_at <= z.at
            union all
            select 'answer_' || y.side, y.match_id, y.answered_by, n.answered_by
            from activities.match_answer y
            join activities.match m on m.municipality_id = y.municipality_id and m.match_id = y.match_id
            join activities.match_answer n on n.municipality_id = y.municipality_id and n.match_id = y.match_id and n.side <> y.side
            join community.principal p on p.municipality_id = y.municipality_id and p.principal_id = y.answered_by
                and p.role = 'member' and p.member_id is distinct from case y.side when 'helper' then m.helper_id else m.receiver_id end
            where y.municipality_id = (select db.municipality())
            union all
            select 'answer_' || y.side, y.match_id, y.answered_by, p.principal_id
            from activities.match_answer y
            join activities.match m on m.municipality_id = y.municipality_id and m.match_id = y.match_id
            join community.principal p on p.municipality_id = y.municipality_id and p.principal_id = y.answered_by
                and p.role = 'member' and p.member_id = case y.side when 'helper' then m.receiver_id else m.helper_id end
            where y.municipality_id = (select db.municipality())
        ) g
        join community.principal a on a.municipality_id = (select db.municipality()) and a.principal_id = g.maker
        join community.principal b on b.municipality_id = a.municipality_id and b.principal_id = g.taker and {_SAME}
        order by 1, 2
    """,  # noqa: S608 - constants of this module
)
# Nothing opens or finds who was erased, nobody acts as them, and their accounts are closed; the number is still there.
ERASED_FOR_GOOD = Question(
    name="erased_for_good",
    counted="community.erasure where municipality_id = (select db.municipality())",
    differences="""
        select e.member_id, e.erased_at, m.number, k.member_id is not null as has_key, n.member_id is not null as has_marks,
            c.member_id is not null as in_clear, p.principal_id as acts_as, a.account_id as open_account
        from community.erasure e
        left join community.member m on m.municipality_id = e.municipality_id and m.member_id = e.member_id
        left join community.person_key k on k.municipality_id = e.municipality_id and k.member_id = e.member_id
        left join (select distinct municipality_id, member_id from community.person_mark) n
            on n.municipality_id = e.municipality_id and n.member_id = e.member_id
        left join community.person_clear c on c.municipality_id = e.municipality_id and c.member_id = e.member_id
        left join (
            select o.municipality_id, o.member_id, o.principal_id
            from community.principal o
            left join community.principal_end x on x.municipality_id = o.municipality_id and x.principal_id = o.principal_id
            where o.municipality_id = (select db.municipality()) and x.principal_id is null
        ) p on p.municipality_id = e.municipality_id and p.member_id = e.member_id
        left join (
            select o.municipality_id, o.holder, o.account_id
            from ledger.account o
            left join ledger.account_close x on x.municipality_id = o.municipality_id and x.account_id = o.account_id
            where o.municipality_id = (select db.municipality()) and x.account_id is null
        ) a on a.municipality_id = e.municipality_id and a.holder = e.member_id
        where e.municipality_id = (select db.municipality()) and (
            m.member_id is null or k.member_id is not null or n.member_id is not null or c.member_id is not null
            or p.principal_id is not null or a.account_id is not null
        )
        order by 1
    """,
)
# Whoever was not erased can be opened; a key is of somebody. What stood in clear waits to be sealed when the service starts.
KEY_GOES_WITH_ERASURE = Question(
    name="key_goes_with_erasure",
    counted="community.member where municipality_id = (select db.municipality())",
    differences="""
        select coalesce(m.member_id, k.member_id) as member_id, m.number, k.member_id is not null as has_key,
            p.member_id is not null as has_person
        from (select * from community.member where municipality_id = (select db.municipality())) m
        full join (
            select municipality_id, member_id from community.person_key where municipality_id = (select db.municipality())
        ) k on k.municipality_id = m.municipality_id and k.member_id = m.member_id
        left join community.person p on p.municipality_id = m.municipality_id and p.member_id = m.member_id
        left join community.person_clear c on c.municipality_id = m.municipality_id and c.member_id = m.member_id
        left join community.erasure e on e.municipality_id = m.municipality_id and e.member_id = m.member_id
        where m.member_id is null or e.member_id is null and c.member_id is null and (k.member_id is null or p.member_id is null)
        order by 1
    """,
)
# The book and what was decided go on naming somebody who is, or was, there: a member by their number, or an organisation.
HOLDERS_KNOWN = Question(
    name="holders_known",
    counted="ledger.account where municipality_id = (select db.municipality()) and kind = 'wallet'",
    differences="""
        select n.what, n.id, n.holder
        from (
            select 'wallet' as what, cast(account_id as text) as id, holder from ledger.account
            where municipality_id = (select db.municipality()) and kind = 'wallet'
            union all
            select 'redemption', cast(redemption_id as text), holder from wallets.redemption
            where municipality_id = (select db.municipality())
            union all
            select 'decision', cast(decision_id as text), member_id from rules.decision
            where municipality_id = (select db.municipality())
            union all
            select 'attendance', cast(attendance_id as text), member_id from activities.attendance
            where municipality_id = (select db.municipality())
        ) n
        left join community.member m on m.municipality_id = (select db.municipality()) and m.member_id = n.holder
        left join community.organisation o on o.municipality_id = (select db.municipality()) and o.organisation_id = n.holder
        where m.member_id is null and o.organisation_id is null
        order by 1, 2
    """,
)
QUESTIONS = (ACTING_STANDS, NO_SELF_DEALING, ERASED_FOR_GOOD, KEY_GOES_WITH_ERASURE, HOLDERS_KNOWN)
