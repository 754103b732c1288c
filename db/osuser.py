"""PostgreSQL refuses to run as root. When we are root, its processes run as the system user `pgserver`, who owns the data directory."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

SYSTEM_USER = "pgserver"


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.geteuid() == 0


def switch(program: Path) -> dict[str, Any]:
    """The arguments of `subprocess.run` that make `program` run as a user who may run PostgreSQL; empty when we are one already."""
    if not is_root():
        return {}
    user = _system_user()
    _open_way(program)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Gives `path` to the user that runs PostgreSQL, who must also be able to reach it."""
    if not is_root():
        return
    user = _system_user()
    os.chown(path, user.pw_uid, user.pw_gid)
    _open_way(path)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    shell = "/usr/sbin/nologin"
    subprocess.run([useradd, "--system", "--no-create-home", "--shell", shell, SYSTEM_USER], check=True)
    return pwd.getpwnam(SYSTEM_USER)


def _open_way(path: Path) -> None:
    """Lets others pass through (not list) the folders above `path`: without it a server in root's home cannot read its own binaries."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
