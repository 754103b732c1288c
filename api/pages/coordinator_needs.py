"""A need that somebody phones in: a coordinator writes it down in one form, and comes to the three who could help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import needs
from activities.needs import Need
from api.pages import member_help, member_words, mistakes, typed
from api.pages.coordinator import COORDINATOR
from api.pages.door import KeyedForm, PageDoor
from api.pages.mistakes import Mistake
from api.routes import shapes
from community import finding, members
from community.members import Member, Person
from community.person_refusals import MemberErased
from community.refusals import BadMemberNumber, UnknownMemberNumber
from flows import in_area, looked, pot
from flows import needs as asking
from kernel import days, text
from ledger import units
from ledger.units import Unit

LENGTHS = (30, 60, 90, 120, 180, 240)
USUAL = {"kind": member_words.HELP_KINDS[0], "time": "10:00", "minutes": 60, "who": "", "note": "", "payer": "receiver"}
WHERE = {"times_out_of_range": "day", "pot_for_those_who_cannot_earn": "payer", "self_confirmation": "payer"}
"""At which field a mistake is told."""


class PhonedForm(KeyedForm, frozen=True, kw_only=True):
    """Who phoned (a number, or how the name is read; `member` where several are read so), and what they want when."""

    who: typed.Typed
    member: UUID | None = None
    kind: shapes.KindCode
    day: str
    time: str
    minutes: Annotated[int, Meta(ge=1, le=needs.MINUTES_MAX)]
    note: Annotated[str, Meta(max_length=text.NOTE_LENGTH_MAX)] | None = None
    payer: needs.Payer = "receiver"


@get("/coordinator/needs/new", may=COORDINATOR, page=True, include_in_schema=False)
async def show_phoned(door: NamedDependency[PageDoor]) -> Response[str]:
    """One form: who, what, when, for how long."""
    tomorrow = days.local_date(door.now) + timedelta(days=1)
    return await _page(door, USUAL | {"day": tomorrow.isoformat()}, None)


@post("/coordinator/needs/new", may=COORDINATOR, page=True, include_in_schema=False)
async def record(door: NamedDependency[PageDoor]) -> Response[str] | Redirect:
    """Writes it down, once for the form. Where nobody or several were meant, the form comes back and asks who: nothing is lost."""
    form = await door.form(PhonedForm)
    who = form.member
    if who is None:
        found = await door.write(lambda conn: _meant(conn, door, form.who))
        if len(found) != 1:
            return await _page(door, mistakes.typed(form), found)
        who = found[0][0].member_id
    try:
        made = await door.once(form.key, form, lambda conn: _asked(conn, door, form, who), Need)
    except mistakes.REFUSED as refused:
        return await _page(door, mistakes.typed(form), None, mistakes.told(door, refused, form, WHERE))
    return door.go(f"/coordinator/needs/{made.need_id}")


@post("/coordinator/needs/{need_id:uuid}/withdraw", may=COORDINATOR, page=True, include_in_schema=False)
async def withdraw(door: NamedDependency[PageDoor], need_id: FromPath[UUID]) -> Redirect:
    """Takes it back, as whoever asked wishes, or because it was written down wrongly."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Need:
        await asking.withdraw(conn, need_id, actor=door.actor, now=door.now)
        return await needs.find(conn, need_id)

    await door.once(form.key, form, work, Need)
    return door.go(f"/coordinator/needs/{need_id}")


async def _asked(conn: AsyncConnection, door: PageDoor, form: PhonedForm, who: UUID) -> Need:
    unit, pay = await member_help.usual_pay(conn)
    asked = asking.NeedAsked(
        member_id=who,
        kind=form.kind,
        note=form.note,
        starts_at=member_words.asked_time(form.day, form.time),
        minutes=form.minutes,
        payer=form.payer,
        unit=unit,
        pay_per_hour=pay,
    )
    return await asking.ask(conn, asked, actor=door.actor, now=door.now)


async def _meant(conn: AsyncConnection, door: PageDoor, who: str) -> list[tuple[Member, Person]]:
    """Members within reach with this number, or whose names are read so. Whose names are shown is noted."""
    found = await _called(conn, who)
    near = [each for each in found if await in_area.lives(conn, [each.member_id], door.actor)]
    people = await members.people_of(conn, [each.member_id for each in near])
    for member_id in people:
        await looked.note(conn, door.actor, member_id, "person", door.now)
    return [(each, people[each.member_id]) for each in near if each.member_id in people]


async def _called(conn: AsyncConnection, who: str) -> list[Member]:
    number = typed.number(who)
    if number is None:
        return await finding.by_kana(conn, typed.plain(who))
    try:
        return [await members.by_number(conn, number)]
    except (BadMemberNumber, UnknownMemberNumber, MemberErased):
        return []


async def _page(
    door: PageDoor, said: Mapping[str, Any], found: list[tuple[Member, Person]] | None, wrong: Mistake | None = None
) -> Response[str]:
    async def work(conn: AsyncConnection) -> tuple[Unit, int] | None:
        time = next((unit for unit in await units.all_units(conn) if unit.kind == "time"), None)
        return (time, await pot.left(conn, time, now=door.now)) if time is not None else None

    told = {"said": said, "found": found, "wrong": wrong, "pot": await door.read(work)}
    told |= {"kinds": member_words.HELP_KINDS, "lengths": LENGTHS}
    return member_words.show(door, "coordinator/phoned.html", status=wrong.status if wrong else 200, **told)


HANDLERS = (show_phoned, record, withdraw)
