"""A scheme in force in TOWN, with budget lines, for tests of grants."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from flows import budget, council_opinion, propose_edition, publish_edition
from rules import edition_store, parse
from tests.support import editions, spending

SCHEME = "helpers"


class Officers(msgspec.Struct, frozen=True):
    """Two people, because rules and payments take two."""

    first: Actor
    second: Actor


async def officers(engine: AsyncEngine) -> Officers:
    """Two officers."""
    return Officers(await spending.actor(engine, "officer"), await spending.actor(engine, "officer"))


async def publish(engine: AsyncEngine, who: Officers, code: str = SCHEME, **changes: object) -> UUID:
    """Publishes an edition of `code` (one point an hour, changed as told); sets the scheme up at its first edition."""
    given = {"scheme": code, "unit": "pt", "starts_on": date(2026, 4, 1), "funding": ("care", "general")} | changes
    document = parse.render(editions.edition(**given))
    if not await _known(engine, code):
        asked = publish_edition.SchemeAsked(code=code, name="助け合いポイント", unit="pt")
        await spending.do(engine, publish_edition.create_scheme, asked, actor=who.first, now=spending.NOW)
    proposal = await spending.do(engine, propose_edition.propose, code, document, actor=who.first, now=spending.NOW)
    await hear(engine, who, proposal.proposal_id)
    done = await spending.do(engine, publish_edition.publish, proposal.proposal_id, actor=who.second, now=spending.NOW)
    return done.edition_id


async def hear(engine: AsyncEngine, who: Officers, proposal_id: UUID) -> None:
    """Writes down that the council was not asked."""
    await spending.do(engine, council_opinion.note_absence, proposal_id, "軽微な改正", actor=who.first, now=spending.NOW)


async def fund(engine: AsyncEngine, who: Officers, code: str, line: str, amount: int, fiscal_year: int = 2026) -> UUID:
    """Opens a budget line and fills it (0 leaves it empty)."""
    asked = budget.LineAsked(scheme=code, code=line, fiscal_year=fiscal_year, funding_source="一般財源")
    opened = await spending.do(engine, budget.open_line, asked, actor=who.first, now=spending.NOW)
    if amount:
        await supplement(engine, who, opened.budget_line_id, amount)
    return opened.budget_line_id


async def supplement(engine: AsyncEngine, who: Officers, line_id: UUID, amount: int) -> None:
    """Adds to a budget line."""
    await spending.do(engine, budget.appropriate, line_id, amount, "補正", actor=who.first, now=spending.NOW)


async def left(engine: AsyncEngine, line_id: UUID, fiscal_year: int = 2026) -> int:
    """What a budget line has left."""
    lines = await spending.do(engine, budget.lines, fiscal_year, now=spending.NOW)
    return next(line.left for line in lines if line.budget_line_id == line_id)


async def _known(engine: AsyncEngine, code: str) -> bool:
    return any(scheme.code == code for scheme in await spending.do(engine, edition_store.schemes))
