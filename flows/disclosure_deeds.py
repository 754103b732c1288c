"""What is kept about what a member did: places, scans, attendances, help asked and given, what was decided of it, and what is known."""

from __future__ import annotations

from flows.disclosure_section import Section, section

SECTIONS: tuple[Section, ...] = (
    section(
        "bookings",
        "activities.booking activities.booking_cancel",
        """
        select b.booking_id, b.slot_id, s.starts_at, a.title, b.role, b.booked_at as since, c.cancelled_at as ended_at
        from activities.booking b
        join activities.slot s on s.municipality_id = b.municipality_id and s.slot_id = b.slot_id
        join activities.activity a on a.municipality_id = s.municipality_id and a.activity_id = s.activity_id
        left join activities.booking_cancel c on c.municipality_id = b.municipality_id and c.booking_id = b.booking_id
        where b.municipality_id = db.municipality() and b.member_id = :member_id order by s.starts_at desc
        """,
        "member_id",
    ),
    section(
        "scans",
        "activities.scan activities.scan_retraction",
        """
        select s.scan_id, s.slot_id, s.match_id, s.credential_id, s.occurred_at, a.title, s.method, s.direction, s.evidence, s.reason,
            s.received_at, r.retracted_at as ended_at
        from activities.scan s
        left join activities.slot t on t.municipality_id = s.municipality_id and t.slot_id = s.slot_id
        left join activities.activity a on a.municipality_id = t.municipality_id and a.activity_id = t.activity_id
        left join activities.scan_retraction r on r.municipality_id = s.municipality_id and r.scan_id = s.scan_id
        where s.municipality_id = db.municipality() and s.member_id = :member_id order by s.occurred_at desc
        """,
        "member_id",
    ),
    section(
        "scan_conflicts",
        "activities.scan_conflict activities.conflict_settlement",
        """
        select c.conflict_id, c.slot_id, c.occurred_at, c.method, c.code, cast(c.facts as text) as facts, s.how as settled_how,
            s.settled_at, s.reason
        from activities.scan_conflict c
        left join activities.conflict_settlement s on s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
        where c.municipality_id = db.municipality() and (c.member_id = :member_id or s.member_id = :member_id)
        order by c.occurred_at desc
        """,
    ),
    section(
        "attendances",
        "activities.attendance activities.signoff activities.attendance_scan",
        """
        select t.attendance_id, t.slot_id, t.match_id, t.supersedes as supersedes_id, t.started_at, a.title, t.kind, t.role, t.minutes,
            t.evidence, t.flags, t.reason, t.made_at, o.signed_at, n.attendance_id is not null as corrected
        from activities.attendance t
        left join activities.slot s on s.municipality_id = t.municipality_id and s.slot_id = t.slot_id
        left join activities.activity a on a.municipality_id = s.municipality_id and a.activity_id = s.activity_id
        left join activities.signoff o on o.municipality_id = t.municipality_id and o.attendance_id = t.attendance_id
        left join activities.attendance n on n.municipality_id = t.municipality_id and n.supersedes = t.attendance_id
        where t.municipality_id = db.municipality() and t.member_id = :member_id order by t.started_at desc
        """,
        "member_id",
    ),
    section(
        "needs",
        "activities.need activities.need_end community.member_words",
        """
        select n.need_id, n.starts_at, n.kind, n.note, n.minutes, n.payer, n.asked_at as since, e.ended_at, e.reason
        from activities.need n
        left join activities.need_end e on e.municipality_id = n.municipality_id and e.need_id = n.need_id
        where n.municipality_id = db.municipality() and n.member_id = :member_id order by n.starts_at desc
        """,
        "member_id",
        "need_id",
    ),
    section(
        "offers",
        "activities.offer activities.offer_end",
        """
        select o.offer_id, o.kind, o.note, o.weekdays, o.offered_at as since, e.ended_at
        from activities.offer o
        left join activities.offer_end e on e.municipality_id = o.municipality_id and e.offer_id = o.offer_id
        where o.municipality_id = db.municipality() and o.member_id = :member_id order by o.offered_at desc
        """,
        "member_id",
        "offer_id",
    ),
    section(
        "matches",
        "activities.match activities.match_answer activities.match_end",
        """
        select m.match_id, m.need_id, m.starts_at, n.kind, case when m.helper_id = :member_id then 'helper' else 'receiver' end as side,
            m.minutes_planned as minutes, w.answer, w.answered_at, e.ended_at, e.reason
        from activities.match m
        join activities.need n on n.municipality_id = m.municipality_id and n.need_id = m.need_id
        left join activities.match_answer w on w.municipality_id = m.municipality_id and w.match_id = m.match_id
            and w.side = case when m.helper_id = :member_id then 'helper' else 'receiver' end
        left join activities.match_end e on e.municipality_id = m.municipality_id and e.match_id = m.match_id
        where m.municipality_id = db.municipality() and :member_id in (m.helper_id, m.receiver_id) order by m.starts_at desc
        """,
    ),
    section(
        "tellings",
        "activities.telling",
        """
        select telling_id, slot_id, told_at, what as thing, figure, words
        from activities.telling where municipality_id = db.municipality() and member_id = :member_id order by told_at desc
        """,
        "member_id",
    ),
    section(
        "facts",
        "rules.person_fact",
        """
        select fact_id, recorded_at, fact, yes, first_on, last_on, source
        from rules.person_fact where municipality_id = db.municipality() and member_id = :member_id order by recorded_at desc
        """,
        "member_id",
    ),
    section(
        "questions",
        "rules.open_question",
        """
        select q.question_id, q.attendance_id, q.asked_at, s.name as scheme, q.occurred_on, cast(q.wanted as text) as facts
        from rules.open_question q
        join rules.scheme s on s.municipality_id = q.municipality_id and s.scheme_id = q.scheme_id
        where q.municipality_id = db.municipality() and q.member_id = :member_id order by q.asked_at desc
        """,
        "member_id",
    ),
    section(
        "decisions",
        "rules.decision rules.decision_void",
        """
        select d.decision_id, d.attendance_id, d.edition_id, d.occurred_on, s.name as scheme, d.outcome, d.amount, d.minutes,
            d.decided_at, v.voided_at as ended_at, cast(d.decision as text) as decision, cast(d.facts as text) as facts
        from rules.decision d
        join rules.scheme s on s.municipality_id = d.municipality_id and s.scheme_id = d.scheme_id
        left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        where d.municipality_id = db.municipality() and d.member_id = :member_id order by d.occurred_on desc, d.decision_id
        """,
        "member_id",
    ),
)
