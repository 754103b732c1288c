"""Which sessions are over, asked of many at once: a phone's card counts as long as the session that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_AMONG = query.statement(
    """
    select s.session_id from community.session s
    left join community.session_end e on e.municipality_id = s.municipality_id and e.session_id = s.session_id
    where s.municipality_id = db.municipality() and s.session_id = any (cast(:sessions as uuid[]))
        and least(s.ends_at, e.ended_at) <= :now
    """
)


async def among(conn: AsyncConnection, ids: Sequence[UUID], now: datetime) -> frozenset[UUID]:
    """Those of `ids` that are sessions and are over; an id that is no session's is not among them."""
    return frozenset(row.session_id for row in await query.rows(conn, _AMONG, sessions=list(ids), now=now))
