"""Closing a slot: with one tap where the scans say it all, and with lines keyed in from paper or from what the host knows better.

The lines travel in the address until the slot is closed: number, Enter, number, Enter. Nothing is kept before, and how many there are
is typed once more from the paper, so that a line that was missed is noticed.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances
from activities.attendances import Attendance
from activities.refusals import UnknownAttendance
from activities.slots import Slot
from api import limits, refusals
from api.pages import host, member_words, typed
from api.pages.door import KeyedForm, PageDoor
from community import members
from community.members import Member, Person
from community.refusals import BadMemberNumber, UnknownMemberNumber
from flows import close_slot, correct_attendance, reach, roster
from flows.close_slot import Edit
from flows.roster import Roster
from kernel import days

ABSENT = "absent"
HALF_A_DAY = timedelta(hours=12)


class Line(msgspec.Struct, frozen=True):
    """One line as it was keyed in: when somebody came and went, or, without times, that they were not there."""

    number: int
    came: str | None = None
    left: str | None = None

    def __str__(self) -> str:
        return f"{self.number}|{self.came}|{self.left}" if self.came and self.left else f"{self.number}|{ABSENT}"


class CloseForm(KeyedForm, frozen=True, kw_only=True):
    """What is to be recorded otherwise than scanned, how many lines that has to be, and why."""

    line: Annotated[tuple[str, ...], Meta(max_length=limits.EDITS_MAX)] = ()
    total: int | None = None
    reason: str | None = None


class CorrectForm(KeyedForm, frozen=True, kw_only=True):
    """What really happened: the times, or that somebody was not there."""

    came: str | None = None
    left: str | None = None
    absent: bool = False
    reason: str


class Closed(msgspec.Struct, frozen=True):
    """The slot that was closed."""

    slot_id: UUID


@get("/host/slots/{slot_id:uuid}/close", may=host.RUNS, page=True, include_in_schema=False)
async def show_closing(
    door: NamedDependency[PageDoor],
    slot_id: FromPath[UUID],
    line: FromQuery[list[str] | None] = None,
    number: FromQuery[str | None] = None,
) -> Response[str]:
    """Who counts by the scans, and the lines so far, with the one that was just typed."""
    found = await door.read(lambda conn: roster.of_slot(conn, slot_id, actor=door.actor))
    lines = [_line(each) for each in line or ()]
    if number:
        told = _told(door, found.slot, number)
        lines = [each for each in lines if each.number != told.number] + [told]
    return await _closing(door, found, lines, None)


@post("/host/slots/{slot_id:uuid}/close", may=host.RUNS, page=True, include_in_schema=False)
async def close(door: NamedDependency[PageDoor], slot_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Closes the slot, once for the form; the lines have to be as many as the paper has."""
    form = await door.form(CloseForm)
    lines = [_line(each) for each in form.line]
    if lines and form.total != len(lines):
        found = await door.read(lambda conn: roster.of_slot(conn, slot_id, actor=door.actor))
        return await _closing(door, found, lines, door.say("host.totals_differ", lines=len(lines), total=form.total or 0))

    async def work(conn: AsyncConnection) -> Closed:
        slot = await reach.slot(conn, slot_id, door.actor)
        edits = [await _edit(conn, slot, each, form.reason or "") for each in lines]
        asked = close_slot.CloseAsked(slot_id=slot_id, edits=tuple(edits))
        await close_slot.close(conn, asked, actor=door.actor, now=door.now)
        return Closed(slot_id)

    await door.once(form.key, form, work, Closed)
    return door.go(f"/host/slots/{slot_id}")


@get("/host/attendances/{attendance_id:uuid}", may=host.RUNS, page=True, include_in_schema=False)
async def show_correcting(door: NamedDependency[PageDoor], attendance_id: FromPath[UUID]) -> Response[str]:
    """What is recorded, and what really happened."""

    async def work(conn: AsyncConnection) -> tuple[Attendance, Member, Person]:
        found = await attendances.find(conn, attendance_id)
        await reach.attendance(conn, found, door.actor)
        return found, await members.find(conn, found.member_id), await members.person_of(conn, found.member_id)

    found, member, person = await door.read(work)
    return member_words.show(door, "host/correct.html", found=found, member=member, person=person)


