"""Where one is signed in: this device, and the others, which can be ended from here."""

from __future__ import annotations

import re
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api import acting
from api.pages.door import PageDoor
from community import passkeys
from community.actor import ROLES
from flows import sign_in

ANYBODY = dict.fromkeys(ROLES, "own")
_KINDS = (("iphone", "iPhone"), ("ipad", "iPad"), ("android", "Android"), ("windows", "Windows"), ("mac", "Macintosh|Mac OS"))


class EndForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which session ends; without one, all but this device's."""

    session_id: UUID | None = None


@get("/devices", may=ANYBODY, page=True, acts=acting.ONESELF, include_in_schema=False)
async def show_devices(door: NamedDependency[PageDoor]) -> Response[str]:
    """This device, and where else one is signed in."""
    session = door.signed_in
    found = await door.read(lambda conn: sign_in.devices(conn, session, now=door.now))
    copied = await door.read(lambda conn: passkeys.copied(conn, session.actor.principal_id))
    return door.page("devices.html", here=found[0], others=found[1:], kind_of=kind_of, copied=copied)


@post("/devices/end", may=ANYBODY, page=True, acts=acting.ONESELF, include_in_schema=False)
async def end(door: NamedDependency[PageDoor]) -> Redirect:
    """Ends one other session of one's own, or all others."""
    form, session = await door.form(EndForm), door.signed_in
    chosen = [form.session_id] if form.session_id else None
    await door.write(lambda conn: sign_in.end_others(conn, session, chosen, now=door.now))
    return door.go("/devices")


def kind_of(device: str) -> str:
    """What kind of device a browser says it runs on: a word of the catalogue, `other` where it does not say."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, device)), "other")


HANDLERS = (show_devices, end)
