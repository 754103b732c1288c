"""How people at work prove themselves: a login of digits, a password, the nonce of their codes. A code is used once."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Role
from db import query
from kernel import ids

LOGIN_FIRST, LOGIN_COUNT = 100_000, 900_000
LOGIN_TRIES_MAX = 8
_FORM = re.compile(r"([0-9]{6})-([0-9]{6})", re.ASCII)

_GIVE_LOGIN = query.statement(
    """
    insert into community.login (municipality_id, login, principal_id, given_at)
    values (db.municipality(), :login, :principal_id, :now)
    on conflict do nothing
    """
)
_LOGIN_OF = query.statement(
    "select login from community.login where municipality_id = db.municipality() and principal_id = :principal_id"
)
_INSERT = query.statement(
    """
    insert into community.proof (municipality_id, proof_id, principal_id, password, nonce, set_at)
    values (db.municipality(), :proof_id, :principal_id, :password, :nonce, :now)
    """
)
_FIND = query.statement(
    """
    select f.principal_id, p.role, l.login, f.password, f.nonce
    from community.login l
    join community.proof f on f.municipality_id = l.municipality_id and f.principal_id = l.principal_id
    join community.principal p on p.municipality_id = l.municipality_id and p.principal_id = l.principal_id
    where l.municipality_id = db.municipality()
        and (cast(:login as int) is null or l.login = :login)
        and (cast(:principal_id as uuid) is null or l.principal_id = :principal_id)
    order by f.set_at desc, f.proof_id desc limit 1
    """
)
_USE = query.statement(
    """
    insert into community.totp_use (municipality_id, principal_id, step, used_at)
    values (db.municipality(), :principal_id, :step, :now)
    on conflict on constraint totp_used_once do nothing
    """
)


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept to check who somebody is: never shown, never logged."""

    principal_id: UUID
    role: Role
    login: int
    password: str
    nonce: bytes


class NewProof(msgspec.Struct, frozen=True, kw_only=True):
    """A new password's hash, and the nonce of the codes."""

    password: str
    nonce: bytes


def login_read(told: str) -> tuple[str, int] | None:
    """The municipality's code and the login in `131016-482913`, or None."""
    form = _FORM.fullmatch(told.strip())
    return (form[1], int(form[2])) if form is not None else None


async def login_of(conn: AsyncConnection, principal_id: UUID, *, chance: bytes, now: datetime) -> int:
    """The login of a principal; given now where there is none. It is no secret, and not to be guessed from others."""
    for start in range(LOGIN_TRIES_MAX):
        found = await query.one(conn, _LOGIN_OF, principal_id=principal_id)
        if found is not None:
            return int(found.login)
        login = LOGIN_FIRST + int.from_bytes(chance[start * 4 : start * 4 + 4], "big") % LOGIN_COUNT
        await query.run(conn, _GIVE_LOGIN, login=login, principal_id=principal_id, now=now)
    raise RuntimeError("no login is free")


async def set_(conn: AsyncConnection, principal_id: UUID, new: NewProof, *, now: datetime) -> None:
    """From now on this is how the principal proves themselves."""
    await query.run(
        conn, _INSERT, proof_id=ids.new_id(), principal_id=principal_id, password=new.password, nonce=new.nonce, now=now
    )


async def by_login(conn: AsyncConnection, login: int) -> Proof | None:
    """How whoever has this login proves themselves."""
    return await _found(conn, login=login, principal_id=None)


async def of_principal(conn: AsyncConnection, principal_id: UUID) -> Proof | None:
    """How a principal proves themselves; None where nothing was set yet."""
    return await _found(conn, login=None, principal_id=principal_id)


async def use_code(conn: AsyncConnection, principal_id: UUID, step: int, *, now: datetime) -> bool:
    """Uses the code of a step up; False where it was used before."""
    return await query.run(conn, _USE, principal_id=principal_id, step=step, now=now) == 1


async def _found(conn: AsyncConnection, *, login: int | None, principal_id: UUID | None) -> Proof | None:
    row = await query.one(conn, _FIND, login=login, principal_id=principal_id)
    if row is None:
        return None
    return Proof(principal_id=row.principal_id, role=row.role, login=row.login, password=row.password, nonce=bytes(row.nonce))
