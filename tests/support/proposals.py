"""A scheme of one's own whose rules are proposed, heard, approved and published, for tests of the life of an edition."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from flows import council_opinion, propose_edition, publish_edition
from kernel import days, ids
from rules import edition_store, parse
from rules.proposal_store import Opinion, Proposal
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import WindDown
from tests.support import editions, schemes
from tests.support.spending import NOW, do

TODAY = days.local_date(NOW)
APRIL = date(2026, 4, 1)
HEARD = council_opinion.Heard(
    opinion="原案のとおりで差し支えない。", held_on=TODAY - timedelta(days=3), votes_for=7, votes_against=1, votes_abstained=0
)


class Life(msgspec.Struct, frozen=True):
    """A scheme, and the two officers at work on its rules."""

    engine: AsyncEngine
    scheme: edition_store.Scheme
    first: Actor
    second: Actor

    def edition(self, **changes: Any) -> Edition:
        """One point an hour from April on, changed as told."""
        return editions.edition(**({"scheme": self.scheme.code, "unit": "pt", "starts_on": APRIL} | changes))

    def document(self, **changes: Any) -> str:
        """The same, as a text."""
        return parse.render(self.edition(**changes))

    async def proposed(self, **changes: Any) -> Proposal:
        """Proposed by the first officer, and nothing more."""
        document = self.document(**changes)
        return await do(self.engine, propose_edition.propose, self.scheme.code, document, actor=self.first, now=NOW)

    async def hear(self, proposal: Proposal) -> Opinion:
        """The council says yes."""
        return await do(self.engine, council_opinion.attach, proposal.proposal_id, HEARD, actor=self.first, now=NOW)

    async def heard(self, **changes: Any) -> Proposal:
        """Proposed, and the council heard."""
        proposal = await self.proposed(**changes)
        await self.hear(proposal)
        return proposal

    async def publish(self, proposal: Proposal) -> UUID:
        """Approved and published by the second officer in one act."""
        done = await do(self.engine, publish_edition.publish, proposal.proposal_id, actor=self.second, now=NOW)
        return done.edition_id

    async def published(self, **changes: Any) -> UUID:
        """In force, or to come."""
        return await self.publish(await self.heard(**changes))


def ending(last_granting_on: date, balances: Any = "lapse") -> WindDown:
    """An end: half a year for claims."""
    return WindDown(last_granting_on=last_granting_on, last_claim_on=last_granting_on + timedelta(days=183), balances=balances)


async def life(engine: AsyncEngine) -> Life:
    """A new scheme without any edition."""
    who = await schemes.officers(engine)
    asked = publish_edition.SchemeAsked(code=f"s{ids.new_id().hex[-12:]}", name="助け合い", unit="pt")
    scheme = await do(engine, publish_edition.create_scheme, asked, actor=who.first, now=NOW)
    return Life(engine, scheme, who.first, who.second)
