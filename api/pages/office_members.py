"""Members at the counter: found by number or by how the name is read, registered, and given cards. Every look is told to the member."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import mistakes, office_words, typed
from api.pages.door import PageDoor
from api.pages.mistakes import Mistake
from api.pages.office_words import OFFICE, Made
from api.pages.typed_person import REACHED_BY, Name, Reached
from api.routes import cards as card_routes
from community import areas, finding, members, persons
from community.members import Member
from community.persons import Known
from flows import cards, join, looked, phone_codes, questions
from kernel import days, text
from wallets import holdings

WHERE = {"birth_date_out_of_range": "born_on", "unknown_area": "area_id"}
NUMBERS = {"bad_member_number": "wanted", "unknown_member_number": "wanted"}
"""At which field a mistake is told."""


class FindForm(msgspec.Struct, frozen=True, kw_only=True):
    """A number, or how a name is read."""

    wanted: Name


class JoinForm(Reached, frozen=True, kw_only=True):
    """Who becomes a member, and how they are reached. `key` as in a KeyedForm."""

    key: str
    name: Name
    kana: Name
    area_id: UUID
    born_on: date | None = None
    can_earn: bool = False


class CardForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a new card is given: cards of before are taken out of use. Without a reason it is one more."""

    reason: Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)] | None = None


@get("/office/members", may=OFFICE, page=True, include_in_schema=False)
async def ask_members(door: NamedDependency[PageDoor]) -> Response[str]:
    """Whom to look for, and the form for somebody new."""

    return await door.read(lambda conn: _desk(conn, door))


@post("/office/members/find", may=OFFICE, page=True, include_in_schema=False)
async def find_members(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who was meant. Names do not stand in addresses, so the list is the answer to the form."""
    form = await door.form(FindForm)

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await _found(conn, form.wanted)
        people = await persons.find_many(conn, [each.member_id for each in found])
        for each in found:
            await looked.note(conn, door.actor, each.member_id, "contacts", door.now)
        return await _desk(conn, door, form, found=[(each, people[each.member_id]) for each in found if each.member_id in people])

    try:
        return await door.write(work)
    except mistakes.REFUSED as refused:
        wrong = mistakes.told(door, refused, form, NUMBERS)
        return await door.read(lambda conn: _desk(conn, door, form, wrong))


@post("/office/members", may=OFFICE, page=True, include_in_schema=False)
async def register(door: NamedDependency[PageDoor]) -> Response[str] | Redirect:
    """Adds a member. The first card is given on the member's page, where it can be printed."""
    form = await door.form(JoinForm)
    told = {name: getattr(form, name) for name in ("name", "kana", "area_id", "born_on", "can_earn")}
    asked = join.Asked(**told, contacts=form.contacts())

    async def work(conn: AsyncConnection) -> Made:
        return Made((await join.join(conn, asked, actor=door.actor, now=door.now)).member.member_id)

    try:
        made = await door.once(form.key, form, work, Made)
    except mistakes.REFUSED as refused:
        wrong = mistakes.told(door, refused, form, WHERE)
        return await door.read(lambda conn: _desk(conn, door, form, wrong))
    return door.go(f"/office/members/{made.made}")


@get("/office/members/{member_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_member(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """A member as the counter needs to know them."""
    return await door.write(lambda conn: _member(conn, door, member_id, None))


@post("/office/members/{member_id:uuid}/cards", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def give_card(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """A new card. Its code is told this once, so it is the answer: print it now."""
    form = await door.form(CardForm)

    async def work(conn: AsyncConnection) -> Response[str]:
        if form.reason:
            lost = cards.Lost(member_id=member_id, reason=form.reason)
            issued = await cards.reissue(conn, lost, actor=door.actor, now=door.now)
        else:
            issued = await cards.issue(conn, member_id, actor=door.actor, now=door.now)
        return await _member(conn, door, member_id, issued)

    return await door.write(work)


async def _found(conn: AsyncConnection, wanted: str) -> list[Member]:
    number = typed.number(wanted.replace(",", ""))
    return (
        [await members.ever_by_number(conn, number)] if number is not None else await finding.by_kana(conn, typed.plain(wanted))
    )


async def _desk(
    conn: AsyncConnection,
    door: PageDoor,
    form: FindForm | JoinForm | None = None,
    wrong: Mistake | None = None,
    found: list[tuple[Member, Known]] | None = None,
) -> Response[str]:
    """The page with both forms; `form` is the one that was sent, as it was filled in."""
    told: dict[str, Any] = {
        "areas": await areas.all_on(conn, days.local_date(door.now)),
        "reached_by": REACHED_BY,
        "found": found,
        "wrong": wrong,
        "joining": isinstance(form, JoinForm),
        "typed": mistakes.blank(FindForm)
        | mistakes.blank(JoinForm)
        | {"can_earn": True}
        | (mistakes.typed(form) if form else {}),
    }
    words = await office_words.words(conn, door)
    return office_words.show(door, "office/members.html", words, status=wrong.status if wrong else 200, **told)


async def _member(conn: AsyncConnection, door: PageDoor, member_id: UUID, issued: cards.Issued | None) -> Response[str]:
    member, person = await members.find(conn, member_id), await members.person_of(conn, member_id)
    await looked.note(conn, door.actor, member_id, "person", door.now)
    svg = Markup(card_routes.shown(door, issued).svg) if issued else None  # noqa: S704 - our own drawing
    await looked.note(conn, door.actor, member_id, "balance", door.now)
    held = await holdings.of(conn, member_id, now=door.now)
    told: dict[str, Any] = {
        "member": member,
        "person": person,
        "area": (await areas.find(conn, member.area_id)).name,
        "cards": await phone_codes.cards_of(conn, member_id, now=door.now),
        "asked": len(await questions.of_member(conn, member_id, limit=office_words.LISTED)),
        "svg": svg,
        "held": [each for each in held if each.posted or each.held or each.kind != "currency"],
    }
    return office_words.show(door, "office/member.html", await office_words.words(conn, door), **told)


HANDLERS = (ask_members, find_members, register, show_member, give_card)
