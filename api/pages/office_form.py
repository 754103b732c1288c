"""A draft of rules edited as a form, each part beside the sentence that everybody will read. The text is one link away.

What is pressed on the way (other fields, one more, one less, the sentences anew) keeps nothing: the page comes back with all that was
typed. Saving keeps the next version of the draft, as the page of the text does.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from api import limits, refusals
from api.pages import office_words
from api.pages.door import PageDoor
from api.pages.office_law import Note
from api.pages.office_words import OFFICE
from flows import edit_form
from flows.edit_form import Opened, Sent
from rules.refusals import DraftMovedOn, UnreadableEdition

AnyAnswer = Response[str] | Redirect


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a form says besides its answers: the version it is of, what is wanted, and the document that it showed, as JSON."""

    follows: int
    do: str = "look"
    note: Note | None = None
    document: str | None = None


_OWN = frozenset(Told.__struct_fields__)


@get("/office/drafts/{draft_id:uuid}/form", may=OFFICE, page=True, include_in_schema=False)
async def show_form(door: NamedDependency[PageDoor], draft_id: FromPath[UUID]) -> AnyAnswer:
    """The latest version as a form; a text that is no document yet has to be mended as a text."""

    async def work(conn: AsyncConnection) -> AnyAnswer:
        try:
            found = await edit_form.opened(conn, draft_id, office_words.spoken(door), now=door.now)
        except UnreadableEdition:
            return door.go(f"/office/drafts/{draft_id}")
        return await _page(conn, door, found)

    return await door.read(work)


@post(
    "/office/drafts/{draft_id:uuid}/form",
    may=OFFICE,
    page=True,
    include_in_schema=False,
    request_max_body_size=limits.RULES_FORM_BYTES_MAX,
)
async def send_form(door: NamedDependency[PageDoor], draft_id: FromPath[UUID]) -> AnyAnswer:
    """Keeps the next version where it was to be saved and reads well; otherwise the form again, with all that was typed."""
    sent = _sent(await door.answers())

    async def work(conn: AsyncConnection) -> AnyAnswer:
        found = await edit_form.taken(conn, draft_id, sent, office_words.spoken(door), actor=door.actor, now=door.now)
        return door.go(f"/office/drafts/{draft_id}") if found.saved else await _page(conn, door, found, sent.note or "")

    try:
        return await door.write(work)
    except DraftMovedOn:  # somebody was faster by a moment: the second time it is seen before anything is written
        return await door.write(work)


def _sent(told: dict[str, list[str]]) -> Sent:
    """What was sent, in two: what the form says of itself, and the answers. Raises FormIncomplete."""
    own = {name: values[-1].strip() for name, values in told.items() if name in _OWN and values[-1].strip()}
    try:
        said = msgspec.convert(own, Told, strict=False)
        document = None if said.document is None else msgspec.json.decode(said.document, type=str)
    except msgspec.DecodeError as error:  # a validation error is one of these
        raise refusals.FormIncomplete(field="follows" if "follows" in str(error) else "document") from error
    answers = {name: values for name, values in told.items() if name not in _OWN}
    return Sent(told=answers, follows=said.follows, document=document, note=said.note, do=said.do)


async def _page(conn: AsyncConnection, door: PageDoor, found: Opened, note: str = "") -> Response[str]:
    words = await office_words.words(conn, door)
    kept = None if found.stored else msgspec.json.encode(found.sheet.document).decode()
    status = 409 if found.moved else 422 if found.sheet.mistakes.count and door.request.method == "POST" else 200
    told = {"found": found, "sheet": found.sheet, "note": note, "kept": kept}
    return office_words.show(door, "office/form.html", words, status=status, **told)


HANDLERS = (show_form, send_form)
