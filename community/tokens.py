"""Bearer tokens: `yui_<municipality code>_<secret of 256 bits>`, told once, kept as a fingerprint, good for a year at most.

The code inside tells the door which municipality's wall to stand behind before the fingerprint is looked up; it proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities, principals, refusals
from community.actor import Actor
from db import query
from kernel import ids

SECRET_BYTES = 32
LIFETIME_DAYS_MAX = 366
LIFETIME_MIN = timedelta(minutes=1)

_FORM = re.compile(r"yui_([0-9]{6})_[A-Za-z0-9_-]{43}", re.ASCII)

_INSERT = query.statement(
    """
    insert into community.token (municipality_id, token_sha256, principal_id, created_at, expires_at, token_id, made_by)
    values (db.municipality(), :token_sha256, :principal_id, :now, :expires_at, :token_id, cast(:made_by as uuid))
    """
)
_RESOLVE = query.statement(
    f"""
    select p.municipality_id, p.principal_id, p.role, p.member_id, p.organisation_id, p.area_id
    from community.token t
    join community.principal p on p.municipality_id = t.municipality_id and p.principal_id = t.principal_id
    where t.municipality_id = db.municipality() and t.token_sha256 = :token_sha256
        and t.created_at <= :now and :now < t.expires_at and {principals.STANDS}
        and not exists (
            select from community.token_end e
            where e.municipality_id = t.municipality_id and e.token_sha256 = t.token_sha256
        )
    """  # noqa: S608 - a constant of this room
)
_END = query.statement(
    """
    insert into community.token_end (municipality_id, token_sha256, ended_at, ended_by)
    select municipality_id, token_sha256, :now, cast(:ended_by as uuid) from community.token
    where municipality_id = db.municipality() and token_sha256 = :token_sha256
    on conflict on constraint token_end_pkey do nothing
    """
)
_KNOWN = query.statement(
    "select count(*) from community.token where municipality_id = db.municipality() and token_sha256 = :token_sha256"
)
_END_ALL = query.statement(
    """
    insert into community.token_end (municipality_id, token_sha256, ended_at, ended_by)
    select municipality_id, token_sha256, :now, cast(:ended_by as uuid) from community.token
    where municipality_id = db.municipality() and principal_id = :principal_id
    on conflict on constraint token_end_pkey do nothing
    """
)


def municipality_code(token: str) -> str | None:
    """The municipality that a token of our form names, or None. Pure; says nothing about whether the token opens anything."""
    form = _FORM.fullmatch(token)
    return form[1] if form is not None else None


def spelled(code: str, chance: bytes) -> str:
    """The token of a municipality and 32 bytes of chance from the operating system."""
    if len(chance) != SECRET_BYTES:
        raise ValueError(f"a token needs {SECRET_BYTES} bytes of chance, not {len(chance)}")
    return f"yui_{code}_{base64.urlsafe_b64encode(chance).decode().rstrip('=')}"


def fingerprint(token: str) -> bytes:
    """What is kept of a token: its SHA-256. The secret has 256 bits of chance, so there is nothing to guess or to salt."""
    return hashlib.sha256(token.encode()).digest()


async def create(
    conn: AsyncConnection, principal_id: UUID, *, lifetime: timedelta, chance: bytes, now: datetime, made_by: UUID | None = None
) -> str:
    """A new token of the principal, told this once, and who made it (None: whoever runs the server).

    Raises TokenLifetimeOutOfRange. An unknown principal is a fault.
    """
    if not LIFETIME_MIN <= lifetime <= timedelta(days=LIFETIME_DAYS_MAX):
        raise refusals.TokenLifetimeOutOfRange(days_max=LIFETIME_DAYS_MAX)
    town = await municipalities.current(conn)
    token = spelled(town.code, chance)
    told = {"token_id": ids.new_id(), "token_sha256": fingerprint(token), "principal_id": principal_id, "made_by": made_by}
    await query.run(conn, _INSERT, now=now, expires_at=now + lifetime, **told)
    return token


async def resolve(conn: AsyncConnection, token: str, now: datetime) -> Actor | None:
    """Who acts with this token at the instant `now`; None if it is unknown here, expired or ended."""
    row = await query.one(conn, _RESOLVE, token_sha256=fingerprint(token), now=now)
    if row is None:
        return None
    return Actor(
        principal_id=row.principal_id,
        role=row.role,
        member_id=row.member_id,
        organisation_id=row.organisation_id,
        municipality_id=row.municipality_id,
        area_id=row.area_id,
    )


async def end(conn: AsyncConnection, token: str, *, ended_by: UUID | None, now: datetime) -> None:
    """Ends a token at once; ending it twice is the same. Raises UnknownToken."""
    token_sha256 = fingerprint(token)
    if await query.scalar(conn, _KNOWN, token_sha256=token_sha256) == 0:
        raise refusals.UnknownToken
    await query.run(conn, _END, token_sha256=token_sha256, now=now, ended_by=ended_by)


async def end_all(conn: AsyncConnection, principal_id: UUID, *, ended_by: UUID | None, now: datetime) -> int:
    """Ends every token of a principal (a lost tablet); how many that were."""
    return await query.run(conn, _END_ALL, principal_id=principal_id, now=now, ended_by=ended_by)
