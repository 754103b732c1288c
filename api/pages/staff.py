"""People at work prove who they are: signing in with login, password and code, setting both up, and stepping up with a code."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta

from api import auth, signed_in
from api.pages import openid_ways, ways
from api.pages.door import PageDoor
from api.pages.sign_in import HOMES, leave
from community import municipalities, passkeys, passwords, proofs, refusals, sessions, totp
from community.actor import ROLES
from db import transact
from flows import openid, prove
from qr import render

STAFF = dict.fromkeys((role for role in ROLES if role not in {"member", "device"}), "own")
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]


class SignInForm(msgspec.Struct, frozen=True, kw_only=True):
    """Login, password and the code of the app."""

    login: Annotated[str, Meta(max_length=20)]
    password: Annotated[str, Meta(max_length=passwords.LENGTH_MAX)]
    code: Code


class SetUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new password, and a code that shows that the app has the secret."""

    password: Annotated[str, Meta(max_length=passwords.LENGTH_MAX)]
    code: Code


class StepUpForm(msgspec.Struct, frozen=True, kw_only=True):
    """The code of the app, and where to go on."""

    code: Code
    next: str = ways.HOME


@get("/sign-in/staff", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_sign_in(door: NamedDependency[PageDoor]) -> Response[str]:
    """Login, password, code."""
    return door.page("staff/sign_in.html", openid_towns=await openid_ways.towns(door))


@post("/sign-in/staff", may=auth.PUBLIC, page=True, include_in_schema=False)
async def sign_in(door: NamedDependency[PageDoor]) -> Redirect:
    """Signs in with a new secret. A try is taken first; which of the three is wrong is not said."""
    form, where = await door.form(SignInForm), prove.Where(address=door.address, device=door.device)
    town, login = await _read_login(door, form.login)
    engine, chance = door.context.engine, secrets.token_bytes(sessions.SECRET_BYTES)
    left = await transact.transact(engine, town, lambda conn: prove.take_try(conn, login, where, now=door.now))
    proof = await door.context.read(town, lambda conn: proofs.by_login(conn, login))
    right = await asyncio.to_thread(passwords.matches, proof and proof.password, form.password)
    told = prove.proven(door.context.master, proof if right else None, form.code, left, door.now)
    known = _there(proof)
    opened = await transact.transact(
        engine, town, lambda conn: prove.sign_in(conn, known, told, where, chance=chance, now=door.now)
    )
    await leave(door)
    return door.signed_in_now(opened, HOMES[known.role])


@get("/proof", may=STAFF, page=True, include_in_schema=False)
async def show_set_up(door: NamedDependency[PageDoor]) -> Response[str]:
    """The symbol for the app, and where a password is chosen."""
    prove.check_may_set(door.signed_in, door.now)
    town = await door.read(municipalities.current)
    shared = totp.secret(door.context.master, door.actor.principal_id, _nonce(door))
    symbol = render.svg(render.symbol(totp.uri(shared, "Yui", f"{town.code} {door.actor.role}")), door.say("staff.set_up.symbol"))
    account = await door.read(lambda conn: openid.account(conn, door.actor.principal_id))
    drawn, spelled = Markup(symbol), totp.spelled(shared)  # noqa: S704 - our own
    return door.page("staff/set_up.html", account=account, symbol=drawn, spelled=spelled)


@post("/proof", may=STAFF, page=True, include_in_schema=False)
async def set_up(door: NamedDependency[PageDoor]) -> Response[str]:
    """Sets both; tells the login, and the session goes on under a new secret."""
    form, session, nonce = await door.form(SetUpForm), door.signed_in, _nonce(door)
    prove.check_may_set(session, door.now)
    shared = totp.secret(door.context.master, door.actor.principal_id, nonce)
    step = totp.matching_step(shared, form.code, door.now)
    if step is None:
        raise refusals.WrongProof(attempts_left=prove.STEP_UP.tries)
    new = proofs.NewProof(password=await asyncio.to_thread(passwords.hashed, form.password), nonce=nonce)
    chance = secrets.token_bytes(sessions.SECRET_BYTES)
    login, opened = await door.write(lambda conn: prove.set_up(conn, session, new, step, chance=chance, now=door.now))
    town = await door.read(municipalities.current)
    answer = door.page("staff/set.html", login=f"{town.code}-{login}", home=HOMES[door.actor.role])
    answer.set_cookie(signed_in.cookie(opened.secret, int((opened.ends_at - door.now).total_seconds())))
    return answer


@get("/step-up", may=STAFF, page=True, include_in_schema=False)
async def show_step_up(door: NamedDependency[PageDoor], next: FromQuery[str] = ways.HOME) -> Response[str]:  # noqa: A002
    """Asks for a code; or, where nothing was set yet, tells how to set it."""
    known = await door.read(lambda conn: proofs.of_principal(conn, door.actor.principal_id))
    account = await door.read(lambda conn: openid.account(conn, door.actor.principal_id))
    keys = await door.read(lambda conn: passkeys.of_principal(conn, door.actor.principal_id, door.now))
    return door.page("staff/step_up.html", next=ways.ours(next), known=known is not None, account=account, passkeys=keys)


@post("/step-up", may=STAFF, page=True, include_in_schema=False)
async def step_up(door: NamedDependency[PageDoor]) -> Redirect:
    """Takes the code, and goes back to where one was, under a new secret."""
    form, session = await door.form(StepUpForm), door.signed_in
    proof, left = await door.write(lambda conn: prove.take_step_up(conn, session, now=door.now))
    told = prove.proven(door.context.master, proof, form.code, left, door.now)
    chance = secrets.token_bytes(sessions.SECRET_BYTES)
    opened = await door.write(lambda conn: prove.step_up(conn, session, told, chance=chance, now=door.now))
    return door.signed_in_now(opened, ways.ours(form.next))


def _nonce(door: PageDoor) -> bytes:
    """The same for as long as the session lasts: whoever mistypes a code scans nothing anew."""
    return hmac.new(door.request.cookies[signed_in.COOKIE].encode(), b"yui totp nonce", hashlib.sha256).digest()


async def _read_login(door: PageDoor, told: str) -> tuple[int, int]:
    """The municipality and the login. Raises WrongProof where it cannot be one."""
    read = proofs.login_read(told)
    town = await signed_in.town_of(door.context, read[0]) if read else None
    if read is None or town is None:
        raise refusals.WrongProof(attempts_left=prove.PASSWORD.tries)
    return town, read[1]


def _there(proof: proofs.Proof | None) -> proofs.Proof:
    """A code was right, so there is one."""
    if proof is None:
        raise refusals.ProofNotSet
    return proof


HANDLERS = (show_sign_in, sign_in, show_set_up, set_up, show_step_up, step_up)
