"""Finding a member at the counter by how the name is read. It opens names, so whoever asks is noted where members read it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from community.members import Member
from db import query
from kernel import text

_BY_KANA = query.statement(
    """
    select m.member_id, m.number, m.area_id, m.can_earn, m.joined_on
    from community.person p
    join community.member m on m.municipality_id = p.municipality_id and m.member_id = p.member_id
    where p.municipality_id = db.municipality() and starts_with(replace(replace(p.kana, ' ', ''), '　', ''), :kana)
    order by p.kana, m.number
    limit :limit
    """
)
FOUND_MAX = 20


async def by_kana(conn: AsyncConnection, kana: str) -> list[Member]:
    """Members whose name is read so or begins so, in that order, at most FOUND_MAX. Raises what `text.clean` raises."""
    wanted = text.clean("kana", kana, text.NAME_LENGTH_MAX).replace(" ", "").replace("\u3000", "")
    found = await query.rows(conn, _BY_KANA, kana=wanted, limit=FOUND_MAX)
    return [Member(row.member_id, row.number, row.area_id, row.can_earn, row.joined_on) for row in found]
