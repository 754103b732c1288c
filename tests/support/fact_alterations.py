"""What somebody with all rights might alter of facts, tellings and questions, in SQL, and the check that has to name it."""

from __future__ import annotations

OF_GROUP = "(select decision_id from rules.decision where by_group limit 1)"

# the check that names it: what was done -> by what it was done
ALTERATIONS: dict[str, tuple[str, ...]] = {
    "decision_columns: another place": (f"update rules.decision set site = 'elsewhere' where decision_id = {OF_GROUP}",),
    "decision_columns: more can be converted": ("update rules.decision set convertible = convertible + 1",),
    "decision_columns: another kind": ("update rules.decision set activity_kind = 'other'",),
    "decision_place: another's activity": ("update activities.activity set organisation_id = gen_random_uuid()",),
    "decision_place: another hour": ("update activities.attendance set started_at = started_at + interval '1 hour'",),
    "decision_place: for another group": (
        f"update rules.decision set member_id = gen_random_uuid() where decision_id = {OF_GROUP}",
    ),
    "answers_recorded: by nobody": ("delete from rules.person_fact",),
    "answers_recorded: from elsewhere": ("update rules.person_fact set source = 'elsewhere'",),
    "answers_recorded: after the decision": ("update rules.person_fact set recorded_at = recorded_at + interval '1 day'",),
    "answers_recorded: otherwise": ("update rules.person_fact set yes = not yes",),
    "told_before_decided: by nobody": ("delete from activities.telling",),
    "told_before_decided: otherwise": ("update activities.telling set figure = 1 - figure where what = 'mark:paid'",),
    "told_before_decided: another number": ("update activities.telling set figure = 13 where what = 'count:members'",),
    "asked_before_decided: after the decision": ("update rules.open_question set asked_at = asked_at + interval '1 day'",),
    "asked_before_decided: of another": ("update rules.open_question set member_id = gen_random_uuid()",),
    "group_decided_once: twice": (
        """
        insert into rules.decision (
            municipality_id, decision_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, amount, minutes, outcome, facts,
            decision, decided_at, activity_kind, site, client, event, book, convertible, looked, looked_earned, by_group
        )
        select municipality_id, gen_random_uuid(), gen_random_uuid(), member_id, scheme_id, edition_id, occurred_on, amount, minutes,
            outcome, facts, decision, decided_at, activity_kind, site, client, event, book, convertible, looked, looked_earned, by_group
        from rules.decision where by_group
        """,
    ),
    "facts_of_others: of nobody": ("update rules.person_fact set member_id = gen_random_uuid()",),
}  # fmt: skip
