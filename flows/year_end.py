"""The end of a scheme's year, and of a scheme: what is not carried lapses, to the rule; announced first, executed by another person.

The list of those affected can be seen before (`preview`) and writes nothing. Announcing it tells each member what they would lose if
nothing changed until then. Executing it closes wallet by wallet under the locks: what the rule then sees of each, and what it says, is
kept beside the entry. What an open claim reserves was claimed in time and is left alone.

Whose: the wallets of those who hold the scheme's points by its edition, members or groups; where the scheme ends, every wallet that
has any. The community pot loses its points by their last day alone (`flows.expiry`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import claim_deciding, words, year_end_facts
from kernel import days, ids
from ledger import accounts, posting
from ledger.draft import DRAFTS_MAX, Draft, Exactly, move
from rules import edition_store
from rules.edition_store import InForce
from wallets import claim_refusals, holders, locks, notices, year_ends
from wallets.notices import Telling
from wallets.year_ends import Item, Kind, NewRun, Run


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The year of a scheme that holds the day `year_of`, closed on `closes_on`: after its last day. `wind_down` ends the scheme."""

    scheme: str
    year_of: date
    closes_on: date
    kind: Kind = "year_end"


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule does to one wallet, and the same in sentences, by language."""

    item: Item
    explanation: dict[str, list[str]]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Who loses and keeps how much, in minor units of the scheme's unit. `run` is None where nothing was announced."""

    run: Run | None
    scheme: str
    unit: str
    affected: Sequence[Affected]
    lapsed: int
    carried: int


async def preview(conn: AsyncConnection, asked: Asked, *, now: datetime) -> Listed:
    """Who would lose what, by which rule. Writes nothing.

    Raises UnknownScheme, NoEditionThen, NoSchemeYear, NoWindDown, YearEndTooEarly (`closes_on` is not after the year).
    """
    ruled = await year_end_facts.ruled_by(conn, asked.scheme, asked.year_of)
    run = _new_run(ruled, asked)
    return await _listed(conn, ruled, None, await year_end_facts.closings(conn, ruled, run, now=now))


