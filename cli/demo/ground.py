"""The ground that the demo plays on: an empty place for its town, and care that nothing but the demo's own data is thrown away."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.demo.casting import Town
from cli.plainly import CommandFailed
from db import embedded, engine, place, query
from db.place import Place

_TOWNS = query.statement("select code from community.municipality order by code")
_MADE = query.statement("select to_regclass('community.municipality') is not null")
_DROP = query.statement(f"drop database if exists {embedded.DATABASE} with (force)")
FICTIONAL = "99"


class Kept:
    """The report of a town's day, in a 0600 file of the data directory: it holds tokens."""

    def __init__(self, data_dir: Path, town: Town) -> None:
        self._path = data_dir / "demo" / f"{town.code}.json"

    @property
    def stands(self) -> bool:
        """Whether the day was played to its end."""
        return self._path.exists()

    def read(self) -> dict[str, Any]:
        """The report."""
        return msgspec.json.decode(self._path.read_bytes())

    def write(self, told: dict[str, Any]) -> None:
        """Keeps the report."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(told))

    def forget(self) -> None:
        """Throws the report away, if there is one."""
        self._path.unlink(missing_ok=True)

    def forget_all(self) -> None:
        """Throws the reports of all towns away."""
        shutil.rmtree(self._path.parent, ignore_errors=True)


async def prepare(found: Place, town: Town, kept: Kept, *, fresh: bool) -> None:
    """Makes the schema, and room for the town. A town whose day was cut off in the middle is thrown away, and all with `fresh`.

    Raises CommandFailed where that would throw away a town that is not the demo's.
    """
    towns = await _towns(found)
    if fresh or (town.code in towns and not kept.stands):
        await _start_over(found, towns)
        kept.forget_all()
    elif town.code not in towns:
        kept.forget()  # the report of a database that is gone
    await place.prepare(found)


async def _towns(found: Place) -> list[str]:
    _server(found)
    await place.prepare(found)

    async def work(conn: AsyncConnection) -> list[str]:
        if not await query.scalar(conn, _MADE):
            return []
        return [row.code for row in await query.rows(conn, _TOWNS)]

    setup = engine.create_single(found.admin_url, name="yui demo")
    try:
        async with setup.connect() as conn:
            return await work(conn)
    finally:
        await setup.dispose()


async def _start_over(found: Place, towns: list[str]) -> None:
    real = [code for code in towns if not code.startswith(FICTIONAL)]
    if real:
        raise CommandFailed(f"the database holds the town {real[0]}, which is not the demo's: set another YUI_DATA_DIR")
    setup = engine.create_single(_server(found).url(embedded.ADMIN, "postgres"), name="yui demo", autocommit=True)
    try:
        async with setup.connect() as conn:
            await query.run(conn, _DROP)
    finally:
        await setup.dispose()


def _server(found: Place) -> embedded.Server:
    if found.server is None:
        raise CommandFailed("the demo plays on the embedded PostgreSQL: unset YUI_DATABASE_URL and its kin")
    return found.server
