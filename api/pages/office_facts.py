"""What the rules ask about people and nobody has told: an officer answers yes or no, with the source and the days it counts for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import audit_words, office_words
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from flows import facts, questions
from flows.questions import Asked
from rules import fact_store
from rules.wording import known


class AnswerForm(KeyedForm, frozen=True, kw_only=True):
    """One answer. No first day is since always, no last day until further notice."""

    fact: Annotated[str, Meta(max_length=80)]
    answer: Literal["yes", "no"]
    source: Annotated[str, Meta(max_length=fact_store.SOURCE_LENGTH_MAX)]
    first_on: date | None = None
    last_on: date | None = None


class Question(msgspec.Struct, frozen=True):
    """A question, and the same in words."""

    asked: Asked
    words: str


@get("/office/facts", may=OFFICE, page=True, include_in_schema=False)
async def show_questions(door: NamedDependency[PageDoor]) -> Response[str]:
    """Open questions; those that wait longest first."""

    async def work(conn: AsyncConnection) -> Response[str]:
        asked = _said(door, await questions.listed(conn, limit=LISTED))
        words = await office_words.words(conn, door, (each.asked.holder for each in asked))
        return office_words.show(door, "office/facts.html", words, asked=asked, most=LISTED)

    return await door.read(work)


@get("/office/facts/{holder:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_facts(door: NamedDependency[PageDoor], holder: FromPath[UUID]) -> Response[str]:
    """What is asked about a member or a group, and what is known already. The member sees that it was looked at."""

    async def work(conn: AsyncConnection) -> Response[str]:
        await facts.known(conn, [holder])
        asked = _said(door, await questions.of_member(conn, holder, limit=LISTED))
        told = [(each, known.matter(each.fact, door.locale, "they")) for each in await fact_store.of_member(conn, holder)]
        words = await office_words.words(conn, door, (holder, *(each.recorded_by for each, _ in told)))
        await audit_words.note(conn, door, {holder: words.people[holder]}, "facts")
        return office_words.show(door, "office/answer.html", words, holder=holder, asked=asked, told=told)

    return await door.write(work)


@post("/office/facts/{holder:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def answer(door: NamedDependency[PageDoor], holder: FromPath[UUID]) -> Redirect:
    """Records the answer, and decides what waited for it."""
    form = await door.form(AnswerForm)
    asked = facts.Asked(
        member_id=holder,
        fact=form.fact,
        yes=form.answer == "yes",
        source=form.source,
        first_on=form.first_on,
        last_on=form.last_on,
    )

    async def work(conn: AsyncConnection) -> Made:
        done = await facts.record(conn, [asked], actor=door.actor, now=door.now)
        return Made(done.facts[0].fact_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/facts/{holder}")


def _said(door: PageDoor, asked: list[Asked]) -> list[Question]:
    return [Question(each, known.matter(each.fact, door.locale, "they")) for each in asked]


HANDLERS = (show_questions, show_facts, answer)
