"""Where the database is: an address from the settings, or the embedded server in the data directory."""

from __future__ import annotations

from dataclasses import dataclass

from db import embedded, engine, migrate, query, roles
from kernel.settings import Settings

_EXISTS = query.statement("select exists (select from pg_database where datname = :name)")
_QUEUE = query.statement("select pg_advisory_lock(hashtext('yui database'))")  # until the connection closes
_CREATE = query.statement(f"create database {embedded.DATABASE}")


class NoDatabase(Exception):
    """A command needs an address that the settings do not tell; the message is one line."""


@dataclass(frozen=True)
class Place:
    """The addresses of one database by role. `server` is set when it is embedded and ours to hold."""

    settings: Settings
    server: embedded.Server | None

    @property
    def app_url(self) -> str:
        """For the service."""
        return self._url(self.settings.database_url, roles.APP, "YUI_DATABASE_URL")

    @property
    def auditor_url(self) -> str:
        """For audits: read-only."""
        return self._url(self.settings.auditor_database_url, roles.AUDITOR, "YUI_AUDITOR_DATABASE_URL")

    @property
    def admin_url(self) -> str:
        """For migrations alone."""
        return self._url(self.settings.admin_database_url, embedded.ADMIN, "YUI_ADMIN_DATABASE_URL")

    def close(self) -> None:
        """Lets go of the embedded server, which stops when nobody else holds it."""
        if self.server is not None:
            self.server.stop_if_last()

    def _url(self, told: str | None, role: str, variable: str) -> str:
        if self.server is not None:
            return self.server.url(role)
        if told is None:
            raise NoDatabase(f"{variable} is not set, and YUI_DATABASE_URL says that the database is elsewhere")
        return told


def find(settings: Settings) -> Place:
    """The place that the settings tell; starts the embedded server if they tell none. Raises embedded.EmbeddedError."""
    told = (settings.database_url, settings.admin_database_url, settings.auditor_database_url)
    if any(url is not None for url in told):
        return Place(settings, None)
    return Place(settings, embedded.start(settings.data_dir, settings.postgres_version))


async def prepare(place: Place) -> migrate.SchemaState | None:
    """Makes and migrates the database of an embedded server; one that is elsewhere is left to `yui db migrate` (None)."""
    if place.server is None:
        return None
    server = place.server
    setup = engine.create_single(server.url(embedded.ADMIN, "postgres"), name="yui set-up", autocommit=True)
    try:
        async with setup.connect() as conn:
            await query.rows(conn, _QUEUE)
            if not await query.scalar(conn, _EXISTS, name=embedded.DATABASE):
                await query.run(conn, _CREATE)
    finally:
        await setup.dispose()
    return await migrate.migrate(
        place.admin_url, app_password=server.password(roles.APP), auditor_password=server.password(roles.AUDITOR)
    )
