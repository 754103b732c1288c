"""Members (会員): an id for the books, a short number for the mouth, and, apart from both, the person.

Whoever needs a name asks for it by name (`person_of`); nothing else of this room hands one out. How persons are kept: `persons`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import erasing, numbers, persons, refusals
from community.persons import Contacts, Person
from db import query
from kernel import days

RUNNING_FIRST = 101  # so that every number has four digits or more
PAGE_MAX = 200

_COLUMNS = "member_id, number, area_id, can_earn, joined_on"
_LOCK_NUMBERS = query.statement("select pg_advisory_xact_lock(hashtextextended('community.member_number', db.municipality()))")
_LAST_NUMBER = query.statement("select coalesce(max(number), 0) from community.member where municipality_id = db.municipality()")
_INSERT = query.statement(
    f"""
    insert into community.member (municipality_id, {_COLUMNS}, created_at)
    values (db.municipality(), :member_id, :number, :area_id, :can_earn, :joined_on, :now)
    """  # noqa: S608 - a constant of this module
)
_FIND_MANY = query.statement(
    f"""
    select {_COLUMNS} from community.member
    where municipality_id = db.municipality() and member_id = any (cast(:ids as uuid[]))
    """  # noqa: S608
)
_BY_NUMBER = query.statement(
    f"select {_COLUMNS} from community.member where municipality_id = db.municipality() and number = :number"  # noqa: S608
)
_PAGE = query.statement(
    f"""
    select {_COLUMNS} from community.member
    where municipality_id = db.municipality() and number > :after_number order by number limit :limit
    """  # noqa: S608
)


class Member(msgspec.Struct, frozen=True):
    """One person in one municipality, without saying who. `can_earn` is false for those whose help the pot pays."""

    member_id: UUID
    number: int
    area_id: UUID
    can_earn: bool
    joined_on: date


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """Who joins, in which area, how they are reached, and whether they can earn."""

    member_id: UUID
    area_id: UUID
    person: Person
    contacts: Contacts = Contacts()
    can_earn: bool = True


async def add(conn: AsyncConnection, new: NewMember, *, now: datetime) -> Member:
    """Adds a member with the next number. Two who join at once queue for it.

    Raises BirthDateOutOfRange and what `text.clean` raises. An unknown area is a fault: ask `areas.find` first.
    """
    member = Member(new.member_id, await _next_number(conn), new.area_id, new.can_earn, days.local_date(now))
    await query.run(conn, _INSERT, now=now, **msgspec.structs.asdict(member))
    await persons.add(conn, new.member_id, new.person, new.contacts, now=now)
    return member


async def find(conn: AsyncConnection, member_id: UUID) -> Member:
    """The member. Raises UnknownMember."""
    found = await find_many(conn, [member_id])
    if member_id not in found:
        raise refusals.UnknownMember(member_id=member_id)
    return found[member_id]


async def find_many(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Member]:
    """Those of `ids` that exist, by id."""
    return {row.member_id: _member(row) for row in await query.rows(conn, _FIND_MANY, ids=list(ids))}


async def by_number(conn: AsyncConnection, number: int) -> Member:
    """The member with this number, who is there to take part.

    Raises BadMemberNumber (mistyped), UnknownMemberNumber (nobody's), MemberErased.
    """
    found = await ever_by_number(conn, number)
    await erasing.check_stands(conn, found.member_id)
    return found


async def ever_by_number(conn: AsyncConnection, number: int) -> Member:
    """The member with this number, even one who was erased. Raises BadMemberNumber, UnknownMemberNumber."""
    row = await query.one(conn, _BY_NUMBER, number=numbers.checked(number))
    if row is None:
        raise refusals.UnknownMemberNumber(number=number)
    return _member(row)


async def page(conn: AsyncConnection, *, after_number: int = 0, limit: int = 50) -> Sequence[Member]:
    """Members in the order of their numbers, after `after_number`, at most PAGE_MAX."""
    rows = await query.rows(conn, _PAGE, after_number=after_number, limit=min(limit, PAGE_MAX))
    return [_member(row) for row in rows]


async def person_of(conn: AsyncConnection, member_id: UUID) -> Person:
    """Who the member is. Raises UnknownMember."""
    people = await people_of(conn, [member_id])
    if member_id not in people:
        raise refusals.UnknownMember(member_id=member_id)
    return people[member_id]


async def people_of(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Who the members are, by member id. Who was erased is there under a number."""
    return await persons.people(conn, ids)


async def born_on(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, date]:
    """When the members were born, where it is known. For answering whether an age is reached; it goes no further."""
    return await persons.born_on(conn, ids)


async def _next_number(conn: AsyncConnection) -> int:
    await query.rows(conn, _LOCK_NUMBERS)
    last = int(await query.scalar(conn, _LAST_NUMBER))
    return numbers.numbered(max(last // 10 + 1, RUNNING_FIRST))


def _member(row: Row[Any]) -> Member:
    return Member(row.member_id, row.number, row.area_id, row.can_earn, row.joined_on)
