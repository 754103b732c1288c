"""What the rules ask and nobody has told: the attendances that wait for it, and the questions as people see them.

A question is open until its scheme has decided on the attendance, or the attendance was corrected. Facts about a person are asked of
officers, member by member; what is about the activity is asked of whoever runs it, slot by slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_OPEN = """
    with asked as (
        select distinct on (q.attendance_id, q.scheme_id) q.attendance_id, q.member_id as holder, q.occurred_on, q.wanted,
            a.member_id, a.slot_id, a.match_id, s.activity_id
        from rules.open_question q
        join activities.attendance a on a.municipality_id = q.municipality_id and a.attendance_id = q.attendance_id
        left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
        where q.municipality_id = db.municipality() and not exists (
            select from rules.decision d
            where d.municipality_id = q.municipality_id and d.attendance_id = q.attendance_id and d.scheme_id = q.scheme_id
        ) and not exists (
            select from activities.attendance n
            where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
        )
        order by q.attendance_id, q.scheme_id, q.asked_at desc, q.question_id desc
    )
"""
_WAITS = f"{_OPEN} select distinct attendance_id, member_id, holder, occurred_on from asked"  # noqa: S608 - a constant
_IN_TURN = " order by occurred_on, attendance_id limit :limit"
_WAITING = query.statement(_WAITS + _IN_TURN)
_OF_HOLDERS = query.statement(f"{_WAITS} where holder = any (cast(:holders as uuid[])) {_IN_TURN}")
_OF_PLACE = query.statement(
    f"""
    {_WAITS} where (activity_id = :place_id or slot_id = :place_id or match_id = :place_id)
        and (cast(:member_id as uuid) is null or member_id = cast(:member_id as uuid)) {_IN_TURN}
    """
)
_ASKED = """
    select case when w.personal then asked.holder end as holder, case when not w.personal then asked.slot_id end as slot_id,
        case when not w.personal then asked.match_id end as match_id, w.fact, w.personal, min(w.first_on) as first_on,
        max(w.last_on) as last_on, count(distinct asked.attendance_id) as attendances, min(asked.occurred_on) as since
    from asked
    cross join lateral (
        select r.fact, r.first_on, r.last_on,
            r.fact !~ '^((mark|count|measure):|(host_amount|attested|client|book)$)' as personal
        from jsonb_to_recordset(asked.wanted) r (fact text, first_on date, last_on date)
    ) w
"""
_GROUPED = " group by 1, 2, 3, 4, 5 order by since, holder, slot_id, match_id, fact limit :limit"
_LISTED = query.statement(_OPEN + _ASKED + _GROUPED)
_OF_MEMBER = query.statement(f"{_OPEN} {_ASKED} where w.personal and asked.holder = :holder {_GROUPED}")
_OF_SLOT = query.statement(f"{_OPEN} {_ASKED} where not w.personal and asked.slot_id = :slot_id {_GROUPED}")


class Waits(msgspec.Struct, frozen=True):
    """An attendance that waits for an answer: whose it is, and who would be granted (the member, or a group)."""

    attendance_id: UUID
    member_id: UUID
    holder: UUID
    occurred_on: date


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question, and how many attendances wait for it, since when.

    About a person (`personal`): of the member or group `holder`, on the days from `first_on` to `last_on`; a record that covers them
    answers all. About an activity: of a slot or a match.
    """

    fact: str
    personal: bool
    attendances: int
    since: date
    holder: UUID | None = None
    first_on: date | None = None
    last_on: date | None = None
    slot_id: UUID | None = None
    match_id: UUID | None = None


async def waiting(conn: AsyncConnection, *, limit: int) -> list[Waits]:
    """Every attendance that waits for an answer, the oldest activity first."""
    return await _waits(conn, _WAITING, limit=limit)


async def of_holders(conn: AsyncConnection, holders: Sequence[UUID], *, limit: int) -> list[Waits]:
    """The attendances that wait, of these members and groups."""
    return await _waits(conn, _OF_HOLDERS, holders=list(holders), limit=limit)


async def of_place(conn: AsyncConnection, place_id: UUID, member_id: UUID | None, *, limit: int) -> list[Waits]:
    """The attendances that wait, of one activity, slot or match; of one member alone where told."""
    return await _waits(conn, _OF_PLACE, place_id=place_id, member_id=member_id, limit=limit)


async def listed(conn: AsyncConnection, *, limit: int) -> list[Asked]:
    """All open questions, those that wait longest first."""
    return [query.into(Asked, row) for row in await query.rows(conn, _LISTED, limit=limit)]


async def of_member(conn: AsyncConnection, holder: UUID, *, limit: int) -> list[Asked]:
    """What is asked about a member or a group."""
    return [query.into(Asked, row) for row in await query.rows(conn, _OF_MEMBER, holder=holder, limit=limit)]


async def of_slot(conn: AsyncConnection, slot_id: UUID, *, limit: int) -> list[Asked]:
    """What is asked about the activity at a slot; nothing about persons."""
    return [query.into(Asked, row) for row in await query.rows(conn, _OF_SLOT, slot_id=slot_id, limit=limit)]


async def _waits(conn: AsyncConnection, asked: TextClause, **given: Any) -> list[Waits]:
    return [query.into(Waits, row) for row in await query.rows(conn, asked, **given)]
