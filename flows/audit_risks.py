"""What deserves a second look: seven questions, one statement each. An answer is no accusation; it says where to read the evidence.

Every statement looks at what began on the days from `first` to `last` in Japan and stands: what was replaced or taken back does not
count. It answers (member_id, other_id, counted, at, record_id): whom it is about, who else, how much of it, when last, and the record
at which a trace begins.
"""

# ruff: noqa: S608 - every piece is a constant of this module

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days

ROWS_MAX = 50
WEEKS_MIN = 4
"""Weeks in a row in which the same two meet."""
CARDS_IN_A_MINUTE = 10
"""Cards that one device reads within one minute."""
HOUR_FIRST, HOUR_LAST = 6, 22
"""Hours of the day in which help and activities are usual."""
STEP_MINUTES, NEAR_MINUTES, HUGS_MIN = 30, 2, 3
"""Leaving before the end, at most two minutes after a half hour is full, three times or more."""
MANUAL_MIN, MANUAL_PERCENT = 5, 20
"""Records by hand of one organisation: at least so many, and at least this share."""

# What stands, and was not replaced by a correction.
_STANDING = """
    a.municipality_id = db.municipality() and a.started_at >= :first and a.started_at < :end and not exists (
        select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
    )
"""

# What was scanned and not taken back: a slip that was put right at once says nothing about anybody.
_KEPT = """
    s.municipality_id = db.municipality() and s.occurred_at >= :first and s.occurred_at < :end and not exists (
        select from activities.scan_retraction r where r.municipality_id = s.municipality_id and r.scan_id = s.scan_id
    )
"""

_SOURCES = {
    "same_pair": f"""
        select r.helper_id as member_id, r.receiver_id as other_id, count(*) as counted, max(r.at) as at,
            (array_agg(r.attendance_id order by r.at desc))[1] as record_id
        from (
            select w.*, w.week - 7 * cast(row_number() over (
                partition by w.helper_id, w.receiver_id order by w.week) as int) as run
            from (
                select m.helper_id, m.receiver_id,
                    cast(date_trunc('week', a.started_at at time zone 'Asia/Tokyo') as date) as week, max(a.started_at) as at,
                    (array_agg(a.attendance_id order by a.started_at desc))[1] as attendance_id
                from activities.attendance a
                join activities.match m on m.municipality_id = a.municipality_id and m.match_id = a.match_id
                    and m.helper_id = a.member_id
                where {_STANDING}
                group by 1, 2, 3
            ) w
        ) r
        group by r.helper_id, r.receiver_id, r.run
        having count(*) >= {WEEKS_MIN}
        order by counted desc, member_id, other_id limit :limit
    """,
    "host_is_beneficiary": f"""
        select a.member_id, w.principal_id as other_id, count(*) as counted, max(a.started_at) as at,
            (array_agg(a.attendance_id order by a.started_at desc))[1] as record_id
        from activities.attendance a
        join community.principal w on w.municipality_id = a.municipality_id and w.member_id = a.member_id
        where {_STANDING} and (
            exists (
                select from activities.attendance_scan x
                join activities.scan s on s.municipality_id = x.municipality_id and s.scan_id = x.scan_id
                where x.municipality_id = a.municipality_id and x.attendance_id = a.attendance_id
                    and s.scanned_by = w.principal_id and s.method in ('card', 'manual')
            ) or exists (
                select from activities.signoff o
                where o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id and o.signed_by = w.principal_id
            )
        )
        group by a.member_id, w.principal_id
        order by counted desc, member_id limit :limit
    """,
    "many_cards": f"""
        select cast(null as uuid) as member_id, s.scanned_by as other_id, count(distinct s.member_id) as counted,
            max(s.occurred_at) as at, (array_agg(s.scan_id order by s.occurred_at desc))[1] as record_id
        from activities.scan s
        where {_KEPT} and s.method = 'card'
        group by s.scanned_by, date_trunc('minute', s.occurred_at)
        having count(distinct s.member_id) >= {CARDS_IN_A_MINUTE}
        order by counted desc, at limit :limit
    """,
    "after_hours": f"""
        select a.member_id, a.made_by as other_id, a.minutes as counted, a.started_at as at, a.attendance_id as record_id
        from activities.attendance a
        where {_STANDING} and (
            extract(hour from a.started_at at time zone 'Asia/Tokyo') < {HOUR_FIRST}
            or (a.ended_at at time zone 'Asia/Tokyo')
                > date_trunc('day', a.started_at at time zone 'Asia/Tokyo') + interval '{HOUR_LAST} hours'
        )
        order by a.started_at desc, a.attendance_id limit :limit
    """,
    "threshold": f"""
        select a.member_id, cast(null as uuid) as other_id, count(*) as counted, max(a.started_at) as at,
            (array_agg(a.attendance_id order by a.started_at desc))[1] as record_id
        from activities.attendance a
        join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id and a.ended_at < s.ends_at
        where {_STANDING} and a.minutes >= {STEP_MINUTES} and a.minutes % {STEP_MINUTES} <= {NEAR_MINUTES}
        group by a.member_id
        having count(*) >= {HUGS_MIN}
        order by counted desc, member_id limit :limit
    """,
    "overlap": f"""
        select a.member_id, a.made_by as other_id, a.minutes as counted, a.started_at as at, a.attendance_id as record_id
        from activities.attendance a
        where {_STANDING} and ('overlap' = any (a.flags) or exists (
            select from activities.attendance b
            where b.municipality_id = a.municipality_id and b.member_id = a.member_id and b.attendance_id <> a.attendance_id
                and b.started_at < a.ended_at and b.ended_at > a.started_at and not exists (
                    select from activities.attendance n
                    where n.municipality_id = b.municipality_id and n.supersedes = b.attendance_id
                )
        ))
        order by a.started_at desc, a.attendance_id limit :limit
    """,
    "manual": f"""
        select cast(null as uuid) as member_id, c.organisation_id as other_id,
            100 * count(*) filter (where s.method = 'manual') / count(*) as counted, max(s.occurred_at) as at,
            (array_agg(s.scan_id order by s.occurred_at desc) filter (where s.method = 'manual'))[1] as record_id
        from activities.scan s
        join activities.slot t on t.municipality_id = s.municipality_id and t.slot_id = s.slot_id
        join activities.activity c on c.municipality_id = t.municipality_id and c.activity_id = t.activity_id
        where {_KEPT}
        group by c.organisation_id
        having count(*) filter (where s.method = 'manual') >= {MANUAL_MIN}
            and 100 * count(*) filter (where s.method = 'manual') >= {MANUAL_PERCENT} * count(*)
        order by counted desc, other_id limit :limit
    """,
}

QUESTIONS = {code: query.statement(source) for code, source in _SOURCES.items()}


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `counted` is weeks, records, cards, minutes or percent, as the question says."""

    member_id: UUID | None
    other_id: UUID | None
    counted: int
    at: datetime
    record_id: UUID


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A question with what it found, at most ROWS_MAX; `more` where there was more."""

    code: str
    found: list[Risk]
    more: bool


async def ask(conn: AsyncConnection, first: date, last: date) -> list[Answered]:
    """All questions about the days from `first` to `last`."""
    told = {"first": days.local_time(first, 0), "end": days.local_time(last + timedelta(days=1), 0), "limit": ROWS_MAX + 1}
    answered: list[Answered] = []
    for code, question in QUESTIONS.items():
        found = [query.into(Risk, row) for row in await query.rows(conn, question, **told)]
        answered.append(Answered(code=code, found=found[:ROWS_MAX], more=len(found) > ROWS_MAX))
    return answered
