"""What an officer recorded of members, as it stands in PostgreSQL: dated yes and no, each with its source. Append-only.

Nothing here says a birth date, a care level or a sum in arrears: only that something was so, or was not, on which days, and where it is
known from. Whoever knows better records it anew; of two records of the same fact the later one counts on the days that it covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import text
from rules import refusals, wanted
from rules.known import Record

SOURCE_LENGTH_MAX = 200


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One record. `first_on` None is since always, `last_on` None until further notice; `recorded_by` is a principal."""

    fact_id: UUID
    member_id: UUID
    fact: str
    yes: bool
    first_on: date | None
    last_on: date | None
    source: str
    recorded_at: datetime
    recorded_by: UUID


_COLUMNS = "fact_id, member_id, fact, yes, first_on, last_on, source, recorded_at, recorded_by"
_RECORD = query.statement(
    f"""
    insert into rules.person_fact (municipality_id, {_COLUMNS})
    select db.municipality(), {_COLUMNS}
    from jsonb_to_recordset(cast(:facts as jsonb)) r (
        fact_id uuid, member_id uuid, fact text, yes boolean, first_on date, last_on date, source text, recorded_at timestamptz,
        recorded_by uuid
    )
    """  # noqa: S608 - a constant of this module
)
_OF_MEMBERS = query.statement(
    f"""
    select {_COLUMNS} from rules.person_fact
    where municipality_id = db.municipality() and member_id = any (cast(:members as uuid[]))
    order by member_id, recorded_at, fact_id
    """  # noqa: S608 - a constant of this module
)


def checked(nth: int, record: Record) -> Record:
    """`record` with a clean source, if it can be kept; `nth` is its place in the list.

    Raises UnreadableFact, FactDaysOutOfOrder, RegisteredSinceWhen and what `text.clean` raises.
    """
    if wanted.PERSONAL.fullmatch(record.fact) is None:
        raise refusals.UnreadableFact(nth=nth, fact=record.fact)
    if record.first_on is not None and record.last_on is not None and record.last_on < record.first_on:
        raise refusals.FactDaysOutOfOrder(nth=nth, first_on=record.first_on, last_on=record.last_on)
    if record.yes and record.first_on is None and record.fact.startswith("registered:"):
        raise refusals.RegisteredSinceWhen(nth=nth, fact=record.fact)
    return msgspec.structs.replace(record, source=text.clean("source", record.source, SOURCE_LENGTH_MAX))


async def record(conn: AsyncConnection, facts: Sequence[Recorded]) -> None:
    """Keeps records that were `checked`. Under the members' locks, so that whoever decides about them sees them or waits."""
    await query.run(conn, _RECORD, facts=msgspec.json.encode(facts).decode())


async def of_member(conn: AsyncConnection, member_id: UUID) -> list[Recorded]:
    """Everything that was recorded of a member, in the order in which it was."""
    return [query.into(Recorded, row) for row in await query.rows(conn, _OF_MEMBERS, members=[member_id])]


async def records_of(conn: AsyncConnection, member_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """What `rules.known` answers from, by member, in the order in which it was recorded."""
    found: dict[UUID, list[Record]] = {}
    for row in await query.rows(conn, _OF_MEMBERS, members=list(set(member_ids))):
        record = Record(fact=row.fact, yes=row.yes, first_on=row.first_on, last_on=row.last_on, source=row.source)
        found.setdefault(row.member_id, []).append(record)
    return found
