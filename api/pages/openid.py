"""Signing in with the municipality's own account (OpenID Connect: code, PKCE, state, nonce), linking it, and stepping up with it.

The way there is a page with one link: a form that led on to another site is stopped by the policy of our pages. What comes back is
believed once, in the browser that set out (its cookie), within ten minutes.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import auth, openid_client, signed_in
from api.pages import ways
from api.pages.door import PageDoor
from api.pages.sign_in import HOMES, NoForm, leave
from api.pages.staff import STAFF
from community import openid, openid_secret, refusals, sessions
from community.openid import Attempt, Provider
from community.openid_tokens import Claims, Expected
from db import transact
from flows import openid as flow
from flows.prove import Where

COOKIE = "__Host-yui-openid"
BACK = "/sign-in/openid/back"


class StepUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go on."""

    next: str = ways.HOME


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider sent the browser back with."""

    state: str = ""
    code: str = ""
    iss: str | None = None
    error: str | None = None


@post("/sign-in/openid/{code:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def begin_sign_in(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """On to the provider of a town. Raises OpenidNotSet."""
    await door.form(NoForm)
    town = await _town(door, code)
    return await _on(door, town, flow.Beginning(purpose="sign_in", address=door.address, next=ways.HOME))


@post("/openid/link", may=STAFF, page=True, include_in_schema=False)
async def begin_link(door: NamedDependency[PageDoor]) -> Response[str]:
    """On to the provider, to link the account that one signs in with there. Raises EntranceNeeded."""
    await door.form(NoForm)
    asked = flow.Beginning(purpose="link", address=door.address, session=door.signed_in, next="/openid")
    return await _on(door, door.actor.municipality_id, asked)


@post("/openid/step-up", may=STAFF, page=True, include_in_schema=False)
async def begin_step_up(door: NamedDependency[PageDoor]) -> Response[str]:
    """On to the provider, to sign in there once more, and back to where one was."""
    form = await door.form(StepUpForm)
    asked = flow.Beginning(purpose="step_up", address=door.address, session=door.signed_in, next=ways.ours(form.next))
    return await _on(door, door.actor.municipality_id, asked)


@get(BACK, may=auth.PUBLIC, page=True, include_in_schema=False)
async def come_back(door: NamedDependency[PageDoor]) -> Redirect:
    """Back from the provider: the attempt is used up, the code exchanged, the token checked, the session opened."""
    told, secret = msgspec.convert(dict(door.request.query_params), Answer), door.request.cookies.get(COOKIE, "")
    town = await _town_of(door, secret)
    if not hmac.compare_digest(openid.made_from(secret, "state").encode(), told.state.encode()):
        raise refusals.OpenidOver
    come = await transact.transact(
        door.context.engine, town, lambda conn: flow.come_back(conn, secret, door.session, now=door.now)
    )
    claims = await _claims(door, town, come[1], secret, told)
    answer = await (_signed_in(door, town, come[1], claims) if come[0].purpose == "sign_in" else _proven(door, come, claims))
    answer.set_cookie(_cookie("", 0))
    return answer


@get("/openid", may=STAFF, page=True, include_in_schema=False)
async def show_own(door: NamedDependency[PageDoor]) -> Response[str]:
    """Whether one's account at the provider is linked, and linking it or ending that."""
    account = await door.read(lambda conn: flow.account(conn, door.actor.principal_id))
    return door.page("staff/openid.html", account=account)


@post("/openid/unlink", may=STAFF, page=True, step_up=True, include_in_schema=False)
async def unlink(door: NamedDependency[PageDoor]) -> Redirect:
    """One's account opens nothing from now on."""
    await door.form(NoForm)
    session = door.signed_in
    await door.write(lambda conn: flow.unlink(conn, session, now=door.now))
    return door.go("/openid")


