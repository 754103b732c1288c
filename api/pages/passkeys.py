"""Passkeys on pages: making, seeing and taking them away; signing in and stepping up with one.

A page asks for a question (JSON) when its button is pressed, lets the browser answer it, and sends the answer as a form.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from uuid import UUID

import msgspec
import webauthn
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from msgspec import Meta
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api import auth, signed_in
from api.pages import devices, relying, rendering, ways
from api.pages.door import PageDoor
from api.pages.sign_in import HOMES, leave
from api.pages.staff import STAFF
from community import ceremony, municipalities, sessions
from community import passkey_refusals as refusals
from community.passkeys import LABEL_LENGTH_MAX, Passkey
from community.sessions import Session
from db import transact
from flows import passkeys, prove
from flows.passkeys import Presented
from kernel import days

HOLDERS = {"member": "own"} | STAFF
CREDENTIAL_LENGTH_MAX = 16_384
_MILLISECONDS = int(ceremony.GOOD_FOR.total_seconds() * 1000)
Credential = Annotated[str, Meta(max_length=CREDENTIAL_LENGTH_MAX)]


class CredentialForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser answered, and where to go on."""

    credential: Credential
    next: str = ways.HOME


class NewForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser made, and what its holder calls it."""

    credential: Credential
    label: Annotated[str, Meta(max_length=LABEL_LENGTH_MAX)] | None = None


class EndForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which passkey is taken away."""

    passkey_id: UUID


@get("/passkeys", may=HOLDERS, page=True, include_in_schema=False)
async def show(door: NamedDependency[PageDoor]) -> Response[str]:
    """One's own passkeys, and the button for a new one; or, at work, where one proves oneself first."""
    session = door.signed_in
    found = await door.read(lambda conn: passkeys.listed(conn, session, now=door.now))
    return door.page("passkeys/list.html", found=found, may_change=passkeys.may_change(session, door.now))


@get("/passkeys/question", may=HOLDERS, page=True, include_in_schema=False)
async def question(door: NamedDependency[PageDoor]) -> Response[Any]:
    """What the browser is asked in order to make a passkey. Writes nothing."""
    session = door.signed_in
    passkeys.check_may_change(session, door.now)
    found = await door.read(lambda conn: passkeys.listed(conn, session, now=door.now))
    town = await door.read(municipalities.current)
    handle = ceremony.handle(door.context.master, town.code, session.actor.principal_id.bytes)
    options = webauthn.generate_registration_options(
        rp_id=relying.party_of(door).rp_id,
        rp_name=door.say("site.name"),
        user_id=handle,
        user_name=f"{town.name} {session.label}",
        challenge=_challenge(door, relying.REGISTER),
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_verification(session)
        ),
        exclude_credentials=_known(found.standing),
        supported_pub_key_algs=ceremony.ALGORITHMS,
    )
    return _json(door, options)


@post("/passkeys", may=HOLDERS, page=True, include_in_schema=False)
async def add(door: NamedDependency[PageDoor]) -> Redirect:
    """Keeps the passkey that the browser made."""
    form, session = await door.form(NewForm), door.signed_in
    made = ceremony.made(relying.asking(door, relying.REGISTER), form.credential, door.now)
    label = form.label or _label(door)
    await door.write(lambda conn: passkeys.register(conn, session, made, label, now=door.now))
    return door.go("/passkeys")


@post("/passkeys/end", may=HOLDERS, page=True, include_in_schema=False)
async def end(door: NamedDependency[PageDoor]) -> Redirect:
    """Takes a passkey away."""
    form, session = await door.form(EndForm), door.signed_in
    await door.write(lambda conn: passkeys.remove(conn, session, form.passkey_id, now=door.now))
    return door.go("/passkeys")


@get("/sign-in/passkey", may=auth.PUBLIC, page=True, include_in_schema=False)
async def sign_in_question(door: NamedDependency[PageDoor]) -> Response[Any]:
    """What a browser is asked in order to sign in: any passkey of this service, whose it is tells itself."""
    return _asked(door, relying.SIGN_IN, [])


