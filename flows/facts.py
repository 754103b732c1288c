"""An officer records what is known of members, and what waited for it is decided in the same transaction.

A record is a yes or no with its days and its source. Nobody records what is known of themselves. Who knows better records it anew; what
was decided before stands as it was decided: taking that back is a correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import locks
from community import members, organisations
from community.actor import Actor
from community.refusals import UnknownMember
from flows import grant, questions, reach
from kernel import ids
from rules import fact_store
from rules.fact_store import Recorded
from rules.known import Record

FACTS_MAX = 200  # of one list


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is known of a member, or of a group whose points it holds itself. Days as in `rules.known.Record`."""

    member_id: UUID
    fact: str
    yes: bool
    source: str
    first_on: date | None = None
    last_on: date | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The records that were kept, and what was decided because of them."""

    facts: tuple[Recorded, ...]
    grants: tuple[grant.Granted, ...]


async def record(conn: AsyncConnection, asked: Sequence[Asked], *, actor: Actor, now: datetime) -> Done:
    """Records a list (at most FACTS_MAX, which the door bounds), all of it or none, and decides what waited for it.

    At most grant.RETRY_MAX attendances, the oldest first; the rest is decided by `grant.retry_waiting`. Raises UnknownMember,
    SelfConfirmation, UnreadableFact, FactDaysOutOfOrder, RegisteredSinceWhen and what `text.clean` raises.
    """
    whose = sorted({each.member_id for each in asked})
    await known(conn, whose)
    for member_id in whose:
        reach.not_oneself(member_id, actor)
    new = ids.new_ids(len(asked))  # rising: of two records of one list that contradict, the later one counts
    kept = [
        _recorded((nth, fact_id), each, actor, now) for (nth, each), fact_id in zip(enumerate(asked, start=1), new, strict=True)
    ]
    waits = await questions.of_holders(conn, whose, limit=grant.RETRY_MAX)
    await locks.members(conn, [*whose, *(each.member_id for each in waits)])
    await fact_store.record(conn, kept)
    waits = await questions.of_holders(conn, whose, limit=grant.RETRY_MAX)  # anew: asked by somebody else meanwhile
    ids_of = [each.attendance_id for each in waits]
    granted = await grant.for_attendances(conn, ids_of, actor=actor.principal_id, now=now)
    return Done(facts=tuple(kept), grants=tuple(granted))


async def known(conn: AsyncConnection, ids_of: Sequence[UUID]) -> None:
    """Makes sure that each is a member or an organisation of the town. Raises UnknownMember."""
    unknown = set(ids_of) - set(await members.find_many(conn, ids_of))
    unknown -= set(await organisations.find_many(conn, list(unknown)))
    if unknown:
        raise UnknownMember(member_id=min(unknown))


def _recorded(place: tuple[int, UUID], asked: Asked, actor: Actor, now: datetime) -> Recorded:
    nth, fact_id = place
    told = Record(fact=asked.fact, yes=asked.yes, first_on=asked.first_on, last_on=asked.last_on, source=asked.source)
    checked = fact_store.checked(nth, told)
    return Recorded(
        fact_id=fact_id,
        member_id=asked.member_id,
        fact=checked.fact,
        yes=checked.yes,
        first_on=checked.first_on,
        last_on=checked.last_on,
        source=checked.source,
        recorded_at=now,
        recorded_by=actor.principal_id,
    )
