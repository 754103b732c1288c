"""What is done to all persons of a town at once: sealing what stood in clear, and wrapping keys by a new master secret."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import municipalities, persons, vault
from community.persons import Contacts, Person
from community.vault import VaultShut, Whose, Wrapped
from db import query
from db.transact import read, transact

PART = 500  # members in one transaction

_NO_WALL = 0  # the list of municipalities stands in front of all walls
_CLEAR = query.statement(
    """
    select member_id, name, kana, born_on from community.person_clear
    where municipality_id = db.municipality() order by member_id limit :limit for update
    """
)
_NO_LONGER = query.statement(
    "delete from community.person_clear where municipality_id = db.municipality() and member_id = any (cast(:ids as uuid[]))"
)
_MASTERS = query.statement("select distinct master_id from community.person_key where municipality_id = db.municipality()")
_WRAPPED_BEFORE = query.statement(
    """
    select p.municipality_id, p.member_id, p.version, p.kana, k.master_id, k.wrapped
    from community.person_key k
    join community.person p on p.municipality_id = k.municipality_id and p.member_id = k.member_id
    where k.municipality_id = db.municipality() and k.master_id <> :master_id order by k.member_id limit :limit for update of k
    """
)
_REWRAP = query.statement(
    """
    update community.person_key set master_id = :master_id, wrapped = :wrapped
    where municipality_id = :town and member_id = :member_id
    """
)


async def begin(engine: AsyncEngine, *, now: datetime) -> int:
    """Seals what an older version left in clear in any town; how many persons. Done before anything is served.

    Raises VaultShut where persons are sealed by another secret than this engine carries.
    """
    sealed = 0
    for town in await read(engine, _NO_WALL, municipalities.all_of_them):
        await read(engine, town.municipality_id, _fits)
        while part := await transact(engine, town.municipality_id, lambda conn: _seal_part(conn, now)):
            sealed += part
    return sealed


async def rewrap(engine: AsyncEngine) -> int:
    """Wraps every key anew by the secret that seals now, and makes the marks of readings with it; how many persons.

    Raises VaultShut where a key was wrapped by neither of the two secrets.
    """
    rewrapped = 0
    for town in await read(engine, _NO_WALL, municipalities.all_of_them):
        while part := await transact(engine, town.municipality_id, _rewrap_part):
            rewrapped += part
    return rewrapped


async def _fits(conn: AsyncConnection) -> None:
    known = {bytes(row.master_id) for row in await query.rows(conn, _MASTERS)}
    if known and not known <= set(vault.of(conn).master_ids):
        raise VaultShut(vault.OTHERWISE_SEALED)


async def _seal_part(conn: AsyncConnection, now: datetime) -> int:
    rows = await query.rows(conn, _CLEAR, limit=PART)
    for row in rows:
        await persons.add(conn, row.member_id, Person(row.name, row.kana, row.born_on), Contacts(), now=now)
    await query.run(conn, _NO_LONGER, ids=[row.member_id for row in rows])
    return len(rows)


async def _rewrap_part(conn: AsyncConnection) -> int:
    means = vault.of(conn)
    rows = await query.rows(conn, _WRAPPED_BEFORE, master_id=means.master_ids[0], limit=PART)
    for row in rows:
        whose = Whose(row.municipality_id, row.member_id)
        kept = means.rewrapped(whose, Wrapped(bytes(row.master_id), bytes(row.wrapped)))
        await query.run(conn, _REWRAP, town=whose.town, member_id=whose.member_id, master_id=kept.master_id, wrapped=kept.wrapped)
        await persons.mark(conn, whose, persons.kana_of(conn, row))
    return len(rows)
