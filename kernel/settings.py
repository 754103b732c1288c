"""What the service is told from outside: environment variables that begin with `YUI_`, and nothing else."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

DATA_DIR_DEFAULT = "var"
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting with its variable, its unit and its default. `from_environment` reads them."""

    database_url: str | None = None
    """YUI_DATABASE_URL: the service's own role (yui_app). Absent: an embedded PostgreSQL in the data directory."""
    admin_database_url: str | None = None
    """YUI_ADMIN_DATABASE_URL: a role that may create roles; used by `yui db migrate` alone."""
    auditor_database_url: str | None = None
    """YUI_AUDITOR_DATABASE_URL: the read-only role (yui_auditor) that the audit commands use."""
    data_dir: Path = Path(DATA_DIR_DEFAULT)
    """YUI_DATA_DIR: the embedded server, its passwords and the demo's files."""
    postgres_version: int = 18
    """YUI_POSTGRES_VERSION: of the embedded server, 18 or 16."""
    public_url: str = "https://YUI.EXAMPLE.JP"
    """YUI_PUBLIC_URL: what the QR symbols point to. Upper case after the scheme keeps the symbols small."""
    secret_key: str | None = None
    """YUI_SECRET_KEY: at least 32 characters; signs rotating codes and opens persons. Absent: made once in the data directory."""
    secret_key_before: str | None = None
    """YUI_SECRET_KEY_BEFORE: the secret of before, while it is being changed; it opens persons until `yui db rewrap` was run."""
    host: str = "127.0.0.1"
    """YUI_HOST: the address to listen on."""
    port: int = 8420
    """YUI_PORT: the port to listen on; the next free one is taken where it is in use."""
    pool_size: int = 8
    """YUI_POOL_SIZE: connections that the service keeps open."""
    trusted_proxies: str = ""
    """YUI_TRUSTED_PROXIES: networks (CIDR, with commas) whose word on who asks is believed. Absent: nobody's."""
    log_level: str = "info"
    """YUI_LOG_LEVEL: debug, info, warning or error."""

    def proxies(self) -> tuple[Network, ...]:
        """The networks of `trusted_proxies`. Raises BadSetting where one cannot be read, or is everybody."""
        try:
            told = tuple(ipaddress.ip_network(part.strip()) for part in self.trusted_proxies.split(",") if part.strip())
        except ValueError as error:
            raise BadSetting(f"YUI_TRUSTED_PROXIES cannot be read: {error}") from error
        if any(network.prefixlen == 0 for network in told):
            raise BadSetting("YUI_TRUSTED_PROXIES trusts everybody: name the proxy's own address")
        return told


class BadSetting(ValueError):
    """A variable cannot be read; the message is one line for the person at the terminal."""


def variables() -> dict[str, str]:
    """The name of every variable that the settings read, to the field that it fills."""
    return {f"YUI_{name.upper()}": name for name in Settings.__struct_fields__}


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` tells. An empty variable counts as absent. Raises BadSetting."""
    known = variables()
    given = {known[name]: value for name, value in environ.items() if name in known and value != ""}
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise BadSetting(f"a YUI_ setting cannot be read: {error}") from error
    for name, key in (("YUI_SECRET_KEY", settings.secret_key), ("YUI_SECRET_KEY_BEFORE", settings.secret_key_before)):
        if key is not None and len(key) < 32:
            raise BadSetting(f"{name} is shorter than 32 characters")
    if settings.postgres_version not in (16, 18):
        raise BadSetting("YUI_POSTGRES_VERSION is neither 16 nor 18")
    settings.proxies()
    return settings


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(f"no setting is of the kind {kind}")
