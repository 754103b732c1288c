"""Who looked at a member's things, or changed them: for the member to read. The same look within ten minutes stands once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import ids

ONCE_IN = timedelta(minutes=10)
PAGE_MAX = 200

_NOTE = query.statement(
    """
    insert into community.access_log (municipality_id, access_id, member_id, principal_id, what, looked_at)
    select db.municipality(), :access_id, :member_id, :principal_id, :what, :now
    where not exists (
        select from community.access_log l
        where l.municipality_id = db.municipality() and l.member_id = :member_id and l.principal_id = :principal_id
            and l.what = :what and l.looked_at > cast(:since as timestamptz)
    )
    """
)
_OF_MEMBER = query.statement(
    """
    select l.looked_at, l.what, l.principal_id, p.role, p.label, o.name as organisation
    from community.access_log l
    join community.principal p on p.municipality_id = l.municipality_id and p.principal_id = l.principal_id
    left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
    where l.municipality_id = db.municipality() and l.member_id = :member_id
    order by l.looked_at desc, l.access_id desc limit :limit
    """
)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look or change: when, by whom (role, the label of the place, its organisation), and at what."""

    looked_at: datetime
    what: str
    role: str
    label: str
    organisation: str | None
    principal_id: UUID


async def note(conn: AsyncConnection, *, member_id: UUID, principal_id: UUID, what: str, now: datetime) -> None:
    """Writes down that somebody saw or changed a member's things. `what` is a word such as `person` or `balance`."""
    since, told = now - ONCE_IN, ids.new_id()
    await query.run(conn, _NOTE, access_id=told, member_id=member_id, principal_id=principal_id, what=what, now=now, since=since)


async def of_member(conn: AsyncConnection, member_id: UUID, *, limit: int = 50) -> Sequence[Look]:
    """Who looked at or changed a member's things, the latest first, at most PAGE_MAX."""
    rows = await query.rows(conn, _OF_MEMBER, member_id=member_id, limit=min(limit, PAGE_MAX))
    return [
        Look(
            looked_at=row.looked_at,
            what=row.what,
            role=row.role,
            label=row.label,
            organisation=row.organisation,
            principal_id=row.principal_id,
        )
        for row in rows
    ]
