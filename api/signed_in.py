"""Who calls a page: the session behind the `__Host-` cookie. And whether a form came from our own pages."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from sqlalchemy.ext.asyncio import AsyncConnection

from api import context, refusals
from community import municipalities, sessions
from community import refusals as community_refusals
from community.sessions import Session
from flows import devices_at_work, proxies
from wallets import notices

COOKIE = "__Host-yui"
FORGOTTEN = '"cache"'
"""What a browser throws away at the end: pages that it kept. Not its storage: there lie a device's key and scans not yet sent."""
FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
_NO_WALL = 0
_STATE = "yui.session"

Connection = ASGIConnection[Any, Any, Any, Any]


async def session_of(connection: Connection) -> Session | None:
    """The open session of the caller, or None. Looked up once for each request."""
    if _STATE not in connection.scope:
        connection.scope[_STATE] = await _resolved(connection)  # type: ignore[literal-required]
    return connection.scope[_STATE]  # type: ignore[literal-required]


def known(connection: Connection) -> Session | None:
    """The session as far as it was looked up by now."""
    return cast("Session | None", dict(connection.scope).get(_STATE))


async def _resolved(connection: Connection) -> Session | None:
    secret = connection.cookies.get(COOKIE, "")
    code = sessions.municipality_code(secret)
    if code is None:
        return None
    served = context.of(connection)
    town = await town_of(served, code)
    if town is None:
        return None
    now = served.clock.now()

    async def work(conn: AsyncConnection) -> Session | None:
        session = await sessions.resolve(conn, secret, now)
        if session is None:
            return None
        worn = await devices_at_work.worn(conn, await proxies.worn(conn, session, now=now), now=now)
        return await _with_notices(conn, worn)

    return await served.read(town, work)


async def _with_notices(conn: AsyncConnection, session: Session) -> Session:
    """The session of a member with how many notices wait to be read."""
    member_id = session.actor.member_id
    if session.actor.role != "member" or member_id is None:
        return session
    return msgspec.structs.replace(session, unread=await notices.unread(conn, member_id))


async def town_of(served: context.Context, code: str) -> int | None:
    """The number behind a municipality's code, or None. Neither ever changes, so the answer is kept."""
    if code not in served.towns:
        try:
            found = await served.read(_NO_WALL, lambda conn: municipalities.by_code(conn, code))
        except community_refusals.UnknownMunicipality:
            return None
        served.towns[code] = found.municipality_id
    return served.towns[code]


def cookie(secret: str, seconds: int) -> Cookie:
    """The cookie of a session: for this host alone, never for scripts, never with requests that other sites begin."""
    return Cookie(key=COOKIE, value=secret, path="/", secure=True, httponly=True, samesite="lax", max_age=seconds)


def cleared() -> Cookie:
    """What takes the cookie away."""
    return cookie("", 0)


def form_token(connection: Connection) -> str:
    """What every form of this session carries: it can be made with the session's secret alone, and says in whose name it is shown."""
    session = known(connection)
    acting = session.acting if session is not None else None
    return _form_token(connection, acting.proxy_id.hex if acting is not None else "")


def _form_token(connection: Connection, by: str) -> str:
    secret = connection.cookies.get(COOKIE, "").encode()
    made = hmac.new(secret, f"yui form {by}".strip().encode(), hashlib.sha256).hexdigest()
    return f"{made}.{by}" if by else made


def check_origin(connection: Connection) -> None:
    """Lets in what our own pages send. Raises ForeignForm.

    A browser says where a request began (Sec-Fetch-Site, and Origin before it); what says neither is no browser that another site
    could use.
    """
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise refusals.ForeignForm
    elif origin is not None and origin.partition("://")[2].lower() != connection.headers.get("host", "").lower():
        raise refusals.ForeignForm


def check_form_token(connection: Connection, given: str) -> None:
    """Whether a form was made for this session, and in the name in which it acts now. Raises ForeignForm, ShownForAnother."""
    if not hmac.compare_digest(_form_token(connection, given.partition(".")[2]).encode(), given.encode()):
        raise refusals.ForeignForm
    if given != form_token(connection):
        raise refusals.ShownForAnother
