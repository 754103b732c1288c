"""What went wrong outside the program, in one line for the person at the terminal."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import msgspec
from sqlalchemy import exc

from community.vault import VaultShut
from db import embedded, errors, migrate, place
from kernel.refusal import Refusal
from kernel.settings import BadSetting

FAILED = 1
ASKED_WRONGLY = 2

_DISK_FULL = "the disk is full: free some space and run again"
_BY_ERRNO = {
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _DISK_FULL,
    errno.EACCES: "no permission: {path}",
    errno.EPERM: "no permission: {path}",
    errno.EROFS: "the file system is read-only: {path}",
    errno.ENOENT: "there is no {path}",
    errno.EISDIR: "{path} is a directory",
    errno.ENOTDIR: "{path} is not below a directory",
    errno.EEXIST: "{path} is there already",
    errno.EADDRNOTAVAIL: "this machine has not the address to listen on: set YUI_HOST",
}
_BY_STATE = {
    "53100": _DISK_FULL,
    "28P01": "the database refuses the password",
    "28000": "the database refuses the role",
    "3D000": "the database does not exist: run `yui db migrate`, or correct the address",
    "42P01": "the database has no such table: run `yui db migrate`",
    "3F000": "the database has no such schema: run `yui db migrate`",
    "42501": "the database's role may not do this: everything in it must belong to yui_owner; whoever owns it says "
    "`alter … owner to yui_owner`, then run `yui db migrate`",
    "53300": "the database has no connection left",
}


class CommandFailed(Exception):
    """A command cannot do what it was asked; the message is the line."""


class AskedWrongly(Exception):
    """The arguments do not go together; the message is the line."""


@dataclass(frozen=True)
class Told:
    """The line and the exit code."""

    line: str
    exit_code: int = FAILED


def told(error: Exception) -> Told | None:
    """The line for `error`, or None where it is a mistake of the program's, which deserves its traceback."""
    error = _alone(error)
    if isinstance(error, BadSetting | place.NoDatabase | AskedWrongly):
        return Told(str(error), ASKED_WRONGLY)
    if isinstance(error, embedded.EmbeddedError | migrate.SchemaMismatch | VaultShut | CommandFailed):
        return Told(_one_line(str(error)))
    if isinstance(error, Refusal):
        return Told(_refusal(error))
    return _outside(error)


def _alone(error: Exception) -> Exception:
    """What stopped an application's start, out of the groups that it comes wrapped in."""
    inside: tuple[Exception, ...] = getattr(error, "exceptions", ())
    return _alone(inside[0]) if len(inside) == 1 else error


def _outside(error: Exception) -> Told | None:
    state = errors.sqlstate(error)
    if state in _BY_STATE:
        return Told(_BY_STATE[state])
    if isinstance(error, exc.ArgumentError):
        return Told("the address of the database cannot be read: postgresql://role:password@host:port/database", ASKED_WRONGLY)
    if isinstance(error, OSError) and error.errno in _BY_ERRNO:
        return Told(_BY_ERRNO[error.errno].format(path=error.filename or "a file"))
    if isinstance(error, errors.Unreachable | errors.CommitUnknown) or errors.is_lost_connection(error):
        return Told("the database cannot be reached")
    return None


def _refusal(refusal: Refusal) -> str:
    facts = msgspec.json.encode(refusal.facts()).decode()
    return f"{refusal.code.replace('_', ' ')} {facts}" if refusal.facts() else refusal.code.replace("_", " ")


def _one_line(text: str) -> str:
    return " ".join(text.split())
