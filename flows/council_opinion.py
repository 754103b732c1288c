"""The council is heard on a proposed edition: its opinion is recorded with the day it met and how it voted, or why there is none.

It advises and decides nothing: an edition that most were against can be approved, and everybody can read that they were.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import propose_edition
from kernel import days, ids, text
from rules import proposal_store, refusals
from rules.proposal_store import Opinion

OPINION_CHARACTERS_MAX = 10_000
VOTES_MAX = 100_000


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What the council said, on which day, and how many were for it, against it, or abstained."""

    opinion: str
    held_on: date
    votes_for: int
    votes_against: int
    votes_abstained: int


async def attach(conn: AsyncConnection, proposal_id: UUID, heard: Heard, *, actor: Actor, now: datetime) -> Opinion:
    """Records an opinion; there may be several. Raises UnknownProposal, AlreadyPublished, ProposalClosed, OpinionFromTheFuture."""
    said = text.clean("opinion", heard.opinion.replace("\r\n", "\n"), OPINION_CHARACTERS_MAX, lines=True)
    today = days.local_date(now)
    if heard.held_on > today:
        raise refusals.OpinionFromTheFuture(held_on=heard.held_on, today=today)
    await propose_edition.undecided(conn, proposal_id)
    opinion = Opinion(
        opinion_id=ids.new_id(),
        proposal_id=proposal_id,
        opinion=said,
        held_on=heard.held_on,
        votes_for=heard.votes_for,
        votes_against=heard.votes_against,
        votes_abstained=heard.votes_abstained,
        recorded_at=now,
        recorded_by=actor.principal_id,
    )
    await proposal_store.hear(conn, opinion)
    return opinion


async def note_absence(conn: AsyncConnection, proposal_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Opinion:
    """Records that there is no opinion, and why. Raises UnknownProposal, AlreadyPublished, ProposalClosed."""
    said = text.clean_note("reason", reason)
    await propose_edition.undecided(conn, proposal_id)
    opinion = Opinion(
        opinion_id=ids.new_id(), proposal_id=proposal_id, absent_reason=said, recorded_at=now, recorded_by=actor.principal_id
    )
    await proposal_store.hear(conn, opinion)
    return opinion
