"""The desk's sheet about a member: how to reach them, corrections, everything that is kept (disclosure), and erasure at their wish."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import disclosed, member_words, mistakes
from api.pages.disclosed import Disclosed, Table
from api.pages.door import PageDoor
from api.pages.mistakes import Mistake
from api.pages.office_words import OFFICE
from api.pages.sign_in import NoForm
from api.pages.typed_person import REACHED_BY, Name, Reached
from community.erasing import Because
from community.persons import Known, Person, SeenOn
from flows import erasure, looked
from flows import person as sheets

DESK = {"coordinator": "town", "officer": "town"}
SEEN_ON = ("licence", "my_number_card", "insurance_card", "residence_record", "other_document")
WHERE = {"source_missing": "seen_on", "birth_date_out_of_range": "born_on"}
"""At which field a mistake is told."""


class PersonForm(Reached, frozen=True, kw_only=True):
    """Who a member is from now on; `seen_on` is where a new birth date was seen."""

    name: Name
    kana: Name
    born_on: date | None = None
    seen_on: SeenOn | None = None

    def known(self) -> Known:
        """As it is kept."""
        return Known(person=Person(self.name, self.kana, self.born_on), contacts=self.contacts())


class EraseForm(msgspec.Struct, frozen=True, kw_only=True):
    """The member's number, typed once more, and why."""

    number: int
    because: Because


@get("/desk/members/{member_id:uuid}/person", may=DESK, page=True, include_in_schema=False)
async def show_person(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """How to reach a member, and the form to correct it."""
    return await _sheet(door, member_id)


@post("/desk/members/{member_id:uuid}/person", may=DESK, page=True, step_up=True, include_in_schema=False)
async def correct_person(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Corrects it."""
    form = await door.form(PersonForm)
    work = (member_id, form.known(), form.seen_on)
    try:
        await door.write(lambda conn: sheets.correct(conn, *work, actor=door.actor, now=door.now))
    except mistakes.REFUSED as refused:
        return await _sheet(door, member_id, form, mistakes.told(door, refused, form, WHERE))
    return door.go(f"/desk/members/{member_id}/person")


@post("/desk/members/{member_id:uuid}/person/answered", may=DESK, page=True, include_in_schema=False)
async def answer_wishes(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Redirect:
    """Nothing had to be corrected."""
    await door.form(NoForm)
    await door.write(lambda conn: sheets.answer(conn, member_id, actor=door.actor, now=door.now))
    return door.go(f"/desk/members/{member_id}/person")


@get("/desk/members/{member_id:uuid}/disclosure", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def disclose(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """Everything that is kept about a member, to be printed and handed over."""
    found, tables = await door.write(lambda conn: _disclosed(conn, door, member_id))
    return member_words.show(door, "desk/disclosure.html", found=found, tables=tables)


@get("/desk/members/{member_id:uuid}/disclosure.json", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def disclose_file(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[bytes]:
    """The same as a file."""
    found, _ = await door.write(lambda conn: _disclosed(conn, door, member_id))
    return disclosed.file(found)


@get("/desk/members/{member_id:uuid}/erase", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def ask_erase(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """What an erasure takes and leaves, and what stands against it."""

    async def work(conn: AsyncConnection) -> erasure.Prospect:
        found = await erasure.look(conn, member_id, now=door.now)
        await looked.note(conn, door.actor, member_id, "person", door.now)
        return found

    return member_words.show(door, "desk/erase.html", found=await door.write(work))


@post("/desk/members/{member_id:uuid}/erase", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def erase(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Redirect:
    """Erases who the member was, for good."""
    form = await door.form(EraseForm)
    asked = erasure.Asked(member_id=member_id, number=form.number, because=form.because)
    await door.write(lambda conn: erasure.erase(conn, asked, actor=door.actor, now=door.now))
    return door.go(f"/desk/members/{member_id}/erase")


async def _sheet(door: PageDoor, member_id: UUID, form: PersonForm | None = None, wrong: Mistake | None = None) -> Response[str]:
    sheet = await door.write(lambda conn: sheets.at_desk(conn, member_id, actor=door.actor, now=door.now))
    person = sheet.known.person
    shown = form or PersonForm(
        name=person.name, kana=person.kana, born_on=person.born_on, **msgspec.structs.asdict(sheet.known.contacts)
    )
    told = {"sheet": sheet, "said": mistakes.typed(shown), "wrong": wrong, "seen_on": SEEN_ON, "reached_by": REACHED_BY}
    return door.page("desk/person.html", status=wrong.status if wrong else 200, **told)


async def _disclosed(conn: AsyncConnection, door: PageDoor, member_id: UUID) -> tuple[Disclosed, list[Table]]:
    found = await disclosed.read(conn, door, member_id)
    await looked.note(conn, door.actor, member_id, "disclosure", door.now)
    return found


HANDLERS = (show_person, correct_person, answer_wishes, disclose, disclose_file, ask_erase, erase)
