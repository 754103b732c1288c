"""Choosing a decree that keeps one's points alive longer, where the edition leaves it to each person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import claim_deciding, claimants
from kernel import ids
from wallets import claim_refusals, year_ends
from wallets.year_ends import Choice


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """Which decree of the edition in force (its number in the document, from 1) `holder` wants, or wants no longer."""

    scheme: str
    holder: UUID
    decree: int
    chosen: bool = True


async def choose(conn: AsyncConnection, asked: Choosing, *, actor: Actor, now: datetime) -> Choice:
    """Remembers the choice; it counts from now on, also after an edition that says the same under another number.

    Raises UnknownScheme, NoEditionThen, UnknownDecree (none of this number, or one that is for all), UnknownMember,
    UnknownOrganisation.
    """
    ruled = await claim_deciding.ruled_by(conn, asked.scheme, now)
    await claimants.acting_for(conn, asked.holder, ruled.edition.holder, actor)
    offered = tuple(number for number, decree in enumerate(ruled.edition.extensions, start=1) if decree.chosen)
    if asked.decree not in offered:
        raise claim_refusals.UnknownDecree(decree=asked.decree, chosen_ones=offered)
    choice = Choice(
        choice_id=ids.new_id(),
        holder=asked.holder,
        scheme_id=ruled.scheme.scheme_id,
        edition_id=ruled.edition_id,
        decree=asked.decree,
        chosen=asked.chosen,
        chosen_at=now,
        chosen_by=actor.principal_id,
    )
    await year_ends.choose(conn, choice)
    return choice
