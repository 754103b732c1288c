"""What is known of attendances when they are put before an edition: of the place, of what was told, and of the person.

The birth date and the records of a person answer the edition's questions here; only the answers go into the facts of a decision, and
only those that the edition asks for. How many were present is counted when the slot is closed; until then it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import marks
from activities.attendances import AttendanceFacts
from activities.marks import Present, Setting, Told
from community import members
from kernel import days, holidays
from rules import evaluate, fact_store, known, wanted
from rules.decision import Facts, Question
from rules.edition_store import InForce
from rules.known import Record

HOME = "home"  # the place of a match: all homes are one


@dataclass(frozen=True, slots=True)
class Wish:
    """An attendance before an edition, and the day of the grant. `holder` is the member, or the group that will hold the points."""

    found: AttendanceFacts
    ruled_by: InForce
    holder: UUID
    granted_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """What was read for a list of attendances at once."""

    settings: Mapping[UUID, Setting]
    told: Mapping[UUID, Told]
    present: Mapping[UUID, Sequence[Present]]
    records: Mapping[UUID, Sequence[Record]]
    born: Mapping[UUID, date]

    def facts(self, wish: Wish) -> Facts:
        """All that the edition may see, but the past."""
        found, setting, told = wish.found, self.settings[wish.found.attendance_id], self.told[wish.found.attendance_id]
        records = self.records.get(wish.holder, ())
        facts = Facts(
            attendance_id=found.attendance_id,
            member_id=wish.holder,
            activity_kind=found.kind,
            role=found.role,
            occurred_on=found.occurred_on,
            minutes=found.minutes,
            evidence=found.evidence,
            flags=tuple(found.flags),
            granted_on=wish.granted_on,
            registered_on=known.registered_on(records, wish.ruled_by.scheme.code, found.occurred_on),
            site=HOME if setting.organisation_id is None else str(setting.organisation_id),
            client=told.client if setting.receiver_id is None else str(setting.receiver_id),
            event=str(found.slot_id or found.match_id),
            book=told.book,
            marks=told.marks,
            counts=self._counts(wish),
            measures=told.measures,
            holiday=holidays.is_holiday(found.occurred_on),
            started_minute=_minute(found.occurred_at),
            host_amount=told.host_amount,
            attested=told.attested,
        )
        asked = evaluate.questions(wish.ruled_by.edition, facts)
        return msgspec.structs.replace(facts, answers=known.answers(asked, records, self.born.get(wish.holder)))

    def _counts(self, wish: Wish) -> dict[str, int]:
        """What was told, and what the attendances of a closed slot say where nobody told."""
        told = self.told[wish.found.attendance_id].counts
        if wish.found.slot_id is None or not self.settings[wish.found.attendance_id].closed:
            return told
        there = sorted({each.member_id for each in self.present.get(wish.found.slot_id, ())})
        names = [each for each in wanted.counts(wish.ruled_by.edition) if each.startswith("present") and each not in told]
        counted = {name: self._count(name, there, wish.found.occurred_on) for name in names}
        return told | {name: count for name, count in counted.items() if count is not None}

    def _count(self, name: str, there: Sequence[UUID], on: date) -> int | None:
        """How many of those who were there are of the age that `name` says; None where it is not known of all of them."""
        age = name.partition("_")[2]
        if not age:
            return len(there)
        question = Question(f"{known.AT_LEAST}{age}", on, on)
        answers = [known.answer(question, self.records.get(each, ()), self.born.get(each)) for each in there]
        return None if None in answers else sum(answer is not None and answer.yes for answer in answers)


async def read(conn: AsyncConnection, wishes: Sequence[Wish]) -> Known:
    """What is known for these. Ask under the locks of the members."""
    ids = list({wish.found.attendance_id for wish in wishes})
    counting = {wish.found.slot_id for wish in wishes if wish.found.slot_id is not None and wanted.counts(wish.ruled_by.edition)}
    present = await marks.present(conn, list(counting))
    people = list({*(wish.holder for wish in wishes), *(each.member_id for there in present.values() for each in there)})
    return Known(
        settings=await marks.settings(conn, ids),
        told=await marks.told_of(conn, ids),
        present=present,
        records=await fact_store.records_of(conn, people),
        born=await members.born_on(conn, people),
    )


def _minute(at: datetime) -> int:
    local = at.astimezone(days.TOKYO)
    return local.hour * 60 + local.minute