@post("/host/attendances/{attendance_id:uuid}/correct", may=host.RUNS, page=True, include_in_schema=False)
async def correct(door: NamedDependency[PageDoor], attendance_id: FromPath[UUID]) -> Redirect:
    """Puts another attendance in its place, once for the form, with all that follows from it."""
    form = await door.form(CorrectForm)

    async def work(conn: AsyncConnection) -> Closed:
        found = await attendances.find(conn, attendance_id)
        if found.slot_id is None:
            raise UnknownAttendance(attendance_id=attendance_id)
        slot = await reach.slot(conn, found.slot_id, door.actor)
        came, left = (None, None) if form.absent else (at(slot, form.came), at(slot, form.left))
        asked = correct_attendance.Asked(attendance_id=attendance_id, started_at=came, ended_at=left, reason=form.reason)
        await correct_attendance.correct(conn, asked, actor=door.actor, now=door.now)
        return Closed(slot.slot_id)

    corrected = await door.once(form.key, form, work, Closed)
    return door.go(f"/host/slots/{corrected.slot_id}")


async def _closing(door: PageDoor, found: Roster, lines: list[Line], mistake: str | None) -> Response[str]:
    """The page of closing; a number that nobody has is told, and left out."""

    async def names(conn: AsyncConnection) -> list[tuple[Line, Person]]:
        named: list[tuple[Line, Person]] = []
        for each in lines:
            try:
                member = await members.by_number(conn, each.number)
            except (BadMemberNumber, UnknownMemberNumber):
                continue
            named.append((each, await members.person_of(conn, member.member_id)))
        return named

    named = await door.read(names)
    unknown = next((each.number for each in lines if all(each is not known for known, _ in named)), None)
    if unknown is not None:
        mistake = door.say("host.nobody", number=unknown)
    values = {"roster": found, "slot": found.slot, "lines": named, "mistake": mistake}
    return member_words.show(door, "host/close.html", status=422 if mistake else 200, **values)


def _told(door: PageDoor, slot: Slot, number: str) -> Line:
    """The line that was just typed; times that were left out are the planned ones."""
    asked, found = door.request.query_params, typed.number(number)
    if found is None:
        raise refusals.FormIncomplete(field="number")
    if asked.get(ABSENT):
        return Line(found)
    planned = [f"{each.astimezone(days.TOKYO):%H:%M}" for each in (slot.starts_at, slot.ends_at)]
    return Line(found, asked.get("came") or planned[0], asked.get("left") or planned[1])


def _line(told: str) -> Line:
    """A line as it travels. Raises FormIncomplete."""
    number, *times = told.split("|")
    found = typed.number(number)
    if found is None or (times != [ABSENT] and len(times) != 2):
        raise refusals.FormIncomplete(field="line")
    return Line(found) if times == [ABSENT] else Line(found, *times)


async def _edit(conn: AsyncConnection, slot: Slot, line: Line, reason: str) -> Edit:
    member = await members.by_number(conn, line.number)
    if line.came is None:
        return Edit(member_id=member.member_id, reason=reason)
    return Edit(member_id=member.member_id, started_at=at(slot, line.came), ended_at=at(slot, line.left), reason=reason)


def at(slot: Slot, clock: str | None) -> datetime:
    """The instant of a clock at a slot: on the day on which it begins, or, long before that, after midnight. Raises FormIncomplete."""
    try:
        told = time.fromisoformat(clock or "")
    except ValueError:
        raise refusals.FormIncomplete(field="came") from None
    first = days.local_time(days.local_date(slot.starts_at), told.hour, told.minute)
    return first if first > slot.starts_at - HALF_A_DAY else first + 2 * HALF_A_DAY


HANDLERS = (show_closing, close, show_correcting, correct)
