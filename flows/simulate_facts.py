"""What the simulation reads: attendances as they stand, what was decided of each, and what is known of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances
from community import members
from flows import knowing, simulate_reading
from flows.knowing import Wish
from rules import fact_store, wanted
from rules.edition_store import InForce
from rules.simulate import Case

_ENCODER = msgspec.json.Encoder()

Born = dict[str, date | None]
"""When the people were born who were met so far, by id: each birth date is opened once in a simulation."""


async def cases(conn: AsyncConnection, ruled_by: InForce, rows: Sequence[Row[Any]], born: Born) -> list[Case]:
    """The rows as cases; `born` grows by who is new.

    Facts are read anew for all of them where the draft counts heads, which were counted for other ages before.
    """
    anew = bool(wanted.counts(ruled_by.edition))
    without = [row for row in rows if (row.facts is None or anew) and row.left_out is None]
    facts = await _facts(conn, ruled_by, without)
    holders = {row.holder_id for row in rows}
    records = await _records(conn, holders)
    await _open_births(conn, holders - born.keys(), born)
    columns = simulate_reading.CASE_COLUMNS
    made = (Case._make((*row[:columns], born[row.holder_id], records.get(row.holder_id))) for row in rows)
    if not without:
        return list(made)
    return [each._replace(facts=facts.get(row.attendance_id) or row.facts or "") for each, row in zip(made, rows, strict=True)]


async def _facts(conn: AsyncConnection, ruled_by: InForce, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """What would be seen of these attendances now, as JSON by attendance."""
    if not rows:
        return {}
    found = await attendances.facts_of(conn, [UUID(row.attendance_id) for row in rows])
    wishes = [Wish(each, ruled_by, UUID(row.holder_id), row.granted_on) for each, row in zip(found, rows, strict=True)]
    known = await knowing.read(conn, wishes)
    return {str(wish.found.attendance_id): _ENCODER.encode(known.facts(wish)).decode() for wish in wishes}


async def _records(conn: AsyncConnection, holders: set[str]) -> dict[str, str]:
    """What is known of these people, as JSON, by their id."""
    found = await fact_store.records_of(conn, [UUID(holder) for holder in holders])
    return {str(holder): _ENCODER.encode(records).decode() for holder, records in found.items()}


async def _open_births(conn: AsyncConnection, holders: set[str], born: Born) -> None:
    found = await members.born_on(conn, [UUID(holder) for holder in holders])
    born.update({holder: found.get(UUID(holder)) for holder in holders})
