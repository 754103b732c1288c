"""A town with a year behind it, for benches of its rules: members, slots, attendances, all decided and booked the usual way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli import bench_scene
from community import members
from community.actor import Actor
from db import query
from db.transact import transact
from flows import budget, council_opinion, found_town, grant, propose_edition, publish_edition
from kernel import days, ids
from ledger.checks import Progress

MEMBERS = 1_000
DAYS = 365
LIST_LENGTH = 500
APPROPRIATION = 10**9
SCHEME = "bench"

_DOCUMENT = """\
scheme = "bench"
name = {{ ja = "計測", en = "Bench" }}
title = {{ ja = "{per_year}まで", en = "{per_year} a year" }}
unit = "pt"
starts_on = {starts_on}
year = {{ type = "fiscal" }}
funding = ["general"]
when_empty = "wait"
expiry = {{ type = "never" }}
carry = {{ type = "all" }}
status_loss = {{ type = "keeps" }}
conversion = {{ how = "none" }}

[[eligibility]]
test = "role"
one_of = ["helper"]

[[eligibility]]
test = "age"
at_least = {age}
counted_on = "fiscal_year_end"

[[clauses]]
activity_kinds = ["*"]
earn = {{ how = "per_time", amount = 1, every_minutes = 60, rounding = "down", minimum_minutes = 0 }}

[[caps]]
limit = 2
of = "amount"
per = "day"
for_each = ["member"]
stops = "earning"

