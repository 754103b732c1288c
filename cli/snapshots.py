"""What a command reads of municipalities: as the read-only role, one snapshot of each, with a line that tells how far it is."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli import location, plainly, secret
from community import municipalities
from community.municipalities import Municipality
from db import engine, migrate, place, transact
from flows import audit
from kernel.settings import Settings
from ledger.checks import Progress

PROGRESS_SECONDS = 2.0  # between two lines where no terminal shows one line over another

T = TypeVar("T")
Found = tuple[Municipality, T]
Work = Callable[[Progress], Callable[[AsyncConnection], Awaitable[T]]]


def in_each(settings: Settings, code: str | None, work: Work[T], *, only_one: bool = False) -> list[Found[T]]:
    """What `work` finds in the municipality `code`, or in each, as the auditor, one snapshot each.

    Raises CommandFailed where there is none, AskedWrongly where only one is meant and there are several.
    """
    with location.opened(settings) as found:
        return asyncio.run(_as_auditor(found, code, work, only_one))


async def _as_auditor(found: place.Place, code: str | None, work: Work[T], only_one: bool) -> list[Found[T]]:
    auditor = engine.create(found.auditor_url, name="yui audit", pool_size=1, limited=False)
    auditor = secret.opening(found.settings, auditor)
    try:
        towns = await _towns(auditor, code)
        if only_one and len(towns) > 1:
            raise plainly.AskedWrongly(f"there are {len(towns)} municipalities here: name one with --municipality")
        return [(town, await transact.read(auditor, town.municipality_id, work(_progress_of(town)))) for town in towns]
    finally:
        await auditor.dispose()


async def _towns(auditor: AsyncEngine, code: str | None) -> list[Municipality]:
    async with auditor.connect() as conn:
        await migrate.check(conn)
        towns = [await municipalities.by_code(conn, code)] if code else await audit.towns(conn)
    if not towns:
        raise plainly.CommandFailed("there is no municipality yet: found one with `yui town`")
    return towns


def _progress_of(town: Municipality) -> Progress:
    """A line on stderr that is written over as the work goes on; where that is no terminal, a line every few seconds."""
    told_at = time.monotonic()

    def tell(name: str) -> None:
        nonlocal told_at
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{town.code}: {name} …")
        elif time.monotonic() - told_at > PROGRESS_SECONDS:
            sys.stderr.write(f"{town.code}: {name} …\n")
            told_at = time.monotonic()
        sys.stderr.flush()

    return tell


def clear() -> None:
    """Takes the line of progress away from a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