@get("/sign-in/openid/left/{code:str}", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_left(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """Signed out here; a link to sign out at the provider too, where it has a place for it."""
    provider = await door.context.read(await _town(door, code), openid.provider)
    told, _ = await openid_client.described(door.context.openid, provider.issuer, now=door.now)
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": _address(door, "/sign-in")}
    link = told.end_session_endpoint and _with(told.end_session_endpoint, asked)
    return door.page("staff/openid_left.html", link=link, name=provider.name)


async def _on(door: PageDoor, town: int, asked: flow.Beginning) -> Response[str]:
    """The page that leads to the provider, and the cookie that the way back is believed by."""
    chance = secrets.token_bytes(sessions.SECRET_BYTES)
    provider = await door.context.read(town, openid.provider)
    told, _ = await openid_client.described(door.context.openid, provider.issuer, now=door.now)
    secret, provider = await transact.transact(
        door.context.engine, town, lambda conn: flow.begin(conn, asked, chance=chance, now=door.now)
    )
    fresh = {"prompt": "login", "max_age": "0"} if asked.purpose != "sign_in" else {}
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": _address(door, BACK),
        "scope": "openid",
        "state": openid.made_from(secret, "state"),
        "nonce": openid.made_from(secret, "nonce"),
        "code_challenge": openid.challenge(openid.made_from(secret, "verifier")),
        "code_challenge_method": "S256",
    }
    answer = door.page("staff/openid_on.html", link=_with(told.authorization_endpoint, query | fresh), name=provider.name)
    answer.set_cookie(_cookie(secret, int(openid.GOOD_FOR.total_seconds())))
    return answer


async def _claims(door: PageDoor, town: int, provider: Provider, secret: str, told: Answer) -> Claims:
    """What the provider says of the person. Raises OpenidDeclined, OpenidRefused, OpenidUnreachable, OpenidSecretUnreadable."""
    described, _ = await openid_client.described(door.context.openid, provider.issuer, now=door.now)
    named = described.authorization_response_iss_parameter_supported
    if (told.iss is None and named) or (told.iss is not None and told.iss != provider.issuer):
        raise refusals.OpenidRefused(reason="mix_up")
    if told.error is not None or not told.code:
        raise refusals.OpenidDeclined
    exchange = {"code": told.code, "redirect_uri": _address(door, BACK), "code_verifier": openid.made_from(secret, "verifier")}
    token = await openid_client.token_for(described, provider, _client_secret(door, town, provider), exchange)
    nonce = openid.made_from(secret, "nonce")
    expected = Expected(issuer=provider.issuer, client_id=provider.client_id, nonce=nonce, now=door.now)
    return await openid_client.checked(door.context.openid, token, expected)


async def _signed_in(door: PageDoor, town: int, provider: Provider, claims: Claims) -> Redirect:
    where, chance = Where(address=door.address, device=door.device), secrets.token_bytes(sessions.SECRET_BYTES)
    found, opened = await transact.transact(
        door.context.engine, town, lambda conn: flow.sign_in(conn, provider, claims, where, chance=chance, now=door.now)
    )
    await leave(door)
    return door.signed_in_now(opened, HOMES[found.role])


async def _proven(door: PageDoor, come: tuple[Attempt, Provider], claims: Claims) -> Redirect:
    session, chance = door.signed_in, secrets.token_bytes(sessions.SECRET_BYTES)
    opened = await door.write(lambda conn: flow.prove_again(conn, come, claims, session, chance=chance, now=door.now))
    return door.signed_in_now(opened, ways.ours(come[0].next))


def _client_secret(door: PageDoor, town: int, provider: Provider) -> str | None:
    if provider.secret_nonce is None or provider.secret_sealed is None:
        return None
    bound_to = (town, provider.issuer, provider.client_id)
    return openid_secret.opened(door.context.master, provider.secret_nonce, provider.secret_sealed, bound_to=bound_to)


def _address(door: PageDoor, path: str) -> str:
    """A page of ours as the provider has it registered: scheme and host in lower case."""
    parts = urlsplit(door.context.public_url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}"


def _with(endpoint: str, asked: dict[str, str]) -> str:
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def _cookie(secret: str, seconds: int) -> Cookie:
    return Cookie(key=COOKIE, value=secret, path="/", secure=True, httponly=True, samesite="lax", max_age=seconds)


async def _town(door: PageDoor, code: str) -> int:
    """Raises OpenidNotSet, as a town does that has no provider."""
    town = await signed_in.town_of(door.context, code)
    if town is None:
        raise refusals.OpenidNotSet
    return town


async def _town_of(door: PageDoor, secret: str) -> int:
    """The municipality that a cookie names. Raises OpenidOver."""
    code = sessions.municipality_code(secret)
    town = None if code is None else await signed_in.town_of(door.context, code)
    if town is None:
        raise refusals.OpenidOver
    return town


HANDLERS = (begin_sign_in, begin_link, begin_step_up, come_back, show_own, unlink, show_left)