[[caps]]
limit = {per_year}
of = "amount"
per = "fiscal_year"
for_each = ["member"]
stops = "earning"
"""
_HOST = query.statement(
    """
    insert into community.organisation (municipality_id, organisation_id, kind, name, created_at)
    values (db.municipality(), :organisation_id, 'host', 'bench', :now)
    """
)
_ACTIVITY = query.statement(
    """
    insert into activities.activity (municipality_id, activity_id, organisation_id, kind, title, place, created_at, created_by)
    values (db.municipality(), :activity_id, :organisation_id, 'salon', 'bench', 'bench', :now, :actor)
    """
)
_SLOTS = query.statement(
    """
    insert into activities.slot (
        municipality_id, slot_id, activity_id, starts_at, ends_at, capacity, venue_number, created_at, created_by
    )
    select db.municipality(), s.slot_id, :activity_id, cast(:first_at as timestamptz) + make_interval(days => cast(s.nth as int) - 1),
        cast(:first_at as timestamptz) + make_interval(days => cast(s.nth as int) - 1, hours => 8), 10000, s.nth, :now, :actor
    from unnest(cast(:slots as uuid[])) with ordinality s (slot_id, nth)
    """
)
_ATTENDANCES = query.statement(
    """
    insert into activities.attendance (
        municipality_id, attendance_id, member_id, slot_id, role, kind, starts, ends, started_at, ended_at, minutes, evidence,
        needs_signoff, made_at, made_by
    )
    select db.municipality(), a.attendance_id, a.member_id, s.slot_id, 'helper', 'salon', array[s.starts_at],
        array[s.starts_at + make_interval(mins => a.minutes)], s.starts_at, s.starts_at + make_interval(mins => a.minutes),
        a.minutes, 3, false, s.ends_at, :actor
    from unnest(cast(:ids as uuid[]), cast(:members as uuid[]), cast(:slots as uuid[]), cast(:minutes as int[]))
        a (attendance_id, member_id, slot_id, minutes)
    join activities.slot s on s.municipality_id = db.municipality() and s.slot_id = a.slot_id
    """
)


class BenchTown(msgspec.Struct, frozen=True, kw_only=True):
    """The town: who acts, who takes part, where, and the first day of its year."""

    officer: Actor
    members: tuple[UUID, ...]
    slots: tuple[UUID, ...]
    first_on: date


def document(starts_on: date, age: int, per_year: int) -> str:
    """An edition with two tests and two caps: a point an hour from an age on, two a day, so many a fiscal year."""
    return _DOCUMENT.format(starts_on=starts_on, age=age, per_year=per_year)


async def build(made: AsyncEngine, attendances: int, now: datetime, progress: Progress) -> BenchTown:
    """Founds the town, publishes its edition, fills its budget, and decides on so many attendances of the year that is over."""
    first_on = days.local_date(now) - timedelta(days=DAYS)
    town = await transact(made, bench_scene.TOWN, lambda conn: _found(conn, first_on, now))
    for start in range(0, attendances, LIST_LENGTH):
        progress(f"deciding on {start} of {attendances}")
        count = min(LIST_LENGTH, attendances - start)
        await transact(made, bench_scene.TOWN, lambda conn, start=start, count=count: _attend(conn, town, start, count, now))
    return town


async def _found(conn: AsyncConnection, first_on: date, now: datetime) -> BenchTown:
    founded = await found_town.found(conn, ("first", "second"), now=now)
    first, second = (_officer(each) for each in founded.officers)
    people = [await _join(conn, founded.area_id, nth, now) for nth in range(MEMBERS)]
    host, activity, *slots = ids.new_ids(DAYS + 2)
    await query.run(conn, _HOST, organisation_id=host, now=now)
    await query.run(conn, _ACTIVITY, activity_id=activity, organisation_id=host, now=now, actor=first.principal_id)
    first_at = days.local_time(first_on, 9)
    await query.run(conn, _SLOTS, slots=slots, activity_id=activity, first_at=first_at, now=now, actor=first.principal_id)
    await publish_edition.create_scheme(
        conn, publish_edition.SchemeAsked(code=SCHEME, name="計測", unit="pt"), actor=first, now=now
    )
    law = document(first_on, 60, 50)
    proposed = await propose_edition.propose(conn, SCHEME, law, actor=first, now=now)
    await council_opinion.note_absence(conn, proposed.proposal_id, "bench", actor=first, now=now)
    await publish_edition.publish(conn, proposed.proposal_id, actor=second, now=now)
    for year in range(days.fiscal_year(first_on), days.fiscal_year(first_on) + 2):
        asked = budget.LineAsked(scheme=SCHEME, code="general", fiscal_year=year, funding_source="一般財源")
        line = await budget.open_line(conn, asked, actor=first, now=now)
        await budget.appropriate(conn, line.budget_line_id, APPROPRIATION, "bench", actor=first, now=now)
    return BenchTown(officer=first, members=tuple(people), slots=tuple(slots), first_on=first_on)


def _officer(principal_id: UUID) -> Actor:
    return Actor(
        principal_id=principal_id, role="officer", member_id=None, organisation_id=None, municipality_id=bench_scene.TOWN
    )


async def _join(conn: AsyncConnection, area_id: UUID, nth: int, now: datetime) -> UUID:
    person = members.Person("計測 一郎", "けいそく いちろう", date(1930 + nth % 60, 1 + nth % 12, 1 + nth % 28))
    new = members.NewMember(member_id=ids.new_id(), area_id=area_id, person=person)
    return (await members.add(conn, new, now=now)).member_id


async def _attend(conn: AsyncConnection, town: BenchTown, start: int, count: int, now: datetime) -> None:
    """So many attendances, no member twice on a day, and what the edition grants for them."""
    made = ids.new_ids(count)
    numbers = range(start, start + count)
    await query.run(
        conn,
        _ATTENDANCES,
        ids=made,
        members=[town.members[(nth // DAYS * 3 + nth % DAYS * 7) % MEMBERS] for nth in numbers],
        slots=[town.slots[nth % DAYS] for nth in numbers],
        minutes=[30 + nth * 37 % 150 for nth in numbers],
        actor=town.officer.principal_id,
    )
    await grant.for_attendances(conn, made, actor=town.officer.principal_id, now=now)
