"""What a claim would become, before it is made: what one would get, of which grants, and what would be left. Nothing is kept.

The same decision as that of `flows.claim.apply`, on the facts of this moment; it is taken anew when the claim is made.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import claim_deciding, claimants, words
from flows.claim import Applying
from kernel import days, ids
from ledger.units import Unit
from rules.payout import Payout
from wallets.claims import NewClaim


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """How much would be taken of one grant: of an activity on that day, to be used until then."""

    amount: int
    occurred_on: date
    expires_on: date | None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of it, in sentences by language; of which grants; how much of the unit is held, and would be left."""

    payout: Payout
    sentences: dict[str, list[str]]
    unit: Unit
    taken: list[Taken]
    held: int

    @property
    def left(self) -> int:
        """What could be claimed afterwards."""
        return self.held - self.payout.points - self.payout.lost


async def preview(conn: AsyncConnection, asked: Applying, *, actor: Actor, now: datetime) -> Preview:
    """What `flows.claim.apply` would do now. Raises as it does, but for ClaimPaysNothing: that is told with its reasons."""
    ruled_by = await claim_deciding.ruled_by(conn, asked.scheme, now)
    acting_for = await claimants.acting_for(conn, asked.holder, ruled_by.edition.holder, actor)
    new = NewClaim(
        claim_id=ids.new_id(),
        scheme_id=ruled_by.scheme.scheme_id,
        holder=asked.holder,
        claimed_on=days.local_date(now),
        amount=asked.amount,
        form=asked.form,
        directed_to=asked.directed_to,
        deductions=asked.deductions,
        claimed_at=now,
        claimed_by=actor.principal_id,
        acting_for=acting_for,
    )
    facts, payout = await claim_deciding.decided(conn, ruled_by, new, now)
    lots = {each.holding_id: each for each in facts.holdings}
    return Preview(
        payout=payout,
        sentences=await words.of_payout(conn, ruled_by, payout),
        unit=await claim_deciding.unit_of(conn, ruled_by),
        taken=[
            Taken(amount=each.amount, occurred_on=lots[each.holding_id].occurred_on, expires_on=lots[each.holding_id].expires_on)
            for each in payout.taken
            if each.amount
        ],
        held=sum(each.can_be_converted for each in facts.holdings),
    )
