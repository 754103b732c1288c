"""How often something may be tried: by member, session, entrance or address. Kept in PostgreSQL: every process counts alike.

`tries` may be made at once, and come back one by one, all of them after `within`. Nothing is locked for good, and each refusal says
when the next try is there. A try is taken and committed before what it guards is looked at: guesses that are made at the same time are
counted one after the other. An address stands for a whole hall: its limits are wide, count what failed, and only slow down.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import refusals
from db import query

_TAKE = query.statement(
    """
    insert into community.attempt as a (municipality_id, kind, subject_sha256, spent_until)
    values (db.municipality(), :kind, :subject_sha256, cast(:now as timestamptz) + cast(:each as interval))
    on conflict on constraint attempt_pkey
    do update set spent_until = greatest(a.spent_until, :now) + cast(:each as interval)
    where greatest(a.spent_until, :now) + cast(:each as interval) <= cast(:now as timestamptz) + cast(:within as interval)
    returning a.spent_until
    """
)
_SPENT_UNTIL = query.statement(
    """
    select spent_until from community.attempt
    where municipality_id = db.municipality() and kind = :kind and subject_sha256 = :subject_sha256
    """
)
_GIVE_BACK = query.statement(
    """
    update community.attempt set spent_until = spent_until - cast(:each as interval)
    where municipality_id = db.municipality() and kind = :kind and subject_sha256 = :subject_sha256
    """
)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """`tries` at once; the next one comes back after a share of `within`."""

    kind: str
    tries: int
    within: timedelta

    @property
    def each(self) -> timedelta:
        """How long it takes until one try is back."""
        return self.within / self.tries


ADDRESS = Limit(kind="address", tries=300, within=timedelta(minutes=10))
"""Failed sign-ins from one address: what two hundred people in a hall mistype at once passes; above it, one try in two seconds."""


def of_address(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 one, which is one household's."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((told, 64), strict=False)) if told.version == 6 else str(told)


async def take(conn: AsyncConnection, limit: Limit, subject: str, *, now: datetime) -> int:
    """Takes one try; how many are left. Raises TooManyAttempts, which says in how many minutes the next one is there.

    To be committed before what it guards is looked at.
    """
    row = await query.one(conn, _TAKE, now=now, each=limit.each, within=limit.within, **_key(limit, subject))
    if row is not None:
        return (now + limit.within - row.spent_until) // limit.each
    spent_until = await query.scalar(conn, _SPENT_UNTIL, **_key(limit, subject))
    wait = spent_until + limit.each - limit.within - now
    raise refusals.TooManyAttempts(minutes=max(1, -(-wait // timedelta(minutes=1))))


async def give_back(conn: AsyncConnection, limit: Limit, subject: str) -> None:
    """Gives a try back that succeeded."""
    await query.run(conn, _GIVE_BACK, each=limit.each, **_key(limit, subject))


def _key(limit: Limit, subject: str) -> dict[str, Any]:
    """Subjects are kept as fingerprints: who tried from where is nobody's to read."""
    return {"kind": limit.kind, "subject_sha256": hashlib.sha256(subject.encode()).digest()}
