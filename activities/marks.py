"""What hosts, coordinators and officers told about an activity besides the time: marks, numbers of people, measures, amounts, for whom.

It may be told of all of an activity, of one slot or match, or of one member at a slot; before the attendance is made or after. What is
told of less counts more: of the member before the slot, of the slot before the activity; of two alike the later one. Append-only.

    mark:paid          a yes or no about the activity        host_amount   what the host set for it
    count:present_65   how many were there, or are members   attested      how many units the attestor gave
    measure:steps      what was measured                     client, book  for whom it was, and in which booklet: an id or a code
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from db import query
from kernel import text

_CODE = "[A-Za-z][A-Za-z0-9_-]{0,39}"
WHAT = re.compile(rf"mark:{_CODE}|measure:{_CODE}|count:(present|members)(_[0-9]{{1,3}})?|host_amount|attested|client|book")
_FIGURES = {"mark": 1, "count": 100_000, "measure": 1_000_000, "host_amount": 1_000_000, "attested": 44_640}
WORDS_LENGTH_MAX = 80


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is said: `what`, and as it fits `yes` (a mark), `figure` (a number) or `words` (for whom, which booklet)."""

    what: str
    yes: bool | None = None
    figure: int | None = None
    words: str | None = None


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """One thing as it is kept, of an activity, a slot (of one member there, where `member_id`) or a match. A mark's yes is 1."""

    telling_id: UUID
    activity_id: UUID | None = None
    slot_id: UUID | None = None
    match_id: UUID | None = None
    member_id: UUID | None = None
    what: str
    figure: int | None
    words: str | None
    told_at: datetime
    told_by: UUID


@dataclass(slots=True)
class Told:
    """What was told about one attendance."""

    marks: dict[str, bool] = field(default_factory=dict[str, bool])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    measures: dict[str, int] = field(default_factory=dict[str, int])
    host_amount: int | None = None
    attested: int | None = None
    client: str | None = None
    book: str | None = None


class Setting(msgspec.Struct, frozen=True):
    """Where an attendance was: whose activity, or whose home; and whether its slot is closed."""

    attendance_id: UUID
    organisation_id: UUID | None
    receiver_id: UUID | None
    closed: bool


class Present(msgspec.Struct, frozen=True):
    """Somebody who was at a slot; `vouched` unless somebody has still to sign for it."""

    attendance_id: UUID
    slot_id: UUID
    member_id: UUID
    vouched: bool


_COLUMNS = "telling_id, activity_id, slot_id, match_id, member_id, what, figure, words, told_at, told_by"
_TELL = query.statement(
    f"""
    insert into activities.telling (municipality_id, {_COLUMNS})
    select db.municipality(), {_COLUMNS}
    from jsonb_to_recordset(cast(:tellings as jsonb)) r (
        telling_id uuid, activity_id uuid, slot_id uuid, match_id uuid, member_id uuid, what text, figure bigint, words text,
        told_at timestamptz, told_by uuid
    )
    """  # noqa: S608 - a constant of this module
)
_TOLD = query.statement(
    """
    select distinct on (a.attendance_id, t.what) a.attendance_id, t.what, t.figure, t.words
    from activities.attendance a
    left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
    cross join lateral (
        select n.what, n.figure, n.words, n.told_at, n.telling_id, case when n.member_id is null then 2 else 3 end as nearness
        from activities.telling n
        where n.municipality_id = db.municipality() and n.slot_id = a.slot_id and coalesce(n.member_id, a.member_id) = a.member_id
        union all
        select n.what, n.figure, n.words, n.told_at, n.telling_id, 2
        from activities.telling n where n.municipality_id = db.municipality() and n.match_id = a.match_id
        union all
        select n.what, n.figure, n.words, n.told_at, n.telling_id, 1
        from activities.telling n where n.municipality_id = db.municipality() and n.activity_id = s.activity_id
    ) t
    where a.municipality_id = db.municipality() and a.attendance_id = any (cast(:attendances as uuid[]))
    order by a.attendance_id, t.what, t.nearness desc, t.told_at desc, t.telling_id desc
    """
)
_SETTINGS = query.statement(
    """
    select a.attendance_id, v.organisation_id, m.receiver_id, c.slot_id is not null as closed
    from activities.attendance a
    left join activities.slot s on s.municipality_id = a.municipality_id and s.slot_id = a.slot_id
    left join activities.activity v on v.municipality_id = s.municipality_id and v.activity_id = s.activity_id
    left join activities.slot_close c on c.municipality_id = a.municipality_id and c.slot_id = a.slot_id
    left join activities.match m on m.municipality_id = a.municipality_id and m.match_id = a.match_id
    where a.municipality_id = db.municipality() and a.attendance_id = any (cast(:attendances as uuid[]))
    """
)
_PRESENT = query.statement(
    """
    select a.attendance_id, a.slot_id, a.member_id, not a.needs_signoff or o.signed_by is not null as vouched
    from activities.attendance a
    left join activities.signoff o on o.municipality_id = a.municipality_id and o.attendance_id = a.attendance_id
    where a.municipality_id = db.municipality() and a.slot_id = any (cast(:slots as uuid[])) and a.minutes > 0 and not exists (
        select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
    )
    order by a.slot_id, a.started_at, a.attendance_id
    """
)
_OF_PLACE = query.statement(
    f"""
    select {_COLUMNS} from activities.telling
    where municipality_id = db.municipality() and (activity_id = :place_id or slot_id = :place_id or match_id = :place_id)
    order by told_at, telling_id
    """  # noqa: S608 - a constant of this module
)


