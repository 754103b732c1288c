"""What a trace tells of each kind of record: one JSON object each, without personal data. Statements alone."""

from __future__ import annotations

from db import query

KINDS = query.statement(
    """
    select kind from (
        select 'redemption' as kind from wallets.redemption where municipality_id = db.municipality() and redemption_id = :id
        union all
        select 'entry' from ledger.journal_entry where municipality_id = db.municipality() and entry_id = :id
        union all
        select 'lot' from ledger.lot where municipality_id = db.municipality() and lot_id = :id
        union all
        select 'decision' from rules.decision where municipality_id = db.municipality() and decision_id = :id
        union all
        select 'attendance' from activities.attendance where municipality_id = db.municipality() and attendance_id = :id
        union all
        select 'scan' from activities.scan where municipality_id = db.municipality() and scan_id = :id
    ) found
    """
)

_SOURCES = {
    "redemption": """
        select r.kind, u.code as unit, r.amount, r.holder, r.counterparty, r.redeemed_at, w.operator_id as operated_by,
            n.given_at as card_pin_at, x.undone_at, y.operator_id as undo_operated_by
        from wallets.redemption r
        left join wallets.redemption_operator o on o.municipality_id = r.municipality_id and o.redemption_id = r.redemption_id
        left join community.shift w on w.municipality_id = o.municipality_id and w.shift_id = o.shift_id
        left join wallets.redemption_pin n on n.municipality_id = r.municipality_id and n.redemption_id = r.redemption_id
        left join wallets.undo_operator z on z.municipality_id = r.municipality_id and z.redemption_id = r.redemption_id
        left join community.shift y on y.municipality_id = z.municipality_id and y.shift_id = z.shift_id
        join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
        left join wallets.undo x on x.municipality_id = r.municipality_id and x.redemption_id = r.redemption_id
        where r.municipality_id = db.municipality() and r.redemption_id = :id
    """,
    "entry": """
        select e.kind, e.booked_on, e.occurred_at, e.recorded_at, e.cause_kind, e.cause_id, e.actor, e.acting_for, e.reverses,
            x.entry_id as reversed_by, (
                select jsonb_agg(jsonb_build_object('account', a.kind || ':' || u.code || ':' || a.account_id, 'amount', l.amount)
                    order by l.line_no)
                from ledger.journal_line l
                join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
                join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
                where l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
            ) as lines
        from ledger.journal_entry e
        left join ledger.journal_entry x on x.municipality_id = e.municipality_id and x.reverses = e.entry_id
        where e.municipality_id = db.municipality() and e.entry_id = :id
    """,
    "lot": """
        select a.kind || ':' || u.code || ':' || a.account_id as account, t.amount, t.remaining, b.held as held_on_account,
            t.granted_on, nullif(t.expires_on, 'infinity') as expires_on
        from ledger.lot t
        join ledger.account a on a.municipality_id = t.municipality_id and a.account_id = t.account_id
        join ledger.balance b on b.municipality_id = t.municipality_id and b.account_id = t.account_id
        join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
        where t.municipality_id = db.municipality() and t.lot_id = :id
    """,
    "decision": """
        select s.code as scheme, d.outcome, d.amount, d.minutes, d.occurred_on, d.decided_at, v.voided_at, v.reason as void_reason,
            d.facts, d.decision
        from rules.decision d
        join rules.scheme s on s.municipality_id = d.municipality_id and s.scheme_id = d.scheme_id
        left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        where d.municipality_id = db.municipality() and d.decision_id = :id
    """,
    "edition": """
        select s.code as scheme, e.starts_on, encode(e.document_sha256, 'hex') as document_sha256, e.proposed_by, e.approved_by,
            e.published_at
        from rules.edition e
        join rules.scheme s on s.municipality_id = e.municipality_id and s.scheme_id = e.scheme_id
        where e.municipality_id = db.municipality() and e.edition_id = :id
    """,
    "budget_line": """
        select b.code, b.fiscal_year, b.funding_source, b.account_id, n.posted as left_in_it
        from rules.budget_line b
        join ledger.balance n on n.municipality_id = b.municipality_id and n.account_id = b.account_id
        where b.municipality_id = db.municipality() and b.budget_line_id = :id
    """,
    "attendance": """
        select a.member_id, a.role, a.kind, a.started_at, a.ended_at, a.minutes, a.evidence, a.flags, a.needs_signoff, o.signed_by,
            o.signed_at, a.made_by, a.supersedes, a.reason
        from activities.attendance a
        left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
        where a.municipality_id = db.municipality() and a.attendance_id = :id
    """,
    "scan": """
        select s.member_id, s.direction, s.method, s.evidence, s.occurred_at, s.received_at, s.skew_seconds, s.scanned_by,
            w.operator_id as operated_by, q.received_at as sent_at, q.operator_id as sent_in_turn_of, s.credential_id, s.reason
        from activities.scan s
        left join activities.scan_operator o on o.municipality_id = s.municipality_id and o.scan_id = s.scan_id
        left join community.shift w on w.municipality_id = o.municipality_id and w.shift_id = o.shift_id
        left join lateral (
            select l.received_at, t.operator_id
            from activities.queue_link l
            left join community.shift t on t.municipality_id = l.municipality_id and t.shift_id = l.sent_in_shift
            where l.municipality_id = s.municipality_id and l.record_id = s.scan_id and l.received_by = s.scanned_by
            order by l.received_at limit 1
        ) q on true
        where s.municipality_id = db.municipality() and s.scan_id = :id
    """,
    "slot": """
        select c.kind, c.title, c.place, c.organisation_id, s.starts_at, s.ends_at, x.closed_at, x.closed_by
        from activities.slot s
        join activities.activity c on c.municipality_id = s.municipality_id and c.activity_id = s.activity_id
        left join activities.slot_close x on x.municipality_id = s.municipality_id and x.slot_id = s.slot_id
        where s.municipality_id = db.municipality() and s.slot_id = :id
    """,
    "match": """
        select n.kind, m.need_id, m.receiver_id, m.helper_id, m.starts_at, m.minutes_planned, m.minutes_max, m.payer, m.pay_per_hour,
            u.code as pay_unit, m.proposed_by, m.proposed_at
        from activities.match m
        join activities.need n on n.municipality_id = m.municipality_id and n.need_id = m.need_id
        join ledger.unit u on u.municipality_id = m.municipality_id and u.unit_id = m.pay_unit_id
        where m.municipality_id = db.municipality() and m.match_id = :id
    """,
    "settlement": """
        select u.code as unit, s.up_to, s.proposed_by, s.proposed_at, a.approved_by, a.approved_at
        from wallets.settlement s
        join ledger.unit u on u.municipality_id = s.municipality_id and u.unit_id = s.unit_id
        left join wallets.settlement_approval a on a.municipality_id = s.municipality_id and a.settlement_id = s.settlement_id
        where s.municipality_id = db.municipality() and s.settlement_id = :id
    """,
}

FACTS = {
    kind: query.statement(f"select cast(to_jsonb(f) as text) from ({source}) f")  # noqa: S608 - a constant of this module
    for kind, source in _SOURCES.items()
}
