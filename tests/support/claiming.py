"""A scheme whose points can be claimed, and people who hold some, for the tests of claims and year ends."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from flows import claim, claim_batch, grant
from rules import edition_store
from rules.vocabulary.earning import Clause, PerOccasion
from tests.support import editions, schemes, spending
from tests.support.schemes import Officers
from tests.support.spending import NOW, do
from wallets import scheme_lots

TODAY = date(2026, 5, 15)
POINTS_A_TIME = 100


class Desk(msgspec.Struct, frozen=True):
    """A scheme in force, with a full budget and two officers."""

    engine: AsyncEngine
    code: str
    scheme_id: UUID
    edition_id: UUID
    who: Officers

    async def holder(self, times: int = 3) -> UUID:
        """A new member with so many grants of POINTS_A_TIME points."""
        found = await spending.member(self.engine)
        await self.earn(found, times)
        return found

    async def earn(self, member_id: UUID, times: int = 1, days_ago: int = 1) -> list[UUID]:
        """So many attendances of a member, granted; the attendances."""
        kind = kind_of(self.code)
        attended = [await spending.attendance(self.engine, member_id, kind=kind, days_ago=days_ago) for _ in range(times)]
        granted = await do(self.engine, grant.for_attendances, attended, actor=None, now=NOW)
        assert sum(each.amount for each in granted) == POINTS_A_TIME * times, granted
        return attended

    async def me(self, member_id: UUID) -> Actor:
        """The member at their own phone."""
        return await spending.actor(self.engine, "member", member_id=member_id)

    async def claim(self, member_id: UUID, now: datetime = NOW, **asked: Any) -> claim.Told:
        """The member claims."""
        wish = claim.Applying(scheme=self.code, holder=member_id, **asked)
        return await do(self.engine, claim.apply, wish, actor=await self.me(member_id), now=now)

    async def batch(self, now: datetime = NOW, payable_by: date = TODAY) -> claim_batch.Listed:
        """The first officer makes a list of what is payable."""
        asked = claim_batch.Proposing(scheme=self.code, payable_by=payable_by)
        return await do(self.engine, claim_batch.propose, asked, actor=self.who.first, now=now)

    async def approve(self, made: claim_batch.Listed, now: datetime = NOW) -> claim_batch.Listed:
        """The second one approves it."""
        assert made.batch is not None
        return await do(self.engine, claim_batch.approve, made.batch.batch_id, actor=self.who.second, now=now)

    async def pay(self, now: datetime = NOW, payable_by: date = TODAY) -> claim_batch.Listed:
        """Both."""
        return await self.approve(await self.batch(now, payable_by), now)

    async def free(self, member_id: UUID, now: datetime = NOW) -> int:
        """What a member holds of the scheme that nothing reserves."""
        held = await do(self.engine, scheme_lots.of, self.scheme_id, member_id, now=now)
        return sum(holding.remaining for wallet in held for holding in wallet.holdings)


def kind_of(code: str) -> str:
    """The kind of activity that a scheme grants for, and no other scheme."""
    return code.replace("-", "_")


async def open_desk(engine: AsyncEngine, code: str, **changes: Any) -> Desk:
    """A scheme of POINTS_A_TIME points an occasion and a hundred yen for a hundred points, changed as told, with a full budget."""
    who = await schemes.officers(engine)
    plain: dict[str, Any] = {
        "clauses": (Clause(activity_kinds=(kind_of(code),), earn=PerOccasion(amount=POINTS_A_TIME, minimum_minutes=0)),),
        "conversion": editions.exchange(),
        "funding": ("care",),
        "eligibility": (),
    }
    edition_id = await schemes.publish(engine, who, code, **(plain | changes))
    for fiscal_year in (2025, 2026):
        await schemes.fund(engine, who, code, "care", 1_000_000, fiscal_year)
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Desk(engine, code, scheme.scheme_id, edition_id, who)
