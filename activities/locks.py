"""One at a time on a scan's id, a slot, a need, a match, a member's day.

Taken in this order, sorted within each, and before the locks of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_TAKE = query.statement(
    """
    select count(pg_advisory_xact_lock(k.key)) from (
        select distinct hashtextextended('activities.' || cast(:what as text) || ':' || cast(id as text), db.municipality()) as key
        from unnest(cast(:ids as uuid[])) id
        order by key
    ) k
    """
)


async def slots(conn: AsyncConnection, slot_ids: Sequence[UUID]) -> None:
    """Alone on these slots until the end of the transaction: their bookings, scans and closing."""
    await query.rows(conn, _TAKE, what="slot", ids=list(slot_ids))


async def need(conn: AsyncConnection, need_id: UUID) -> None:
    """Alone on a need: which of its matches is accepted."""
    await query.rows(conn, _TAKE, what="need", ids=[need_id])


async def match(conn: AsyncConnection, match_id: UUID) -> None:
    """Alone on a match: its answers, its scans and its end."""
    await query.rows(conn, _TAKE, what="match", ids=[match_id])


async def scans(conn: AsyncConnection, scan_ids: Sequence[UUID]) -> None:
    """Alone on these scan ids: the same scan sent twice at once is one scan."""
    await query.rows(conn, _TAKE, what="scan", ids=list(scan_ids))


async def members(conn: AsyncConnection, member_ids: Sequence[UUID]) -> None:
    """Alone on these members' time: no minute of theirs is counted twice."""
    await query.rows(conn, _TAKE, what="member", ids=list(member_ids))
