"""Whether a session is over, and what a session does kept apart from whatever ends it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals, sessions
from community.sessions import Session
from db import query

_OVER_AT = query.statement(
    """
    select least(s.ends_at, e.ended_at) as over_at from community.session s
    left join community.session_end e on e.municipality_id = s.municipality_id and e.session_id = s.session_id
    where s.municipality_id = db.municipality() and s.session_id = :session_id
    """
)
_OVER = query.statement(
    """
    with recursive on_and_on as (
        select s.municipality_id, s.session_id, s.ends_at from community.session s
        where s.municipality_id = db.municipality() and s.session_id = :session_id
        union all
        select s.municipality_id, s.session_id, s.ends_at
        from on_and_on o
        join community.session s on s.municipality_id = o.municipality_id and s.replaces = o.session_id
    )
    select exists (
        select from on_and_on o
        left join community.session_end e on e.municipality_id = o.municipality_id and e.session_id = o.session_id
        where e.why <> 'replaced' or o.ends_at <= :now
    )
    """
)


async def over_at(conn: AsyncConnection, session_id: UUID) -> datetime | None:
    """When a session ended, or ends at the latest; None where there is no such session."""
    row = await query.one(conn, _OVER_AT, session_id=session_id)
    return row.over_at if row is not None else None


async def is_over(conn: AsyncConnection, session_id: UUID, now: datetime) -> bool:
    """Whether a session is over; one that was replaced goes on in its successor."""
    return await query.scalar(conn, _OVER, session_id=session_id, now=now)


async def hold(conn: AsyncConnection, session: Session, now: datetime) -> None:
    """Keeps what a session does and whatever ends it apart: one of them is first. Raises SessionEnded."""
    await sessions.lock(conn, session.actor.principal_id)
    ends = await over_at(conn, session.session_id)
    ended = ends is None or ends < session.ends_at  # whenever that was: the desk's clock may have been read after ours
    if ended or session.ends_at <= now:
        raise refusals.SessionEnded
