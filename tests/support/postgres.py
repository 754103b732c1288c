"""One throw-away PostgreSQL for a test run, a migrated template in it, and clones of the template for tests."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db import embedded, engine, migrate, query, roles

TEMPLATE = "yui_template"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Cluster:
    """The server of this test run."""

    server: embedded.Server

    def url(self, role: str, database: str) -> str:
        """The address of `database` for `role`: yui_app, yui_auditor or postgres."""
        return self.server.url(role, database)


@dataclass(frozen=True)
class Clone:
    """A database of one's own, as the migrations leave it."""

    cluster: Cluster
    name: str

    @property
    def app_url(self) -> str:
        return self.cluster.url(roles.APP, self.name)

    @property
    def auditor_url(self) -> str:
        return self.cluster.url(roles.AUDITOR, self.name)

    @property
    def admin_url(self) -> str:
        return self.cluster.url(embedded.ADMIN, self.name)


@contextmanager
def cluster() -> Generator[Cluster]:
    """Starts the server with a migrated template, stops it and removes it. YUI_TEST_POSTGRES picks 18 (default) or 16."""
    home = Path(tempfile.mkdtemp(prefix="yui-test-"))
    server = embedded.start(home, int(os.environ.get("YUI_TEST_POSTGRES", "18")), durable=False)
    try:
        made = Cluster(server)
        asyncio.run(_make_template(made))
        yield made
    finally:
        server.stop_if_last()
        shutil.rmtree(home)


def clone(made: Cluster) -> Clone:
    """A fresh database cloned from the template, in 40 to 90 ms."""
    name = f"yui_test_{next(_numbers)}"
    asyncio.run(_admin(made, f"create database {name} template {TEMPLATE} owner {roles.OWNER}"))
    return Clone(made, name)


def drop(cloned: Clone) -> None:
    """Drops a clone, whoever is still connected."""
    asyncio.run(_admin(cloned.cluster, f"drop database {cloned.name} with (force)"))


async def _make_template(made: Cluster) -> None:
    await _admin(made, f"create database {TEMPLATE}")
    passwords = {role: made.server.password(role) for role in (roles.APP, roles.AUDITOR)}
    await migrate.migrate(
        made.url(embedded.ADMIN, TEMPLATE),
        app_password=passwords[roles.APP],
        auditor_password=passwords[roles.AUDITOR],
    )


async def _admin(made: Cluster, sql: str) -> None:
    setup = engine.create_single(made.url(embedded.ADMIN, "postgres"), name="test set-up", autocommit=True)
    async with setup.connect() as conn:
        await query.run(conn, query.statement(sql))
    await setup.dispose()
