"""The embedded server: hardened, shared by those who use it, stopped by the last, and plain about what it cannot do."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy import make_url

from db import embedded, engine, migrate, place, query, roles
from db.transact import read
from kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
VERSION = int(os.environ.get("YUI_TEST_POSTGRES", "18"))
OTHER_VERSION = 34 - VERSION

_SHOWN = query.statement(
    """
    select name, setting from pg_settings
    where name in ('listen_addresses', 'password_encryption', 'data_checksums', 'fsync', 'full_page_writes', 'synchronous_commit')
    """
)
_HOLDS = """
import pathlib, sys
from db import embedded
server = embedded.start(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
print(server.pid(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="yui-e-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[embedded.Server]:
    """A durable server as the service starts it, in a data directory that a person may name."""
    made = embedded.start(home / "結の data", VERSION)
    yield made
    made.stop_if_last()


def ask(server: embedded.Server, role: str, sql: str, database: str = "postgres") -> list[Any]:
    async def work() -> list[Any]:
        asking = engine.create_single(server.url(role, database), name="test")
        try:
            async with asking.connect() as conn:
                return [tuple(row) for row in await query.rows(conn, query.statement(sql))]
        finally:
            await asking.dispose()

    return asyncio.run(work())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_is_trusted_and_no_address_is_listened_on(server: embedded.Server) -> None:
    assert (server.data_dir / "pg_hba.conf").read_text().split() == ["local", "all", "all", "scram-sha-256"]
    assert dict(ask(server, embedded.ADMIN, str(_SHOWN))) == {
        "listen_addresses": "",
        "password_encryption": "scram-sha-256",
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
    }


def test_files_and_socket_are_for_their_owner_alone(server: embedded.Server) -> None:
    server.password(roles.APP)
    secrets = server.data_dir.parent / "secrets"
    assert (mode(server.data_dir), mode(server.socket_dir), mode(secrets)) == (0o700, 0o700, 0o700)
    assert {mode(path) for path in secrets.iterdir()} == {0o600}
    assert not list(server.data_dir.parent.glob("pw.*"))  # the password that set-up was told is gone
    (socket,) = server.socket_dir.glob(".s.PGSQL.*[0-9]")
    assert mode(socket) == 0o700


def test_a_secret_asked_for_at_once_is_one_secret(home: Path) -> None:
    racers = 8
    together = threading.Barrier(racers)

    def ask_at_once(nth: int) -> set[str]:
        seen: set[str] = set()
        for turn in range(20):
            together.wait()
            seen.add(embedded.kept_secret(home / f"secret-{turn}"))
        return seen

    with ThreadPoolExecutor(racers) as pool:
        answers = list(pool.map(ask_at_once, range(racers)))
    assert all(seen == answers[0] for seen in answers)
    assert len(answers[0]) == 20
    assert {len(secret) for secret in answers[0]} == {43}
    assert mode(home / "secret-0") == 0o600


def test_a_wrong_password_is_refused_and_each_role_has_its_own(server: embedded.Server) -> None:
    assert len({server.password(role) for role in (embedded.ADMIN, roles.APP, roles.AUDITOR)}) == 3
    wrong = make_url(server.url(embedded.ADMIN, "postgres")).set(password="wrong")

    async def attempt() -> None:
        await asyncpg.connect(host=str(server.socket_dir), user=wrong.username, password=wrong.password, database="postgres")

    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(attempt())


def test_who_comes_second_joins_and_the_last_to_leave_stops_it(home: Path) -> None:
    first, second = embedded.start(home / "shared", VERSION), embedded.start(home / "shared", VERSION)
    assert first.pid() == second.pid()
    first.stop_if_last()
    first.stop_if_last()
    assert embedded.is_running(second)
    assert ask(second, embedded.ADMIN, "select 1") == [(1,)]
    second.stop_if_last()
    assert not embedded.is_running(second)


def test_a_holder_killed_without_warning_leaves_it_to_the_next(home: Path) -> None:
    data_dir = home / "killed"
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(data_dir), str(VERSION)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    pid = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    holder.stdout.close()
    holder.stdin.close()
    joined = embedded.start(data_dir, VERSION)
    assert joined.pid() == pid
    joined.stop_if_last()
    assert not embedded.is_running(joined)


def test_a_server_killed_without_warning_is_started_again_with_its_data(server: embedded.Server) -> None:
    made = embedded.start(server.data_dir.parent, VERSION)
    ask(made, embedded.ADMIN, "select set_config('application_name', 'x', false)")
    killed = psutil.Process(made.pid())
    killed.kill()
    killed.wait(10)
    assert embedded.revive(made)
    assert not embedded.revive(made)
    assert ask(made, embedded.ADMIN, "select 1") == [(1,)]
    made.stop_if_last()
    assert embedded.is_running(server)


# -------------------------------------------------------------------------------------------------------- what goes wrong


def complaint(data_dir: Path, version: int = VERSION) -> str:
    with pytest.raises(embedded.EmbeddedError) as refused:
        embedded.start(data_dir, version)
    said = str(refused.value)
    assert "\n" not in said
    return said


def test_a_directory_of_another_version_is_left_alone(server: embedded.Server) -> None:
    said = complaint(server.data_dir.parent, OTHER_VERSION)
    assert f"made by PostgreSQL {VERSION}, this is {OTHER_VERSION}" in said
    assert f"YUI_POSTGRES_VERSION={VERSION}" in said


def test_a_place_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "file").write_text("")
    assert "cannot be written" in complaint(home / "file" / "data")


def test_an_unknown_version_is_named(home: Path) -> None:
    assert "has no version 12" in complaint(home / "unknown", 12)


def test_a_set_up_cut_off_in_the_middle_is_begun_anew(home: Path) -> None:
    half = home / "half" / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text(f"{VERSION}\n")
    begun = embedded.start(home / "half", VERSION)
    assert ask(begun, embedded.ADMIN, "select 1") == [(1,)]
    begun.stop_if_last()
    assert not half.exists()


def test_a_long_path_has_its_socket_elsewhere_and_survives_its_loss(home: Path) -> None:
    """The folder in the temporary directory is private, and may be gone after a restart of the machine, or be somebody else's."""
    data_dir = home / "長い名前の置き場所".ljust(60, "x")
    for spoil in (shutil.rmtree, _open_to_all):
        made = embedded.start(data_dir, VERSION)
        assert data_dir.resolve() not in made.socket_dir.parents
        assert mode(made.socket_dir) == 0o700
        assert ask(made, embedded.ADMIN, "select 1") == [(1,)]
        made.stop_if_last()
        spoil(made.socket_dir)
    again = embedded.start(data_dir, VERSION)
    assert again.socket_dir != made.socket_dir
    again.stop_if_last()
    for folder in (made.socket_dir, again.socket_dir):
        shutil.rmtree(folder)


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o777)


def test_a_data_directory_can_be_moved(home: Path) -> None:
    before = embedded.start(home / "before", VERSION)
    before.stop_if_last()
    shutil.rmtree(home / "before" / "run")
    (home / "before").rename(home / "after")
    after = embedded.start(home / "after", VERSION)
    assert ask(after, embedded.ADMIN, "select 1") == [(1,)]
    after.stop_if_last()


def test_an_administrator_who_is_no_superuser_can_migrate(server: embedded.Server) -> None:
    """As on a managed PostgreSQL: a role that may create roles, and owns the database."""
    ask_admin = engine.create_single(server.url(embedded.ADMIN, "postgres"), name="test", autocommit=True)

    async def work() -> tuple[bool, list[Any]]:
        async with ask_admin.connect() as conn:
            await query.run(conn, query.statement("create role town_admin login createrole password 'a long one'"))
            await query.run(conn, query.statement("create database town owner town_admin"))
        url = make_url(server.url(embedded.ADMIN, "town")).set(username="town_admin", password="a long one")
        told = url.render_as_string(hide_password=False)
        state = await migrate.migrate(told, app_password=server.password(roles.APP), auditor_password=None)
        again = await migrate.migrate(told, app_password=server.password(roles.APP), auditor_password=None)
        asking = engine.create_single(server.url(roles.APP, "town"), name="test")
        async with asking.connect() as conn:
            owners = await query.rows(
                conn, query.statement("select distinct pg_get_userbyid(relowner) from pg_class where relname = 'lot'")
            )
        for each in (asking, ask_admin):
            await each.dispose()
        return state.fits and again.fits, [row[0] for row in owners]

    assert asyncio.run(work()) == (True, [roles.OWNER])


# ---------------------------------------------------------------------------------------------------------------- place


async def _both_prepare(settings: Settings) -> tuple[Any, ...]:
    found = place.find(settings)
    try:
        states = await asyncio.gather(place.prepare(found), place.prepare(found))
        app = engine.create(found.app_url, name="test", pool_size=1)
        rows = await read(app, 1, lambda conn: query.rows(conn, query.statement("select db.municipality()")))
        await app.dispose()
        return (*states, rows[0][0])
    finally:
        found.close()


def test_two_that_begin_at_once_prepare_one_database(home: Path) -> None:
    first, second, town = asyncio.run(_both_prepare(Settings(data_dir=home / "prepared", postgres_version=VERSION)))
    assert first is not None
    assert second is not None
    assert (first.fits, second.fits, town) == (True, True, 1)


def test_commands_for_a_database_elsewhere_ask_for_the_address_they_lack() -> None:
    elsewhere = place.find(Settings(database_url="postgresql://x/y"))
    assert asyncio.run(place.prepare(elsewhere)) is None
    assert elsewhere.app_url == "postgresql://x/y"
    with pytest.raises(place.NoDatabase, match="YUI_ADMIN_DATABASE_URL"):
        _ = elsewhere.admin_url
    elsewhere.close()
