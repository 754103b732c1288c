"""A member's own phone reads a code: the venue's, a poster, the card of whom they help.

It leads to that code's own page, where one question and one button stand; nothing is recorded here.
"""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.pages import member_words, rendering, typed
from api.pages.door import PageDoor
from qr import tokens
from qr.tokens import Kind


class CodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, or read by a reader that types."""

    code: typed.Typed


@get("/scan", may=member_words.MEMBER, page=True, include_in_schema=False, sync_to_thread=False)
def show_scan(door: NamedDependency[PageDoor]) -> Response[str]:
    """The camera, and a field that serves without one."""
    return door.page("member/scan.html", hosts=door.context.hosts, headers=rendering.WITH_CAMERA)


@post("/scan", may=member_words.MEMBER, page=True, include_in_schema=False)
async def follow(door: NamedDependency[PageDoor]) -> Redirect:
    """On to the code's page. Raises UnreadableCode, ForeignCode, WrongKindOfCode."""
    form = await door.form(CodeForm)
    scanned = tokens.require(tokens.read(typed.plain(form.code), door.context.hosts), Kind.VENUE, Kind.POSTER, Kind.CARD)
    return door.go(f"/{tokens.LETTERS[scanned.kind]}/{scanned.text}")


HANDLERS = (show_scan, follow)
