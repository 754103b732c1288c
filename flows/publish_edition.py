"""An edition of the rules becomes law: one person proposes the document, another approves it, and it is in force from its first day.

Editions never overlap and leave no gap, because each one rules from its start until the next one starts. A published edition is never
edited. One may start in the past only after the last start, and only while no decision was taken for that time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import Actor
from db import query
from kernel import ids
from ledger import units
from rules import edition_store, parse, refusals
from rules.edition_store import Proposal, Scheme

_LAST_DECIDED = query.statement(
    "select max(occurred_on) from rules.decision where municipality_id = db.municipality() and scheme_id = :scheme_id"
)


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


async def propose(conn: AsyncConnection, scheme_code: str, document: str, *, actor: Actor, now: datetime) -> Proposal:
    """Keeps a draft that reads well. Raises UnknownScheme, UnreadableEdition, EditionOfAnotherScheme."""
    scheme = await edition_store.scheme_by_code(conn, scheme_code)
    await _check(conn, scheme, document)
    proposal = Proposal(
        proposal_id=ids.new_id(),
        scheme_id=scheme.scheme_id,
        document=document,
        proposed_by=actor.principal_id,
        proposed_at=now,
        published=False,
    )
    await edition_store.propose(conn, proposal)
    return proposal


async def publish(conn: AsyncConnection, proposal_id: UUID, *, actor: Actor, now: datetime) -> EditionPublished:
    """Approves a proposal as a second person; from its start it is the edition in force.

    Raises UnknownProposal, ProposerCannotPublish, AlreadyPublished, EditionStartsTooEarly.
    """
    found = await edition_store.proposal(conn, proposal_id)
    await edition_store.lock_scheme(conn, found.scheme_id)
    found = await edition_store.proposal(conn, proposal_id)  # again, under the lock
    if found.published:
        raise refusals.AlreadyPublished(proposal_id=proposal_id)
    if await principals.same_person(conn, found.proposed_by, actor.principal_id):
        raise refusals.ProposerCannotPublish(proposal_id=proposal_id)
    edition = parse.parse(found.document)
    await _check_start(conn, found.scheme_id, edition.starts_on)
    await edition_store.publish(conn, found, starts_on=edition.starts_on, by=actor.principal_id, at=now)
    return EditionPublished(edition_id=proposal_id, scheme=edition.scheme, starts_on=edition.starts_on)


async def _check(conn: AsyncConnection, scheme: Scheme, document: str) -> None:
    edition = parse.parse(document)
    unit = await units.by_code(conn, edition.unit)
    if edition.scheme != scheme.code:
        raise refusals.EditionOfAnotherScheme(expected=scheme.code, found=edition.scheme)
    if unit.unit_id != scheme.unit_id:
        raise refusals.EditionOfAnotherScheme(expected=f"unit of {scheme.code}", found=edition.unit)


async def _check_start(conn: AsyncConnection, scheme_id: UUID, starts_on: date) -> None:
    published = await edition_store.editions(conn, scheme_id)
    earliest = max((each.starts_on + timedelta(days=1) for each in published), default=date.min)
    last_decided: date | None = await query.scalar(conn, _LAST_DECIDED, scheme_id=scheme_id)
    if last_decided is not None:
        earliest = max(earliest, last_decided + timedelta(days=1))
    if starts_on < earliest:
        raise refusals.EditionStartsTooEarly(starts_on=starts_on, earliest=earliest)
