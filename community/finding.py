"""Finding a member at the counter by how the name is read. It opens names, so whoever asks is noted where members read it.

Readings are sealed, so PostgreSQL compares marks of their beginnings, made with a key of the town. The first LOOKED_AT_MAX who bear the
mark are opened here, told apart where more was typed than marks tell, and put in the order of their readings.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from community import members, vault
from community.members import Member
from db import query
from kernel import text

_TOWN = query.statement("select db.municipality()")
_MARKED = query.statement(
    """
    select distinct m.member_id, m.number, m.area_id, m.can_earn, m.joined_on
    from community.person_mark k
    join community.member m on m.municipality_id = k.municipality_id and m.member_id = k.member_id
    where k.municipality_id = db.municipality() and k.mark = any (cast(:marks as bytea[]))
    order by m.number
    limit :limit
    """
)
FOUND_MAX = 20
LOOKED_AT_MAX = 1_000


async def by_kana(conn: AsyncConnection, kana: str) -> list[Member]:
    """Members whose name is read so or begins so, in that order, at most FOUND_MAX. Raises what `text.clean` raises.

    Spaces, katakana and narrow kana make no difference.
    """
    typed = text.clean("kana", kana, text.NAME_LENGTH_MAX)
    wanted = vault.folded_reading(typed)
    marks = vault.of(conn).sought(await query.scalar(conn, _TOWN), typed)
    rows = await query.rows(conn, _MARKED, marks=marks, limit=LOOKED_AT_MAX)
    found = [Member(row.member_id, row.number, row.area_id, row.can_earn, row.joined_on) for row in rows]
    people = await members.people_of(conn, [each.member_id for each in found])
    readings = {member_id: vault.folded_reading(person.kana) for member_id, person in people.items()}
    fitting = [each for each in found if readings.get(each.member_id, "").startswith(wanted)]
    return sorted(fitting, key=lambda each: (readings[each.member_id], each.number))[:FOUND_MAX]
