"""A municipality's own OpenID provider, sign-ins with it that are under way, and whose account there is whose here.

An attempt belongs to one browser: its secret stands in a cookie, and `state`, `nonce` and the PKCE verifier are made from it, so a copy
of the database gives none of them. It is used once and lasts ten minutes. An account (issuer and subject) is kept as a fingerprint. A
later link of an account or of a principal takes the place of the earlier one, which does not come back when the later one ends.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities, principals, refusals, sessions
from community.actor import Role
from db import query
from kernel import ids

Purpose = Literal["sign_in", "link", "step_up"]
GOOD_FOR = timedelta(minutes=10)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_SET = query.statement(
    """
    insert into community.openid_provider (
        municipality_id, provider_id, issuer, client_id, name, secret_nonce, secret_sealed, set_at
    )
    values (
        db.municipality(), :provider_id, :issuer, :client_id, :name, cast(:secret_nonce as bytea), cast(:secret_sealed as bytea), :now
    )
    """
)
_STANDING = query.statement(
    """
    select v.provider_id, v.issuer, v.client_id, v.name, v.secret_nonce, v.secret_sealed from community.openid_provider v
    where v.municipality_id = db.municipality()
        and not exists (
            select from community.openid_provider l
            where l.municipality_id = v.municipality_id and (l.set_at, l.provider_id) > (v.set_at, v.provider_id)
        )
        and not exists (
            select from community.openid_provider_end e
            where e.municipality_id = v.municipality_id and e.provider_id = v.provider_id
        )
    """
)
_END_PROVIDER = query.statement(
    """
    insert into community.openid_provider_end (municipality_id, provider_id, ended_at)
    values (db.municipality(), :provider_id, :now)
    on conflict on constraint openid_provider_end_pkey do nothing
    """
)
_BEGIN = query.statement(
    """
    insert into community.openid_attempt (
        municipality_id, attempt_id, secret_sha256, provider_id, purpose, session_id, next, started_at, expires_at
    )
    values (
        db.municipality(), :attempt_id, :secret_sha256, :provider_id, :purpose, cast(:session_id as uuid), :next, :now, :expires_at
    )
    """
)
_ATTEMPT = query.statement(
    """
    select a.attempt_id, a.provider_id, a.purpose, a.session_id, a.next, a.started_at from community.openid_attempt a
    where a.municipality_id = db.municipality() and a.secret_sha256 = :secret_sha256
        and a.started_at <= :now and :now < a.expires_at
        and not exists (
            select from community.openid_attempt_use u
            where u.municipality_id = a.municipality_id and u.attempt_id = a.attempt_id
        )
    """
)
_USE = query.statement(
    """
    insert into community.openid_attempt_use (municipality_id, attempt_id, used_at)
    values (db.municipality(), :attempt_id, :now)
    on conflict on constraint openid_attempt_used_once do nothing
    """
)
_LINK = query.statement(
    """
    insert into community.openid_identity (
        municipality_id, identity_id, issuer, subject_sha256, principal_id, linked_at, linked_by
    )
    values (db.municipality(), :identity_id, :issuer, :subject_sha256, :principal_id, :now, cast(:linked_by as uuid))
    """
)
_IDENTITY = """
    select i.identity_id, i.principal_id, p.role, p.label from community.openid_identity i
    join community.principal p on p.municipality_id = i.municipality_id and p.principal_id = i.principal_id
    where i.municipality_id = db.municipality() and i.issuer = :issuer
        and not exists (
            select from community.openid_identity_end e
            where e.municipality_id = i.municipality_id and e.identity_id = i.identity_id
        )
        and not exists (
            select from community.openid_identity l
            where l.municipality_id = i.municipality_id and (l.linked_at, l.identity_id) > (i.linked_at, i.identity_id)
                and (l.principal_id = i.principal_id or (l.issuer = i.issuer and l.subject_sha256 = i.subject_sha256))
        )
"""
_OF_ACCOUNT = query.statement(f"{_IDENTITY} and i.subject_sha256 = :subject_sha256 and {principals.STANDS}")
_OF_PRINCIPAL = query.statement(f"{_IDENTITY} and i.principal_id = :principal_id")
_UNLINK = query.statement(
    """
    insert into community.openid_identity_end (municipality_id, identity_id, ended_at, ended_by)
    values (db.municipality(), :identity_id, :now, cast(:ended_by as uuid))
    on conflict on constraint openid_identity_end_pkey do nothing
    """
)


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that stands: `name` is what people call their account there; the client's secret is sealed, or absent."""

    provider_id: UUID
    issuer: str
    client_id: str
    name: str
    secret_nonce: bytes | None = None
    secret_sealed: bytes | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the way to the provider and back: for what, in which session, and where to go on."""

    attempt_id: UUID
    provider_id: UUID
    purpose: Purpose
    session_id: UUID | None
    next: str
    started_at: datetime


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An account at the provider that is a principal's here."""

    identity_id: UUID
    principal_id: UUID
    role: Role
    label: str


