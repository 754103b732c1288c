"""Everything that is kept about a member (保有個人データの開示), for the member: as a page to print, and as a file for another program.

Other members stand in it by what they did for or with the member, and not by name: that is theirs. Decisions are told with their why in
sentences. What is left out, and why, stands in LEFT_OUT; a test finds the table that is in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import areas, corrections, members, municipalities, persons, relatives, words
from community.corrections import Wish
from community.members import Member
from community.persons import Known
from db import query
from flows import disclosure_book, disclosure_deeds, disclosure_person
from flows.disclosure_section import ROWS_MAX, Section
from rules import explain
from rules.decision import Decision
from rules.explain import Locale

SECTIONS: tuple[Section, ...] = (*disclosure_person.SECTIONS, *disclosure_deeds.SECTIONS, *disclosure_book.SECTIONS)
OF_THE_PERSON = ("community.person", "community.member", "community.correction_wish", "community.correction_answer")
"""Told by `Disclosed` itself."""
LEFT_OUT = {
    "community.person_clear": "empty: what stood here is sealed in community.person",
    "community.person_key": "opens the person, and says nothing about them",
    "community.person_mark": "finds the person by the reading that is told already",
    "community.erasure": "of whoever was erased nothing can be told any more",
    "community.relative": "the names are told with those who act for the member",
    "community.totp_use": "that a code was used once; the sign-in that it was used for is told",
    "community.device": "a thing of an organisation, and nobody's own",
    "community.device_key": "a thing of an organisation, and nobody's own",
}
"""Tables that name a member or their principal and are not exported, with the reason."""
_KEPT_AS_JSON = frozenset({"decision", "facts", "payout"})
_DECISION = msgspec.json.Decoder(Decision)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part: its rows, the latest first, at most ROWS_MAX; `more` where there are older ones."""

    name: str
    rows: list[dict[str, Any]]
    more: bool


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything: who the member is, what they wished to have corrected, who acts for them by name, and each part."""

    municipality: str
    told_at: datetime
    member: Member
    area: str
    known: Known
    wishes: list[Wish]
    relatives: list[str]
    parts: list[Part]


async def read(conn: AsyncConnection, member_id: UUID, locale: Locale, *, now: datetime) -> Disclosed:
    """Everything about a member, of one instant. Raises UnknownMember."""
    member = await members.find(conn, member_id)
    return Disclosed(
        municipality=(await municipalities.current(conn)).name,
        told_at=now,
        member=member,
        area=(await areas.find(conn, member.area_id)).name,
        known=(await persons.find_many(conn, [member_id]))[member_id],
        wishes=await corrections.of_member(conn, member_id),
        relatives=await relatives.of_member(conn, member_id),
        parts=[await _part(conn, each, member_id, locale) for each in SECTIONS],
    )


async def _part(conn: AsyncConnection, of: Section, member_id: UUID, locale: Locale) -> Part:
    rows = await query.rows(conn, of.asked, member_id=member_id, limit=ROWS_MAX + 1)
    told = _told(rows[:ROWS_MAX], locale)
    if of.words is not None:
        said = await words.about(conn, [row[of.words] for row in told])
        told = [row | {"note": said.get(row[of.words], row["note"])} for row in told]
    return Part(name=of.name, rows=told, more=len(rows) > ROWS_MAX)


def _told(rows: Sequence[Row[Any]], locale: Locale) -> list[dict[str, Any]]:
    return [_row(query.named(row), locale) for row in rows]


def _row(found: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """A row as the file has it: what was kept as JSON stands as such, and a decision says why."""
    why = {"why": list(explain.explain(_DECISION.decode(found["decision"]), locale))} if "decision" in found else {}
    kept = {name: msgspec.json.decode(found[name]) for name in _KEPT_AS_JSON & found.keys() if found[name] is not None}
    return found | kept | why
