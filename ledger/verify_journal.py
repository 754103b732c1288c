"""The journal against itself, and balances against the journal: invariants 1, 2, 4, 5, 6, 8, 9 and 11, re-derived."""

from __future__ import annotations

from ledger.checks import Question

_ENTRIES = "ledger.journal_entry where municipality_id = (select db.municipality())"
_LINES = "ledger.journal_line where municipality_id = (select db.municipality())"
_BALANCES = "ledger.balance where municipality_id = (select db.municipality())"
_HOLDS = "ledger.hold where municipality_id = (select db.municipality())"
_REVERSALS = "ledger.journal_entry where municipality_id = (select db.municipality()) and reverses is not null"

ENTRY_BALANCES = Question(
    name="entry_balances",
    counted=_ENTRIES,
    differences="""
        select l.entry_id, l.unit_id, sum(l.amount) as sum
        from ledger.journal_line l where l.municipality_id = (select db.municipality())
        group by l.entry_id, l.unit_id having sum(l.amount) <> 0 order by 1, 2
    """,
)
ENTRY_WHOLE = Question(
    name="entry_whole",
    counted=_ENTRIES,
    differences="""
        select entry_id, e.lines as lines_told, n.lines as lines_found, n.first_no, n.last_no
        from (select entry_id, lines from ledger.journal_entry where municipality_id = (select db.municipality())) e
        full join (
            select entry_id, count(*) as lines, min(line_no) as first_no, max(line_no) as last_no
            from ledger.journal_line where municipality_id = (select db.municipality()) group by entry_id
        ) n using (entry_id)
        where (e.lines = n.lines and n.first_no = 1 and n.last_no = n.lines) is not true order by entry_id
    """,
)
LINE_UNIT = Question(
    name="line_unit",
    counted=_LINES,
    differences="""
        select l.account_id, l.account_version, l.entry_id, l.unit_id as line_unit, a.unit_id as account_unit
        from ledger.journal_line l
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
        where l.municipality_id = (select db.municipality()) and l.unit_id <> a.unit_id order by 1, 2
    """,
)
VERSIONS_GAPLESS = Question(
    name="versions_gapless",
    counted=_LINES,
    differences="""
        select account_id, account_version, version_before, amount, balance_before, balance_after, entry_id, recorded_at,
            recorded_before
        from (
            select l.account_id, l.account_version, l.entry_id, l.amount, l.balance_after, e.recorded_at,
                lag(l.account_version, 1, 0) over by_account as version_before,
                lag(l.balance_after, 1, 0) over by_account as balance_before,
                lag(e.recorded_at) over by_account as recorded_before,
                lag(l.entry_id) over by_account as entry_before
            from ledger.journal_line l
            left join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
            where l.municipality_id = (select db.municipality())
            window by_account as (partition by l.account_id order by l.account_version)
        ) c
        where account_version <> version_before + 1 or balance_after <> balance_before + amount
            or (entry_id <> entry_before and recorded_at <= recorded_before)
        order by account_id, account_version
    """,
)
# Guards note the time of the last entry of a list on every account of the list, so the noted time may lie after the last line's.
BALANCE_IS_LAST_LINE = Question(
    name="balance_is_last_line",
    counted=_BALANCES,
    differences="""
        select account_id, b.posted, coalesce(n.posted, 0) as posted_derived, b.version, coalesce(n.lines, 0) as version_derived,
            b.last_recorded_at, n.recorded_at as last_line_recorded_at, b.unit_id, a.unit_id as account_unit
        from (select * from ledger.account where municipality_id = (select db.municipality())) a
        full join (select * from ledger.balance where municipality_id = (select db.municipality())) b using (account_id)
        left join (
            select l.account_id, sum(l.amount) as posted, count(*) as lines, max(e.recorded_at) as recorded_at
            from ledger.journal_line l
            left join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
            where l.municipality_id = (select db.municipality()) group by l.account_id
        ) n using (account_id)
        where (
            b.posted = coalesce(n.posted, 0) and b.version = coalesce(n.lines, 0) and b.unit_id = a.unit_id
            and b.lot_tracked = a.lot_tracked
            and case when n.lines is null then b.last_recorded_at = '-infinity' else b.last_recorded_at >= n.recorded_at end
        ) is not true
        order by account_id
    """,
)
# One entry is one moment: an account with several lines in it has to be within its bounds after the last of them.
_BOUNDS = """
    select a.account_id, a.{bound}, b.{bound} as {bound}_of_balance, b.posted, b.held, w.balance_after as {worst}_balance_after
    from ledger.account a
    left join ledger.balance b on b.municipality_id = a.municipality_id and b.account_id = a.account_id
    left join (
        select account_id, {worst}(balance_after) as balance_after
        from (
            select l.account_id, l.account_version, l.balance_after, l.entry_id,
                lead(l.entry_id) over (partition by l.account_id order by l.account_version) as entry_next
            from ledger.journal_line l
            join ledger.account x on x.municipality_id = l.municipality_id and x.account_id = l.account_id
            where l.municipality_id = (select db.municipality()) and x.{bound} is not null
        ) n
        where entry_id is distinct from entry_next group by account_id
    ) w on w.account_id = a.account_id
    where a.municipality_id = (select db.municipality())
        and (a.{bound} is distinct from b.{bound} or {posted} or w.balance_after {beyond} a.{bound})
    order by a.account_id
"""
FLOOR_HOLDS = Question(
    name="floor_holds",
    counted=_BALANCES,
    differences=_BOUNDS.format(bound="floor", worst="min", posted="b.posted - b.held < a.floor", beyond="<"),
)
CEILING_HOLDS = Question(
    name="ceiling_holds",
    counted=_BALANCES,
    differences=_BOUNDS.format(bound="ceiling", worst="max", posted="b.posted > a.ceiling", beyond=">"),
)
HELD = Question(
    name="held",
    counted=_HOLDS,
    differences="""
        select b.account_id, b.held, coalesce(n.held, 0) as held_derived
        from ledger.balance b
        left join (
            select h.account_id, sum(h.amount) as held
            from ledger.hold h
            where h.municipality_id = (select db.municipality()) and not exists (
                select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
            )
            group by h.account_id
        ) n on n.account_id = b.account_id
        where b.municipality_id = (select db.municipality()) and b.held <> coalesce(n.held, 0) order by 1
    """,
)
HOLD_ONCE = Question(
    name="hold_once",
    counted="ledger.hold_resolution where municipality_id = (select db.municipality())",
    differences="""
        select hold_id, kind, resolved, held, entry_id, touched as account_touched, resolutions
        from (
            select r.hold_id, r.kind, r.amount as resolved, h.amount as held, r.entry_id, l.entry_id is not null as touched,
                count(*) over (partition by r.hold_id) as resolutions
            from ledger.hold_resolution r
            left join ledger.hold h on h.municipality_id = r.municipality_id and h.hold_id = r.hold_id
            left join (
                select distinct municipality_id, entry_id, account_id from ledger.journal_line
                where municipality_id = (select db.municipality())
            ) l on l.municipality_id = r.municipality_id and l.entry_id = r.entry_id and l.account_id = h.account_id
            where r.municipality_id = (select db.municipality())
        ) n
        where resolutions > 1 or (resolved <= held and (kind = 'confirm') = (resolved > 0) and (kind = 'confirm') = touched) is not true
        order by 1
    """,
)
REVERSE_ONCE = Question(
    name="reverse_once",
    counted=_REVERSALS,
    differences="""
        select r.reverses as entry_id, min(cast(r.entry_id as text)) as reversal, count(*) as reversals,
            bool_or(e.entry_id is null) as entry_missing, bool_or(e.reverses is not null) as of_a_reversal
        from ledger.journal_entry r
        left join ledger.journal_entry e on e.municipality_id = r.municipality_id and e.entry_id = r.reverses
        where r.municipality_id = (select db.municipality()) and r.reverses is not null
        group by r.reverses
        having count(*) > 1 or bool_or(e.entry_id is null or e.reverses is not null or e.lines < r.lines)
        order by 1
    """,
)
# A reversal mirrors its entry, account by account. Only of a grant, which took nothing from lots, may a part be left standing.
REVERSE_MIRRORS = Question(
    name="reverse_mirrors",
    counted=_REVERSALS,
    differences="""
        select reverses as entry_id, entry_id as reversal, sum(abs(booked + mirrored)) as left_standing
        from (
            select entry_id, reverses, account_id, sum(booked) as booked, sum(mirrored) as mirrored
            from (
                select r.entry_id, r.reverses, l.account_id, l.amount as booked, 0 as mirrored
                from ledger.journal_entry r
                join ledger.journal_line l on l.municipality_id = r.municipality_id and l.entry_id = r.reverses
                where r.municipality_id = (select db.municipality())
                union all
                select r.entry_id, r.reverses, l.account_id, 0, l.amount
                from ledger.journal_entry r
                join ledger.journal_line l on l.municipality_id = r.municipality_id and l.entry_id = r.entry_id
                where r.municipality_id = (select db.municipality()) and r.reverses is not null
            ) both_sides
            group by entry_id, reverses, account_id
        ) a
        group by reverses, entry_id
        having bool_or(booked * mirrored > 0 or abs(mirrored) > abs(booked)) or sum(booked + mirrored) <> 0
            or (bool_or(booked + mirrored <> 0) and reverses in (
                select m.entry_id from ledger.lot_move m where m.municipality_id = (select db.municipality())
            ))
        order by 1, 2
    """,
)
KEY_ONCE = Question(
    name="key_once",
    counted=_ENTRIES,
    differences="""
        select cause_id, kind, count(*) as entries, min(cast(entry_id as text)) as entry_id
        from ledger.journal_entry where municipality_id = (select db.municipality())
        group by cause_id, kind having count(*) > 1 order by 1, 2
    """,
)
CLOSE_EMPTY = Question(
    name="close_empty",
    counted="ledger.account_close where municipality_id = (select db.municipality())",
    differences="""
        select x.account_id, x.closed_at, b.posted, b.held, max(e.recorded_at) as last_recorded_at
        from ledger.account_close x
        join ledger.balance b on b.municipality_id = x.municipality_id and b.account_id = x.account_id
        left join ledger.journal_line l on l.municipality_id = x.municipality_id and l.account_id = x.account_id
        left join ledger.journal_entry e on e.municipality_id = x.municipality_id and e.entry_id = l.entry_id
        where x.municipality_id = (select db.municipality())
        group by x.account_id, x.closed_at, b.posted, b.held
        having b.posted <> 0 or b.held <> 0 or max(e.recorded_at) > x.closed_at
        order by 1
    """,
)

QUESTIONS = (
    ENTRY_BALANCES,
    ENTRY_WHOLE,
    LINE_UNIT,
    VERSIONS_GAPLESS,
    BALANCE_IS_LAST_LINE,
    FLOOR_HOLDS,
    CEILING_HOLDS,
    HELD,
    HOLD_ONCE,
    REVERSE_ONCE,
    REVERSE_MIRRORS,
    KEY_ONCE,
    CLOSE_EMPTY,
)
