"""A town's fiscal year to be printed: who took part, in what and where, what became of points, which rules held. Reads only.

The office's report counts everybody. What everybody may read counts a figure's whole months in which PEOPLE_MIN people or more stand
behind it, and no month that is not over: neither a figure nor its growth from one month to the next can be what one person did.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import zip_longest

import msgspec
from sqlalchemy import Row, TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities
from community.municipalities import Municipality
from db import query
from flows import audit_flow, public
from kernel import days
from ledger import units
from ledger.units import Unit
from rules import edition_store, statements
from rules.edition_store import Published
from rules.phrases.speak import Locale

EVERYBODY = 1
"""How many people stand behind a figure of the office's report, at least."""


def _grouped(dimension: str) -> TextClause:
    """Attendances of a period by one of their dimensions: occasions, people and minutes of helpers, the longest first."""
    return query.statement(
        f"""
        with standing as (
            select a.member_id, a.kind, m.area_id, a.minutes, a.role = 'helper' as helped,
                to_char(a.started_at at time zone 'Asia/Tokyo', 'YYYY-MM') as month
            from activities.attendance a
            join community.member m on m.municipality_id = a.municipality_id and m.member_id = a.member_id
            where a.municipality_id = db.municipality() and a.started_at >= :since and a.started_at < :until and a.minutes > 0
                and not exists (
                    select from activities.attendance n
                    where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
                )
        ), told as (
            select {dimension} as name, month from standing
            group by {dimension}, month having count(distinct member_id) >= :people
        )
        select t.name::text as name, count(*) as occasions, count(distinct s.member_id) as people,
            coalesce(sum(s.minutes) filter (where s.helped), 0)::bigint as minutes
        from standing s join told t on t.name = s.{dimension} and t.month = s.month
        group by t.name order by minutes desc, t.name
        """  # noqa: S608 - a constant of this module
    )


