"""Which records stand behind a record, and which came after it: the edges that a trace follows. Statements alone.

A record is told by its kind and id. Every statement answers rows of (kind, id, amount), where amount is how much of what is followed
went that way, or null. A kind such as `redemption.of_lot` is a redemption reached from a lot: the same record, but only the ways that
lead on from there, and not back into what was followed.
"""
# ruff: noqa: S608 - every piece is a constant of this module

from __future__ import annotations

from db import query

_LOTS_TAKEN = """
    select 'lot' as kind, m.lot_id as id, -m.amount as amount
    from ledger.lot_move m
    where m.municipality_id = db.municipality() and m.entry_id = {entry} and m.amount < 0
"""
_LOTS_BORN = """
    select 'lot' as kind, t.lot_id as id, t.amount
    from ledger.lot t where t.municipality_id = db.municipality() and t.entry_id = {entry}
"""
_ITS_ENTRY = "(select r.entry_id from wallets.redemption r where r.municipality_id = db.municipality() and r.redemption_id = :id)"
_WHERE_IT_WAS = """
    select 'slot' as kind, slot_id as id, cast(null as bigint) as amount
    from activities.{table} where municipality_id = db.municipality() and {table}_id = :id and slot_id is not null
    union all
    select 'match', match_id, null
    from activities.{table} where municipality_id = db.municipality() and {table}_id = :id and match_id is not null
"""
# A payable account is paid as a whole: by the first batch that covers the day on which the amount was booked on it.
_SETTLED = """
    select 'settlement' as kind, p.settlement_id as id, cast(null as bigint) as amount
    from wallets.redemption r
    join ledger.journal_entry e on e.municipality_id = r.municipality_id and e.entry_id = r.entry_id
    join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id and l.amount > 0
    join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id and a.kind = 'payable'
    cross join lateral (
        select p.settlement_id
        from wallets.settlement_payment p
        join wallets.settlement s on s.municipality_id = p.municipality_id and s.settlement_id = p.settlement_id
        join ledger.journal_entry x on x.municipality_id = p.municipality_id and x.entry_id = p.entry_id
        where p.municipality_id = r.municipality_id and p.account_id = l.account_id and s.up_to >= e.booked_on
            and x.recorded_at > e.recorded_at
        order by x.recorded_at limit 1
    ) p
    where r.municipality_id = db.municipality() and r.redemption_id = :id
"""
_TAKEN_BACK = """
    select 'entry.reversal', x.entry_id, null
    from ledger.journal_entry x where x.municipality_id = db.municipality() and x.reverses = {entry}
"""

_BACK = {
    "redemption": f"""
        {_LOTS_TAKEN.format(entry=_ITS_ENTRY)}
        union all
        select 'attendance', attendance_id, amount
        from wallets.redemption_origin where municipality_id = db.municipality() and redemption_id = :id
        union all
        select 'attendance', attendance_id, null
        from wallets.redemption where municipality_id = db.municipality() and redemption_id = :id and attendance_id is not null
    """,
    "entry": f"""
        {_LOTS_TAKEN.format(entry=":id")}
        union all
        select 'decision', d.decision_id, d.amount
        from ledger.journal_entry e
        join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        where e.municipality_id = db.municipality() and e.entry_id = :id
        union all
        select 'budget_line', b.budget_line_id, -l.amount
        from ledger.journal_line l
        join rules.budget_line b on b.municipality_id = l.municipality_id and b.account_id = l.account_id
        where l.municipality_id = db.municipality() and l.entry_id = :id and l.amount < 0
        union all
        select 'attendance', a.attendance_id, null
        from ledger.journal_entry e
        join activities.attendance a on a.municipality_id = e.municipality_id and a.attendance_id = e.cause_id
        where e.municipality_id = db.municipality() and e.entry_id = :id
        union all
        select 'attendance', o.attendance_id, o.amount
        from wallets.redemption r
        join wallets.redemption_origin o on o.municipality_id = r.municipality_id and o.redemption_id = r.redemption_id
        where r.municipality_id = db.municipality() and r.entry_id = :id
        union all
        select 'entry', e.reverses, null
        from ledger.journal_entry e where e.municipality_id = db.municipality() and e.entry_id = :id and e.reverses is not null
    """,
    "lot": """
        select 'lot' as kind, parent_lot as id, amount
        from ledger.lot where municipality_id = db.municipality() and lot_id = :id and parent_lot is not null
        union all
        select 'entry', entry_id, amount
        from ledger.lot where municipality_id = db.municipality() and lot_id = :id and parent_lot is null
        union all
        select 'attendance', t.origin_attendance, t.amount
        from ledger.lot t
        join ledger.journal_entry e on e.municipality_id = t.municipality_id and e.entry_id = t.entry_id
        where t.municipality_id = db.municipality() and t.lot_id = :id and t.parent_lot is null and t.origin_attendance is not null
            and not exists (
                select from rules.decision d where d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
            )
    """,
    "decision": """
        select 'edition' as kind, edition_id as id, cast(null as bigint) as amount
        from rules.decision where municipality_id = db.municipality() and decision_id = :id
        union all
        select 'attendance', attendance_id, null
        from rules.decision where municipality_id = db.municipality() and decision_id = :id
    """,
    "budget_line": """
        select 'entry.appropriation' as kind, l.entry_id as id, l.amount
        from rules.budget_line b
        join ledger.journal_line l on l.municipality_id = b.municipality_id and l.account_id = b.account_id and l.amount > 0
        join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
            and e.kind in ('appropriation', 'supplement')
        where b.municipality_id = db.municipality() and b.budget_line_id = :id
        order by l.account_version
    """,
    "attendance": f"""
        select 'scan' as kind, scan_id as id, cast(null as bigint) as amount
        from activities.attendance_scan where municipality_id = db.municipality() and attendance_id = :id
        union all
        {_WHERE_IT_WAS.format(table="attendance")}
        union all
        select 'attendance', supersedes, null
        from activities.attendance where municipality_id = db.municipality() and attendance_id = :id and supersedes is not null
    """,
    "scan": _WHERE_IT_WAS.format(table="scan"),
}

