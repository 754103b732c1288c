"""The database that a command works on, let go of at its end, and its tools `pg_dump` and `pg_restore` from the wheel."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from sqlalchemy import make_url

from cli import plainly
from db import embedded, place
from kernel.settings import Settings

_TOOLS_VERSION = 18  # the newest of the wheel: it reads and writes servers of its own age and older


@contextmanager
def opened(settings: Settings) -> Generator[place.Place]:
    """The place that the settings tell; an embedded server is let go of afterwards, and stops when nobody else holds it."""
    found = place.find(settings)
    try:
        yield found
    finally:
        found.close()


def run_tool(name: str, url: str, options: Sequence[str]) -> None:
    """Runs `pg_dump` or `pg_restore` on the database at `url`. Raises CommandFailed with the tool's last line.

    Address and password travel in the environment, where other users of the machine cannot read them.
    """
    parts = make_url(url)
    host = parts.host or str(parts.query.get("host", ""))
    told = {
        "PGHOST": host,
        "PGPORT": str(parts.port or ""),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGCONNECT_TIMEOUT": "10",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {name: value for name, value in told.items() if value}
    command = [str(embedded.binaries(_TOOLS_VERSION) / name), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        said = [line for line in done.stderr.strip().splitlines() if line.strip()]
        raise plainly.CommandFailed(f"{name} failed: {said[-1] if said else 'no reason given'}")
