"""An edition of the rules becomes law: one person proposes it, the council is heard, another person approves it, and it is published.

Approving and publishing may be one act or two: what a second person has approved, anybody in office may publish. Editions never overlap
and leave no gap, because each one rules from its start until the next one starts. A published edition is never edited. One may start in
the past only after the last start, and only while no decision was taken for that time.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import Actor
from flows import propose_edition
from kernel import ids, text
from ledger import units
from rules import edition_store, parse, proposal_store, refusals
from rules.edition_store import Published, Scheme
from rules.proposal_store import Approval, Close, Proposal
from rules.vocabulary.edition import Edition


class SchemeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme to be set up: its code, its name, and the unit of its grants."""

    code: str
    name: str
    unit: str


class EditionPublished(msgspec.Struct, frozen=True, kw_only=True):
    """A published edition: its id and the first day on which it is in force."""

    edition_id: UUID
    scheme: str
    starts_on: date


async def create_scheme(conn: AsyncConnection, asked: SchemeAsked, *, actor: Actor, now: datetime) -> Scheme:
    """Sets up a scheme. Raises UnknownUnit, SchemeExists."""
    unit = await units.by_code(conn, asked.unit)
    scheme = Scheme(scheme_id=ids.new_id(), code=asked.code, name=asked.name, unit_id=unit.unit_id)
    await edition_store.create_scheme(conn, scheme, by=actor.principal_id, at=now)
    return scheme


async def approve(conn: AsyncConnection, proposal_id: UUID, *, actor: Actor, now: datetime) -> Proposal:
    """A second person consents, once the council is heard; it is published later.

    Raises UnknownProposal, AlreadyPublished, ProposalClosed, AlreadyApproved, ProposerCannotPublish, OpinionMissing, and what `publish`
    would refuse today.
    """
    found = await propose_edition.undecided(conn, proposal_id)
    if found.approval is not None:
        raise refusals.AlreadyApproved(proposal_id=proposal_id)
    await _approve(conn, found, actor, now)
    await _check_turn(conn, found.scheme_id, parse.parse(found.document))
    return await proposal_store.find(conn, proposal_id)


async def reject(conn: AsyncConnection, proposal_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Proposal:
    """A second person says no, with a reason. Raises UnknownProposal, AlreadyPublished, ProposalClosed, ProposerCannotReject."""
    said = text.clean_note("reason", reason)
    found = await propose_edition.undecided(conn, proposal_id)
    if await principals.same_person(conn, found.proposed_by, actor.principal_id):
        raise refusals.ProposerCannotReject(proposal_id=proposal_id)
    closing = Close(outcome="rejected", reason=said, closed_by=actor.principal_id, closed_at=now)
    await proposal_store.close(conn, proposal_id, closing)
    return await proposal_store.find(conn, proposal_id)


async def publish(conn: AsyncConnection, proposal_id: UUID, *, actor: Actor, now: datetime) -> EditionPublished:
    """Publishes what a second person approved, or approves it as one in the same act; from its start it is the edition in force.

    Raises UnknownProposal, AlreadyPublished, ProposalClosed, ProposerCannotPublish, OpinionMissing, EditionStartsTooEarly,
    EditionLeavesGap.
    """
    found = await propose_edition.undecided(conn, proposal_id)
    approval = found.approval or await _approve(conn, found, actor, now)
    edition = parse.parse(found.document)
    await _check_turn(conn, found.scheme_id, edition)
    published = Published(
        edition_id=proposal_id,
        scheme_id=found.scheme_id,
        starts_on=edition.starts_on,
        document=found.document,
        document_sha256=hashlib.sha256(found.document.encode()).digest(),
        proposed_by=found.proposed_by,
        approved_by=approval.approved_by,
        published_at=now,
        published_by=actor.principal_id,
        last_granting_on=edition.wind_down.last_granting_on if edition.wind_down else None,
    )
    await edition_store.publish(conn, published)
    return EditionPublished(edition_id=proposal_id, scheme=edition.scheme, starts_on=edition.starts_on)


async def _approve(conn: AsyncConnection, found: Proposal, actor: Actor, now: datetime) -> Approval:
    if await principals.same_person(conn, found.proposed_by, actor.principal_id):
        raise refusals.ProposerCannotPublish(proposal_id=found.proposal_id)
    if not found.heard:
        raise refusals.OpinionMissing(proposal_id=found.proposal_id)
    approval = Approval(approved_by=actor.principal_id, approved_at=now)
    await proposal_store.approve(conn, found.proposal_id, approval)
    return approval


async def _check_turn(conn: AsyncConnection, scheme_id: UUID, edition: Edition) -> None:
    """No overlap, no gap, and no day that was decided already. Ask under the lock of the law."""
    published = await edition_store.editions(conn, scheme_id)
    decided = await edition_store.last_decided(conn, scheme_id)
    taken = max(published[-1].starts_on if published else date.min, decided or date.min)
    if edition.starts_on <= taken:
        raise refusals.EditionStartsTooEarly(starts_on=edition.starts_on, earliest=taken + timedelta(days=1))
    ends_on = published[-1].last_granting_on if published else None
    if ends_on is not None and edition.starts_on > ends_on + timedelta(days=1):
        raise refusals.EditionLeavesGap(starts_on=edition.starts_on, last_granting_on=ends_on)
