"""A member's own words about something of theirs: what they need, what they offer. Sealed with their key, and erased with it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import persons, refusals
from db import query

_VERSION = 1  # words are said once

_KEY = query.statement(
    """
    select municipality_id, member_id, master_id, wrapped from community.person_key
    where municipality_id = db.municipality() and member_id = :member_id
    """
)
_KEEP = query.statement(
    """
    insert into community.member_words (municipality_id, about_id, member_id, said)
    values (db.municipality(), :about_id, :member_id, :said)
    """
)
_ABOUT = query.statement(
    """
    select w.about_id, w.said, k.municipality_id, k.member_id, k.master_id, k.wrapped
    from community.member_words w
    join community.person_key k on k.municipality_id = w.municipality_id and k.member_id = w.member_id
    where w.municipality_id = db.municipality() and w.about_id = any (cast(:about as uuid[]))
    """
)


async def keep(conn: AsyncConnection, member_id: UUID, about_id: UUID, said: str) -> None:
    """Keeps what a member says about a thing of theirs; once. Raises UnknownMember (also who was erased)."""
    row = await query.one(conn, _KEY, member_id=member_id)
    if row is None:
        raise refusals.UnknownMember(member_id=member_id)
    sealed = persons.key_of(conn, row).seal(_field(about_id), _VERSION, said)
    await query.run(conn, _KEEP, about_id=about_id, member_id=member_id, said=sealed)


async def about(conn: AsyncConnection, things: Sequence[UUID]) -> dict[UUID, str]:
    """What was said about these things, by thing; not by whoever was erased."""
    if not things:
        return {}
    rows = await query.rows(conn, _ABOUT, about=list(things))
    return {row.about_id: persons.key_of(conn, row).open(_field(row.about_id), _VERSION, bytes(row.said)) for row in rows}


def _field(about_id: UUID) -> str:
    return f"words {about_id}"
