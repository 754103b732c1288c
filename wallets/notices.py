"""Notices: what the office tells a member, kept as it was told. Nothing is told twice about the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import canonical, ids
from wallets.claims import Standing

PAGE_MAX = 200

_TELL = query.statement(
    """
    insert into wallets.notice (municipality_id, notice_id, member_id, kind, about, facts, told_at, told_by)
    select db.municipality(), n.notice_id, n.member_id, n.kind, n.about, cast(n.facts as jsonb), :told_at, :told_by
    from unnest(
        cast(:ids as uuid[]), cast(:members as uuid[]), cast(:kinds as text[]), cast(:abouts as uuid[]), cast(:facts as text[])
    ) n (notice_id, member_id, kind, about, facts)
    where exists (
        select from community.member m where m.municipality_id = db.municipality() and m.member_id = n.member_id
    )
    """
)
_PAGE = query.statement(
    """
    select n.notice_id, n.member_id, n.kind, n.about, cast(n.facts as text) as facts, n.told_at, n.told_by, r.read_at
    from wallets.notice n
    left join wallets.notice_read r on r.municipality_id = n.municipality_id and r.notice_id = n.notice_id
    where n.municipality_id = db.municipality() and n.member_id = :member_id
        and (cast(:before as uuid) is null or n.notice_id < :before)
    order by n.notice_id desc limit :limit
    """
)
_UNREAD = query.statement(
    """
    select count(*) from wallets.notice n
    where n.municipality_id = db.municipality() and n.member_id = :member_id and not exists (
        select from wallets.notice_read r where r.municipality_id = n.municipality_id and r.notice_id = n.notice_id
    )
    """
)
_READ = query.statement(
    """
    insert into wallets.notice_read (municipality_id, notice_id, read_at, read_by)
    select n.municipality_id, n.notice_id, :now, :read_by from wallets.notice n
    where n.municipality_id = db.municipality() and n.member_id = :member_id
        and n.notice_id <= cast(:up_to as uuid)
    on conflict on constraint notice_read_once do nothing
    """
)


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What a member is told, and `about` which record.

    `kind` is `year_end` or `wind_down` beforehand, each with `_done` afterwards, or `claim_refused`.
    """

    member_id: UUID
    kind: str
    about: UUID
    facts: dict[str, Any]


class Notice(Telling, frozen=True, kw_only=True):
    """A notice as it was told, when and by whom, and when the member said that they had read it."""

    notice_id: UUID
    told_at: datetime
    told_by: UUID
    read_at: datetime | None


def of_claim(claim: Standing, reason: str) -> Telling:
    """That a claim was refused, and why."""
    facts = {"scheme": claim.scheme, "claimed_on": str(claim.claimed_on), "reason": reason}
    return Telling(member_id=claim.holder, kind="claim_refused", about=claim.claim_id, facts=facts)


async def tell(conn: AsyncConnection, told: Sequence[Telling], *, told_by: UUID, now: datetime) -> None:
    """Keeps notices for members; a group has no notices and is left out."""
    await query.run(
        conn,
        _TELL,
        told_at=now,
        told_by=told_by,
        ids=ids.new_ids(len(told)),
        members=[each.member_id for each in told],
        kinds=[each.kind for each in told],
        abouts=[each.about for each in told],
        facts=[canonical.encode(each.facts).decode() for each in told],
    )


async def page(conn: AsyncConnection, member_id: UUID, *, before: UUID | None = None, limit: int = 50) -> list[Notice]:
    """What a member was told, the newest first, at most PAGE_MAX at once."""
    limit = min(max(limit, 1), PAGE_MAX)
    rows = await query.rows(conn, _PAGE, member_id=member_id, before=before, limit=limit)
    return [_notice(row) for row in rows]


async def unread(conn: AsyncConnection, member_id: UUID) -> int:
    """How many notices a member has not read."""
    return int(await query.scalar(conn, _UNREAD, member_id=member_id))


async def read(conn: AsyncConnection, member_id: UUID, up_to: UUID, *, read_by: UUID, now: datetime) -> int:
    """A member has read their notices, up to this one; how many of them now. Another's are left alone."""
    return await query.run(conn, _READ, member_id=member_id, up_to=up_to, read_by=read_by, now=now)


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        notice_id=row.notice_id,
        member_id=row.member_id,
        kind=row.kind,
        about=row.about,
        facts=msgspec.json.decode(row.facts),
        told_at=row.told_at,
        told_by=row.told_by,
        read_at=row.read_at,
    )
