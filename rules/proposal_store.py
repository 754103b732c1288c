"""Proposals of editions as they stand in PostgreSQL, and what is said of them: opinions of the council, approval, a withdrawal.

Every word is a row of its own and none is ever edited. The state of a proposal is read from the rows, and stored nowhere.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from rules import refusals

State = Literal["proposed", "approved", "published", "withdrawn", "rejected"]
Outcome = Literal["withdrawn", "rejected"]
PROPOSALS_MAX = 200


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody proposes: a document, and the version of the draft that it was, if it was one."""

    proposal_id: UUID
    scheme_id: UUID
    document: str
    draft_id: UUID | None
    draft_version: int | None
    proposed_by: UUID
    proposed_at: datetime


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A second person's consent."""

    approved_by: UUID
    approved_at: datetime


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """That nothing comes of a proposal, and why."""

    outcome: Outcome
    reason: str
    closed_by: UUID
    closed_at: datetime


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal as it stands. It rules nothing until it is published; `heard`: the council, or its absence, is on record."""

    proposal_id: UUID
    scheme_id: UUID
    scheme: str
    state: State
    heard: bool
    document: str
    draft_id: UUID | None
    draft_version: int | None
    proposed_by: UUID
    proposed_at: datetime
    approval: Approval | None
    close: Close | None


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """The council's opinion: its words, the day it met, and how it voted. Or `absent_reason` alone: why there is none."""

    opinion_id: UUID
    proposal_id: UUID
    opinion: str | None = None
    held_on: date | None = None
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None
    absent_reason: str | None = None
    recorded_at: datetime
    recorded_by: UUID


_PROPOSE = query.statement(
    """
    insert into rules.edition_proposal (
        municipality_id, proposal_id, scheme_id, document, draft_id, draft_version, proposed_by, proposed_at
    )
    values (
        db.municipality(), :proposal_id, :scheme_id, :document, cast(:draft_id as uuid), cast(:draft_version as int), :proposed_by,
        :proposed_at
    )
    """
)
_SELECT = """
    select p.proposal_id, p.scheme_id, s.code as scheme, p.document, p.draft_id, p.draft_version, p.proposed_by, p.proposed_at,
        case
            when e.edition_id is not null then 'published'
            when c.outcome is not null then c.outcome
            when a.approved_by is not null then 'approved'
            else 'proposed'
        end as state,
        exists (
            select from rules.edition_opinion o where o.municipality_id = p.municipality_id and o.proposal_id = p.proposal_id
        ) as heard,
        a.approved_by, a.approved_at, c.outcome, c.reason, c.closed_by, c.closed_at
    from rules.edition_proposal p
    join rules.scheme s on s.municipality_id = p.municipality_id and s.scheme_id = p.scheme_id
    left join rules.edition e on e.municipality_id = p.municipality_id and e.edition_id = p.proposal_id
    left join rules.edition_approval a on a.municipality_id = p.municipality_id and a.proposal_id = p.proposal_id
    left join rules.proposal_close c on c.municipality_id = p.municipality_id and c.proposal_id = p.proposal_id
    where p.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_SELECT + " and p.proposal_id = :proposal_id")
_OF_SCHEME = query.statement(
    _SELECT + " and p.scheme_id = :scheme_id order by p.proposed_at desc, p.proposal_id desc limit :limit"
)
_HEAR = query.statement(
    """
    insert into rules.edition_opinion (
        municipality_id, opinion_id, proposal_id, opinion, held_on, votes_for, votes_against, votes_abstained, absent_reason,
        recorded_at, recorded_by
    )
    values (
        db.municipality(), :opinion_id, :proposal_id, cast(:opinion as text), cast(:held_on as date), cast(:votes_for as int),
        cast(:votes_against as int), cast(:votes_abstained as int), cast(:absent_reason as text), :recorded_at, :recorded_by
    )
    """
)
_OPINIONS = query.statement(
    """
    select opinion_id, proposal_id, opinion, held_on, votes_for, votes_against, votes_abstained, absent_reason, recorded_at, recorded_by
    from rules.edition_opinion where municipality_id = db.municipality() and proposal_id = :proposal_id
    order by recorded_at, opinion_id
    """
)
_APPROVE = query.statement(
    """
    insert into rules.edition_approval (municipality_id, proposal_id, approved_at, approved_by)
    values (db.municipality(), :proposal_id, :approved_at, :approved_by)
    """
)
_CLOSE = query.statement(
    """
    insert into rules.proposal_close (municipality_id, proposal_id, outcome, reason, closed_at, closed_by)
    values (db.municipality(), :proposal_id, :outcome, :reason, :closed_at, :closed_by)
    """
)


async def propose(conn: AsyncConnection, proposed: Proposed) -> None:
    """Keeps a proposal."""
    await query.run(conn, _PROPOSE, **msgspec.structs.asdict(proposed))


async def find(conn: AsyncConnection, proposal_id: UUID) -> Proposal:
    """The proposal with this id. Raises UnknownProposal."""
    row = await query.one(conn, _BY_ID, proposal_id=proposal_id)
    return _proposal(unless(row, refusals.UnknownProposal(proposal_id=proposal_id)))


async def of_scheme(conn: AsyncConnection, scheme_id: UUID, *, limit: int = PROPOSALS_MAX) -> list[Proposal]:
    """The proposals of a scheme, the latest first, at most PROPOSALS_MAX."""
    rows = await query.rows(conn, _OF_SCHEME, scheme_id=scheme_id, limit=min(limit, PROPOSALS_MAX))
    return [_proposal(row) for row in rows]


async def hear(conn: AsyncConnection, opinion: Opinion) -> None:
    """Keeps an opinion, or its absence. PostgreSQL refuses it of a proposal that is decided (`proposal_decided_once`)."""
    await query.run(conn, _HEAR, **msgspec.structs.asdict(opinion))


async def opinions(conn: AsyncConnection, proposal_id: UUID) -> list[Opinion]:
    """What the council said of a proposal, in the order in which it was recorded."""
    return [query.into(Opinion, row) for row in await query.rows(conn, _OPINIONS, proposal_id=proposal_id)]


async def approve(conn: AsyncConnection, proposal_id: UUID, approval: Approval) -> None:
    """Keeps an approval. PostgreSQL refuses the proposer's own (`two_people`), and one that comes too early (`opinion_first`)."""
    await query.run(conn, _APPROVE, proposal_id=proposal_id, **msgspec.structs.asdict(approval))


async def close(conn: AsyncConnection, proposal_id: UUID, closing: Close) -> None:
    """Keeps a withdrawal or a rejection. PostgreSQL refuses the wrong person's (`own_proposal`, `two_people`)."""
    await query.run(conn, _CLOSE, proposal_id=proposal_id, **msgspec.structs.asdict(closing))


def _proposal(row: Row[Any]) -> Proposal:
    approval = Approval(approved_by=row.approved_by, approved_at=row.approved_at) if row.approved_by is not None else None
    closing = (
        Close(outcome=row.outcome, reason=row.reason, closed_by=row.closed_by, closed_at=row.closed_at)
        if row.outcome is not None
        else None
    )
    return Proposal(
        proposal_id=row.proposal_id,
        scheme_id=row.scheme_id,
        scheme=row.scheme,
        state=row.state,
        heard=row.heard,
        document=row.document,
        draft_id=row.draft_id,
        draft_version=row.draft_version,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approval=approval,
        close=closing,
    )
