"""Who stands behind ids, for auditors: members by number, those at work by role and label. Nobody's name, contact or birth date."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_WHO = query.statement(
    """
    select p.principal_id as id, p.role, p.member_id, m.number, p.label, o.name as organisation
    from community.principal p
    left join community.member m on m.municipality_id = p.municipality_id and m.member_id = p.member_id
    left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
    where p.municipality_id = db.municipality() and p.principal_id = any (cast(:ids as uuid[]))
    union all
    select m.member_id, 'member', m.member_id, m.number, null, null
    from community.member m where m.municipality_id = db.municipality() and m.member_id = any (cast(:ids as uuid[]))
    union all
    select o.organisation_id, 'organisation', null, null, null, o.name
    from community.organisation o where o.municipality_id = db.municipality() and o.organisation_id = any (cast(:ids as uuid[]))
    """
)


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A principal, a member or an organisation. `member_id` and `number` where a member is behind it."""

    id: UUID
    role: str
    member_id: UUID | None
    number: int | None
    label: str | None
    organisation: str | None


async def who(conn: AsyncConnection, ids: Iterable[UUID | None]) -> dict[UUID, Somebody]:
    """Those of `ids` that somebody stands behind."""
    asked = sorted({each for each in ids if each is not None})
    return {row.id: query.into(Somebody, row) for row in await query.rows(conn, _WHO, ids=asked)} if asked else {}


def members(known: dict[UUID, Somebody]) -> list[UUID]:
    """The members among them, for noting that somebody looked. Pure."""
    return sorted({each.member_id for each in known.values() if each.role == "member" and each.member_id is not None})
