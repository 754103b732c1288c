"""Where benches run: a durable PostgreSQL of their own, with everything in force, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import vault
from community.vault import Vault
from db import embedded, engine, migrate, query, roles
from db.transact import read

TOWN = 1

_MUNICIPALITY = query.statement("insert into community.municipality (municipality_id, code, name) values (1, '131016', 'bench')")
_CREATE = query.statement(f"create database {embedded.DATABASE}")


@asynccontextmanager
async def throw_away() -> AsyncGenerator[tuple[AsyncEngine, dict[str, Any]]]:
    """A durable server of its own with a migrated database, removed afterwards; and the settings that matter."""
    home = Path(tempfile.mkdtemp(prefix="yui-bench-"))
    server = embedded.start(home)
    try:
        setup = engine.create_single(server.url(embedded.ADMIN, "postgres"), name="yui bench", autocommit=True)
        async with setup.connect() as conn:
            await query.run(conn, _CREATE)
        await setup.dispose()
        admin_url = server.url(embedded.ADMIN)
        await migrate.migrate(admin_url, app_password=server.password(roles.APP), auditor_password=None)
        setup = engine.create_single(admin_url, name="yui bench")
        async with setup.begin() as conn:
            await query.run(conn, _MUNICIPALITY)
        await setup.dispose()
        means = Vault(os.urandom(vault.MASTER_BYTES_MIN), chance=os.urandom)
        made = vault.carried(engine.create(server.url(roles.APP), name="yui bench", pool_size=2), means)
        try:
            yield made, await _server_settings(made)
        finally:
            await made.dispose()
    finally:
        server.stop_if_last()
        shutil.rmtree(home)


async def _server_settings(made: AsyncEngine) -> dict[str, Any]:
    shown = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "data_checksums", "shared_buffers")

    async def work(conn: AsyncConnection) -> dict[str, Any]:
        return {name: await query.scalar(conn, query.statement(f"show {name}")) for name in shown}

    return {"role": roles.APP, "row_level_security": True, "lots": True, "triggers": True} | await read(made, TOWN, work)
