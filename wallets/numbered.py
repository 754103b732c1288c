"""What has a number that people read aloud, found by the end of its id. Ends are chance: seldom do two have the same; all are told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

FOUND_MAX = 10
TAIL_BITS = 35

# The last nine digits are 36 bits. Ids are looked through, not an index: a desk asks a few times a day.
_BY_TAIL = query.statement(
    """
    select f.what, f.id, f.kind, f.amount, f.unit, f.at, f.house
    from (
        select 'redemption' as what, r.redemption_id as id, r.kind, r.amount, n.code as unit, r.redeemed_at as at, o.name as house
        from wallets.redemption r
        join ledger.unit n on n.municipality_id = r.municipality_id and n.unit_id = r.unit_id
        left join community.organisation o on o.municipality_id = r.municipality_id and o.organisation_id = r.counterparty
        where r.municipality_id = db.municipality()
        union all
        select 'application', a.application_id, 'group_use', a.amount, n.code, a.applied_at, o.name
        from wallets.application a
        join ledger.unit n on n.municipality_id = a.municipality_id and n.unit_id = a.unit_id
        join community.organisation o on o.municipality_id = a.municipality_id and o.organisation_id = a.organisation_id
        where a.municipality_id = db.municipality()
    ) f
    where cast(cast('x' || right(cast(f.id as text), 9) as bit(36)) as bigint) & ((cast(1 as bigint) << 35) - 1) = :tail
    order by f.at desc, f.id limit :limit
    """
)


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt: of points that were spent, or of what a group applied for. `house` is the partner or the group, where there is one."""

    what: Literal["redemption", "application"]
    id: UUID
    kind: str
    amount: int
    unit: str
    at: datetime
    house: str | None


async def by_tail(conn: AsyncConnection, tail: int) -> list[Numbered]:
    """Every receipt of the town whose id ends in these TAIL_BITS bits, the newest first, at most FOUND_MAX."""
    return [query.into(Numbered, row) for row in await query.rows(conn, _BY_TAIL, tail=tail, limit=FOUND_MAX)]
