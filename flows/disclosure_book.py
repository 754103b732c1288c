"""What the book keeps about a member: accounts, lines, lots, uses, claims, choices, notices, year ends."""

from __future__ import annotations

from flows.disclosure_section import Section, section

SECTIONS: tuple[Section, ...] = (
    section(
        "accounts",
        "ledger.account ledger.balance ledger.account_close",
        """
        select cast(a.account_id as text) as account_id, a.kind, u.code as unit, b.posted as amount, b.held, a.opened_at as since,
            x.closed_at as ended_at
        from ledger.account a
        join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
        join ledger.balance b on b.municipality_id = a.municipality_id and b.account_id = a.account_id
        left join ledger.account_close x on x.municipality_id = a.municipality_id and x.account_id = a.account_id
        where a.municipality_id = db.municipality() and a.holder = :member_id order by a.kind, a.unit_id
        """,
        "holder",
    ),
    section(
        "entries",
        "ledger.journal_line ledger.journal_entry",
        """
        select l.entry_id, e.occurred_at, e.kind, u.code as unit, l.amount, l.balance_after, e.booked_on, e.memo as note,
            e.acting_for is not null as for_another
        from ledger.account a
        join ledger.journal_line l on l.municipality_id = a.municipality_id and l.account_id = a.account_id
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
        join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
        where a.municipality_id = db.municipality() and a.holder = :member_id order by e.occurred_at desc, l.account_version desc
        """,
    ),
    section(
        "holds",
        "ledger.hold ledger.hold_resolution ledger.hold_lot",
        """
        select h.hold_id, h.placed_at as since, h.expires_at as until, u.code as unit, h.amount, h.cause_kind as thing,
            r.kind as ended_how, r.resolved_at as ended_at
        from ledger.account a
        join ledger.hold h on h.municipality_id = a.municipality_id and h.account_id = a.account_id
        join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
        left join ledger.hold_resolution r on r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
        where a.municipality_id = db.municipality() and a.holder = :member_id order by h.placed_at desc
        """,
    ),
    section(
        "lots",
        "ledger.lot ledger.lot_move",
        """
        select t.lot_id, t.entry_id, t.origin_attendance as attendance_id, u.code as unit, t.granted_on,
            nullif(t.expires_on, 'infinity') as expires_on, t.amount, t.remaining
        from ledger.account a
        join ledger.lot t on t.municipality_id = a.municipality_id and t.account_id = a.account_id
        join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
        where a.municipality_id = db.municipality() and a.holder = :member_id order by t.granted_on desc, t.lot_id
        """,
    ),
    section(
        "uses",
        "wallets.redemption wallets.undo wallets.redemption_origin wallets.redemption_pin",
        """
        select r.redemption_id, r.entry_id, r.attendance_id, r.redeemed_at as occurred_at, r.kind, u.code as unit, r.amount,
            o.name as place, case when r.holder = :member_id then 'from_me' else 'to_me' end as side, r.note, x.undone_at as ended_at,
            x.reason
        from wallets.redemption r
        join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
        left join community.organisation o on o.municipality_id = r.municipality_id and o.organisation_id = r.counterparty
        left join wallets.undo x on x.municipality_id = r.municipality_id and x.redemption_id = r.redemption_id
        where r.municipality_id = db.municipality() and :member_id in (r.holder, r.counterparty) order by r.redeemed_at desc
        """,
    ),
    section(
        "pay_codes",
        "wallets.pay_code wallets.pay_code_use",
        """
        select c.pay_code_id, c.issued_at as since, c.expires_at as until, n.code as unit, c.amount_max as amount,
            u.used_at as ended_at
        from wallets.pay_code c
        join ledger.unit n on n.municipality_id = c.municipality_id and n.unit_id = c.unit_id
        left join wallets.pay_code_use u on u.municipality_id = c.municipality_id and u.pay_code_id = c.pay_code_id
        where c.municipality_id = db.municipality() and c.member_id = :member_id order by c.issued_at desc
        """,
        "member_id",
    ),
    section(
        "claims",
        "wallets.claim wallets.claim_payout wallets.claim_end wallets.claim_booking",
        """
        select c.claim_id, c.claimed_on, s.name as scheme, c.amount as wished, c.form, p.outcome, p.amount, p.value, p.payable_from,
            e.how as ended_how, e.ended_at, e.reason, b.entry_id, cast(p.facts as text) as facts, cast(p.payout as text) as payout
        from wallets.claim c
        join rules.scheme s on s.municipality_id = c.municipality_id and s.scheme_id = c.scheme_id
        left join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id
        left join wallets.claim_end e on e.municipality_id = c.municipality_id and e.claim_id = c.claim_id
        left join wallets.claim_booking b on b.municipality_id = c.municipality_id and b.claim_id = c.claim_id
        where c.municipality_id = db.municipality()
            and (:member_id in (c.holder, c.directed_to, c.acting_for) or p.payee = :member_id)
        order by c.claimed_at desc
        """,
    ),
    section(
        "choices",
        "wallets.payout_choice wallets.carry_choice",
        """
        select c.choice_id, c.chosen_at as occurred_at, s.name as scheme, 'payout' as thing, c.form
        from wallets.payout_choice c
        join rules.scheme s on s.municipality_id = c.municipality_id and s.scheme_id = c.scheme_id
        where c.municipality_id = db.municipality() and :member_id in (c.holder, c.directed_to)
        union all
        select k.choice_id, k.chosen_at, s.name, 'carry', case when k.chosen then 'yes' else 'no' end
        from wallets.carry_choice k
        join rules.scheme s on s.municipality_id = k.municipality_id and s.scheme_id = k.scheme_id
        where k.municipality_id = db.municipality() and k.holder = :member_id
        order by 2 desc
        """,
    ),
    section(
        "payments",
        "wallets.settlement_item wallets.settlement_payment",
        """
        select i.item_id, i.settlement_id, s.up_to as booked_on, u.code as unit, i.amount, p.entry_id is not null as paid
        from wallets.settlement_item i
        join wallets.settlement s on s.municipality_id = i.municipality_id and s.settlement_id = i.settlement_id
        join ledger.unit u on u.municipality_id = s.municipality_id and u.unit_id = s.unit_id
        left join wallets.settlement_payment p on p.municipality_id = i.municipality_id and p.settlement_id = i.settlement_id
            and p.account_id = i.account_id
        where i.municipality_id = db.municipality() and i.payee = :member_id order by s.up_to desc
        """,
        "payee",
    ),
    section(
        "year_ends",
        "wallets.year_end_item wallets.expiry_item",
        """
        select i.item_id, i.run_id, r.closes_on as booked_on, s.name as scheme, i.lapsed, i.carried, cast(i.facts as text) as facts
        from wallets.year_end_item i
        join wallets.year_end_run r on r.municipality_id = i.municipality_id and r.run_id = i.run_id
        join rules.scheme s on s.municipality_id = r.municipality_id and s.scheme_id = r.scheme_id
        where i.municipality_id = db.municipality() and i.holder = :member_id
        union all
        select x.item_id, x.run_id, r.expires_by, null, x.amount, null, null
        from wallets.expiry_item x
        join wallets.expiry_run r on r.municipality_id = x.municipality_id and r.run_id = x.run_id
        join ledger.account a on a.municipality_id = x.municipality_id and a.account_id = x.account_id
        where x.municipality_id = db.municipality() and a.holder = :member_id
        order by 3 desc
        """,
    ),
    section(
        "notices",
        "wallets.notice",
        """
        select notice_id, about as about_id, told_at as occurred_at, kind as notice, cast(facts as text) as facts
        from wallets.notice where municipality_id = db.municipality() and member_id = :member_id order by told_at desc
        """,
        "member_id",
    ),
)
