"""What decisions saw, against what was recorded: columns, places, answers, tellings, headcounts, and questions.

The questions are those of `ledger.checks`. That a decision follows from its facts is re-performed in `flows.recompute`; that its facts
are those of its attendance is asked in `flows.audit_grants`. Decisions from before the columns (0007) have no `activity_kind` there.
"""

from __future__ import annotations

from datetime import timedelta

from ledger.checks import Question

MARGIN = {"margin": timedelta(minutes=2)}
"""Instants are those at which requests began, and one may have waited for the other: longer than any waits, with its repetitions."""
_DECISIONS = "rules.decision where municipality_id = (select db.municipality()) and activity_kind is not null"

# What caps count by is stored twice: in the facts and in columns.
DECISION_COLUMNS = Question(
    name="decision_columns",
    counted=_DECISIONS,
    differences="""
        select d.decision_id, d.activity_kind, d.site, d.client, d.event, d.book, d.convertible, d.looked, d.looked_earned, d.by_group,
            d.facts
        from rules.decision d
        where d.municipality_id = (select db.municipality()) and d.activity_kind is not null and (
            d.activity_kind = d.facts ->> 'activity_kind' and d.site is not distinct from d.facts ->> 'site'
            and d.client is not distinct from d.facts ->> 'client' and d.event is not distinct from d.facts ->> 'event'
            and d.book is not distinct from d.facts ->> 'book'
            and d.convertible = coalesce(cast(d.decision ->> 'convertible' as bigint), d.amount)
            and d.looked = coalesce(cast(d.decision ->> 'looked' as int), 0)
            and d.looked_earned = coalesce(cast(d.decision ->> 'looked_earned' as bigint), 0)
        ) is not true
        order by 1
    """,
)
# Where it was and for whom, once more from the slot or the match; and when it began, on the clock in Japan.
DECISION_PLACE = Question(
    name="decision_place",
    counted=_DECISIONS,
    differences="""
        select d.decision_id, d.site, v.organisation_id, d.event, a.slot_id, a.match_id, d.client, m.receiver_id, d.by_group,
            d.member_id, d.facts -> 'started_minute' as started_minute, a.started_at
        from rules.decision d
        join activities.attendance a on a.municipality_id = d.municipality_id and a.attendance_id = d.attendance_id
        left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
        left join activities.activity v on v.municipality_id = s.municipality_id and v.activity_id = s.activity_id
        left join activities.match m on m.municipality_id = a.municipality_id and m.match_id = a.match_id
        where d.municipality_id = (select db.municipality()) and d.activity_kind is not null and (
            d.site = coalesce(cast(v.organisation_id as text), 'home')
            and d.event = coalesce(cast(a.slot_id as text), cast(a.match_id as text))
            and (m.receiver_id is null or d.client = cast(m.receiver_id as text))
            and d.member_id = case when d.by_group then v.organisation_id else a.member_id end
            and cast(d.facts ->> 'started_minute' as int) = date_part('hour', a.started_at at time zone 'Asia/Tokyo') * 60
                + date_part('minute', a.started_at at time zone 'Asia/Tokyo')
        ) is not true
        order by 1
    """,
)
# Every answer about a person, ages from the birth date apart, was recorded before the decision, with the same source.
ANSWERS_RECORDED = Question(
    name="answers_recorded",
    counted=f"{_DECISIONS} and jsonb_exists(facts, 'answers')",
    differences="""
        select d.decision_id, d.member_id, w.answer
        from rules.decision d
        cross join lateral jsonb_array_elements(d.facts -> 'answers') w (answer)
        left join rules.person_fact f on f.municipality_id = d.municipality_id and f.member_id = d.member_id
            and f.fact = w.answer -> 'question' ->> 'fact' and f.yes = cast(w.answer ->> 'yes' as boolean)
            and f.source = w.answer ->> 'source' and f.recorded_at <= d.decided_at + cast(:margin as interval)
        where d.municipality_id = (select db.municipality()) and jsonb_exists(d.facts, 'answers')
            and not (w.answer ->> 'source' = 'birth date' and starts_with(w.answer -> 'question' ->> 'fact', 'age_at_'))
        group by d.decision_id, d.member_id, w.answer having count(f.fact_id) = 0
        order by 1
    """,
    given=MARGIN,
)
# Every mark, measure, amount, client and booklet was told before the decision, of the attendance's own place. A client at a match is
# its receiver, and who was present is counted where nobody told.
TOLD_BEFORE = Question(
    name="told_before_decided",
    counted=f"{_DECISIONS} and jsonb_exists_any(facts, array['marks', 'measures', 'host_amount', 'attested', 'book', 'client'])",
    differences="""
        select d.decision_id, w.what, w.figure, w.words
        from rules.decision d
        join activities.attendance a on a.municipality_id = d.municipality_id and a.attendance_id = d.attendance_id
        left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
        cross join lateral (
            select 'mark:' || key as what, cast(cast(value as boolean) as int) as figure, null as words
            from jsonb_each_text(coalesce(d.facts -> 'marks', '{}'))
            union all
            select 'measure:' || key, cast(value as int), null from jsonb_each_text(coalesce(d.facts -> 'measures', '{}'))
            union all
            select 'count:' || key, cast(value as int), null from jsonb_each_text(coalesce(d.facts -> 'counts', '{}'))
            where starts_with(key, 'members')
            union all
            select key, cast(value as int), null from jsonb_each_text(d.facts) where key in ('host_amount', 'attested')
            union all
            select key, null, value from jsonb_each_text(d.facts)
            where key = 'book' or (key = 'client' and a.match_id is null)
        ) w
        cross join lateral (values (s.activity_id), (a.slot_id), (a.match_id)) p (place_id)
        left join (
            select municipality_id, coalesce(activity_id, slot_id, match_id) as place_id, member_id, what, figure, words, told_at
            from activities.telling
        ) t on t.municipality_id = d.municipality_id and t.place_id = p.place_id and t.what = w.what
            and coalesce(t.member_id, a.member_id) = a.member_id and t.figure is not distinct from w.figure
            and t.words is not distinct from w.words and t.told_at <= d.decided_at + cast(:margin as interval)
        where d.municipality_id = (select db.municipality()) and d.activity_kind is not null
        group by d.decision_id, w.what, w.figure, w.words having count(t.what) = 0
        order by 1, 2
    """,
    given=MARGIN,
)
# A question is of its attendance's member (or of the group at its slot), and nothing was asked that had been decided.
QUESTIONS_OPEN = Question(
    name="asked_before_decided",
    counted="rules.open_question where municipality_id = (select db.municipality())",
    differences="""
        select q.question_id, q.attendance_id, q.member_id, a.member_id as attended_by, q.asked_at, d.decided_at
        from rules.open_question q
        left join activities.attendance a on a.municipality_id = q.municipality_id and a.attendance_id = q.attendance_id
        left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
        left join activities.activity v on v.municipality_id = s.municipality_id and v.activity_id = s.activity_id
        left join rules.decision d on d.municipality_id = q.municipality_id and d.attendance_id = q.attendance_id
            and d.scheme_id = q.scheme_id
        where q.municipality_id = (select db.municipality())
            and (
                (q.member_id = a.member_id or q.member_id = v.organisation_id)
                and (d.decision_id is null or q.asked_at <= d.decided_at + cast(:margin as interval))
            ) is not true
        order by 1
    """,
    given=MARGIN,
)
# A group is granted once for a slot.
GROUP_ONCE = Question(
    name="group_decided_once",
    counted=f"{_DECISIONS} and by_group",
    differences="""
        select d.event, d.scheme_id, count(*) as standing
        from rules.decision d
        left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        where d.municipality_id = (select db.municipality()) and d.by_group and v.decision_id is null
        group by d.event, d.scheme_id having count(*) > 1
        order by 1, 2
    """,
)
# Nobody recorded what is known of themselves, and every record is of somebody.
FACTS_OF_OTHERS = Question(
    name="facts_of_others",
    counted="rules.person_fact where municipality_id = (select db.municipality())",
    differences="""
        select f.fact_id, f.member_id, f.fact, f.recorded_by
        from rules.person_fact f
        left join community.principal p on p.municipality_id = f.municipality_id and p.principal_id = f.recorded_by
        where f.municipality_id = (select db.municipality()) and (p.member_id = f.member_id or not (
            exists (
                select from community.member m where m.municipality_id = f.municipality_id and m.member_id = f.member_id
            ) or exists (
                select from community.organisation o where o.municipality_id = f.municipality_id and o.organisation_id = f.member_id
            )
        ))
        order by 1
    """,
)

QUESTIONS = (
    DECISION_COLUMNS,
    DECISION_PLACE,
    ANSWERS_RECORDED,
    TOLD_BEFORE,
    QUESTIONS_OPEN,
    GROUP_ONCE,
    FACTS_OF_OTHERS,
)
