"""A mother who lets her daughter act for her, each on a phone of her own; and what stands in the book of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from cli.demo import symbols
from db import query
from db.transact import read
from tests.support import browsing, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Member, Town
from tests.support.towns import TOWN

NEEDS = query.statement(
    """
    select need_id, asked_by from activities.need where municipality_id = db.municipality() and member_id = :member_id
    order by asked_at
    """
)
SPENT = query.statement(
    """
    select r.kind, r.amount, r.actor, r.acting_for, e.actor as booked_by, e.acting_for as booked_for
    from wallets.redemption r
    join ledger.journal_entry e on e.municipality_id = r.municipality_id and e.entry_id = r.entry_id
    where r.municipality_id = db.municipality() and r.holder = :member_id order by r.redeemed_at
    """
)
PROXY = re.compile(r'action="/(?:acting|proxies)/([0-9a-f-]{36})/')


@dataclass
class Family:
    """A mother and her daughter, both members with phones; and by which permission the daughter acts."""

    town: Town
    mother: Member
    daughter: Member
    mothers: Browser
    daughters: Browser
    proxy_id: str

    async def act(self) -> None:
        """The daughter's phone acts for the mother from now on."""
        done = await self.daughters.send("/acting", on="/acting", proxy_id=self.proxy_id)
        assert done.headers["location"] == "/today"


async def family(town: Town, power: str = "spend", **given: str) -> Family:
    """Both of them, with what the mother let the daughter do, accepted."""
    mother, daughter = await scenes.join(town), await scenes.join(town)
    mothers, daughters = [await browsing.signed_in(town.service, each.caller) for each in (mother, daughter)]
    asked = {"number": str(daughter.number), "relation": "daughter", "power": power} | given
    answer = await mothers.send("/proxies", on="/proxies", **asked)
    assert f"会員番号 {daughter.number} の方に" in answer.text
    (proxy_id,) = set(PROXY.findall((await daughters.get("/acting")).text))
    done = await daughters.send(f"/acting/{proxy_id}/answer", on="/acting", answer="accept")
    assert done.status_code == 303, done.text
    return Family(town, mother, daughter, mothers, daughters, proxy_id)


async def rows(town: Town, asked: Any, **given: Any) -> list[Any]:
    async def work(conn: AsyncConnection) -> list[Any]:
        return list(await query.rows(conn, asked, **given))

    return await read(town.service.engine, TOWN, work)


def symbol(page: str) -> str:
    """What the QR code on a page says."""
    return symbols.read_svg(max(re.findall("<svg.*?</svg>", page, re.DOTALL), key=len))