_BY_KIND, _BY_AREA, _BY_MONTH = _grouped("kind"), _grouped("area_id"), _grouped("month")
_TOGETHER = query.statement(
    """
    select count(distinct a.member_id) from activities.attendance a
    where a.municipality_id = db.municipality() and a.started_at >= :since and a.started_at < :until and a.minutes > 0
        and not exists (
            select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
        )
    """
)
_MEMBERS = query.statement(
    """
    select count(*) as members, count(*) filter (where joined_on >= :first) as joined
    from community.member where municipality_id = db.municipality() and joined_on <= :last
    """
)
_AREAS = query.statement(
    "select area_id::text as name, name as label from community.area where municipality_id = db.municipality()"
)
_PLACES = query.statement(
    """
    select o.name, r.kind, u.code as unit, count(*) as occasions, count(distinct r.holder) as people, sum(r.amount)::bigint as amount
    from wallets.redemption r
    join community.organisation o on o.municipality_id = r.municipality_id and o.organisation_id = r.counterparty
    join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
    where r.municipality_id = db.municipality() and r.redeemed_at >= :since and r.redeemed_at < :until
        and not exists (
            select from ledger.journal_entry e where e.municipality_id = r.municipality_id and e.reverses = r.entry_id
        )
    group by o.name, r.kind, u.code order by amount desc, o.name
    """
)


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Members at the end of the period, those who joined in it, and those who took part at least once. None: too few to tell."""

    members: int | None
    joined: int | None
    active: int | None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One kind, area or month (2026-05): occasions, people, and the minutes that helpers gave."""

    name: str
    occasions: int
    people: int
    minutes: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where points went: a partner or a group, how, how often, by how many, and how much in minor units."""

    name: str
    kind: str
    unit: str
    occasions: int
    people: int
    amount: int


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that held on a day of the period, in sentences. `until` is its last day where another follows."""

    name: str
    starts_on: date
    until: date | None
    sentences: list[str]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal year, from `first` to `last`, which is the last whole day that is counted. `year` is the money, for the office."""

    town: Municipality
    fiscal_year: int
    first: date
    last: date
    over: bool
    people: People
    kinds: list[Share]
    areas: list[Share]
    months: list[Share]
    places: list[Place]
    law: list[Law]
    year: audit_flow.Year | None


class _Period(msgspec.Struct, frozen=True):
    """From `first` to `last`, and how many people stand behind a figure at least."""

    first: date
    last: date
    people: int

    def bounds(self) -> dict[str, datetime]:
        return {"since": days.local_time(self.first, 0), "until": days.local_time(self.last + timedelta(days=1), 0)}


async def for_office(conn: AsyncConnection, year: int, locale: Locale, *, now: datetime) -> Report:
    """The whole year as far as it has come, with the money."""
    first, last = days.fiscal_year_bounds(year)
    period = _Period(first, min(last, days.local_date(now)), EVERYBODY)
    money = await audit_flow.read(conn, year, now=now)
    return msgspec.structs.replace(await _read(conn, year, period, locale), year=money)


async def for_everybody(conn: AsyncConnection, year: int, locale: Locale, *, now: datetime) -> Report:
    """The year up to the end of the last whole month, without what few people did. An unbegun year has no day and is empty."""
    first, last = days.fiscal_year_bounds(year)
    counted = min(last, days.month_of(days.local_date(now)) - timedelta(days=1))
    return await _read(conn, year, _Period(first, counted, public.PEOPLE_MIN), locale)


async def _read(conn: AsyncConnection, year: int, period: _Period, locale: Locale) -> Report:
    labels = {row.name: row.label for row in await query.rows(conn, _AREAS)}
    areas = await _shares(conn, _BY_AREA, period)
    return Report(
        town=await municipalities.current(conn),
        fiscal_year=year,
        first=period.first,
        last=period.last,
        over=period.last == days.fiscal_year_bounds(year)[1],
        people=await _people(conn, period),
        kinds=await _shares(conn, _BY_KIND, period),
        areas=[msgspec.structs.replace(each, name=labels[each.name]) for each in areas],
        months=sorted(await _shares(conn, _BY_MONTH, period), key=lambda each: each.name),
        places=[_place(row) for row in await query.rows(conn, _PLACES, **period.bounds()) if row.people >= period.people],
        law=await _law(conn, period, locale),
        year=None,
    )


async def _people(conn: AsyncConnection, period: _Period) -> People:
    row = await query.one(conn, _MEMBERS, first=period.first, last=period.last)
    active = int(await query.scalar(conn, _TOGETHER, **period.bounds()))
    members, joined = (row.members, row.joined) if row is not None else (0, 0)
    few = period.people
    return People(
        members=members if members >= few else None,
        joined=joined if joined >= few or few == EVERYBODY else None,
        active=active if active >= few else None,
    )


async def _shares(conn: AsyncConnection, asked: TextClause, period: _Period) -> list[Share]:
    rows = await query.rows(conn, asked, people=period.people, **period.bounds())
    return [Share(name=row.name, occasions=row.occasions, people=row.people, minutes=row.minutes) for row in rows]


def _place(row: Row[tuple[str, str, str, int, int, int]]) -> Place:
    return Place(name=row.name, kind=row.kind, unit=row.unit, occasions=row.occasions, people=row.people, amount=row.amount)


async def _law(conn: AsyncConnection, period: _Period, locale: Locale) -> list[Law]:
    """The editions that held on the first or on the last day of the period, or began between."""
    known = {unit.unit_id: unit for unit in await units.all_units(conn)}
    found: list[Law] = []
    for scheme in await edition_store.schemes(conn):
        published = sorted(await edition_store.editions(conn, scheme.scheme_id), key=lambda each: each.starts_on)
        for each, after in zip_longest(published, published[1:]):
            until = after.starts_on - timedelta(days=1) if after is not None else None
            if each.starts_on <= period.last and (until is None or until >= period.first):
                found.append(_law_of(each, until, known[scheme.unit_id], locale))
    return found


def _law_of(published: Published, until: date | None, unit: Unit, locale: Locale) -> Law:
    edition = edition_store.parsed(published.document)
    label = unit.label_en if locale == "en" else unit.label_ja
    return Law(
        name=edition.name.en if locale == "en" else edition.name.ja,
        starts_on=published.starts_on,
        until=until,
        sentences=statements.for_everybody(edition, locale, label, unit.scale),
    )