def checked(said: Said) -> tuple[int | None, str | None]:
    """The figure or the words of what is said. Raises UnreadableTelling, TellingOutOfRange and what `text.clean` raises."""
    if WHAT.fullmatch(said.what) is None:
        raise refusals.UnreadableTelling(what=said.what)
    kind = said.what.partition(":")[0]
    if kind not in _FIGURES:
        if said.words is None or said.yes is not None or said.figure is not None:
            raise refusals.TellingOutOfRange(what=said.what, say="words", at_least=1, at_most=WORDS_LENGTH_MAX)
        return None, text.clean("words", said.words, WORDS_LENGTH_MAX)
    wanted, other = ("yes", said.figure) if kind == "mark" else ("figure", said.yes)
    figure = said.figure if kind != "mark" else None if said.yes is None else int(said.yes)
    if figure is None or other is not None or said.words is not None or not 0 <= figure <= _FIGURES[kind]:
        raise refusals.TellingOutOfRange(what=said.what, say=wanted, at_least=0, at_most=_FIGURES[kind])
    return figure, None


async def tell(conn: AsyncConnection, tellings: Sequence[Telling]) -> None:
    """Keeps what was told, `checked`."""
    await query.run(conn, _TELL, tellings=msgspec.json.encode(tellings).decode())


async def of_place(conn: AsyncConnection, place_id: UUID) -> list[Telling]:
    """Everything that was told of one activity, slot or match, in the order in which it was."""
    return [query.into(Telling, row) for row in await query.rows(conn, _OF_PLACE, place_id=place_id)]


async def told_of(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> dict[UUID, Told]:
    """What counts of what was told, by attendance."""
    found: dict[UUID, Told] = {each: Told() for each in attendance_ids}
    for row in await query.rows(conn, _TOLD, attendances=list(attendance_ids)):
        told, (kind, _, code) = found[row.attendance_id], row.what.partition(":")
        match kind:
            case "mark":
                told.marks[code] = bool(row.figure)
            case "count":
                told.counts[code] = row.figure
            case "measure":
                told.measures[code] = row.figure
            case _:
                setattr(told, kind, row.words if row.figure is None else row.figure)
    return found


async def settings(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> dict[UUID, Setting]:
    """Where each attendance was."""
    return {
        row.attendance_id: query.into(Setting, row) for row in await query.rows(conn, _SETTINGS, attendances=list(attendance_ids))
    }


async def present(conn: AsyncConnection, slot_ids: Sequence[UUID]) -> dict[UUID, list[Present]]:
    """Who was there, by slot, the earliest first: standing attendances of some time."""
    found: dict[UUID, list[Present]] = {}
    for row in await query.rows(conn, _PRESENT, slots=list(slot_ids)) if slot_ids else ():
        found.setdefault(row.slot_id, []).append(query.into(Present, row))
    return found
