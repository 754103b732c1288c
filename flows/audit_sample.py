"""A sample of entries that anybody can draw again: the entries whose SHA-256 of `seed:entry id` is smallest.

The same seed, kind and day give the same sample, on any machine: what was recorded after the day is not in the population.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import days

SAMPLE_MAX = 100

_POPULATION = """
    from ledger.journal_entry e
    where e.municipality_id = db.municipality() and e.kind = :kind and e.recorded_at < :until
"""
_LATEST = query.statement("select max(recorded_at) from ledger.journal_entry where municipality_id = db.municipality()")
_COUNT = query.statement(f"select count(*) {_POPULATION}")
_DRAWN = query.statement(
    f"""
    select s.entry_id, s.booked_on, s.recorded_at, m.unit, m.amount
    from (
        select e.municipality_id, e.entry_id, e.booked_on, e.recorded_at,
            sha256(convert_to(cast(:seed as text) || ':' || e.entry_id, 'UTF8')) as drawn
        {_POPULATION}
        order by drawn, e.entry_id limit :size
    ) s
    cross join lateral (
        select u.code as unit, sum(l.amount)::bigint as amount
        from ledger.journal_line l
        join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id
        where l.municipality_id = s.municipality_id and l.entry_id = s.entry_id and l.amount > 0
        group by u.unit_id, u.code order by u.unit_id limit 1
    ) m
    order by s.drawn, s.entry_id
    """  # noqa: S608 - a constant of this module
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries of a kind, drawn by which seed from what was recorded by the end of a day in Japan.

    Without a day it is the day of the last entry of all; the sample says which that was.
    """

    seed: str
    kind: str
    until: date | None
    size: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the sample, with what it moved of its first unit."""

    entry_id: UUID
    booked_on: date
    recorded_at: datetime
    unit: str
    amount: int


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn, from how many, recorded by the end of the day `until`."""

    asked: Asked
    until: date
    population: int
    drawn: list[Drawn]


async def draw(conn: AsyncConnection, asked: Asked, *, now: datetime) -> Sample:
    """The sample; of everything where there is less than was asked for."""
    day = asked.until or days.local_date(await query.scalar(conn, _LATEST) or now)
    until = days.local_time(day + timedelta(days=1), 0)
    population = await query.scalar(conn, _COUNT, kind=asked.kind, until=until)
    rows = await query.rows(conn, _DRAWN, kind=asked.kind, until=until, seed=asked.seed, size=min(asked.size, SAMPLE_MAX))
    return Sample(asked=asked, until=day, population=population, drawn=[query.into(Drawn, row) for row in rows])
