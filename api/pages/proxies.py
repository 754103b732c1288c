"""Acting for a member: whom a member lets, who accepts, in whose name this device acts, and either's end of it in one tap."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta

from api import acting, refusals
from api.pages import member_words, own
from api.pages.door import PageDoor
from api.pages.sign_in import NoForm
from community import attempts, sessions
from community.actor import POWERS, Power
from community.attempts import Limit
from community.proxies import RELATIONS
from flows import proxies
from flows.proxies import Let, Letting
from kernel import text
from qr import render

NUMBERS = Limit(kind="proxy_number", tries=10, within=timedelta(days=1))
"""Whom a member may name in a day: numbers are not there to be tried out."""
DEFAULT_POWER: Power = "arrange"


class LetForm(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a member lets act: a member by number, or somebody who is none by name; as what, how far, and until which day."""

    number: Annotated[int, Meta(ge=1, le=999_999_999)] | None = None
    name: Annotated[str, Meta(min_length=1, max_length=text.NAME_LENGTH_MAX)] | None = None
    relation: str
    power: Power = DEFAULT_POWER
    last_day: date | None = None

    def letting(self, member_id: UUID) -> Letting:
        """What is asked for. Raises FormIncomplete."""
        if (self.number is None) == (self.name is None):
            raise refusals.FormIncomplete(field="name")
        if self.relation not in RELATIONS:
            raise refusals.FormIncomplete(field="relation")
        return Letting(
            member_id=member_id,
            number=self.number,
            name=self.name,
            relation=self.relation,
            power=self.power,
            last_day=self.last_day,
        )


class AnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one wants to act for whoever asked."""

    answer: Literal["accept", "decline"]


class ChooseForm(msgspec.Struct, frozen=True, kw_only=True):
    """In whose name this device acts from now on; without one, in one's own."""

    proxy_id: UUID | None = None


@get("/proxies", may=member_words.MEMBER, page=True, include_in_schema=False)
async def show_proxies(door: NamedDependency[PageDoor]) -> Response[str]:
    """Who acts for the member, and letting somebody."""
    found = await door.read(lambda conn: proxies.by_whom(conn, own.member(door), now=door.now))
    return door.page("member/proxies.html", found=found, **offered())


@post("/proxies", may=member_words.MEMBER, page=True, include_in_schema=False)
async def let(door: NamedDependency[PageDoor]) -> Response[str]:
    """Lets somebody. The code for somebody who is no member is told this once, so it is the answer."""
    form, me = await door.form(LetForm), own.member(door)
    asked = form.letting(me)
    if form.number is not None:
        await door.write(lambda conn: attempts.take(conn, NUMBERS, str(door.actor.principal_id), now=door.now))
    done = await given(door, asked)
    return door.page("member/proxy_let.html", number=form.number, name=form.name, **sheet(door, done))


@post("/proxies/{proxy_id:uuid}/end", may=member_words.MEMBER, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def end(door: NamedDependency[PageDoor], proxy_id: FromPath[UUID]) -> Redirect:
    """Ends it at once: the member, or whoever acts."""
    await door.form(NoForm)
    side = await door.write(lambda conn: proxies.end(conn, proxy_id, actor=door.actor, now=door.now))
    return door.go("/proxies" if side == "member" else "/acting")


@get("/acting", may=member_words.MEMBER, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def show_acting(door: NamedDependency[PageDoor]) -> Response[str]:
    """In whose name this device acts, for whom else it may, and who asks."""
    session = door.signed_in
    found = await door.read(lambda conn: proxies.for_whom(conn, session.actor, now=door.now))
    own_member = session.actor.self_id if session.acting else session.actor.member_id
    return door.page("member/acting.html", found=found, is_member=own_member is not None)


@post("/acting", may=member_words.MEMBER, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def choose(door: NamedDependency[PageDoor]) -> Redirect:
    """From now on this device acts in that name."""
    form, session = await door.form(ChooseForm), door.signed_in
    await door.write(lambda conn: proxies.choose(conn, session, form.proxy_id, now=door.now))
    own_member = session.actor.self_id if session.acting else session.actor.member_id
    return door.go("/today" if form.proxy_id is not None or own_member is not None else "/acting")


@post("/acting/{proxy_id:uuid}/answer", may=member_words.MEMBER, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def answer(door: NamedDependency[PageDoor], proxy_id: FromPath[UUID]) -> Redirect:
    """Accepts, or declines."""
    form = await door.form(AnswerForm)
    accepted = form.answer == "accept"
    await door.write(lambda conn: proxies.answer(conn, proxy_id, accepted, actor=door.actor, now=door.now))
    return door.go("/acting")


async def given(door: PageDoor, asked: Letting) -> Let:
    """Lets somebody, with chance for an entrance."""
    chance = os.urandom(sessions.SECRET_BYTES)
    told: dict[str, Any] = {"actor": door.actor, "chance": chance, "now": door.now, "session": door.session}
    return await door.write(lambda conn: proxies.let(conn, asked, **told))


def offered() -> dict[str, Any]:
    """What forms offer: what somebody may be to a member, and how far it reaches."""
    return {"relations": RELATIONS, "powers": POWERS, "power_default": DEFAULT_POWER}


def sheet(door: PageDoor, done: Let) -> dict[str, Any]:
    """The entrance of somebody who is no member, as an address and a symbol; nothing of it for a member."""
    if done.secret is None:
        return {"address": None, "svg": None, "expires_at": None}
    address = f"{door.context.public_url}/enter/{done.secret}"
    drawn = render.svg(render.symbol(address), door.say("proxies.let.symbol"))
    return {"address": address, "svg": Markup(drawn), "expires_at": done.expires_at}  # noqa: S704 - our own drawing


HANDLERS = (show_proxies, let, end, show_acting, choose, answer)
