"""Erasing who a member was: the key goes, and with it everything that it opens; the number, and what was booked, stay.

All roles of the member end, and with them every token, session, entrance and passkey. That it was done, when, by whom and why stands
in a record of its own, for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import person_refusals, principals, refusals, sessions, tokens
from db import query

Because = Literal["wish", "death"]

_LOCK = query.statement(
    "select member_id from community.person where municipality_id = db.municipality() and member_id = :member_id for update"
)
_FIND = query.statement(
    """
    select member_id, because, erased_at, erased_by from community.erasure
    where municipality_id = db.municipality() and member_id = any (cast(:ids as uuid[]))
    """
)
_RECORD = query.statement(
    """
    insert into community.erasure (municipality_id, member_id, because, erased_at, erased_by)
    values (db.municipality(), :member_id, :because, :now, :erased_by)
    """
)
_ROLES = query.statement(
    """
    select p.principal_id from community.principal p
    where p.municipality_id = db.municipality() and p.member_id = :member_id and not exists (
        select from community.principal_end x
        where x.municipality_id = p.municipality_id and x.principal_id = p.principal_id
    )
    order by p.principal_id
    """
)
_FORGET_KEY = query.statement(
    "delete from community.person_key where municipality_id = db.municipality() and member_id = :member_id"
)
_FORGET_MARKS = query.statement(
    "delete from community.person_mark where municipality_id = db.municipality() and member_id = :member_id"
)


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """That a member was erased: on whose wish it was not theirs to keep any more, when, and which principal did it."""

    member_id: UUID
    because: Because
    erased_at: datetime
    erased_by: UUID


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure ended: roles, and the phones and computers that were signed in."""

    roles: int
    sessions: int


async def find_many(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Erasure]:
    """Which of these members were erased."""
    return {row.member_id: query.into(Erasure, row) for row in await query.rows(conn, _FIND, ids=list(ids))}


async def check_stands(conn: AsyncConnection, member_id: UUID) -> None:
    """Whether the member is still there as a person. Raises MemberErased."""
    if await find_many(conn, [member_id]):
        raise person_refusals.MemberErased(member_id=member_id)


async def lock(conn: AsyncConnection, member_id: UUID) -> None:
    """Nobody else corrects or erases the person until the transaction ends. Raises UnknownMember, MemberErased."""
    if await query.one(conn, _LOCK, member_id=member_id) is None:
        raise refusals.UnknownMember(member_id=member_id)
    await check_stands(conn, member_id)


async def erase(conn: AsyncConnection, member_id: UUID, because: Because, *, erased_by: UUID, now: datetime) -> Ended:
    """Erases who the member was. Ask under `lock`, when nothing is open any more."""
    roles = [row.principal_id for row in await query.rows(conn, _ROLES, member_id=member_id)]
    ended = 0
    for principal_id in roles:
        ended += await sessions.end_all(conn, principal_id, ended_by=erased_by, why="erased", now=now)
        await tokens.end_all(conn, principal_id, ended_by=erased_by, now=now)
        await principals.end(conn, principal_id, ended_by=erased_by, now=now)
    await query.run(conn, _RECORD, member_id=member_id, because=because, now=now, erased_by=erased_by)
    await query.run(conn, _FORGET_MARKS, member_id=member_id)
    await query.run(conn, _FORGET_KEY, member_id=member_id)
    return Ended(roles=len(roles), sessions=ended)
