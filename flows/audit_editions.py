"""Editions against how they became law: heard, approved by another person, published once and in turn.

Editions published before it was written down by whom (`published_by`) have neither opinion nor approval on record. That the text
is the one that was proposed, and says the days that are stored beside it, is asked in `flows.recompute_law`.
"""

from __future__ import annotations

from ledger.checks import Question

EDITION_LIFE = Question(
    name="edition_life",
    counted="rules.edition where municipality_id = (select db.municipality())",
    differences="""
        select e.edition_id, f.fault
        from rules.edition e
        left join rules.edition_proposal p on p.municipality_id = e.municipality_id and p.proposal_id = e.edition_id
        left join rules.edition_approval a on a.municipality_id = e.municipality_id and a.proposal_id = e.edition_id
        left join rules.proposal_close c on c.municipality_id = e.municipality_id and c.proposal_id = e.edition_id
        left join (
            select o.proposal_id, min(o.recorded_at) as heard_at
            from rules.edition_opinion o where o.municipality_id = (select db.municipality()) group by o.proposal_id
        ) o on o.proposal_id = e.edition_id
        left join rules.edition_draft d on d.municipality_id = p.municipality_id and d.draft_id = p.draft_id
            and d.version = p.draft_version
        left join community.principal x on x.municipality_id = e.municipality_id and x.principal_id = e.proposed_by
        left join community.principal y on y.municipality_id = e.municipality_id and y.principal_id = e.approved_by
        cross join lateral (
            values
                ('not as it was proposed', (p.scheme_id = e.scheme_id and p.proposed_by = e.proposed_by) is not true),
                ('withdrawn or rejected', c.proposal_id is not null),
                ('the draft says otherwise', p.draft_id is not null and (d.document = p.document) is not true),
                ('not approved', e.published_by is not null
                    and (a.approved_by = e.approved_by and a.approved_at <= e.published_at) is not true),
                ('not heard', e.published_by is not null and (o.heard_at <= a.approved_at) is not true),
                ('one person', x.principal_id = y.principal_id or x.member_id = y.member_id
                    or x.created_by = y.principal_id or y.created_by = x.principal_id)
        ) f (fault, found)
        where e.municipality_id = (select db.municipality()) and f.found
        order by 1, 2
    """,
)
EDITIONS_IN_TURN = Question(
    name="editions_in_turn",
    counted="rules.edition where municipality_id = (select db.municipality())",
    differences="""
        select t.edition_id, t.starts_on, t.published_at, t.starts_before, t.published_before, t.ends_before
        from (
            select e.edition_id, e.starts_on, e.published_at,
                lag(e.starts_on) over of_scheme as starts_before,
                lag(e.published_at) over of_scheme as published_before,
                lag(e.last_granting_on) over of_scheme as ends_before
            from rules.edition e where e.municipality_id = (select db.municipality())
            window of_scheme as (partition by e.scheme_id order by e.starts_on)
        ) t
        where t.published_before > t.published_at or t.ends_before + 1 < t.starts_on
        order by 1
    """,
)

QUESTIONS = (EDITION_LIFE, EDITIONS_IN_TURN)
