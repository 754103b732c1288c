"""The service's secret: as it is told, or made once in the data directory. It signs rotating codes, and opens persons."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from community import vault
from community.vault import Vault
from db import embedded
from kernel.settings import Settings


def master(settings: Settings) -> bytes:
    """At least 32 bytes. Without YUI_SECRET_KEY they are kept in a 0600 file of the data directory."""
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    folder = _file(settings).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return embedded.kept_secret(_file(settings)).encode()


def before(settings: Settings) -> bytes | None:
    """The secret of before, while it is being changed."""
    return None if settings.secret_key_before is None else settings.secret_key_before.encode()


def opening(settings: Settings, engine: AsyncEngine) -> AsyncEngine:
    """`engine` with the means to open persons, where the secret is here.

    No new one is made up for a database that is elsewhere: whoever lacks it is told so where a person would be opened.
    """
    elsewhere = any((settings.database_url, settings.admin_database_url, settings.auditor_database_url))
    if settings.secret_key is None and elsewhere and not _file(settings).exists():
        return engine
    return vault.carried(engine, Vault(master(settings), before=before(settings), chance=os.urandom))


def _file(settings: Settings) -> Path:
    return settings.data_dir.resolve() / "secrets" / "service.key"
