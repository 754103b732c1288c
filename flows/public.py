"""What a town shows to everybody: activities to come, the rules in force, and totals. Nothing of any single person.

A total is the sum of whole months in which at least PEOPLE_MIN people stand behind it; other months are left out, and this month is
not over. So neither a total nor the step from one month's total to the next's can be what one person did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import agenda
from activities.agenda import Place
from community import municipalities
from community.municipalities import Municipality
from db import query
from kernel import days
from ledger import units
from ledger.units import Unit
from rules import edition_store, statements
from rules.phrases.speak import Locale

PEOPLE_MIN = 5
ACTIVITIES_MAX = 100
_NOBODY = UUID(int=0)

_MEMBERS = query.statement(
    "select count(*) from community.member where municipality_id = db.municipality() and joined_on <= :until"
)
_MINUTES = query.statement(
    """
    select coalesce(sum(m.minutes), 0)::bigint
    from (
        select sum(a.minutes) as minutes
        from activities.attendance a
        where a.municipality_id = db.municipality() and a.started_at < :end and a.role = 'helper' and not exists (
            select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
        )
        group by date_trunc('month', a.started_at at time zone 'Asia/Tokyo')
        having count(distinct a.member_id) >= :people
    ) m
    """
)
_MOVED = query.statement(
    """
    select m.unit, coalesce(sum(m.moved) filter (where m.granted), 0)::bigint as granted,
        coalesce(-sum(m.moved) filter (where not m.granted), 0)::bigint as redeemed
    from (
        select u.code as unit, e.kind = 'grant' as granted, sum(l.amount) as moved
        from ledger.journal_entry e
        join ledger.journal_line l on l.municipality_id = e.municipality_id and l.entry_id = e.entry_id
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id and a.kind = 'wallet'
        join ledger.unit u on u.municipality_id = l.municipality_id and u.unit_id = l.unit_id and u.kind = 'points'
        where e.municipality_id = db.municipality() and e.booked_on <= :until
            and e.kind in ('grant', 'purchase', 'conversion', 'donation', 'pledge')
        group by u.code, e.kind = 'grant', date_trunc('month', e.booked_on)
        having count(distinct a.holder) >= :people
    ) m
    group by m.unit
    """
)


class Points(msgspec.Struct, frozen=True):
    """What was granted and used of a unit, in minor units; None where too few people stand behind it."""

    unit: Unit
    granted: int | None
    redeemed: int | None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The town up to the end of a month. None where too few people stand behind a figure."""

    until: date
    members: int | None
    minutes: int | None
    points: list[Points]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme's edition in force, in sentences."""

    scheme: str
    name: str
    starts_on: date
    sentences: list[str]


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A town with what comes next and how far it has come."""

    town: Municipality
    activities: list[Place]
    totals: Totals


async def town(conn: AsyncConnection, *, now: datetime) -> Town:
    """What everybody may know of the town."""
    return Town(
        town=await municipalities.current(conn), activities=list(await to_come(conn, now)), totals=await totals(conn, now)
    )


async def to_come(conn: AsyncConnection, now: datetime) -> Sequence[Place]:
    """Activities that have not ended, the soonest first; at most ACTIVITIES_MAX. Help between two members is never among them."""
    return await agenda.announced(conn, _NOBODY, since=now, limit=ACTIVITIES_MAX)


async def totals(conn: AsyncConnection, now: datetime) -> Totals:
    """The totals up to the end of the month before this one."""
    end = days.month_of(days.local_date(now))
    until = end - timedelta(days=1)
    members = await query.scalar(conn, _MEMBERS, until=until)
    minutes = await query.scalar(conn, _MINUTES, end=days.local_time(end, 0), people=PEOPLE_MIN)
    moved = {row.unit: row for row in await query.rows(conn, _MOVED, until=until, people=PEOPLE_MIN)}
    known = [unit for unit in await units.all_units(conn) if unit.kind == "points"]
    return Totals(
        until=until,
        members=members if members >= PEOPLE_MIN else None,
        minutes=minutes or None,
        points=[
            Points(unit, moved[unit.code].granted or None, moved[unit.code].redeemed or None)
            if unit.code in moved
            else Points(unit, None, None)
            for unit in known
        ],
    )


async def rules(conn: AsyncConnection, locale: Locale, *, now: datetime) -> list[Rules]:
    """The editions that are in force today, in sentences."""
    today = days.local_date(now)
    known = {unit.unit_id: unit for unit in await units.all_units(conn)}
    return [
        Rules(
            scheme=each.scheme.code,
            name=each.edition.name.en if locale == "en" else each.edition.name.ja,
            starts_on=each.starts_on,
            sentences=_sentences(each, locale, known[each.scheme.unit_id]),
        )
        for each in (await edition_store.in_force(conn, [today]))[today]
    ]


def _sentences(each: edition_store.InForce, locale: Locale, unit: Unit) -> list[str]:
    return statements.for_everybody(each.edition, locale, unit.label_en if locale == "en" else unit.label_ja, unit.scale)
