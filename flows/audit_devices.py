"""Devices at a counter against what was done there: whose turn it was, by which PIN it began, and what cards paid.

Names are those of the guards in community/sql, activities/sql and wallets/sql. A request that was under way when a turn, a PIN or a key
ended is let in for a minute; a turn is idle after three hours (`community.operators.IDLE_MAX`).
"""

from __future__ import annotations

from ledger.checks import Question

_SHIFTS = "community.shift where municipality_id = (select db.municipality())"

# Whoever is said to have worked there did: at this device, from the choice until its end, and it was not their own card.
OPERATOR_OF_THE_DEVICE = Question(
    name="operator_of_the_device",
    counted="""(
        select scan_id from activities.scan_operator where municipality_id = (select db.municipality())
        union all
        select redemption_id from wallets.redemption_operator where municipality_id = (select db.municipality())
        union all
        select redemption_id from wallets.undo_operator where municipality_id = (select db.municipality())
    ) named""",
    differences="""
        select d.what, d.id, d.shift_id, d.device_id, d.at, s.started_at, e.ended_at, n.seen_at
        from (
            select 'scan' as what, o.scan_id as id, o.shift_id, s.scanned_by as device_id, s.occurred_at as at, s.member_id
            from activities.scan_operator o
            left join activities.scan s on s.municipality_id = o.municipality_id and s.scan_id = o.scan_id
            where o.municipality_id = (select db.municipality())
            union all
            select 'purchase', o.redemption_id, o.shift_id, r.actor, r.redeemed_at, r.holder
            from wallets.redemption_operator o
            left join wallets.redemption r on r.municipality_id = o.municipality_id and r.redemption_id = o.redemption_id
            where o.municipality_id = (select db.municipality())
            union all
            select 'undo', o.redemption_id, o.shift_id, u.actor, u.undone_at, null
            from wallets.undo_operator o
            left join wallets.undo u on u.municipality_id = o.municipality_id and u.redemption_id = o.redemption_id
            where o.municipality_id = (select db.municipality())
            union all
            select 'sending', q.record_id, q.sent_in_shift, q.received_by, q.received_at, null
            from activities.queue_link q
            where q.municipality_id = (select db.municipality()) and q.sent_in_shift is not null
        ) d
        left join community.shift s on s.municipality_id = (select db.municipality()) and s.shift_id = d.shift_id
        left join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
        left join community.shift_end e on e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
        left join community.shift_seen n on n.municipality_id = s.municipality_id and n.shift_id = s.shift_id
        where (
            s.device_id = d.device_id and s.started_at <= d.at and p.member_id is distinct from coalesce(d.member_id, s.shift_id)
            and d.at < least(e.ended_at, coalesce(n.seen_at, s.started_at) + interval '3 hours') + interval '1 minute'
        ) is not true
        order by 1, 2
    """,
)
# What a device at a counter takes is taken by somebody.
OPERATOR_NAMED = Question(
    name="operator_named",
    counted="""(
        select r.redemption_id from wallets.redemption r
        join community.device d on d.municipality_id = r.municipality_id and d.principal_id = r.actor
        where r.municipality_id = (select db.municipality()) and r.kind = 'purchase'
    ) taken""",
    differences="""
        select r.redemption_id, r.actor as device_id, r.redeemed_at
        from wallets.redemption r
        join community.device d on d.municipality_id = r.municipality_id and d.principal_id = r.actor
        left join wallets.redemption_operator o on o.municipality_id = r.municipality_id and o.redemption_id = r.redemption_id
        where r.municipality_id = (select db.municipality()) and r.kind = 'purchase' and o.shift_id is null
        order by 1
    """,
)
# A turn lasts until it is ended; the next one at the same device begins no earlier. One that ended as it began is none.
ONE_OPERATOR = Question(
    name="one_operator",
    counted=_SHIFTS,
    differences="""
        select t.device_id, t.shift_id, t.started_at, t.ended_at, t.next_shift, t.next_started_at
        from (
            select s.device_id, s.shift_id, s.started_at, e.ended_at, lead(s.shift_id) over w as next_shift,
                lead(s.started_at) over w as next_started_at
            from community.shift s
            left join community.shift_end e on e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
            where s.municipality_id = (select db.municipality()) and (e.ended_at > s.started_at or e.ended_at is null)
            window w as (partition by s.device_id order by s.started_at, s.shift_id)
        ) t
        where t.next_shift is not null and (t.ended_at <= t.next_started_at) is not true
        order by 1, 3
    """,
)
# Somebody of the device's own house began it, with their own PIN, which was set by then and not changed.
OPERATOR_OF_THE_HOUSE = Question(
    name="operator_of_the_house",
    counted=_SHIFTS,
    differences="""
        select s.shift_id, s.device_id, s.operator_id, s.pin_id, s.started_at, n.set_at, n.replaced_at
        from community.shift s
        left join community.principal d on d.municipality_id = s.municipality_id and d.principal_id = s.device_id
        left join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.operator_id
        left join community.device x on x.municipality_id = s.municipality_id and x.principal_id = s.device_id
        left join community.device y on y.municipality_id = s.municipality_id and y.principal_id = s.operator_id
        left join (
            select municipality_id, pin_id, principal_id, set_at,
                lead(set_at) over (partition by principal_id order by set_at, pin_id) as replaced_at
            from community.operator_pin where municipality_id = (select db.municipality())
        ) n on n.municipality_id = s.municipality_id and n.pin_id = s.pin_id
        where s.municipality_id = (select db.municipality()) and (
            x.principal_id is not null and y.principal_id is null and p.organisation_id = d.organisation_id
            and n.principal_id = s.operator_id and n.set_at <= s.started_at
            and (n.replaced_at is null or s.started_at < n.replaced_at + interval '1 minute')
        ) is not true
        order by 1
    """,
)
# A PIN proves one payment: the holder's own, in force then, typed at the enrolled device that took the points, whose key stood.
CARD_PIN_OF_THE_HOLDER = Question(
    name="card_pin_of_the_holder",
    counted="wallets.redemption_pin where municipality_id = (select db.municipality())",
    differences="""
        select x.redemption_id, x.pin_id, x.key_id, x.given_at, r.holder, n.member_id, r.redeemed_at, k.principal_id as device_id,
            e.ended_at
        from (
            select y.*, count(*) over (partition by y.redemption_id) as proofs
            from wallets.redemption_pin y where y.municipality_id = (select db.municipality())
        ) x
        left join wallets.redemption r on r.municipality_id = x.municipality_id and r.redemption_id = x.redemption_id
        left join (
            select municipality_id, pin_id, member_id, set_at,
                lead(set_at) over (partition by member_id order by set_at, pin_id) as replaced_at
            from community.card_pin where municipality_id = (select db.municipality())
        ) n on n.municipality_id = x.municipality_id and n.pin_id = x.pin_id
        left join community.device_key k on k.municipality_id = x.municipality_id and k.key_id = x.key_id
        left join community.device d on d.municipality_id = x.municipality_id and d.principal_id = r.actor
        left join community.device_key_end e on e.municipality_id = x.municipality_id and e.key_id = x.key_id
        where (
            x.proofs = 1 and r.kind = 'purchase' and x.given_at = r.redeemed_at and n.member_id = r.holder
            and n.set_at <= x.given_at and (n.replaced_at is null or x.given_at < n.replaced_at + interval '1 minute')
            and d.principal_id is not null and k.principal_id = r.actor and k.made_at <= x.given_at
            and (e.ended_at is null or x.given_at < e.ended_at + interval '1 minute')
        ) is not true
        order by 1
    """,
)
# At each payment by card alone: with what cards had paid without a PIN on that day in Japan, and was not undone by then, it stays
# within the limit of that moment. The book's own order of the wallet's entries says what came first.
CARD_PIN_NEEDED = Question(
    name="card_pin_needed",
    counted="wallets.redemption where municipality_id = (select db.municipality()) and kind = 'purchase'",
    differences="""
        with paid as (
            select r.redemption_id, r.holder, r.unit_id, r.amount, r.redeemed_at, j.recorded_at, v.recorded_at as reversed_at,
                cast(r.redeemed_at at time zone 'Asia/Tokyo' as date) as day
            from wallets.redemption r
            join ledger.journal_entry j on j.municipality_id = r.municipality_id and j.entry_id = r.entry_id
            left join ledger.journal_entry v on v.municipality_id = j.municipality_id and v.reverses = j.entry_id
            left join wallets.pay_code_use c on c.municipality_id = r.municipality_id and c.redemption_id = r.redemption_id
            left join wallets.redemption_pin n on n.municipality_id = r.municipality_id and n.redemption_id = r.redemption_id
            where r.municipality_id = (select db.municipality()) and r.kind = 'purchase' and c.redemption_id is null
                and n.redemption_id is null
        ), limits as (
            select amount, in_force_from, lead(in_force_from) over (order by in_force_from) as until
            from wallets.card_limit where municipality_id = (select db.municipality())
            union all
            select 500, '-infinity', (
                select min(in_force_from) from wallets.card_limit where municipality_id = (select db.municipality())
            )
        )
        select p.redemption_id, p.holder, p.day, p.amount, n.spent, l.amount as allowed
        from paid p
        join (
            select p.redemption_id, sum(q.amount) as spent
            from paid p
            join paid q on q.holder = p.holder and q.unit_id = p.unit_id and q.day = p.day and q.recorded_at <= p.recorded_at
                and (q.reversed_at is null or q.reversed_at > p.recorded_at)
            group by p.redemption_id
        ) n on n.redemption_id = p.redemption_id
        join ledger.unit u on u.municipality_id = (select db.municipality()) and u.unit_id = p.unit_id
        join limits l on l.in_force_from <= p.redeemed_at and (l.until is null or p.redeemed_at < l.until)
        where n.spent > l.amount * cast(power(10, u.scale) as bigint)
        order by 1
    """,
)
QUESTIONS = (
    OPERATOR_OF_THE_DEVICE,
    OPERATOR_NAMED,
    ONE_OPERATOR,
    OPERATOR_OF_THE_HOUSE,
    CARD_PIN_OF_THE_HOLDER,
    CARD_PIN_NEEDED,
)
