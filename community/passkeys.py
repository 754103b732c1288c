"""Passkeys as they are kept: a public key of a principal, its uses, its end. What is kept opens nothing.

A passkey stands as long as it did not end and its principal's role stands. How often it was used is the most that it ever told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import Role
from community.ceremony import Made, Shown
from db import query
from kernel import ids, text

LABEL_LENGTH_MAX = 60

_COLUMNS = """
    k.passkey_id, k.principal_id, k.credential_id, k.public_key, k.rp_id, k.label, k.made_at, p.role,
    greatest(k.sign_count, coalesce(max(u.sign_count), 0)) as sign_count, max(u.used_at) as used_at
"""
_STANDING = f"""
    from community.passkey k
    join community.principal p on p.municipality_id = k.municipality_id and p.principal_id = k.principal_id
    left join community.passkey_use u on u.municipality_id = k.municipality_id and u.passkey_id = k.passkey_id
    where k.municipality_id = db.municipality()
        and not exists (
            select from community.passkey_end e
            where e.municipality_id = k.municipality_id and e.passkey_id = k.passkey_id
        )
        and {principals.STANDS}
"""
_GROUPED = "group by k.municipality_id, k.passkey_id, p.role"
_FIND = query.statement(f"select {_COLUMNS} {_STANDING} and k.credential_id = :credential_id {_GROUPED}")
_OF_PRINCIPAL = query.statement(
    f"select {_COLUMNS} {_STANDING} and k.principal_id = :principal_id {_GROUPED} order by k.made_at, k.passkey_id"
)
_INSERT = query.statement(
    """
    insert into community.passkey (
        municipality_id, passkey_id, principal_id, credential_id, public_key, sign_count, rp_id, label, challenge_sha256, made_at,
        made_in
    )
    values (
        db.municipality(), :passkey_id, :principal_id, :credential_id, :public_key, :sign_count, :rp_id, :label, :challenge_sha256,
        :now, :made_in
    )
    on conflict do nothing
    """
)
_WAS_USED = query.statement(
    """
    select exists (
        select from community.passkey_use
        where municipality_id = db.municipality() and challenge_sha256 = :challenge_sha256
    )
    """
)
_USE = query.statement(
    """
    insert into community.passkey_use (
        municipality_id, challenge_sha256, passkey_id, sign_count, user_verified, used_for, used_at
    )
    values (db.municipality(), :challenge_sha256, :passkey_id, :sign_count, :user_verified, :used_for, :now)
    """
)
_END = query.statement(
    """
    insert into community.passkey_end (municipality_id, passkey_id, ended_at, ended_by, why)
    select k.municipality_id, k.passkey_id, :now, cast(:ended_by as uuid), :why from community.passkey k
    where k.municipality_id = db.municipality() and k.principal_id = :principal_id
        and (cast(:passkey_id as uuid) is null or k.passkey_id = :passkey_id)
    on conflict on constraint passkey_end_pkey do nothing
    """
)
_COPIED = query.statement(
    """
    select k.label, e.ended_at from community.passkey k
    join community.passkey_end e on e.municipality_id = k.municipality_id and e.passkey_id = k.passkey_id
    where k.municipality_id = db.municipality() and k.principal_id = :principal_id and e.why = 'copied'
    order by e.ended_at desc limit 10
    """
)


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey that stands, and in which role it lets its holder in."""

    passkey_id: UUID
    principal_id: UUID
    role: Role
    credential_id: bytes
    public_key: bytes
    rp_id: str
    label: str
    sign_count: int
    made_at: datetime
    used_at: datetime | None


class Copied(msgspec.Struct, frozen=True):
    """A passkey that ended because somebody else holds a copy: its name, and when that showed."""

    label: str
    ended_at: datetime


class New(msgspec.Struct, frozen=True, kw_only=True):
    """A checked key, whose it is, what they call it, and in which session it was made."""

    made: Made
    principal_id: UUID
    label: str
    made_in: UUID


async def add(conn: AsyncConnection, new: New, *, now: datetime) -> bool:
    """Keeps a passkey; False where the key, or the answer that brought it, is kept already. Raises what `text.clean` raises."""
    told = msgspec.structs.asdict(new.made)
    del told["user_verified"]
    label = text.clean("label", new.label, LABEL_LENGTH_MAX)
    whose: dict[str, Any] = {"principal_id": new.principal_id, "made_in": new.made_in}
    return await query.run(conn, _INSERT, passkey_id=ids.new_id(), label=label, now=now, **whose, **told) == 1


async def by_credential(conn: AsyncConnection, credential_id: bytes, now: datetime) -> Passkey | None:
    """The passkey that a browser names, or None where none stands."""
    row = await query.one(conn, _FIND, credential_id=credential_id, now=now)
    return _passkey(row) if row is not None else None


async def of_principal(conn: AsyncConnection, principal_id: UUID, now: datetime) -> list[Passkey]:
    """Somebody's passkeys that stand, the oldest first."""
    return [_passkey(row) for row in await query.rows(conn, _OF_PRINCIPAL, principal_id=principal_id, now=now)]


async def copied(conn: AsyncConnection, principal_id: UUID) -> list[Copied]:
    """Somebody's passkeys that turned out to be copied, the latest first."""
    return [Copied(row.label, row.ended_at) for row in await query.rows(conn, _COPIED, principal_id=principal_id)]


async def was_used(conn: AsyncConnection, challenge_sha256: bytes) -> bool:
    """Whether this answer was taken before."""
    return await query.scalar(conn, _WAS_USED, challenge_sha256=challenge_sha256)


async def use(conn: AsyncConnection, passkey_id: UUID, shown: Shown, used_for: str, *, now: datetime) -> None:
    """Notes that a passkey was shown, `sign_in` or `step_up`. To be called under the lock of its principal's sessions."""
    await query.run(conn, _USE, passkey_id=passkey_id, used_for=used_for, now=now, **msgspec.structs.asdict(shown))


async def end(
    conn: AsyncConnection, passkey_id: UUID | None, *, principal_id: UUID, ended_by: UUID | None, why: str, now: datetime
) -> int:
    """Ends one passkey of a principal, or all (None); how many ended now. Another's are left alone."""
    return await query.run(conn, _END, passkey_id=passkey_id, principal_id=principal_id, ended_by=ended_by, why=why, now=now)


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        passkey_id=row.passkey_id,
        principal_id=row.principal_id,
        role=row.role,
        credential_id=bytes(row.credential_id),
        public_key=bytes(row.public_key),
        rp_id=row.rp_id,
        label=row.label,
        sign_count=row.sign_count,
        made_at=row.made_at,
        used_at=row.used_at,
    )
