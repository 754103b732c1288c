"""Sessions: somebody signed in on one device. A secret of 256 bits in a cookie, kept as a fingerprint, new at each sign-in and step-up.

A session ends at its end, when it was idle too long, when it is replaced, or when it is ended from another device. Nothing about it
is changed but when it was last seen.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities, principals, refusals
from community.actor import Acting, Actor, Role
from db import query
from kernel import ids, text

SECRET_BYTES = 32
DEVICE_LENGTH_MAX = 120
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is kept when a session was last seen
STEP_UP_FOR = timedelta(minutes=10)


class Lifetime(msgspec.Struct, frozen=True):
    """How long a session of a role lasts: `whole` at most, `idle` without being seen."""

    whole: timedelta
    idle: timedelta


_OWN_PHONE = Lifetime(timedelta(days=180), timedelta(days=60))
_COUNTER = Lifetime(timedelta(days=90), timedelta(days=14))
_STAFF = Lifetime(timedelta(hours=10), timedelta(minutes=30))
LIFETIMES: dict[Role, Lifetime] = {
    "member": _OWN_PHONE,
    "host": _COUNTER,
    "device": _COUNTER,
    "treasurer": _COUNTER,
    "cashier": _COUNTER,
    "coordinator": Lifetime(timedelta(hours=12), timedelta(hours=2)),
    "officer": _STAFF,
    "auditor": _STAFF,
}
"""A member's own phone stays signed in; who can move other people's points is asked again."""

_FORM = re.compile(r"([0-9]{6})_[A-Za-z0-9_-]{43}", re.ASCII)

_LOCK = query.statement(
    """
    select pg_advisory_xact_lock(hashtextextended('community.session ' || cast(:principal_id as text), db.municipality()))
    """
)
_COLUMNS = """
    s.session_id, s.principal_id, s.opened_at, s.ends_at, s.idle_minutes, s.device, s.opened_by, s.stepped_up_at,
    coalesce(n.seen_at, s.opened_at) as seen_at, p.role, p.member_id, p.organisation_id, p.area_id,
    p.municipality_id, p.label
"""
_OPEN = f"""
    from community.session s
    join community.principal p on p.municipality_id = s.municipality_id and p.principal_id = s.principal_id
    left join community.session_seen n on n.municipality_id = s.municipality_id and n.session_id = s.session_id
    where s.municipality_id = db.municipality() and s.opened_at <= :now and :now < s.ends_at
        and :now < coalesce(n.seen_at, s.opened_at) + make_interval(mins => s.idle_minutes)
        and not exists (
            select from community.session_end e
            where e.municipality_id = s.municipality_id and e.session_id = s.session_id
        )
        and {principals.STANDS}
"""
_RESOLVE = query.statement(f"select {_COLUMNS} {_OPEN} and s.secret_sha256 = :secret_sha256")
_OF_PRINCIPAL = query.statement(
    f"select {_COLUMNS} {_OPEN} and s.principal_id = :principal_id order by s.opened_at desc, s.session_id"
)
_INSERT = query.statement(
    """
    insert into community.session (
        municipality_id, session_id, secret_sha256, principal_id, opened_at, ends_at, idle_minutes, device, opened_by, stepped_up_at,
        replaces
    )
    values (
        db.municipality(), :session_id, :secret_sha256, :principal_id, :now, :ends_at, :idle_minutes, :device, :opened_by,
        :stepped_up_at, cast(:replaces as uuid)
    )
    """
)
_SEEN = query.statement(
    """
    insert into community.session_seen (municipality_id, session_id, seen_at) values (db.municipality(), :session_id, :now)
    on conflict on constraint session_seen_pkey do update set seen_at = greatest(session_seen.seen_at, excluded.seen_at)
    """
)
_END = query.statement(
    """
    insert into community.session_end (municipality_id, session_id, ended_at, ended_by, why)
    select s.municipality_id, s.session_id, :now, cast(:ended_by as uuid), :why from community.session s
    where s.municipality_id = db.municipality() and s.session_id = any (cast(:sessions as uuid[]))
        and s.principal_id = :principal_id
    on conflict on constraint session_end_pkey do nothing
    """
)


_END_ALL = query.statement(
    """
    insert into community.session_end (municipality_id, session_id, ended_at, ended_by, why)
    select s.municipality_id, s.session_id, :now, cast(:ended_by as uuid), :why from community.session s
    where s.municipality_id = db.municipality() and s.principal_id = :principal_id and :now < s.ends_at
    on conflict on constraint session_end_pkey do nothing
    """
)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An open session and who acts in it. `opened_by` says how: entrance, password, passkey, oidc, step_up.

    `acting` says for whom somebody else, if so; `may_act`, whether there is a member for whom they may (`flows.proxies.worn`);
    `unread`, how many notices wait for the member.
    """

    session_id: UUID
    actor: Actor
    label: str
    opened_at: datetime
    ends_at: datetime
    seen_at: datetime
    device: str
    opened_by: str
    stepped_up_at: datetime | None
    acting: Acting | None = None
    may_act: bool = False
    unread: int = 0

    def stepped_up(self, now: datetime) -> bool:
        """Whether the person proved themselves again a short while ago."""
        return self.stepped_up_at is not None and now - self.stepped_up_at < STEP_UP_FOR

    def to_be_seen(self, now: datetime) -> bool:
        """Whether it is time to note that the session is used."""
        return now - self.seen_at >= SEEN_EVERY


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A new session and its secret, told this once: the value of the cookie."""

    session_id: UUID
    secret: str
    ends_at: datetime


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in, on what, and how they proved themselves. `replaces` is the session that ends with it, `until` its own end."""

    principal_id: UUID
    role: Role
    device: str
    opened_by: str
    stepped_up: bool = False
    replaces: UUID | None = None
    until: datetime | None = None


