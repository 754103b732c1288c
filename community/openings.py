"""Ways in that somebody made for somebody else at work: a sheet that signs in once, or a token for programs. Nobody makes one unseen.

Whoever it was made for reads of it, an auditor reads of all, and it waits until another person than its maker wrote down to have seen
it. What a member made for themselves, members' own sheets (they read of those in "who looked") and devices are not listed here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Role
from db import query

LISTED_MAX = 200

_SELECT = """
    select w.opening_id, w.kind, w.principal_id, p.role, p.label, o.name as organisation, w.made_at, w.made_by, b.label as maker,
        w.expires_at, w.used_at, w.ended_at, s.seen_at, v.label as seen_by
    from (
        select e.municipality_id, e.entrance_id as opening_id, 'entrance' as kind, e.principal_id, e.made_at, e.made_by,
            e.expires_at, u.used_at, cast(null as timestamptz) as ended_at
        from community.entrance e
        left join community.entrance_use u on u.municipality_id = e.municipality_id and u.entrance_id = e.entrance_id
        where e.municipality_id = db.municipality()
        union all
        select t.municipality_id, t.token_id, 'token', t.principal_id, t.created_at, t.made_by, t.expires_at, null, n.ended_at
        from community.token t
        left join community.token_end n on n.municipality_id = t.municipality_id and n.token_sha256 = t.token_sha256
        where t.municipality_id = db.municipality()
    ) w
    join community.principal p on p.municipality_id = w.municipality_id and p.principal_id = w.principal_id and p.role <> 'member'
    left join community.principal b on b.municipality_id = w.municipality_id and b.principal_id = w.made_by
    left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
    left join community.opening_seen s on s.municipality_id = w.municipality_id and s.opening_id = w.opening_id
    left join community.principal v on v.municipality_id = s.municipality_id and v.principal_id = s.seen_by
    where w.made_by is distinct from w.principal_id and (b.member_id = p.member_id) is not true and not exists (
        select from community.device d where d.municipality_id = w.municipality_id and d.principal_id = w.principal_id
    )
"""
_LISTED = query.statement(f"{_SELECT} order by w.made_at desc, w.opening_id desc limit :limit")
_OF_PERSON = query.statement(
    f"""
    {_SELECT} and (p.principal_id = :principal_id or p.member_id = cast(:member_id as uuid)) and w.made_at >= :since
    order by w.made_at desc, w.opening_id desc limit :limit
    """
)
_OF_PRINCIPAL = query.statement(f"{_SELECT} and w.principal_id = :principal_id order by w.made_at desc limit :limit")
# By somebody in the town, seen by nobody yet, and not made by the person behind `principal_id`.
_WAITING = query.statement(
    f"""
    {_SELECT} and w.made_by is not null and s.opening_id is null and not exists (
        select from community.principal me
        where me.municipality_id = w.municipality_id and me.principal_id = :principal_id and (
            me.principal_id = b.principal_id or me.member_id = b.member_id or me.principal_id = b.created_by
            or me.created_by = b.principal_id
        )
    )
    order by w.made_at, w.opening_id limit :limit
    """
)
_SEE = query.statement(
    """
    insert into community.opening_seen (municipality_id, opening_id, seen_at, seen_by)
    select db.municipality(), o.opening_id, :now, :seen_by from unnest(cast(:openings as uuid[])) o (opening_id)
    on conflict on constraint opening_seen_once do nothing
    """
)


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A way in: whose it is, who made it (None: whoever runs the server), what became of it, and who else saw that it was made."""

    opening_id: UUID
    kind: Literal["entrance", "token"]
    principal_id: UUID
    role: Role
    label: str
    organisation: str | None
    made_at: datetime
    made_by: UUID | None
    maker: str | None
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None
    seen_at: datetime | None
    seen_by: str | None


async def listed(conn: AsyncConnection) -> list[Opening]:
    """Every one, the latest first, at most LISTED_MAX."""
    return [query.into(Opening, row) for row in await query.rows(conn, _LISTED, limit=LISTED_MAX)]


async def of_person(conn: AsyncConnection, principal_id: UUID, member_id: UUID | None, since: datetime) -> list[Opening]:
    """Those made for somebody since an instant, for each of the roles of the member that they are; the latest first."""
    told = {"principal_id": principal_id, "member_id": member_id, "since": since, "limit": LISTED_MAX}
    return [query.into(Opening, row) for row in await query.rows(conn, _OF_PERSON, **told)]


async def of_principal(conn: AsyncConnection, principal_id: UUID) -> list[Opening]:
    """Those made for one role, the latest first."""
    rows = await query.rows(conn, _OF_PRINCIPAL, principal_id=principal_id, limit=LISTED_MAX)
    return [query.into(Opening, row) for row in rows]


async def waiting(conn: AsyncConnection, principal_id: UUID) -> list[Opening]:
    """Those that wait to be seen by somebody else than who made them, and may be by `principal_id`: the oldest first."""
    rows = await query.rows(conn, _WAITING, principal_id=principal_id, limit=LISTED_MAX)
    return [query.into(Opening, row) for row in rows]


async def see(conn: AsyncConnection, openings: list[UUID], *, seen_by: UUID, now: datetime) -> int:
    """Writes down that somebody saw them; how many nobody had seen before."""
    return await query.run(conn, _SEE, openings=openings, seen_by=seen_by, now=now)
