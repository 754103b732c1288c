"""What tests of a device at a counter ask of the books, and a gathering at which it stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.transact import read
from tests.support import scenes
from tests.support.scenes import Member, Town
from tests.support.towns import TOWN


async def count(engine: AsyncEngine, what: str, **given: Any) -> int:
    """How many rows there are: `what` is a table and its condition."""
    asked = text(f"select count(*) from {what}")

    async def work(conn: Any) -> int:
        return (await conn.execute(asked, given)).scalar_one()

    return await read(engine, TOWN, work)


async def scans_of(engine: AsyncEngine, member: Member) -> int:
    """How many scans of the member are kept."""
    return await count(engine, "activities.scan where member_id = :member", member=member.member_id)


async def slot(town: Town) -> str:
    """The page of a gathering that is on now."""
    return f"/host/slots/{await scenes.slot(town, town.service.clock.now())}"
