"""`yui db migrate | status | backup FILE | restore FILE | rewrap`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from cli import location, output, plainly, secret
from community import sealing
from db import engine, migrate, place, query, roles
from kernel.clock import SystemClock
from kernel.settings import Settings

_TOWNS = query.statement("select exists (select from community.municipality)")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    migrating = commands.add_parser("migrate", help="bring the database to this version")
    migrating.set_defaults(run=_migrate)
    asking = commands.add_parser("status", help="does the database fit this version? exit 1 if not")
    asking.set_defaults(run=_status)
    backing = commands.add_parser("backup", help="write the whole database, all towns, into a file")
    backing.add_argument("file", type=Path, metavar="FILE")
    backing.set_defaults(run=_backup)
    restoring = commands.add_parser("restore", help="read a backup into a database that has no town yet")
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.set_defaults(run=_restore)
    wrapping = commands.add_parser(
        "rewrap", help="wrap the keys of persons by a new YUI_SECRET_KEY; run with YUI_SECRET_KEY_BEFORE"
    )
    wrapping.set_defaults(run=_rewrap)
    for command in (migrating, asking, backing, restoring, wrapping):
        output.offer_json(command)


def _migrate(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        state = asyncio.run(_migrated(found))
    output.tell(asked, f"the database is at step {state.step}", _facts(state))
    return 0


def _status(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        state = asyncio.run(_state(found.app_url))
    changed = f", {len(state.files_changed)} SQL files differ" if state.files_changed else ""
    words = f"the database is at step {state.step}, this version needs {state.step_expected}{changed}"
    output.tell(asked, words, _facts(state))
    return 0 if state.fits else plainly.FAILED


def _backup(asked: argparse.Namespace, settings: Settings) -> int:
    """Writes beside the target and renames, so that a file with the name is always a whole backup."""
    target: Path = asked.file
    if target.exists():
        raise plainly.CommandFailed(f"{target} is there already: name another file")
    part = target.with_name(target.name + ".part")
    part.touch(mode=0o600)
    try:
        with location.opened(settings) as found:
            location.run_tool("pg_dump", found.admin_url, ["--format=custom", f"--file={part}"])
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    output.tell(asked, f"{target}: {target.stat().st_size} bytes", {"file": str(target), "bytes": target.stat().st_size})
    return 0


def _restore(asked: argparse.Namespace, settings: Settings) -> int:
    """In one transaction, and only where no town stands: nothing is replaced, and a broken backup leaves nothing."""
    if not asked.file.is_file():
        raise plainly.CommandFailed(f"there is no {asked.file}")
    with location.opened(settings) as found:
        asyncio.run(_make_room(found))
        database = engine.driver_url(found.admin_url).database
        options = ["--single-transaction", "--exit-on-error", "--clean", "--if-exists", f"--dbname={database}"]
        location.run_tool("pg_restore", found.admin_url, [*options, str(asked.file)])
        state = asyncio.run(_state(found.app_url))
    output.tell(asked, f"restored; the database is at step {state.step}", _facts(state))
    return 0 if state.fits else plainly.FAILED


def _rewrap(asked: argparse.Namespace, settings: Settings) -> int:
    """Afterwards the secret of before opens nothing here, and can be forgotten; backups of before still need it."""
    with location.opened(settings) as found:
        count = asyncio.run(_as_service(found, sealing.rewrap))
    output.tell(asked, f"wrapped anew: the keys of {count} persons", {"persons": count})
    return 0


async def _migrated(found: place.Place) -> migrate.SchemaState:
    """The database at this version, with nothing left in clear that an older one kept so."""
    state = await _bring_up(found)
    if found.server is not None or found.settings.database_url is not None:
        await _as_service(found, lambda service: sealing.begin(service, now=SystemClock().now()))
    return state


async def _as_service(found: place.Place, work: Callable[[AsyncEngine], Awaitable[int]]) -> int:
    service = secret.opening(found.settings, engine.create(found.app_url, name="yui db", pool_size=1))
    try:
        return await work(service)
    finally:
        await service.dispose()


async def _make_room(found: place.Place) -> None:
    """The database with the roles that the backup names. Raises CommandFailed where a town stands in it."""
    await _bring_up(found)
    setup = engine.create_single(found.admin_url, name="yui db restore")
    try:
        async with setup.connect() as conn:
            if await query.scalar(conn, _TOWNS):
                raise plainly.CommandFailed("towns stand in this database: restore into a new one (another YUI_DATA_DIR)")
    finally:
        await setup.dispose()


async def _bring_up(found: place.Place) -> migrate.SchemaState:
    """Makes and migrates the database; the passwords of the service's roles elsewhere are those in their addresses."""
    embedded_state = await place.prepare(found)
    if embedded_state is not None:
        return embedded_state
    settings = found.settings
    return await migrate.migrate(
        found.admin_url,
        app_password=_password(settings.database_url, roles.APP),
        auditor_password=_password(settings.auditor_database_url, roles.AUDITOR),
    )


def _password(url: str | None, role: str) -> str | None:
    """The password in an address, if it is the address of `role`."""
    parts = engine.driver_url(url) if url is not None else None
    return parts.password if parts is not None and parts.username == role else None


async def _state(url: str) -> migrate.SchemaState:
    asking = engine.create_single(url, name="yui db status")
    try:
        async with asking.connect() as conn:
            return await migrate.state(conn)
    finally:
        await asking.dispose()


def _facts(state: migrate.SchemaState) -> dict[str, object]:
    return {
        "step": state.step,
        "step_expected": state.step_expected,
        "files_changed": state.files_changed,
        "fits": state.fits,
    }
