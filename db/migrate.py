"""Migrations: dated steps that only go forward, and SQL files that are applied again whenever they change.

Steps make tables; functions, triggers and grants live in `<room>/sql/*.sql`, where they can be read as they are in force. Everything
runs as yui_owner in one transaction, so that a set-up cut off in the middle leaves the schema as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from db import ddl, engine, query, roles

ROOMS = ("db", "ledger", "community", "qr", "rules", "activities", "wallets")  # in the order of their floors

_PREPARE = """
select pg_advisory_xact_lock(hashtext('yui migrate'));  -- one after the other, the second finding nothing to do
grant yui_owner to current_user;
grant create on database {database} to yui_owner;
set local role yui_owner;
create schema if not exists db;
"""
_APPLIED = query.statement("select path, sha256 from db.sql_file")
_KEEP = query.statement(
    """
    insert into db.sql_file (path, sha256) values (:path, :sha256)
    on conflict (path) do update set sha256 = excluded.sha256, applied_at = clock_timestamp()
    """
)
_HAS_STEPS = query.statement("select to_regclass('db.alembic_version') is not null")
_STEP = query.statement("select version_num from db.alembic_version")


class SchemaMismatch(Exception):
    """The database and this version of Yui do not fit; the message is one line that says what to do."""


@dataclass(frozen=True)
class SchemaState:
    """What stands in the database beside what this version of Yui expects."""

    step: str | None
    step_expected: str
    files_changed: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the service may run on it."""
        return self.step == self.step_expected and not self.files_changed


async def migrate(admin_url: str, *, app_password: str | None, auditor_password: str | None) -> SchemaState:
    """Brings the database at `admin_url` to this version: roles, steps, SQL files, grants. Does nothing where nothing is to do.

    `admin_url` signs in as a role that may create roles and owns the database (or is superuser).
    """
    setup = engine.create_single(admin_url, name="yui migrate")
    try:
        async with setup.begin() as conn:
            await roles.ensure(conn, roles.OWNER, None)
            await roles.ensure(conn, roles.APP, app_password)
            await roles.ensure(conn, roles.AUDITOR, auditor_password)
        async with setup.begin() as conn:
            await conn.run_sync(_prepare, make_url(admin_url).database or "")
            await conn.run_sync(_steps)
            await _files(conn)
            return await state(conn)
    finally:
        await setup.dispose()


async def state(conn: AsyncConnection) -> SchemaState:
    """Compares the database with this version of Yui. Any role may ask."""
    expected = ScriptDirectory.from_config(_config()).get_current_head() or ""
    if not await query.scalar(conn, _HAS_STEPS):
        return SchemaState(None, expected, ())
    step = await query.one(conn, _STEP)
    applied = {row.path: row.sha256 for row in await query.rows(conn, _APPLIED)}
    changed = tuple(path for path, _, digest in sql_files() if applied.get(path) != digest)
    return SchemaState(step.version_num if step else None, expected, changed)


async def check(conn: AsyncConnection) -> None:
    """Refuses to serve on a schema of another version. Raises SchemaMismatch."""
    found = await state(conn)
    if not found.fits:
        raise SchemaMismatch(
            f"the database is at step {found.step}, this version of Yui needs {found.step_expected}"
            f"{' with ' + str(len(found.files_changed)) + ' changed SQL files' if found.files_changed else ''}: run `yui db migrate`"
        )


def sql_files() -> Iterator[tuple[str, str, str]]:
    """The SQL files of every room in order: path, text, SHA-256."""
    for room in ROOMS:
        folder = files(room) / "sql"
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda found: found.name):
            if file.name.endswith(".sql"):
                text = file.read_text(encoding="utf-8")
                yield f"{room}/{file.name}", text, hashlib.sha256(text.encode()).hexdigest()


def _prepare(connection: Connection, database: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier(database)
    ddl.run_script(connection, _PREPARE.format(database=quoted))


def _steps(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _files(conn: AsyncConnection) -> None:
    applied = {row.path: row.sha256 for row in await query.rows(conn, _APPLIED)}
    changed = [found for found in sql_files() if applied.get(found[0]) != found[2]]
    for path, text, digest in changed:
        await conn.run_sync(ddl.run_script, text)
        await query.run(conn, _KEEP, path=path, sha256=digest)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("db") / "migrations"))
    return config