async def announce(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Listed:
    """Announces a year end, with a notice to each member who would lose something. Nothing is taken.

    Raises what `preview` raises, and YearEndAnnounced.
    """
    await locks.take(conn, "claims", (await edition_store.scheme_by_code(conn, asked.scheme)).scheme_id)
    ruled = await year_end_facts.ruled_by(conn, asked.scheme, asked.year_of)
    run = _new_run(ruled, asked)
    before = await year_ends.find(conn, run.scheme_id, run.kind, run.year_first)
    if before is not None:
        raise claim_refusals.YearEndAnnounced(run_id=before.run_id, closes_on=before.closes_on)
    found = await year_end_facts.closings(conn, ruled, run, now=now)
    await year_ends.announce(conn, run, announced_by=actor.principal_id, now=now)
    listed = await _listed(conn, ruled, await year_ends.get(conn, run.run_id), found)
    await _tell(conn, run, listed, run.kind, actor=actor, now=now)
    return listed


async def execute(conn: AsyncConnection, run_id: UUID, *, actor: Actor, now: datetime) -> Listed:
    """Another person executes an announced year end on its day or later: one entry for each wallet that loses something.

    Each member who lost something is told, also who earned it after the announcement.

    Raises UnknownYearEnd, YearEndDone, SamePerson, YearEndTooEarly.
    """
    run = await year_ends.get(conn, run_id)
    await locks.take(conn, "claims", run.scheme_id)
    run = await year_ends.get(conn, run_id)
    if run.executed_at is not None:
        raise claim_refusals.YearEndDone(run_id=run_id)
    await holders.check_other_person(conn, run.announced_by, actor)
    if days.local_date(now) < run.closes_on:
        raise claim_refusals.YearEndTooEarly(closes_on=run.closes_on, not_before=run.closes_on)
    ruled = await year_end_facts.of_edition(conn, run.edition_id)
    await _lock(conn, ruled, run, now)
    found = await year_end_facts.closings(conn, ruled, run, now=now)  # again, under the locks
    await year_ends.execute(conn, run_id, executed_by=actor.principal_id, now=now)
    await _book(conn, ruled, run, found, actor=actor, now=now)
    listed = await _listed(conn, ruled, await year_ends.get(conn, run_id), found)
    await _tell(conn, run, listed, f"{run.kind}_done", actor=actor, now=now)
    return listed


async def read(conn: AsyncConnection, run_id: UUID) -> Listed:
    """A run with what it did; before it is executed, with nobody in the list. Raises UnknownYearEnd."""
    run = await year_ends.get(conn, run_id)
    ruled = await year_end_facts.of_edition(conn, run.edition_id)
    return await _listed(conn, ruled, run, await year_ends.items_of(conn, run_id))


def _new_run(ruled: InForce, asked: Asked) -> NewRun:
    """The run that is asked for. Raises NoSchemeYear, NoWindDown, YearEndTooEarly."""
    first, last = year_end_facts.bounds(ruled, asked.kind, asked.year_of)
    if asked.closes_on <= last:
        raise claim_refusals.YearEndTooEarly(closes_on=asked.closes_on, not_before=last + timedelta(days=1))
    return NewRun(
        run_id=ids.new_id(),
        kind=asked.kind,
        scheme_id=ruled.scheme.scheme_id,
        edition_id=ruled.edition_id,
        year_of=min(max(asked.year_of, first), last),
        year_first=first,
        year_last=last,
        closes_on=asked.closes_on,
    )


async def _lock(conn: AsyncConnection, ruled: InForce, run: NewRun, now: datetime) -> None:
    lapsed = await accounts.ensure(conn, "lapsed", ruled.scheme.unit_id)
    seen = await year_end_facts.closings(conn, ruled, run, now=now)
    await locks.accounts(conn, sorted({*(each.account_id for each in seen), lapsed}))


async def _book(conn: AsyncConnection, ruled: InForce, run: Run, found: Sequence[Item], *, actor: Actor, now: datetime) -> None:
    lapsed = await accounts.ensure(conn, "lapsed", ruled.scheme.unit_id)
    for start in range(0, len(found), DRAFTS_MAX):
        part = found[start : start + DRAFTS_MAX]
        await posting.post_all(conn, [_draft(run, item, lapsed, actor, now) for item in part if item.entry_id], now=now)
        await year_ends.keep_items(conn, run.run_id, part)


def _draft(run: Run, item: Item, lapsed: int, actor: Actor, now: datetime) -> Draft:
    if item.entry_id is None:
        raise LookupError(f"item {item.item_id} loses nothing")
    taken = Exactly(tuple((UUID(each.holding_id), each.amount) for each in item.closing.taken if each.amount))
    return Draft(
        entry_id=item.entry_id,
        kind=run.kind,
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="year_end_item",
        cause_id=item.item_id,
        lines=move(item.account_id, lapsed, item.lapsed, take=taken),
        actor=actor.principal_id,
    )


async def _tell(conn: AsyncConnection, run: NewRun, listed: Listed, kind: str, *, actor: Actor, now: datetime) -> None:
    """Tells each member who loses something."""
    common = {"scheme": listed.scheme, "unit": listed.unit, "closes_on": str(run.closes_on)}
    told = [
        Telling(
            member_id=each.item.holder,
            kind=kind,
            about=run.run_id,
            facts=common | {"lapses": each.item.lapsed, "carries": each.item.carried, "explanation": each.explanation},
        )
        for each in listed.affected
        if each.item.lapsed
    ]
    await notices.tell(conn, told, told_by=actor.principal_id, now=now)


async def _listed(conn: AsyncConnection, ruled: InForce, run: Run | None, found: Sequence[Item]) -> Listed:
    unit = await claim_deciding.unit_of(conn, ruled)
    return Listed(
        run=run,
        scheme=ruled.scheme.code,
        unit=unit.code,
        affected=[Affected(item=item, explanation=words.closing_in(unit, item.closing)) for item in found],
        lapsed=sum(item.lapsed for item in found),
        carried=sum(item.carried for item in found),
    )
