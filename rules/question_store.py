"""Questions: what an edition would have to know to decide on an attendance, and nobody has told. Append-only.

A question is not a decision. It is open until the scheme has decided on the attendance; that is derived, never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from rules.decision import Step
from rules.wanted import Wanted


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What one scheme asks about one attendance: `wanted`, and the steps that led there. `member_id` is who would be granted."""

    question_id: UUID
    attendance_id: UUID
    member_id: UUID
    scheme_id: UUID
    edition_id: UUID
    occurred_on: date
    wanted: tuple[Wanted, ...]
    trace: tuple[Step, ...]
    asked_at: datetime

    @property
    def of(self) -> tuple[UUID, UUID]:
        """The attendance and the scheme: of these there is one open question at a time."""
        return self.attendance_id, self.scheme_id


_COLUMNS = "question_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, wanted, trace, asked_at"
_ASK = query.statement(
    f"""
    insert into rules.open_question (municipality_id, {_COLUMNS})
    select db.municipality(), {_COLUMNS}
    from jsonb_to_recordset(cast(:questions as jsonb)) r (
        question_id uuid, attendance_id uuid, member_id uuid, scheme_id uuid, edition_id uuid, occurred_on date, wanted jsonb,
        trace jsonb, asked_at timestamptz
    )
    """  # noqa: S608 - a constant of this module
)
_OF_ATTENDANCES = query.statement(
    """
    select distinct on (q.attendance_id, q.scheme_id) q.question_id, q.attendance_id, q.member_id, q.scheme_id, q.edition_id,
        q.occurred_on, cast(q.wanted as text) as wanted, cast(q.trace as text) as trace, q.asked_at,
        min(q.asked_at) over (partition by q.attendance_id, q.scheme_id) as first_asked_at
    from rules.open_question q
    where q.municipality_id = db.municipality() and q.attendance_id = any (cast(:attendances as uuid[])) and not exists (
        select from rules.decision d
        where d.municipality_id = q.municipality_id and d.attendance_id = q.attendance_id and d.scheme_id = q.scheme_id
    )
    order by q.attendance_id, q.scheme_id, q.asked_at desc, q.question_id desc
    """
)


class Standing(msgspec.Struct, frozen=True):
    """An open question as it was put last, and when the scheme first asked about the attendance."""

    question: OpenQuestion
    first_asked_at: datetime


async def ask(conn: AsyncConnection, questions: Sequence[OpenQuestion]) -> None:
    """Keeps questions. PostgreSQL refuses one about what is decided: `asked_before_decided`."""
    if questions:
        await query.run(conn, _ASK, questions=msgspec.json.encode(questions).decode())


async def of_attendances(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], Standing]:
    """The open questions about these attendances, by attendance and scheme."""
    rows = await query.rows(conn, _OF_ATTENDANCES, attendances=list(attendance_ids))
    return {(row.attendance_id, row.scheme_id): Standing(_question(row), row.first_asked_at) for row in rows}


def _question(row: Row[Any]) -> OpenQuestion:
    return OpenQuestion(
        question_id=row.question_id,
        attendance_id=row.attendance_id,
        member_id=row.member_id,
        scheme_id=row.scheme_id,
        edition_id=row.edition_id,
        occurred_on=row.occurred_on,
        wanted=msgspec.json.decode(row.wanted, type=tuple[Wanted, ...]),
        trace=msgspec.json.decode(row.trace, type=tuple[Step, ...]),
        asked_at=row.asked_at,
    )