@post("/sign-in/passkey", may=auth.PUBLIC, page=True, include_in_schema=False)
async def sign_in(door: NamedDependency[PageDoor]) -> Redirect:
    """Signs in with a new secret, whoever was signed in before. The passkey tells the town; it is looked for behind its wall alone."""
    form, where = await door.form(CredentialForm), prove.Where(address=door.address, device=door.device)
    told = ceremony.read(form.credential)
    handle = told.response.user_handle or b""
    town, engine = await _town(door, handle), door.context.engine
    await transact.transact(engine, town, lambda conn: passkeys.take_try(conn, where, now=door.now))
    shown = Presented(told=told, asking=relying.asking(door, relying.SIGN_IN), where=where)
    chance, now = secrets.token_bytes(sessions.SECRET_BYTES), door.now
    taken = await transact.transact(
        engine, town, lambda conn: passkeys.sign_in(conn, shown, principal_handle=handle, chance=chance, now=now)
    )
    opened = taken.session()
    await leave(door)
    return door.signed_in_now(opened, HOMES[taken.role])


@get("/step-up/passkey", may=STAFF, page=True, include_in_schema=False)
async def step_up_question(door: NamedDependency[PageDoor]) -> Response[Any]:
    """What a browser is asked in order to step up: one of the passkeys of whoever is signed in."""
    session = door.signed_in
    found = await door.read(lambda conn: passkeys.listed(conn, session, now=door.now))
    return _asked(door, relying.STEP_UP, found.standing)


@post("/step-up/passkey", may=STAFF, page=True, include_in_schema=False)
async def step_up(door: NamedDependency[PageDoor]) -> Redirect:
    """Takes the passkey, and goes back to where one was, under a new secret."""
    form, session, now = await door.form(CredentialForm), door.signed_in, door.now
    told = ceremony.read(form.credential)
    where = prove.Where(address=door.address, device=door.device)
    await door.write(lambda conn: passkeys.take_step_up(conn, session, now=now))
    shown = Presented(told=told, asking=relying.asking(door, relying.STEP_UP), where=where)
    chance = secrets.token_bytes(sessions.SECRET_BYTES)
    taken = await door.write(lambda conn: passkeys.step_up(conn, session, shown, chance=chance, now=now))
    return door.signed_in_now(taken.session(), ways.ours(form.next))


def _asked(door: PageDoor, purpose: str, known: list[Passkey]) -> Response[Any]:
    """Whether PIN, finger or face is asked for is decided by whose passkey it is; the browser is told to ask where it can."""
    at_work = purpose == relying.STEP_UP or door.request.query_params.get("for") == "work"
    options = webauthn.generate_authentication_options(
        rp_id=relying.party_of(door).rp_id,
        challenge=_challenge(door, purpose),
        timeout=_MILLISECONDS,
        allow_credentials=_known(known),
        user_verification=UserVerificationRequirement.REQUIRED if at_work else UserVerificationRequirement.PREFERRED,
    )
    return _json(door, options)


def _challenge(door: PageDoor, purpose: str) -> bytes:
    return ceremony.question(relying.asking(door, purpose), secrets.token_bytes(ceremony.CHANCE_BYTES), door.now)


def _json(door: PageDoor, options: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions) -> Response[Any]:
    """The question, and on which origin's pages alone a browser answers it."""
    told = {"options": options_to_json_dict(options), "origin": relying.party_of(door).origin}
    return Response(told, media_type="application/json")


def _known(standing: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in standing]


def _verification(session: Session) -> UserVerificationRequirement:
    at_work = passkeys.at_work(session.actor.role)
    return UserVerificationRequirement.REQUIRED if at_work else UserVerificationRequirement.PREFERRED


def _label(door: PageDoor) -> str:
    """What a passkey is called that was given no name: the device that it was made on, and the day."""
    kind = door.say(f"devices.kind.{devices.kind_of(door.device)}")
    return f"{kind} {rendering.whole_day(days.local_date(door.now), door.locale)}"


async def _town(door: PageDoor, handle: bytes) -> int:
    """The municipality that a passkey names. Raises PasskeyRefused."""
    code = ceremony.code_in(handle)
    town = await signed_in.town_of(door.context, code) if code is not None else None
    if town is None:
        raise refusals.PasskeyRefused
    return town


HANDLERS = (show, question, add, end, sign_in_question, sign_in, step_up_question, step_up)
