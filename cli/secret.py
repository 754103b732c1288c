"""The secret that signs rotating codes: as it is told, or made once in the data directory."""

from __future__ import annotations

from db import embedded
from kernel.settings import Settings


def master(settings: Settings) -> bytes:
    """At least 32 bytes. Without YUI_SECRET_KEY they are kept in a 0600 file of the data directory."""
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    folder = settings.data_dir.resolve() / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return embedded.kept_secret(folder / "service.key").encode()
