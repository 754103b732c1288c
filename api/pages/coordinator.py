"""A coordinator's pages: needs that wait, who could help and why, what was said on the phone, and attendances to vouch for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, matches, needs
from activities.matching import Candidate
from api.pages import member_words, office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, Made
from community import members
from community.members import Person
from flows import looked, openings, pot, settle_conflict, sign_off
from flows import matches as agreeing
from flows import needs as asking
from kernel import ids

COORDINATOR = {"coordinator": "town"}
BACK = timedelta(days=1)


class ProposeForm(KeyedForm, frozen=True, kw_only=True):
    """Who might help."""

    helper_id: UUID


class SaidForm(KeyedForm, frozen=True, kw_only=True):
    """What one side said on the phone."""

    side: Literal["helper", "receiver"]
    answer: Literal["accept", "decline"]


class SignForm(KeyedForm, frozen=True, kw_only=True):
    """What is vouched for."""

    attendance: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=sign_off.SIGNED_MAX)]


@get("/coordinator", may=COORDINATOR, page=True, include_in_schema=False)
async def show_needs(door: NamedDependency[PageDoor]) -> Response[str]:
    """Open needs, those that were asked first in front; and how many attendances wait."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await needs.open_since(conn, door.now - BACK, area_id=door.actor.area_id, limit=LISTED)
        waiting = await attendances.unsigned(conn, area_id=door.actor.area_id, limit=LISTED)
        words = await office_words.words(conn, door, (each.member_id for each in found))
        longest = sorted(found, key=lambda each: each.need_id)  # ids are made in the order of time
        kind = member_words.Words(door.locale).kind
        listed = await settle_conflict.waiting(conn, door.actor)
        let_in = await openings.fresh(conn, door.actor, door.now)
        told = {
            "let_in": let_in,
            "needs": longest,
            "unsigned": len(waiting),
            "conflicts": len(listed),
            "kind": kind,
            "most": LISTED,
        }
        return office_words.show(door, "coordinator/needs.html", words, **told)

    return await door.read(work)


@get("/coordinator/needs/{need_id:uuid}", may=COORDINATOR, page=True, include_in_schema=False)
async def show_need(door: NamedDependency[PageDoor], need_id: FromPath[UUID]) -> Response[str]:
    """A need, three who could help with the reasons, and how the asking stands. Whose names are shown is noted."""

    async def work(conn: AsyncConnection) -> Response[str]:
        need, found = await needs.find(conn, need_id), list(await matches.of_need(conn, need_id))
        fitting: list[Candidate] = []
        if need.state == "open":
            fitting = await asking.candidates(conn, need_id, actor=door.actor, now=door.now)
        shown = {need.member_id, *(each.member_id for each in fitting), *(each.helper_id for each in found)}
        people = await _named(conn, door, shown)
        said = member_words.Words(door.locale)
        told = {"need": need, "matches": found, "candidates": fitting, "people": people, "me": door.actor.member_id}
        told |= {
            "pot": await pot.towards(conn, need, now=door.now),
            "member_amount": said.amount,
            "kind": said.kind,
            "minutes": said.minutes,
        }
        return office_words.show(door, "coordinator/need.html", await office_words.words(conn, door), **told)

    return await door.write(work)


@post("/coordinator/needs/{need_id:uuid}/matches", may=COORDINATOR, page=True, include_in_schema=False)
async def propose(door: NamedDependency[PageDoor], need_id: FromPath[UUID]) -> Redirect:
    """Proposes a helper. Both sides are free to decline."""
    form = await door.form(ProposeForm)
    asked = agreeing.Proposal(need_id=need_id, helper_id=form.helper_id)

    async def work(conn: AsyncConnection) -> Made:
        return Made((await agreeing.propose(conn, asked, actor=door.actor, now=door.now)).match.match_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/coordinator/needs/{need_id}")


@post("/coordinator/matches/{match_id:uuid}/said", may=COORDINATOR, page=True, include_in_schema=False)
async def said(door: NamedDependency[PageDoor], match_id: FromPath[UUID]) -> Redirect:
    """Writes down what a side said on the phone; nobody speaks for the other side of their own match."""
    form = await door.form(SaidForm)

    async def work(conn: AsyncConnection) -> Made:
        done = await agreeing.answer(conn, match_id, form.side, form.answer, actor=door.actor, now=door.now)
        return Made(done.match.need_id)

    made = await door.once(form.key, form, work, Made)
    return door.go(f"/coordinator/needs/{made.made}")


@get("/coordinator/attendances", may=COORDINATOR, page=True, include_in_schema=False)
async def show_unsigned(door: NamedDependency[PageDoor]) -> Response[str]:
    """Attendances that wait for somebody to vouch for them, the oldest first."""

    async def work(conn: AsyncConnection) -> Response[str]:
        found = await attendances.unsigned(conn, area_id=door.actor.area_id, limit=LISTED)
        people = await _named(conn, door, {each.member_id for each in found})
        said = member_words.Words(door.locale)
        told = {"found": found, "people": people, "me": door.actor.member_id, "most": LISTED}
        words = await office_words.words(conn, door)
        return office_words.show(door, "coordinator/attendances.html", words, kind=said.kind, minutes=said.minutes, **told)

    return await door.write(work)


@post("/coordinator/attendances", may=COORDINATOR, page=True, step_up=True, include_in_schema=False)
async def sign(door: NamedDependency[PageDoor]) -> Redirect:
    """Vouches for those that were chosen, all or none; then they are granted like any other."""
    form = await door.form(SignForm)

    async def work(conn: AsyncConnection) -> Made:
        await sign_off.sign(conn, form.attendance, actor=door.actor, now=door.now)
        return Made(ids.new_id())

    await door.once(form.key, form, work, Made)
    return door.go("/coordinator/attendances")


async def _named(conn: AsyncConnection, door: PageDoor, who: Iterable[UUID]) -> dict[UUID, Person]:
    people = await members.people_of(conn, sorted(who))
    for member_id in people:
        await looked.note(conn, door.actor, member_id, "person", door.now)
    return people


HANDLERS = (show_needs, show_need, propose, said, show_unsigned, sign)
