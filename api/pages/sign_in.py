"""Signing in and out: the entrance from the desk, a host's screen or a letter, and the place to be when nobody is signed in."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta

from api import acting, auth, refusals, signed_in
from api.pages.door import PageDoor
from community import refusals as community_refusals
from community import sessions
from community.actor import ROLES
from db import transact
from flows import openid, sign_in
from kernel import eras

ANYBODY = dict.fromkeys(ROLES, "own")
HOMES = {
    "member": "/today",
    "host": "/host",
    "device": "/host",
    "coordinator": "/coordinator",
    "treasurer": "/group",
    "cashier": "/till",
    "officer": "/office",
    "auditor": "/audit",
}
"""Where each role begins."""
WESTERN_FIRST = 1900
ERAS = ("showa", "heisei", "reiwa", "taisho", "western")  # most were born in the first


class NoForm(msgspec.Struct, frozen=True):
    """A form that asks nothing: the button is the answer."""


class EnterForm(msgspec.Struct, frozen=True, kw_only=True):
    """The birth date of the member, where the entrance asks for it."""

    era: Literal["western", "taisho", "showa", "heisei", "reiwa"] = "western"
    year: Annotated[int, Meta(ge=1, le=2100)] | None = None
    month: Annotated[int, Meta(ge=1, le=12)] | None = None
    day: Annotated[int, Meta(ge=1, le=31)] | None = None

    def born_on(self) -> date | None:
        """The date, or None where it is none. A year of four digits is a western one, whichever era stands beside it.

        Raises FormIncomplete.
        """
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self._western_year(self.year), self.month, self.day)
        except ValueError as error:
            raise refusals.FormIncomplete(field="day") from error

    def _western_year(self, year: int) -> int:
        if year >= WESTERN_FIRST:
            return year
        try:
            return eras.western_year(self.era, year) if self.era != "western" else 0  # a year 0 is none
        except ValueError as error:
            raise refusals.FormIncomplete(field="year") from error


@get("/enter/{secret:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_entrance(door: NamedDependency[PageDoor], secret: FromPath[str]) -> Response[Any]:
    """One question, one button. Opening the address changes nothing: link previews open it too."""
    town = await town_of_secret(door, secret)
    entrance = await door.context.read(town, lambda conn: sign_in.look(conn, secret, now=door.now))
    if entrance.of_device:
        return door.go(f"/device/open/{secret}")
    era = "western" if door.locale == "en" else ERAS[0]
    return door.page("enter.html", entrance=entrance, secret=secret, eras=ERAS, era=era)


@post("/enter/{secret:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def enter(door: NamedDependency[PageDoor], secret: FromPath[str]) -> Redirect:
    """Signs in on this device with a new secret, whoever was signed in before."""
    form, town, engine = await door.form(EnterForm), await town_of_secret(door, secret), door.context.engine
    born_on = form.born_on()
    left = await transact.transact(engine, town, lambda conn: sign_in.take_try(conn, secret, door.address, now=door.now))
    asked = sign_in.Entering(secret=secret, device=door.device, address=door.address, tries_left=left, born_on=born_on)
    chance = secrets.token_bytes(sessions.SECRET_BYTES)
    entrance, opened = await transact.transact(engine, town, lambda conn: sign_in.enter(conn, asked, chance=chance, now=door.now))
    await leave(door)
    return door.signed_in_now(opened, HOMES[entrance.role])


@get("/sign-in", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_sign_in(door: NamedDependency[PageDoor]) -> Response[str]:
    """How one signs in, for whoever is not."""
    return door.page("sign_in.html")


@get("/home", may=ANYBODY, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def home(door: NamedDependency[PageDoor]) -> Redirect:
    """Where the role of whoever is signed in begins."""
    return door.go(HOMES[door.actor.role])


@post("/sign-out", may=ANYBODY, page=True, acts=acting.ANYBODY, include_in_schema=False)
async def sign_out(door: NamedDependency[PageDoor]) -> Redirect:
    """Ends the session on this device."""
    await door.form(NoForm)
    session = door.signed_in
    await door.write(lambda conn: sign_in.sign_out(conn, session, now=door.now))
    town = await door.read(lambda conn: openid.town_of_linked(conn, session))
    answer = door.go(f"/sign-in/openid/left/{town}" if town else "/sign-in")
    answer.set_cookie(signed_in.cleared())
    answer.headers["Clear-Site-Data"] = signed_in.FORGOTTEN
    return answer


async def leave(door: PageDoor) -> None:
    """Ends the session that this device had before, whoever's it was and in whichever town."""
    session = door.session
    if session is not None:
        await door.write(lambda conn: sign_in.sign_out(conn, session, why="replaced", now=door.now))


async def town_of_secret(door: PageDoor, secret: str) -> int:
    """The municipality that a secret names. Raises EntranceClosed."""
    code = sessions.municipality_code(secret)
    town = None if code is None else await signed_in.town_of(door.context, code)
    if town is None:
        raise community_refusals.EntranceClosed
    return town


HANDLERS = (show_entrance, enter, show_sign_in, home, sign_out)
