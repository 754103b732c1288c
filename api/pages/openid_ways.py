"""Which towns people at work can sign in to with their municipality's own account."""

from __future__ import annotations

import msgspec

from api.pages.door import PageDoor
from community import openid
from flows import audit

_NO_WALL = 0  # the list of municipalities stands in front of all walls
TOWNS_MAX = 50


class Town(msgspec.Struct, frozen=True):
    """A town that has a provider: its code and name, and what its people call their account there."""

    code: str
    name: str
    account: str


async def towns(door: PageDoor) -> list[Town]:
    """Every town that has a provider. Each is asked behind its own wall, the first TOWNS_MAX of an installation."""
    found: list[Town] = []
    for town in (await door.context.read(_NO_WALL, audit.towns))[:TOWNS_MAX]:
        provider = await door.context.read(town.municipality_id, openid.standing)
        if provider is not None:
            found.append(Town(town.code, town.name, provider.name))
    return found
