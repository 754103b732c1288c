"""A member wishes that what is kept about them be corrected; the desk reads it, corrects, and says that it was answered.

What the member writes is sealed with their own key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import person_refusals, persons, refusals
from community.persons import Field
from db import query
from kernel import ids, text

LISTED_MAX = 50
_VERSION = 1  # a wish is sealed once

_KEY = query.statement(
    """
    select municipality_id, member_id, master_id, wrapped from community.person_key
    where municipality_id = db.municipality() and member_id = :member_id
    """
)
_INSERT = query.statement(
    """
    insert into community.correction_wish (municipality_id, wish_id, member_id, fields, said, wished_at, wished_by)
    values (db.municipality(), :wish_id, :member_id, :fields, cast(:said as bytea), :now, :wished_by)
    """
)
_SELECT = """
    select w.municipality_id, w.wish_id, w.member_id, w.fields, w.said, w.wished_at, a.answered_at, k.master_id, k.wrapped
    from community.correction_wish w
    left join community.correction_answer a on a.municipality_id = w.municipality_id and a.wish_id = w.wish_id
    left join community.person_key k on k.municipality_id = w.municipality_id and k.member_id = w.member_id
    where w.municipality_id = db.municipality()
"""
_OF_MEMBER = query.statement(f"{_SELECT} and w.member_id = :member_id order by w.wished_at desc, w.wish_id desc limit :limit")
_OPEN = query.statement(f"{_SELECT} and a.wish_id is null and k.wrapped is not null order by w.wished_at, w.wish_id limit :limit")
_ANSWER = query.statement(
    """
    insert into community.correction_answer (municipality_id, wish_id, answered_at, answered_by)
    select w.municipality_id, w.wish_id, :now, :answered_by
    from community.correction_wish w
    where w.municipality_id = db.municipality() and w.member_id = :member_id
        and (cast(:wish_id as uuid) is null or w.wish_id = :wish_id)
    on conflict on constraint correction_answer_once do nothing
    """
)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a member wishes to have corrected, in their own words, and when it was answered."""

    wish_id: UUID
    member_id: UUID
    fields: tuple[Field, ...]
    said: str | None
    wished_at: datetime
    answered_at: datetime | None


async def wish(
    conn: AsyncConnection, member_id: UUID, fields: Sequence[Field], said: str | None, *, by: UUID, now: datetime
) -> UUID:
    """Keeps a wish; its id. Raises UnknownMember (also one who was erased), and what `text.clean` raises."""
    row = await query.one(conn, _KEY, member_id=member_id)
    if row is None:
        raise refusals.UnknownMember(member_id=member_id)
    wish_id = ids.new_id()
    words = text.clean_note("said", said) if said else None
    sealed = persons.key_of(conn, row).seal(_field(wish_id), _VERSION, words) if words else None
    named = {"wish_id": wish_id, "member_id": member_id, "fields": list(fields), "wished_by": by}
    await query.run(conn, _INSERT, said=sealed, now=now, **named)
    return wish_id


async def of_member(conn: AsyncConnection, member_id: UUID) -> list[Wish]:
    """What a member wished, the latest first, at most LISTED_MAX."""
    return [_wish(conn, row) for row in await query.rows(conn, _OF_MEMBER, member_id=member_id, limit=LISTED_MAX)]


async def open_ones(conn: AsyncConnection) -> list[Wish]:
    """Wishes that nobody has answered, the oldest first, at most LISTED_MAX."""
    return [_wish(conn, row) for row in await query.rows(conn, _OPEN, limit=LISTED_MAX)]


async def answer(conn: AsyncConnection, member_id: UUID, wish_id: UUID | None, *, by: UUID, now: datetime) -> int:
    """Answers a wish of a member, or all of theirs (None); how many were open. Raises UnknownCorrectionWish."""
    answered = await query.run(conn, _ANSWER, member_id=member_id, wish_id=wish_id, answered_by=by, now=now)
    if wish_id is not None and not answered:
        raise person_refusals.UnknownCorrectionWish(wish_id=wish_id)
    return answered


def _wish(conn: AsyncConnection, row: Row[Any]) -> Wish:
    sealed: bytes | None = row.said if row.wrapped is not None else None
    return Wish(
        wish_id=row.wish_id,
        member_id=row.member_id,
        fields=tuple(row.fields),
        said=persons.key_of(conn, row).open(_field(row.wish_id), _VERSION, bytes(sealed)) if sealed is not None else None,
        wished_at=row.wished_at,
        answered_at=row.answered_at,
    )


def _field(wish_id: UUID) -> str:
    return f"wish {wish_id}"
