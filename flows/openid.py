"""People at work sign in with their municipality's own account: begun and ended in one browser, linked by who has an entrance.

Nobody is found by name or mail address. An account opens a role after it was linked: on a page, right after coming in by an entrance or
proving oneself as before, or on the server. Linking and stepping up ask for a fresh sign-in at the provider, and look at its time.
An attempt is used and committed (`come_back`) before the provider is asked anything: it serves once whatever comes of it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import attempts, municipalities, openid, openid_tokens, principals, refusals, sessions
from community.openid import Attempt, Identity, Provider, Purpose
from community.openid_tokens import Claims
from community.principals import Principal
from community.sessions import Opened, Opening, Session
from flows import prove
from flows.prove import Where

ROLES_NOT = frozenset({"member", "device"})  # members have their phones, devices their keys


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """For what somebody goes to the provider, from which session and address, and where they want to go on."""

    purpose: Purpose
    address: str
    session: Session | None = None
    next: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody stands to the municipality's provider: there is one, and an account of theirs is linked."""

    name: str | None
    linked: bool


async def begin(conn: AsyncConnection, asked: Beginning, *, chance: bytes, now: datetime) -> tuple[str, Provider]:
    """The secret for the browser's cookie, and the provider. Takes one try of the address, which a sign-in gives back.

    Raises OpenidNotSet, TooManyAttempts; EntranceNeeded where an account is to be linked long after the last proof.
    """
    if asked.purpose == "link":
        prove.check_may_set(_there(asked.session), now)
    if asked.purpose == "sign_in":
        await attempts.take(conn, attempts.ADDRESS, attempts.of_address(asked.address), now=now)
    session_id = asked.session.session_id if asked.session and asked.purpose != "sign_in" else None
    return await openid.begin(conn, asked.purpose, session_id, asked.next, chance=chance, now=now)


async def come_back(conn: AsyncConnection, secret: str, session: Session | None, *, now: datetime) -> tuple[Attempt, Provider]:
    """Uses the attempt up. Raises OpenidOver, also where it was begun in a session that is not this one."""
    attempt, provider = await openid.use(conn, secret, now=now)
    if attempt.session_id is not None and (session is None or session.session_id != attempt.session_id):
        raise refusals.OpenidOver
    return attempt, provider


async def sign_in(
    conn: AsyncConnection, provider: Provider, claims: Claims, where: Where, *, chance: bytes, now: datetime
) -> tuple[Identity, Opened]:
    """Opens a session for whose account it is. Raises OpenidNotLinked."""
    found = await openid.of_account(conn, provider.issuer, claims.sub, now)
    if found.role in ROLES_NOT:
        raise refusals.OpenidNotLinked
    await attempts.give_back(conn, attempts.ADDRESS, attempts.of_address(where.address))
    opening = Opening(principal_id=found.principal_id, role=found.role, device=where.device, opened_by="oidc")
    return found, await sessions.open_(conn, opening, chance=chance, now=now)


async def prove_again(
    conn: AsyncConnection, come: tuple[Attempt, Provider], claims: Claims, session: Session, *, chance: bytes, now: datetime
) -> Opened:
    """Links the account, or steps up with it: the session goes on under a new secret, stepped up.

    Raises OpenidRefused where the sign-in at the provider is not fresh, OpenidOther, OpenidNotLinked, EntranceNeeded, SessionEnded.
    """
    attempt, provider = come
    _check_fresh(attempt, claims)
    who = session.actor
    if attempt.purpose == "link":
        prove.check_may_set(session, now)
        await link(conn, provider, claims.sub, who.principal_id, linked_by=who.principal_id, now=now)
    if (await openid.of_account(conn, provider.issuer, claims.sub, now)).principal_id != who.principal_id:
        raise refusals.OpenidOther
    opening = Opening(
        principal_id=who.principal_id,
        role=who.role,
        device=session.device,
        opened_by="step_up",
        stepped_up=True,
        replaces=session.session_id,
        until=session.ends_at,
    )
    return await sessions.open_(conn, opening, chance=chance, now=now)


async def link(
    conn: AsyncConnection, provider: Provider, subject: str, principal_id: UUID, *, linked_by: UUID | None, now: datetime
) -> Principal:
    """Whose account it is from now on. Raises UnknownPrincipal; OpenidNotLinked for a member or a device."""
    await sessions.lock(conn, principal_id)
    who = await principals.find(conn, principal_id)
    if who.role in ROLES_NOT:
        raise refusals.OpenidNotLinked
    await openid.link(conn, provider.issuer, subject, principal_id, linked_by=linked_by, now=now)
    return who


async def unlink(conn: AsyncConnection, session: Session, *, now: datetime) -> None:
    """One's own account opens nothing from now on. Raises OpenidNotSet."""
    provider = await openid.provider(conn)
    found = await openid.of_principal(conn, provider.issuer, session.actor.principal_id)
    if found is not None:
        await openid.unlink(conn, found.identity_id, ended_by=session.actor.principal_id, now=now)


async def account(conn: AsyncConnection, principal_id: UUID) -> Account:
    """Whether there is a provider, and an account of this principal."""
    provider = await openid.standing(conn)
    if provider is None:
        return Account(name=None, linked=False)
    return Account(name=provider.name, linked=await openid.of_principal(conn, provider.issuer, principal_id) is not None)


async def town_of_linked(conn: AsyncConnection, session: Session) -> str | None:
    """The code of the municipality, where whoever left has a linked account, at which they may still be signed in."""
    if session.actor.role in ROLES_NOT or not (await account(conn, session.actor.principal_id)).linked:
        return None
    return (await municipalities.current(conn)).code


def _check_fresh(attempt: Attempt, claims: Claims) -> None:
    """Whether the person signed in at the provider for this. A provider that does not say when cannot be believed."""
    at = claims.signed_in_at()
    if at is None or at < attempt.started_at - openid_tokens.SKEW:
        raise refusals.OpenidRefused(reason="not_fresh")


def _there(session: Session | None) -> Session:
    if session is None:
        raise refusals.OpenidOver
    return session
