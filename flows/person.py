"""Who a member is, at the desk and on their own page: read, corrected, wished to be corrected. Every look and change is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import corrections, erasing, members, persons
from community.actor import Actor
from community.corrections import Wish
from community.members import Member
from community.persons import Change, Field, Known, SeenOn
from flows import in_area, looked


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that says who a member is, and what they wish to have corrected."""

    member: Member
    known: Known
    wishes: list[Wish]
    erased: bool = False


async def own(conn: AsyncConnection, member_id: UUID) -> Sheet:
    """One's own. Raises UnknownMember."""
    member = await members.find(conn, member_id)
    known = (await persons.find_many(conn, [member_id]))[member_id]
    erased = member_id in await erasing.find_many(conn, [member_id])
    return Sheet(member=member, known=known, wishes=await corrections.of_member(conn, member_id), erased=erased)


async def at_desk(conn: AsyncConnection, member_id: UUID, *, actor: Actor, now: datetime) -> Sheet:
    """A member's, for an officer, or for a coordinator of where they live; it is noted. Raises UnknownMember."""
    await in_area.check_member(conn, member_id, actor)
    found = await own(conn, member_id)
    await looked.note(conn, actor, member_id, "contacts", now)
    return found


async def correct(
    conn: AsyncConnection, member_id: UUID, known: Known, seen_on: SeenOn | None, *, actor: Actor, now: datetime
) -> tuple[Field, ...]:
    """Corrects who a member is, which answers what they wished; the fields that changed.

    Raises UnknownMember, MemberErased, SourceMissing, BirthDateOutOfRange, and what `text.clean` raises.
    """
    await in_area.check_member(conn, member_id, actor)
    change = Change(member_id=member_id, known=known, seen_on=seen_on, changed_by=actor.principal_id)
    changed = await persons.change(conn, change, now=now)
    if changed:
        await corrections.answer(conn, member_id, None, by=actor.principal_id, now=now)
        await looked.note(conn, actor, member_id, "person_changed", now)
    return changed


async def answer(conn: AsyncConnection, member_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Says that what a member wished was looked into, and that nothing had to be changed. Raises UnknownMember."""
    await in_area.check_member(conn, member_id, actor)
    await members.find(conn, member_id)
    await corrections.answer(conn, member_id, None, by=actor.principal_id, now=now)
    await looked.note(conn, actor, member_id, "contacts", now)


async def wish(
    conn: AsyncConnection, member_id: UUID, fields: Sequence[Field], said: str | None, *, actor: Actor, now: datetime
) -> None:
    """A member says what is wrong about them. Raises UnknownMember, and what `text.clean` raises."""
    await corrections.wish(conn, member_id, fields, said, by=actor.principal_id, now=now)
