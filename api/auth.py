"""Who calls, and may they? A bearer token opens a principal of one municipality; every route says which roles it serves.

A route declares `may=` as a mapping from role to reach, or PUBLIC:

    @get("/members/{member_id:uuid}", may={"member": "own", "coordinator": "town"})

The role is checked here, before anything of the request is read. The reach says whose things the role gets at: `own` (of the caller's
member), `organisation` (of the caller's organisation), `town` (of the whole municipality). It is enforced where the thing is known;
somebody else's thing is answered as if it did not exist. Things of another municipality are out of anybody's reach: the token decides
the wall behind which everything runs. A coordinator of one area reaches who lives there: what a path names is looked up here already
(`flows.in_area`), and what a body names or a list shows, in the stories. A route without a declaration serves nobody, and fails a test.

A page that approves, corrects, exports or changes roles says `step_up=True` besides: whoever asks proves themselves again where the
last proof is more than ten minutes old. With roles in place of True it is asked of those roles alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from litestar.handlers import BaseRouteHandler

from api import acting, at_device, context, refusals, signed_in
from community import municipalities, tokens
from community import refusals as community_refusals
from community.actor import ROLES, Actor
from flows import in_area

Reach = Literal["own", "organisation", "town"]
May: TypeAlias = "Mapping[str, Reach] | Literal['public']"

PUBLIC: Literal["public"] = "public"
_NO_WALL = 0  # behind it stands no town; the list of municipalities is in front of all walls


class UndeclaredRoute(Exception):
    """A route does not say who may call it: a mistake of ours."""


async def guard(connection: context.Connection, handler: BaseRouteHandler) -> None:
    """Lets the caller in, or raises NotAuthenticated or RoleNotAllowed. The actor stands in the connection's `user` afterwards."""
    may = declared(handler)
    page = bool(handler.opt.get("page"))
    if page and dict(connection.scope)["method"] not in {"GET", "HEAD", "OPTIONS"}:
        signed_in.check_origin(connection)
    if may == PUBLIC:
        return
    actor = await (_in_session(connection) if page else _actor(connection))
    connection.scope["user"] = actor
    if actor.role not in may:
        raise refusals.RoleNotAllowed(role=actor.role, allowed=tuple(role for role in ROLES if role in may))
    if page:
        acting.check(actor, handler)
        await at_device.check(connection, actor)
    await _within_area(connection, actor)
    asked_of: bool | Collection[str] = handler.opt.get("step_up", False)
    if actor.role in (ROLES if asked_of is True else asked_of or ()):
        await _stepped_up(connection)


def declared(handler: BaseRouteHandler) -> May:
    """What a route declares. The answer to OPTIONS, which the framework adds, tells methods alone. Raises UndeclaredRoute."""
    if getattr(handler, "http_methods", None) == {"OPTIONS"}:
        return PUBLIC
    may: May | None = handler.opt.get("may")
    if may is None:
        raise UndeclaredRoute(str(handler))
    return may


async def _in_session(connection: context.Connection) -> Actor:
    """Who is signed in on the device that asks for a page. Raises NotSignedIn."""
    session = await signed_in.session_of(connection)
    if session is None:
        raise refusals.NotSignedIn
    return session.actor


async def _stepped_up(connection: context.Connection) -> None:
    """Whether whoever is signed in proved themselves a short while ago. Raises StepUpNeeded."""
    session = await signed_in.session_of(connection)
    if session is None or not session.stepped_up(context.of(connection).clock.now()):
        raise refusals.StepUpNeeded


async def _within_area(connection: context.Connection, actor: Actor) -> None:
    """Whether what the path names is within the area that bounds the caller. Raises Unknown… of what is not, whatever the page."""
    if actor.area_id is None:
        return
    named = {name: asked for name, asked in connection.path_params.items() if name in in_area.NAMES}
    await context.of(connection).read(actor.municipality_id, lambda conn: in_area.check(conn, named, actor))


async def _actor(connection: context.Connection) -> Actor:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    code = tokens.municipality_code(token)
    if scheme.lower() != "bearer" or code is None:
        raise refusals.NotAuthenticated
    served = context.of(connection)
    town = await _town(served, code)
    now = served.clock.now()
    actor = await served.read(town, lambda conn: tokens.resolve(conn, token, now))
    if actor is None:
        raise refusals.NotAuthenticated
    return actor


async def _town(served: context.Context, code: str) -> int:
    """The number behind a municipality's code. Neither ever changes, so the answer is kept."""
    if code not in served.towns:
        try:
            found = await served.read(_NO_WALL, lambda conn: municipalities.by_code(conn, code))
        except community_refusals.UnknownMunicipality:
            raise refusals.NotAuthenticated from None
        served.towns[code] = found.municipality_id
    return served.towns[code]
