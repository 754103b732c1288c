"""Offers (できること): what a member can do for others, and on which days. An offer ends when its member says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from community import words
from db import query
from kernel import text

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]

_SELECT = """
    select o.offer_id, o.member_id, o.kind, o.note, o.weekdays from activities.offer o
    where o.municipality_id = db.municipality() and not exists (
        select from activities.offer_end e where e.municipality_id = o.municipality_id and e.offer_id = o.offer_id
    )
"""
_BY_ID = query.statement(_SELECT + " and o.offer_id = :offer_id")
_OF_MEMBER = query.statement(_SELECT + " and o.member_id = :member_id order by o.offered_at, o.offer_id")
_INSERT = query.statement(
    """
    insert into activities.offer (municipality_id, offer_id, member_id, kind, note, weekdays, offered_at, offered_by)
    values (db.municipality(), :offer_id, :member_id, :kind, :note, cast(:weekdays as smallint[]), :now, :offered_by)
    """
)
_END = query.statement(
    """
    insert into activities.offer_end (municipality_id, offer_id, ended_at, ended_by)
    values (db.municipality(), :offer_id, :now, :ended_by)
    on conflict on constraint offer_ended_once do nothing
    """
)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of help that a member offers. `weekdays` 1 (Monday) to 7; none means any day."""

    offer_id: UUID
    member_id: UUID
    kind: str
    note: str | None = None
    weekdays: tuple[Weekday, ...] = ()


async def make(conn: AsyncConnection, offer: Offer, *, offered_by: UUID, now: datetime) -> None:
    """Adds an offer. Raises what `text.clean` raises."""
    note = text.clean_note("note", offer.note) if offer.note is not None else None
    weekdays = sorted(set(offer.weekdays))
    await query.run(
        conn,
        _INSERT,
        offer_id=offer.offer_id,
        member_id=offer.member_id,
        kind=offer.kind,
        note=None,
        weekdays=weekdays,
        offered_by=offered_by,
        now=now,
    )
    if note is not None:
        await words.keep(conn, offer.member_id, offer.offer_id, note)


async def find(conn: AsyncConnection, offer_id: UUID) -> Offer:
    """The standing offer. Raises UnknownOffer (also when it has ended)."""
    row = await query.one(conn, _BY_ID, offer_id=offer_id)
    if row is None:
        raise refusals.UnknownOffer(offer_id=offer_id)
    return (await _told(conn, [row]))[0]


async def of_member(conn: AsyncConnection, member_id: UUID) -> Sequence[Offer]:
    """What a member offers now."""
    return await _told(conn, await query.rows(conn, _OF_MEMBER, member_id=member_id))


async def end(conn: AsyncConnection, offer_id: UUID, *, ended_by: UUID, now: datetime) -> None:
    """Ends an offer. Ending it twice is the same."""
    await query.run(conn, _END, offer_id=offer_id, ended_by=ended_by, now=now)


async def _told(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Offer]:
    """The rows as offers. What the member says of them is sealed, and not in the table; a note that is there is of an older version."""
    said = await words.about(conn, [row.offer_id for row in rows])
    return [
        Offer(
            offer_id=row.offer_id,
            member_id=row.member_id,
            kind=row.kind,
            note=said.get(row.offer_id, row.note),
            weekdays=tuple(row.weekdays),
        )
        for row in rows
    ]
