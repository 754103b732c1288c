"""What matching must know of a need and of the members who might meet it, read in one snapshot."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matching
from activities.needs import Need
from activities.presence import Span
from db import query
from kernel import days

LATELY = timedelta(days=30)
HELPERS_MAX = 2_000

_AREAS = query.statement(
    """
    with recursive up as (
        select m.member_id, a.area_id, a.parent_id, 1 as step
        from community.member m
        join community.area a on a.municipality_id = m.municipality_id and a.area_id = m.area_id
        where m.municipality_id = db.municipality() and m.member_id = any (cast(:members as uuid[]))
        union all
        select up.member_id, a.area_id, a.parent_id, up.step + 1
        from up join community.area a on a.municipality_id = db.municipality() and a.area_id = up.parent_id
    )
    select member_id, array_agg(area_id order by step) as areas from up group by member_id
    """
)
_HELPERS = query.statement(
    """
    with done as (
        select m.helper_id, m.receiver_id, e.ended_at
        from activities.match m
        join activities.match_end e on e.municipality_id = m.municipality_id and e.match_id = m.match_id and e.reason = 'done'
        where m.municipality_id = db.municipality()
    ), offered as (
        select o.member_id, o.weekdays from activities.offer o
        where o.municipality_id = db.municipality() and o.kind = :kind and not exists (
            select from activities.offer_end e where e.municipality_id = o.municipality_id and e.offer_id = o.offer_id
        )
    )
    select h.member_id,
        exists (select from offered o where o.member_id = h.member_id) as offers,
        case when exists (select from offered o where o.member_id = h.member_id and o.weekdays = '{}') then '{}'::smallint[]
            else array(select distinct unnest(o.weekdays) from offered o where o.member_id = h.member_id) end as weekdays,
        (select count(*) from done d where d.helper_id = h.member_id and d.receiver_id = :receiver_id) as helped_before,
        (select count(*) from done d where d.helper_id = h.member_id and d.ended_at >= :lately) as helped_lately
    from (
        select member_id from offered
        union
        select helper_id from done where receiver_id = :receiver_id
    ) h
    where h.member_id <> :receiver_id
        and community.lives_within(db.municipality(), h.member_id, cast(:area_id as uuid))
    order by h.member_id limit :limit
    """
)
_BUSY = query.statement(
    """
    select m.helper_id as member_id, m.starts_at, m.starts_at + m.minutes_max * interval '1 minute' as ends_at
    from activities.match m
    where m.municipality_id = db.municipality() and m.helper_id = any (cast(:members as uuid[]))
        and m.starts_at < :ends_at and m.starts_at + m.minutes_max * interval '1 minute' > :starts_at
        and 2 = (
            select count(*) from activities.match_answer a
            where a.municipality_id = m.municipality_id and a.match_id = m.match_id and a.answer = 'accept'
        )
        and not exists (
            select from activities.match_end e where e.municipality_id = m.municipality_id and e.match_id = m.match_id
        )
    union all
    select b.member_id, s.starts_at, s.ends_at
    from activities.booking b
    join activities.slot s on s.municipality_id = b.municipality_id and s.slot_id = b.slot_id
    where b.municipality_id = db.municipality() and b.member_id = any (cast(:members as uuid[]))
        and s.starts_at < :ends_at and s.ends_at > :starts_at
        and not exists (
            select from activities.booking_cancel c
            where c.municipality_id = b.municipality_id and c.booking_id = b.booking_id
        )
    """
)


async def candidates(
    conn: AsyncConnection, need: Need, *, now: datetime, area_id: UUID | None = None, limit: int = 3
) -> list[matching.Candidate]:
    """Who fits the need best, with reasons; of those who live in an area, where one is told."""
    when = Span(need.starts_at, need.starts_at + timedelta(minutes=need.minutes))
    asked = {"kind": need.kind, "receiver_id": need.member_id, "lately": now - LATELY, "area_id": area_id, "limit": HELPERS_MAX}
    rows = await query.rows(conn, _HELPERS, **asked)
    members = [row.member_id for row in rows]
    busy = await _busy(conn, members, when)
    areas = {row.member_id: tuple(row.areas) for row in await query.rows(conn, _AREAS, members=[need.member_id, *members])}
    wanted = matching.Wanted(
        member_id=need.member_id,
        kind=need.kind,
        when=when,
        weekday=days.local_date(need.starts_at).isoweekday(),
        areas=areas.get(need.member_id, ()),
    )
    helpers = [
        matching.Helper(
            member_id=row.member_id,
            offers=row.offers,
            weekdays=frozenset(row.weekdays),
            areas=areas.get(row.member_id, ()),
            helped_before=row.helped_before,
            helped_lately=row.helped_lately,
            busy=tuple(busy.get(row.member_id, ())),
        )
        for row in rows
    ]
    return matching.candidates(wanted, helpers, limit)


async def _busy(conn: AsyncConnection, members: list[UUID], when: Span) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = {}
    for row in await query.rows(conn, _BUSY, members=members, starts_at=when.starts_at, ends_at=when.ends_at):
        found.setdefault(row.member_id, []).append(Span(row.starts_at, row.ends_at))
    return found
