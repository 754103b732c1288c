"""Two districts with people, and coordinators of the whole town and of one of them.

found = await areas.settled(town)
await found.east.caller.get(…)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.towns import AREAS, TOWN


@dataclass
class Districts:
    """The east with a neighbourhood in it, the west, and who lives there; and a coordinator of the east."""

    east: str
    west: str
    in_east: Member
    in_west: Member
    coordinator: Caller


async def settled(town: Town) -> Districts:
    """Makes them in a town that is open."""
    east, west = [await _area(town, 2, name, str(AREAS[TOWN])) for name in ("東中学校区", "西中学校区")]
    corner = await _area(town, 3, "東町内会", east)
    coordinator = await given(town, {"role": "coordinator", "label": "東の第2層", "area_id": east})
    return Districts(east, west, await joined(town, corner), await joined(town, west), coordinator)


async def given(town: Town, asked: dict[str, Any], *, confirmed: bool = True) -> Caller:
    """Somebody with a role that an officer gives and the second one confirms."""
    made = ok(await town.officer.post("/principals", asked))
    if confirmed:
        ok(await town.second.post(f"/principals/{made['principal_id']}/confirm"))
    token = ok(await town.officer.post(f"/principals/{made['principal_id']}/tokens", {"days": 90}))["token"]
    return Caller(town.service.http, token, asked["role"], UUID(made["principal_id"]))


async def joined(town: Town, area_id: str, name: str = "結 太郎") -> Member:
    """Somebody becomes a member who lives in an area."""
    asked = {"name": name, "kana": "ゆい たろう", "area_id": area_id, "can_earn": True}
    told = ok(await town.officer.post("/members", asked))
    token = ok(await town.officer.post(f"/principals/{told['principal_id']}/tokens", {"days": 90}))["token"]
    member_id = UUID(told["member"]["member_id"])
    caller = Caller(town.service.http, token, "member", UUID(told["principal_id"]), member_id)
    return Member(member_id, told["member"]["number"], told["card"]["address"], caller)


async def _area(town: Town, layer: int, name: str, parent: str) -> str:
    asked = {"layer": layer, "name": name, "parent_id": parent, "valid_from": "2025-04-01"}
    return ok(await town.officer.post("/areas", asked))["area_id"]
