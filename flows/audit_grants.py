"""Grants against the law: every grant has its decision, every decision its attendance, and nothing was decided in favour of oneself.

The questions are those of `ledger.checks`; they join the rooms that a grant passed through. That a decision follows from its facts is
re-performed in `flows.recompute`.
"""

from __future__ import annotations

from ledger.checks import Question

_GRANTS = "ledger.journal_entry where municipality_id = (select db.municipality()) and kind = 'grant'"
_DECISIONS = "rules.decision where municipality_id = (select db.municipality())"

# A grant that is taken back is taken out of the caps as well, and the other way round: reversed (or, where all of it was spent, left
# to the budget by a correction) and voided go together.
DECISION_GRANTED = Question(
    name="decision_granted",
    counted=_GRANTS,
    differences="""
        select e.entry_id, e.cause_kind, d.decision_id, d.outcome, d.amount as decided, w.amount as granted,
            v.decision_id is not null as voided, x.entry_id is not null as reversed
        from ledger.journal_entry e
        left join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        left join rules.scheme s on s.municipality_id = d.municipality_id and s.scheme_id = d.scheme_id
        left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        left join ledger.journal_entry x on x.municipality_id = e.municipality_id and x.reverses = e.entry_id
        left join wallets.correction c on c.municipality_id = e.municipality_id and c.entry_id = e.entry_id and c.reversal_id is null
        left join (
            select l.entry_id, a.holder, l.unit_id, sum(l.amount) as amount
            from ledger.journal_line l
            join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
            where l.municipality_id = (select db.municipality()) and a.kind = 'wallet'
            group by l.entry_id, a.holder, l.unit_id
        ) w on w.entry_id = e.entry_id and w.holder = d.member_id and w.unit_id = s.unit_id
        where e.municipality_id = (select db.municipality()) and e.kind = 'grant' and (
            e.cause_kind = 'decision' and d.outcome = 'granted' and w.amount = d.amount
            and (v.decision_id is not null) = (x.entry_id is not null or c.correction_id is not null)
        ) is not true
        order by 1
    """,
)
GRANT_FUNDED = Question(
    name="grant_funded",
    counted=_GRANTS,
    differences="""
        select e.entry_id, l.account_id, a.kind as account_kind, b.code as budget_line, b.fiscal_year, d.occurred_on,
            d.decision -> 'funding' as funding
        from ledger.journal_entry e
        join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id and l.amount < 0
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
        left join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        left join rules.budget_line b on b.municipality_id = l.municipality_id and b.account_id = l.account_id
        where e.municipality_id = (select db.municipality()) and e.kind = 'grant' and (
            a.kind = 'budget' and b.scheme_id = d.scheme_id and (
                jsonb_exists(d.decision -> 'funding', b.code)
                or jsonb_path_exists(d.decision, '$.beyond[*].funding[*] ? (@ == $line)', jsonb_build_object('line', b.code))
            )
            and b.fiscal_year = extract(year from d.occurred_on - interval '3 months')
        ) is not true
        order by 1, 2
    """,
)
GRANT_LOTS = Question(
    name="grant_lots",
    counted="ledger.lot where municipality_id = (select db.municipality()) and parent_lot is null",
    differences="""
        select t.lot_id, t.entry_id, t.origin_attendance, d.attendance_id, t.edition_id, d.edition_id as decided_edition,
            t.funding_account, t.expires_on, d.decision ->> 'expires_on' as decided_expiry, t.amount, f.amount as drawn
        from ledger.lot t
        join ledger.journal_entry e on e.municipality_id = t.municipality_id and e.entry_id = t.entry_id and e.kind = 'grant'
        left join rules.decision d on d.municipality_id = e.municipality_id and d.decision_id = e.cause_id
        left join (
            select l.entry_id, l.account_id, -sum(l.amount) as amount
            from ledger.journal_line l where l.municipality_id = (select db.municipality()) and l.amount < 0
            group by l.entry_id, l.account_id
        ) f on f.entry_id = t.entry_id and f.account_id = t.funding_account
        where t.municipality_id = (select db.municipality()) and (
            t.parent_lot is null and t.origin_attendance = d.attendance_id and t.edition_id = d.edition_id
            and t.expires_on = coalesce(cast(d.decision ->> 'expires_on' as date), 'infinity') and t.amount = f.amount
        ) is not true
        order by 1
    """,
)
DECISION_FACTS = Question(
    name="decision_facts",
    counted=_DECISIONS,
    differences="""
        select d.decision_id, d.attendance_id, d.member_id, a.member_id as attended_by, d.by_group, d.occurred_on,
            cast(a.started_at at time zone 'Asia/Tokyo' as date) as attended_on, d.facts, a.minutes, a.evidence, a.role, a.kind
        from rules.decision d
        left join activities.attendance a on a.municipality_id = d.municipality_id and a.attendance_id = d.attendance_id
        where d.municipality_id = (select db.municipality()) and (
            (d.by_group or d.member_id = a.member_id) and d.occurred_on = cast(a.started_at at time zone 'Asia/Tokyo' as date)
            and d.facts ->> 'attendance_id' = cast(d.attendance_id as text) and d.facts ->> 'member_id' = cast(d.member_id as text)
            and d.facts ->> 'occurred_on' = cast(d.occurred_on as text) and d.facts ->> 'activity_kind' = a.kind
            and d.facts ->> 'role' = a.role and cast(d.facts ->> 'minutes' as int) = a.minutes
            and cast(d.facts ->> 'evidence' as int) = a.evidence
            and d.decision ->> 'outcome' = d.outcome and cast(d.decision ->> 'amount' as bigint) = d.amount
            and cast(d.decision ->> 'minutes' as int) = d.minutes
        ) is not true
        order by 1
    """,
)
# The edition that started last by the day of the activity, among those that were published when it was decided.
EDITION_IN_FORCE = Question(
    name="edition_in_force",
    counted=_DECISIONS,
    differences="""
        select d.decision_id, d.occurred_on, d.decided_at, d.edition_id, e.starts_on, e.published_at, n.edition_id as in_force
        from rules.decision d
        left join rules.edition e on e.municipality_id = d.municipality_id and e.edition_id = d.edition_id
            and e.scheme_id = d.scheme_id
        left join rules.edition n on n.municipality_id = d.municipality_id and n.scheme_id = d.scheme_id
            and n.starts_on > e.starts_on and n.starts_on <= d.occurred_on and n.published_at < d.decided_at
        where d.municipality_id = (select db.municipality())
            and (e.starts_on <= d.occurred_on and e.published_at <= d.decided_at and n.edition_id is null) is not true
        order by 1
    """,
)
# Who corrects an attendance voids what was decided on it: what stands is decided on what stands.
DECISION_SUPERSEDED = Question(
    name="decision_superseded",
    counted="activities.attendance where municipality_id = (select db.municipality()) and supersedes is not null",
    differences="""
        select d.decision_id, d.attendance_id, a.attendance_id as superseded_by, d.outcome, d.amount
        from activities.attendance a
        join rules.decision d on d.municipality_id = a.municipality_id and d.attendance_id = a.supersedes
        left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        where a.municipality_id = (select db.municipality()) and v.decision_id is null
        order by 1
    """,
)
SIGNED = Question(
    name="signed_by_another",
    counted="activities.signoff where municipality_id = (select db.municipality())",
    differences="""
        select a.attendance_id, a.needs_signoff, o.signed_by, p.member_id = a.member_id as by_oneself, d.decision_id
        from activities.attendance a
        left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
        left join community.principal p on p.municipality_id = o.municipality_id and p.principal_id = o.signed_by
        left join rules.decision d on d.municipality_id = a.municipality_id and d.attendance_id = a.attendance_id
        where a.municipality_id = (select db.municipality())
            and (p.member_id = a.member_id or (a.needs_signoff and o.signed_by is null and d.decision_id is not null))
        order by 1
    """,
)
TWO_PEOPLE = Question(
    name="two_people",
    counted="rules.edition where municipality_id = (select db.municipality())",
    differences="""
        select 'edition' as of, cast(edition_id as text) as id, proposed_by as first, approved_by as second
        from rules.edition where municipality_id = (select db.municipality()) and proposed_by = approved_by
        union all
        select 'settlement', cast(s.settlement_id as text), s.proposed_by, a.approved_by
        from wallets.settlement s
        join wallets.settlement_approval a on a.municipality_id = s.municipality_id and a.settlement_id = s.settlement_id
        where s.municipality_id = (select db.municipality()) and s.proposed_by = a.approved_by
        union all
        select 'application', cast(p.application_id as text), p.applied_by, d.decided_by
        from wallets.application p
        join wallets.application_decision d on d.municipality_id = p.municipality_id and d.application_id = p.application_id
        where p.municipality_id = (select db.municipality()) and p.applied_by = d.decided_by
        order by 1, 2
    """,
)

QUESTIONS = (
    DECISION_GRANTED,
    GRANT_FUNDED,
    GRANT_LOTS,
    DECISION_FACTS,
    EDITION_IN_FORCE,
    DECISION_SUPERSEDED,
    SIGNED,
    TWO_PEOPLE,
)