_FORWARD = {
    "scan": """
        select 'attendance' as kind, attendance_id as id, cast(null as bigint) as amount
        from activities.attendance_scan where municipality_id = db.municipality() and scan_id = :id
    """,
    "attendance": """
        select 'decision' as kind, decision_id as id, amount
        from rules.decision where municipality_id = db.municipality() and attendance_id = :id
        union all
        select 'redemption', redemption_id, amount
        from wallets.redemption where municipality_id = db.municipality() and attendance_id = :id
        union all
        select 'redemption.of_hours', redemption_id, amount
        from wallets.redemption_origin where municipality_id = db.municipality() and attendance_id = :id
        union all
        select 'lot', t.lot_id, t.amount
        from ledger.lot t
        join ledger.journal_entry e on e.municipality_id = t.municipality_id and e.entry_id = t.entry_id
        where t.municipality_id = db.municipality() and t.origin_attendance = :id and t.parent_lot is null and not exists (
            select from rules.decision d where d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        )
        union all
        select 'attendance', attendance_id, null
        from activities.attendance where municipality_id = db.municipality() and supersedes = :id
    """,
    "decision": """
        select 'entry' as kind, entry_id as id, cast(null as bigint) as amount
        from ledger.journal_entry where municipality_id = db.municipality() and cause_id = :id
    """,
    "entry": f"""
        {_LOTS_BORN.format(entry=":id")}
        union all
        select 'redemption.of_lot', redemption_id, amount
        from wallets.redemption where municipality_id = db.municipality() and entry_id = :id
        union all
        {_TAKEN_BACK.format(entry=":id")}
    """,
    "lot": """
        select coalesce(case when r.redemption_id is not null then 'redemption.of_lot' end, 'entry.of_lot') as kind,
            coalesce(r.redemption_id, m.entry_id) as id, -m.amount as amount
        from ledger.lot_move m
        left join wallets.redemption r on r.municipality_id = m.municipality_id and r.entry_id = m.entry_id
        where m.municipality_id = db.municipality() and m.lot_id = :id
        union all
        select 'lot', lot_id, amount
        from ledger.lot where municipality_id = db.municipality() and parent_lot = :id
    """,
    "redemption": f"""
        {_LOTS_BORN.format(entry=_ITS_ENTRY)}
        union all
        {_SETTLED}
        union all
        {_TAKEN_BACK.format(entry=_ITS_ENTRY)}
    """,
    "redemption.of_lot": f"""
        {_SETTLED}
        union all
        {_TAKEN_BACK.format(entry=_ITS_ENTRY)}
    """,
}
_FORWARD["redemption.of_hours"] = _FORWARD["redemption.of_lot"]

BACK = {kind: query.statement(source) for kind, source in _BACK.items()}
FORWARD = {kind: query.statement(source) for kind, source in _FORWARD.items()}
