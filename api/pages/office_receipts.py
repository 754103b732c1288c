"""A receipt whose number somebody reads aloud over the telephone is found at the desk, and from it the way to its evidence."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import aloud
from api.pages import audit_words, office_words
from api.pages.door import PageDoor
from api.pages.mistakes import Mistake
from api.pages.office_words import OFFICE
from wallets import numbered
from wallets.numbered import Numbered


class NumberAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The number as it was heard."""

    number: Annotated[str, Meta(max_length=40)] = ""


@get("/office/receipts", may=OFFICE, page=True, include_in_schema=False)
async def find_receipt(door: NamedDependency[PageDoor]) -> Response[str]:
    """What has this number: one thing, or, seldom, several that share it. No member is named here."""
    asked = audit_words.asked_of(door, NumberAsked)
    tail = aloud.read(asked.number) if asked.number else None
    wrong = _mistyped(door) if asked.number and tail is None else None

    async def work(conn: AsyncConnection) -> Response[str]:
        found: list[Numbered] | None = await numbered.by_tail(conn, tail) if tail is not None else None
        words = await office_words.words(conn, door)
        return office_words.show(door, "office/receipts.html", words, number=asked.number, found=found, wrong=wrong)

    return await door.read(work)


def _mistyped(door: PageDoor) -> Mistake:
    what, then = door.say("office.receipts.mistyped"), door.say("office.receipts.mistyped_then")
    return Mistake(code="mistyped", field="number", what=what, about="", then=then, status=200)


HANDLERS = (find_receipt,)