def check_address(url: str, *, loopback: bool = True) -> None:
    """Whether an address of a provider may be asked: https, or this machine itself for trying out. Raises OpenidAddressUnsafe."""
    parts = urlsplit(url)
    plain = loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.hostname and (parts.scheme == "https" or plain)) or parts.username or parts.fragment:
        raise refusals.OpenidAddressUnsafe


def on_loopback(url: str) -> bool:
    """Whether an address is this machine itself."""
    return urlsplit(url).hostname in _LOOPBACK


def made_from(secret: str, what: Literal["state", "nonce", "verifier"]) -> str:
    """One of the three values of an attempt: 43 characters that nobody without the browser's secret can make."""
    told = hmac.new(secret.encode(), f"yui openid {what}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def challenge(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


async def set_(conn: AsyncConnection, provider: Provider, *, now: datetime) -> None:
    """From now on this is the provider. Links of before hold where the issuer is the same. Raises OpenidAddressUnsafe."""
    check_address(provider.issuer)
    await query.run(conn, _SET, now=now, **msgspec.structs.asdict(provider))


async def standing(conn: AsyncConnection) -> Provider | None:
    """The municipality's provider, or None."""
    row = await query.one(conn, _STANDING)
    return query.into(Provider, row) if row is not None else None


async def provider(conn: AsyncConnection) -> Provider:
    """The municipality's provider. Raises OpenidNotSet."""
    found = await standing(conn)
    if found is None:
        raise refusals.OpenidNotSet
    return found


async def end(conn: AsyncConnection, *, now: datetime) -> None:
    """From now on nobody signs in with a provider; the links stay on record. Raises OpenidNotSet."""
    await query.run(conn, _END_PROVIDER, provider_id=(await provider(conn)).provider_id, now=now)


async def begin(
    conn: AsyncConnection, purpose: Purpose, session_id: UUID | None, next_: str, *, chance: bytes, now: datetime
) -> tuple[str, Provider]:
    """A new attempt: its secret, for the browser's cookie alone, and the provider. Raises OpenidNotSet."""
    found, town = await provider(conn), await municipalities.current(conn)
    secret = sessions.spelled(town.code, chance)
    await query.run(
        conn,
        _BEGIN,
        attempt_id=ids.new_id(),
        secret_sha256=sessions.fingerprint(secret),
        provider_id=found.provider_id,
        purpose=purpose,
        session_id=session_id,
        next=next_,
        now=now,
        expires_at=now + GOOD_FOR,
    )
    return secret, found


async def use(conn: AsyncConnection, secret: str, *, now: datetime) -> tuple[Attempt, Provider]:
    """Uses an attempt up, whatever comes of it. Raises OpenidOver: unknown, used, too old, or the provider was changed meanwhile."""
    row = await query.one(conn, _ATTEMPT, secret_sha256=sessions.fingerprint(secret), now=now)
    if row is None or await query.run(conn, _USE, attempt_id=row.attempt_id, now=now) == 0:
        raise refusals.OpenidOver
    found = await provider(conn)
    if found.provider_id != row.provider_id:
        raise refusals.OpenidOver
    return query.into(Attempt, row), found


async def link(
    conn: AsyncConnection, issuer: str, subject: str, principal_id: UUID, *, linked_by: UUID | None, now: datetime
) -> None:
    """From now on the account is the principal's, and no other's; the principal has no other. `linked_by` None: on the server."""
    await query.run(
        conn,
        _LINK,
        identity_id=ids.new_id(),
        issuer=issuer,
        subject_sha256=_account(issuer, subject),
        principal_id=principal_id,
        linked_by=linked_by,
        now=now,
    )


async def of_account(conn: AsyncConnection, issuer: str, subject: str, now: datetime) -> Identity:
    """Whose account it is, where their role stands. Raises OpenidNotLinked."""
    row = await query.one(conn, _OF_ACCOUNT, issuer=issuer, subject_sha256=_account(issuer, subject), now=now)
    if row is None:
        raise refusals.OpenidNotLinked
    return query.into(Identity, row)


async def of_principal(conn: AsyncConnection, issuer: str, principal_id: UUID) -> Identity | None:
    """The account of a principal at a provider, or None."""
    row = await query.one(conn, _OF_PRINCIPAL, issuer=issuer, principal_id=principal_id)
    return query.into(Identity, row) if row is not None else None


async def unlink(conn: AsyncConnection, identity_id: UUID, *, ended_by: UUID | None, now: datetime) -> None:
    """From now on the account opens nothing; again, nothing happens."""
    await query.run(conn, _UNLINK, identity_id=identity_id, ended_by=ended_by, now=now)


def _account(issuer: str, subject: str) -> bytes:
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).digest()
