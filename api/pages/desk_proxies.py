"""The desk writes down whom a member lets act for them, how the member agreed and to whom; and ends it for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import proxies as pages
from api.pages.door import PageDoor
from api.pages.sign_in import NoForm
from api.routes.entrances import DESK
from community import members
from community.members import Member
from flows import in_area, looked, proxies
from flows.proxies import Letting, Shown
from kernel import text

CONSENTS = ("spoken", "written", "phone_call")


class DeskForm(pages.LetForm, frozen=True, kw_only=True):
    """The same, and how the member agreed, and to whom."""

    consent: Literal["spoken", "written", "phone_call"]
    consent_note: Annotated[str, Meta(min_length=1, max_length=text.LINE_LENGTH_MAX)]

    def letting(self, member_id: UUID) -> Letting:
        """What is asked for. Raises FormIncomplete."""
        asked = super().letting(member_id)
        return msgspec.structs.replace(asked, consent=self.consent, consent_note=self.consent_note)


@get("/desk/members/{member_id:uuid}/proxies", may=DESK, page=True, include_in_schema=False)
async def show_proxies(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """Who acts for a member, and the form for one more."""

    async def work(conn: AsyncConnection) -> tuple[Member, str, list[Shown]]:
        await in_area.check_member(conn, member_id, door.actor)
        member, person = await members.find(conn, member_id), await members.person_of(conn, member_id)
        await looked.note(conn, door.actor, member_id, "person", door.now)
        return member, person.name, await proxies.by_whom(conn, member_id, now=door.now)

    member, name, found = await door.write(work)
    return door.page("desk/proxies.html", member=member, whose=name, found=found, consents=CONSENTS, **_offered(door))


@post("/desk/members/{member_id:uuid}/proxies", may=DESK, page=True, step_up=True, include_in_schema=False)
async def let(door: NamedDependency[PageDoor], member_id: FromPath[UUID]) -> Response[str]:
    """Writes it down. The code for somebody who is no member is told this once, so it is the answer: print it now."""
    form = await door.form(DeskForm)
    done = await pages.given(door, form.letting(member_id))
    back = f"/desk/members/{member_id}/proxies"
    return door.page("desk/proxy_let.html", back=back, number=form.number, name=form.name, **pages.sheet(door, done))


@post("/desk/members/{member_id:uuid}/proxies/{proxy_id:uuid}/end", may=DESK, page=True, include_in_schema=False)
async def end(door: NamedDependency[PageDoor], member_id: FromPath[UUID], proxy_id: FromPath[UUID]) -> Redirect:
    """Ends it, as the member asked."""
    await door.form(NoForm)
    await door.write(lambda conn: proxies.end(conn, proxy_id, actor=door.actor, now=door.now, of=member_id))
    return door.go(f"/desk/members/{member_id}/proxies")


def _offered(door: PageDoor) -> dict[str, Any]:
    """What the form offers: who may spend for a member is written down by an officer alone."""
    offered = pages.offered()
    if door.actor.role != "officer":
        offered["powers"] = tuple(each for each in offered["powers"] if each != "spend")
    return offered | {"proven": door.signed_in.stepped_up(door.now)}


HANDLERS = (show_proxies, let, end)
