"""The means to open persons in tests: every engine of a test and the service that it starts have the same."""

from __future__ import annotations

import os

from sqlalchemy.ext.asyncio import AsyncEngine

from community import vault
from community.vault import Vault

MASTER = b"a master secret of the tests: 32 bytes"


def means(master: bytes = MASTER, *, before: bytes | None = None) -> Vault:
    """The means of the tests, or those of another secret."""
    return Vault(master, before=before, chance=os.urandom)


def opening(engine: AsyncEngine, *, by: Vault | None = None) -> AsyncEngine:
    """`engine` with the means."""
    return vault.carried(engine, by or means())
