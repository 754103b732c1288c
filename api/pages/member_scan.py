"""A member's own phone reads a code on our own page: the venue's, a poster, the card of whom they help.

A scan here is meant, and carries the form's token. Where nothing is open about it, it is recorded at once; everything else leads to
that code's own page, where one question and one button stand. What was recorded by mistake is taken back on the page that tells of it.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from activities.scans import Method
from api.pages import member_words, rendering, typed
from api.pages.door import PageDoor
from flows import at_once, own_scan
from flows.readings import Codes
from qr import tokens
from qr.tokens import Kind

AT_ONCE: dict[Kind, Method] = {Kind.VENUE: "venue", Kind.CARD: "receiver_card"}
"""What may count at once. A poster stays in its place for weeks, and may be read anywhere: it always asks."""
BY_SCRIPT = "application/json"


class CodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera or a reader read, or somebody typed; `key` is the id of the scan, new for each reading."""

    code: typed.Typed
    key: UUID


class TakeBackForm(msgspec.Struct, frozen=True, kw_only=True):
    """That it was a mistake: which scan stands in the path."""


class Led(msgspec.Struct, frozen=True):
    """Where the code leads, and whether a scan was recorded: what a script is told in place of being sent there."""

    path: str
    recorded: bool


@get("/scan", may=member_words.MEMBER, page=True, include_in_schema=False, sync_to_thread=False)
def show_scan(door: NamedDependency[PageDoor]) -> Response[str]:
    """The camera, and a field that serves without one."""
    return door.page("member/scan.html", hosts=door.context.hosts, headers=rendering.WITH_CAMERA)


@post("/scan", may=member_words.MEMBER, page=True, include_in_schema=False)
async def follow(door: NamedDependency[PageDoor]) -> Response[Led] | Redirect:
    """Records it and on to what was recorded, or on to the code's page. Raises UnreadableCode, ForeignCode, and what a scan raises."""
    form = await door.form(CodeForm)
    scanned = tokens.require(tokens.read(typed.plain(form.code), door.context.hosts), Kind.VENUE, Kind.POSTER, Kind.CARD)
    code = f"{tokens.LETTERS[scanned.kind]}/{scanned.text}"
    came = await _at_once(door, form.key, AT_ONCE.get(scanned.kind), code)
    path = f"/came/{came.scan_id}" if came is not None else f"/{code}"
    if door.request.headers.get("accept") == BY_SCRIPT:
        return Response(Led(path, recorded=came is not None), status_code=200, media_type=BY_SCRIPT)
    return door.go(path)


@post("/came/{scan_id:uuid}/take-back", may=member_words.MEMBER, page=True, include_in_schema=False)
async def take_back(door: NamedDependency[PageDoor], scan_id: FromPath[UUID]) -> Redirect:
    """Takes the member's own scan back, once. Raises UnknownScan, ScanCounted, ScanNotLast, SlotClosed, MatchNotOpen."""
    await door.form(TakeBackForm)
    reason = door.say("came.take_back.reason")
    await door.write(lambda conn: own_scan.take_back(conn, scan_id, reason=reason, actor=door.actor, now=door.now))
    return door.go(f"/came/{scan_id}")


async def _at_once(door: PageDoor, key: UUID, method: Method | None, code: str) -> own_scan.Came | None:
    """What was recorded without asking; None where the code's own page asks."""
    if method is None:
        return None
    told = at_once.Read(scan_id=key, method=method, code=code)
    codes = Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)
    return await door.replayable(lambda conn: at_once.come(conn, told, actor=door.actor, now=door.now, codes=codes))


HANDLERS = (show_scan, follow, take_back)
