"""Work in a town, as the service does it: one transaction behind the wall of the municipality with a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities
from db import engine, place
from db.transact import read, transact

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

_NO_WALL = 0  # the list of municipalities stands in front of all walls


async def in_town(found: place.Place, code: str, work: Work[T]) -> T:
    """What `work` returns. Raises UnknownMunicipality, and what `work` raises."""
    await place.prepare(found)
    service = engine.create(found.app_url, name="yui", pool_size=1)
    try:
        town = await read(service, _NO_WALL, lambda conn: municipalities.by_code(conn, code))
        return await transact(service, town.municipality_id, work)
    finally:
        await service.dispose()
