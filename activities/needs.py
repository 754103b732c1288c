"""Needs (依頼・困りごと): what a member asks for, when, and who pays how much for an hour of it. Its state is derived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from community import words
from db import query
from kernel import text

Payer = Literal["receiver", "pot"]
State = Literal["open", "matched", "withdrawn", "expired"]

MINUTES_MAX = 1440
AHEAD_MAX = timedelta(days=366)
BEHIND_MAX = timedelta(days=45)  # help that was given before it was written down
PAGE_MAX = 200

_INSERT = query.statement(
    """
    insert into activities.need (
        municipality_id, need_id, member_id, kind, note, starts_at, minutes, payer, pay_unit_id, pay_per_hour, asked_at, asked_by
    )
    values (
        db.municipality(), :need_id, :member_id, :kind, :note, :starts_at, :minutes, :payer, :pay_unit_id, :pay_per_hour, :now,
        :asked_by
    )
    """
)
_SELECT = """
    select n.need_id, n.member_id, n.kind, n.note, n.starts_at, n.minutes, n.payer, n.pay_unit_id, n.pay_per_hour,
        coalesce(e.reason, case when exists (
            select from activities.match m
            where m.municipality_id = n.municipality_id and m.need_id = n.need_id
                and 2 = (
                    select count(*) from activities.match_answer a
                    where a.municipality_id = m.municipality_id and a.match_id = m.match_id and a.answer = 'accept'
                )
                and not exists (
                    select from activities.match_end x
                    where x.municipality_id = m.municipality_id and x.match_id = m.match_id and x.reason = 'cancelled'
                )
        ) then 'matched' else 'open' end) as state
    from activities.need n
    left join activities.need_end e on e.municipality_id = n.municipality_id and e.need_id = n.need_id
    where n.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_SELECT + " and n.need_id = :need_id")
_OF_MEMBER = query.statement(_SELECT + " and n.member_id = :member_id order by n.starts_at desc, n.need_id desc limit :limit")
_OPEN = query.statement(
    f"""
    select * from ({_SELECT} and n.starts_at >= :since and e.need_id is null
        and community.lives_within(db.municipality(), n.member_id, cast(:area_id as uuid))) o
    where o.state = 'open' and (cast(:after as uuid) is null or (o.starts_at, o.need_id) > (
        select p.starts_at, p.need_id from activities.need p where p.municipality_id = db.municipality() and p.need_id = :after
    ))
    order by o.starts_at, o.need_id limit :limit
    """  # noqa: S608 - a constant of this module
)
_END = query.statement(
    """
    insert into activities.need_end (municipality_id, need_id, reason, ended_at, ended_by)
    values (db.municipality(), :need_id, :reason, :now, :ended_by)
    """
)


class NewNeed(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `pay_per_hour` is in minor units of the unit (60 minutes for an hour of time)."""

    need_id: UUID
    member_id: UUID
    kind: str
    note: str | None
    starts_at: datetime
    minutes: int
    payer: Payer
    pay_unit_id: int
    pay_per_hour: int


class Need(NewNeed, frozen=True, kw_only=True):
    """A need as it stands."""

    state: State

    @property
    def pay_at_most(self) -> int:
        """What is set aside once a match as proposed by itself is agreed, in minor units: `Match.pay_for` its longest time."""
        return (self.pay_per_hour * longest(self.minutes) + 30) // 60


def longest(minutes: int) -> int:
    """How long help may take that was asked for `minutes`, where nobody says otherwise: half as long again."""
    return min(minutes * 3 // 2, MINUTES_MAX)


async def ask(conn: AsyncConnection, need: NewNeed, *, asked_by: UUID, now: datetime) -> None:
    """Adds a need. Raises TimesOutOfRange, and what `text.clean` raises."""
    earliest, latest = now - BEHIND_MAX, now + AHEAD_MAX
    if not earliest <= need.starts_at <= latest or not 1 <= need.minutes <= MINUTES_MAX:
        raise refusals.TimesOutOfRange(earliest=earliest, latest=latest, minutes_max=MINUTES_MAX)
    note = text.clean_note("note", need.note) if need.note is not None else None
    await query.run(conn, _INSERT, now=now, asked_by=asked_by, **(msgspec.structs.asdict(need) | {"note": None}))
    if note is not None:
        await words.keep(conn, need.member_id, need.need_id, note)


async def find(conn: AsyncConnection, need_id: UUID) -> Need:
    """The need. Raises UnknownNeed."""
    row = await query.one(conn, _BY_ID, need_id=need_id)
    if row is None:
        raise refusals.UnknownNeed(need_id=need_id)
    return (await _told(conn, [row]))[0]


async def of_member(conn: AsyncConnection, member_id: UUID, *, limit: int = 50) -> Sequence[Need]:
    """What a member asked for, the latest first, at most PAGE_MAX."""
    return await _told(conn, await query.rows(conn, _OF_MEMBER, member_id=member_id, limit=min(limit, PAGE_MAX)))


async def open_since(
    conn: AsyncConnection, since: datetime, *, after: UUID | None = None, area_id: UUID | None = None, limit: int = 50
) -> Sequence[Need]:
    """Needs that wait for somebody, of those who live in an area where one is told; the soonest first, following the need `after`.

    At most PAGE_MAX.
    """
    asked = {"since": since, "after": after, "area_id": area_id, "limit": min(limit, PAGE_MAX)}
    return await _told(conn, await query.rows(conn, _OPEN, **asked))


async def end(
    conn: AsyncConnection, need_id: UUID, reason: Literal["withdrawn", "expired"], *, ended_by: UUID, now: datetime
) -> None:
    """Ends a need; under its lock, after `find` has said that it is open."""
    await query.run(conn, _END, need_id=need_id, reason=reason, ended_by=ended_by, now=now)


async def _told(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Need]:
    """The rows as needs. What the member says of them is sealed, and not in the table; a note that is there is of an older version."""
    said = await words.about(conn, [row.need_id for row in rows])
    found = [msgspec.convert(row, Need, from_attributes=True) for row in rows]
    return [msgspec.structs.replace(each, note=said.get(each.need_id, each.note)) for each in found]
