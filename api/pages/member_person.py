"""What is kept about oneself: who one is and how one is reached, a wish to correct it, and all of it as a page and a file."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta

from api import refusals
from api.pages import disclosed, member_words, own
from api.pages.door import PageDoor
from community.persons import FIELDS, Field
from flows import person as sheets
from kernel import text


class WishForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, and what it should be."""

    fields: list[Field] = []
    said: Annotated[str, Meta(max_length=text.NOTE_LENGTH_MAX)] | None = None


@get("/my-data", may=member_words.MEMBER, page=True, include_in_schema=False)
async def my_data(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who one is here, and how to have it corrected."""
    sheet = await door.read(lambda conn: sheets.own(conn, own.member(door)))
    return member_words.show(door, "member/my_data.html", sheet=sheet, fields=FIELDS)


@post("/my-data/wishes", may=member_words.MEMBER, page=True, include_in_schema=False)
async def wish(door: NamedDependency[PageDoor]) -> Redirect:
    """Asks the desk to correct it."""
    form, me = await door.form(WishForm), own.member(door)
    if not form.fields:
        raise refusals.FormIncomplete(field="fields")
    await door.write(lambda conn: sheets.wish(conn, me, form.fields, form.said, actor=door.actor, now=door.now))
    return door.go("/my-data")


@get("/my-data/all", may=member_words.MEMBER, page=True, include_in_schema=False)
async def everything(door: NamedDependency[PageDoor]) -> Response[str]:
    """Everything that is kept about oneself, to read and to print."""
    found, tables = await door.read(lambda conn: disclosed.read(conn, door, own.member(door)))
    return member_words.show(door, "member/disclosure.html", found=found, tables=tables)


@get("/my-data/all.json", may=member_words.MEMBER, page=True, include_in_schema=False)
async def everything_as_a_file(door: NamedDependency[PageDoor]) -> Response[bytes]:
    """The same as a file."""
    found, _ = await door.read(lambda conn: disclosed.read(conn, door, own.member(door)))
    return disclosed.file(found)


HANDLERS = (my_data, wish, everything, everything_as_a_file)