def municipality_code(secret: str) -> str | None:
    """The municipality that a secret of our form names, or None. Pure; says nothing about whether it opens anything."""
    form = _FORM.fullmatch(secret)
    return form[1] if form is not None else None


def fingerprint(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256. There are 256 bits of chance in it: nothing to guess or to salt."""
    return hashlib.sha256(secret.encode()).digest()


def spelled(code: str, chance: bytes) -> str:
    """The secret of a municipality and 32 bytes of chance from the operating system."""
    if len(chance) != SECRET_BYTES:
        raise ValueError(f"a secret needs {SECRET_BYTES} bytes of chance, not {len(chance)}")
    return f"{code}_{base64.urlsafe_b64encode(chance).decode().rstrip('=')}"


async def lock(conn: AsyncConnection, principal_id: UUID) -> None:
    """Lets one transaction at a time open somebody's sessions, end them all, or make and use their entrances."""
    await query.rows(conn, _LOCK, principal_id=str(principal_id))


async def open_(conn: AsyncConnection, asked: Opening, *, chance: bytes, now: datetime) -> Opened:
    """Signs somebody in: a new session with a new secret; the one it replaces ends in the same transaction.

    Raises SessionEnded where the one to be replaced had ended: a session has one successor at most.
    """
    await lock(conn, asked.principal_id)
    town = await municipalities.current(conn)
    secret, lifetime, session_id = spelled(town.code, chance), LIFETIMES[asked.role], ids.new_id()
    ends_at = min(now + lifetime.whole, asked.until or now + lifetime.whole)
    await query.run(
        conn,
        _INSERT,
        session_id=session_id,
        secret_sha256=fingerprint(secret),
        principal_id=asked.principal_id,
        now=now,
        ends_at=ends_at,
        idle_minutes=int(lifetime.idle.total_seconds() // 60),
        device=_device(asked.device),
        opened_by=asked.opened_by,
        stepped_up_at=now if asked.stepped_up else None,
        replaces=asked.replaces,
    )
    if asked.replaces is not None:
        by = asked.principal_id
        if await end(conn, [asked.replaces], principal_id=by, ended_by=by, why="replaced", now=now) == 0:
            raise refusals.SessionEnded
    return Opened(session_id=session_id, secret=secret, ends_at=ends_at)


async def resolve(conn: AsyncConnection, secret: str, now: datetime) -> Session | None:
    """The open session with this secret, or None."""
    row = await query.one(conn, _RESOLVE, secret_sha256=fingerprint(secret), now=now)
    return _session(row) if row is not None else None


async def of_principal(conn: AsyncConnection, principal_id: UUID, now: datetime) -> list[Session]:
    """Where somebody is signed in, the latest first."""
    return [_session(row) for row in await query.rows(conn, _OF_PRINCIPAL, principal_id=principal_id, now=now)]


async def see(conn: AsyncConnection, session_id: UUID, now: datetime) -> None:
    """Notes that a session is used."""
    await query.run(conn, _SEEN, session_id=session_id, now=now)


async def end(
    conn: AsyncConnection, sessions: Sequence[UUID], *, principal_id: UUID, ended_by: UUID | None, why: str, now: datetime
) -> int:
    """Ends sessions of a principal at once; how many ended now. Another's are left alone."""
    return await query.run(conn, _END, sessions=list(sessions), principal_id=principal_id, ended_by=ended_by, why=why, now=now)


async def end_all(conn: AsyncConnection, principal_id: UUID, *, ended_by: UUID | None, why: str, now: datetime) -> int:
    """Ends every session of a principal, as for a lost phone; how many ended now. One that is being opened is waited for."""
    await lock(conn, principal_id)
    return await query.run(conn, _END_ALL, principal_id=principal_id, ended_by=ended_by, why=why, now=now)


def _device(told: str) -> str:
    """What a browser says of itself, as far as it can be shown: one line, cut."""
    try:
        return text.clean("device", told[:DEVICE_LENGTH_MAX], DEVICE_LENGTH_MAX)
    except (text.UnreadableText, text.TextMissing):
        return "?"


def _session(row: Row[Any]) -> Session:
    actor = Actor(
        principal_id=row.principal_id,
        role=row.role,
        member_id=row.member_id,
        organisation_id=row.organisation_id,
        municipality_id=row.municipality_id,
        area_id=row.area_id,
    )
    return Session(
        session_id=row.session_id,
        actor=actor,
        label=row.label,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
        seen_at=row.seen_at,
        device=row.device,
        opened_by=row.opened_by,
        stepped_up_at=row.stepped_up_at,
    )
