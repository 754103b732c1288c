"""Paper at the desk: cards for many on sheets to cut, posters for activities, and a card that is stopped. Each code is told once."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import slots
from api import refusals
from api.pages import audit_words, mistakes, office_words, typed
from api.pages.door import PageDoor
from api.pages.mistakes import Mistake
from api.pages.office_words import OFFICE
from api.pages.sign_in import NoForm
from community import municipalities
from flows import card_batch, cards, looked
from kernel import text
from qr import paper, store, tokens

NUMBERS = re.compile(r"[0-9]{1,9}", re.ASCII)
WHERE: dict[str, str] = dict.fromkeys(mistakes.NUMBER, "numbers")
"""At which field a mistake is told."""
PAPER_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A sheet is a document of its own, in true millimetres: its style stands in it, and nothing else is loaded or run."""


class NumbersAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose numbers are filled in."""

    numbers: Annotated[str, Meta(max_length=200)] = ""


class PrintForm(msgspec.Struct, frozen=True, kw_only=True):
    """Whose cards, on which paper, and whom to tell of a loss."""

    whom: Literal["without", "these"]
    contact: Annotated[str, Meta(min_length=1, max_length=paper.CONTACT_LENGTH_MAX)]
    stock: paper.Stock = "meishi"
    numbers: Annotated[str, Meta(max_length=4_000)] = ""


class StopForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a card is stopped."""

    reason: Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]


@get("/office/cards", may=OFFICE, page=True, include_in_schema=False)
async def ask_cards(door: NamedDependency[PageDoor]) -> Response[str]:
    """Whose cards are to be printed."""
    asked = audit_words.asked_of(door, NumbersAsked)
    whom = {"whom": "these" if asked.numbers else "without", "numbers": asked.numbers}
    return await _asking(door, mistakes.blank(PrintForm) | whom)


@post("/office/cards", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def print_cards(door: NamedDependency[PageDoor]) -> Response[str]:
    """Issues the cards; the sheet is the answer, because their codes are told this once."""
    form = await door.form(PrintForm)
    numbers = [int(each) for each in NUMBERS.findall(typed.plain(form.numbers))]

    async def work(conn: AsyncConnection) -> Response[str]:
        if form.whom == "these" and not 0 < len(numbers) <= card_batch.BATCH_MAX:
            raise refusals.FormIncomplete(field="numbers")
        if form.whom == "these":
            reason = door.say("office.cards.replaced")
            made = await card_batch.anew(conn, numbers, reason, actor=door.actor, now=door.now)
        else:
            made = await card_batch.for_those_without(conn, actor=door.actor, now=door.now)
        if not made:
            raise refusals.FormIncomplete(field="whom")
        town = (await municipalities.current(conn)).name
        return _paper(paper.sheet([_face(door, each, town, form.contact) for each in made], form.stock))

    try:
        return await door.write(work)
    except mistakes.REFUSED as refused:
        return await _asking(door, mistakes.typed(form), mistakes.told(door, refused, form, WHERE))


@post("/office/members/{member_id:uuid}/cards/{credential_id:uuid}/end", may=OFFICE, page=True, include_in_schema=False)
async def stop_card(door: NamedDependency[PageDoor], member_id: FromPath[UUID], credential_id: FromPath[UUID]) -> Redirect:
    """Takes one card of a member out of use: whoever reports a loss is believed at once."""
    form = await door.form(StopForm)

    async def work(conn: AsyncConnection) -> None:
        await store.of(conn, credential_id, kind="card", subject=member_id)
        await looked.note(conn, door.actor, member_id, "card", door.now)
        await cards.revoke(conn, credential_id, form.reason, actor=door.actor, now=door.now)

    await door.write(work)
    return door.go(f"/office/members/{member_id}")


@post("/office/activities/{activity_id:uuid}/poster", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def print_poster(door: NamedDependency[PageDoor], activity_id: FromPath[UUID]) -> Response[str]:
    """A new poster for an activity, as a page of A4."""
    await door.form(NoForm)

    async def work(conn: AsyncConnection) -> Response[str]:
        activity = await slots.find_activity(conn, activity_id)
        issued = await cards.issue_poster(conn, activity_id, actor=door.actor, now=door.now)
        town = (await municipalities.current(conn)).name
        address = tokens.address(door.context.public_url, issued.kind, issued.text)
        return _paper(paper.poster(paper.PosterFace(address, activity.title, town, town)))

    return await door.write(work)


async def _asking(door: PageDoor, said: dict[str, Any], wrong: Mistake | None = None) -> Response[str]:
    async def work(conn: AsyncConnection) -> Response[str]:
        told = {"count": await card_batch.without_card(conn), "most": card_batch.BATCH_MAX, "typed": said, "wrong": wrong}
        words = await office_words.words(conn, door)
        return office_words.show(door, "office/cards.html", words, status=wrong.status if wrong else 200, **told)

    return await door.read(work)


def _face(door: PageDoor, made: card_batch.Printed, town: str, contact: str) -> paper.CardFace:
    address = tokens.address(door.context.public_url, made.issued.kind, made.issued.text)
    return paper.CardFace(address, str(made.member.number), made.name, town, contact)


def _paper(written: str) -> Response[str]:
    return Response(written, media_type="text/html", headers={"Content-Security-Policy": PAPER_CSP})


HANDLERS = (ask_cards, print_cards, stop_card, print_poster)
