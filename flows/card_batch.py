"""Cards for many at once: for everybody who has none, or by number. What is issued is told once, to be printed at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members
from community.actor import Actor
from community.members import Member
from db import query
from flows import cards, looked

BATCH_MAX = 200  # twenty sheets of ten

_WITHOUT = """
    from community.member m
    where m.municipality_id = db.municipality() and not exists (
        select from qr.credential c
        where c.municipality_id = m.municipality_id and c.subject = m.member_id and c.kind = 'card' and not exists (
            select from qr.revocation r where r.municipality_id = c.municipality_id and r.credential_id = c.credential_id
        ) and not exists (
            select from community.session s where s.municipality_id = c.municipality_id and s.session_id = c.credential_id
        )
    )
"""
_LIST = query.statement(
    f"select m.member_id, m.number, m.area_id, m.can_earn, m.joined_on {_WITHOUT} order by m.number limit :limit"
)
_COUNT = query.statement(f"select count(*) {_WITHOUT}")


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was issued: whose, the name on it, and its token, told this once."""

    member: Member
    name: str
    issued: cards.Issued


async def without_card(conn: AsyncConnection) -> int:
    """How many members have no card on paper that counts."""
    return await query.scalar(conn, _COUNT)


async def for_those_without(conn: AsyncConnection, *, actor: Actor, now: datetime) -> list[Printed]:
    """A card for everybody who has none on paper, by number, at most BATCH_MAX; asked again, for those who follow."""
    rows = await query.rows(conn, _LIST, limit=BATCH_MAX)
    whose = [Member(row.member_id, row.number, row.area_id, row.can_earn, row.joined_on) for row in rows]
    return await _issue(conn, whose, None, actor, now)


async def anew(conn: AsyncConnection, numbers: Sequence[int], reason: str, *, actor: Actor, now: datetime) -> list[Printed]:
    """New cards for those with these numbers, in that order; every card of theirs from before is out of use.

    All or none. Raises BadMemberNumber, UnknownMemberNumber, and what `text.clean` raises of the reason.
    """
    whose = [await members.by_number(conn, number) for number in dict.fromkeys(numbers)]
    return await _issue(conn, whose, reason, actor, now)


async def _issue(
    conn: AsyncConnection, whose: Sequence[Member], reason: str | None, actor: Actor, now: datetime
) -> list[Printed]:
    people = await members.people_of(conn, [each.member_id for each in whose])
    made: list[Printed] = []
    for each in whose:
        if each.member_id not in people:
            continue
        await looked.note(conn, actor, each.member_id, "card", now)
        if reason is None:
            issued = await cards.issue(conn, each.member_id, actor=actor, now=now)
        else:
            lost = cards.Lost(member_id=each.member_id, reason=reason)
            issued = await cards.reissue(conn, lost, actor=actor, now=now)
        made.append(Printed(member=each, name=people[each.member_id].name, issued=issued))
    return made
