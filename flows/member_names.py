"""What members are called and their numbers, for lists that name several of them. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members


class Named(msgspec.Struct, frozen=True):
    """A member's name and number. Personal data."""

    name: str
    number: int


async def of(conn: AsyncConnection, ids: Iterable[UUID | None]) -> dict[UUID | None, Named]:
    """The names by member id. Whom nobody knows any more is left out, as is None, so that both may be asked for."""
    asked = sorted({each for each in ids if each is not None})
    people, known = await members.people_of(conn, asked), await members.find_many(conn, asked)
    return {each: Named(people[each].name, known[each].number) for each in asked if each in people and each in known}
