"""An officer keeps a draft of an edition, version by version, and proposes it; whoever proposed it may withdraw it.

A draft may be half written, and a version is never edited: the next one is saved beside it. What is proposed has to read well.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import Actor
from kernel import ids, text
from ledger import units
from rules import draft_store, edition_store, parse, proposal_store, refusals
from rules.draft_store import Draft
from rules.edition_store import Scheme
from rules.proposal_store import Close, Proposal, Proposed


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be kept, and what it changes, in a line."""

    document: str
    note: str | None = None


class Proposing(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be proposed, and which version of which draft it is, if it is one."""

    document: str
    draft_id: UUID | None = None
    draft_version: int | None = None


async def start_draft(conn: AsyncConnection, scheme_code: str, saving: Saving, *, actor: Actor, now: datetime) -> Draft:
    """The first version of a draft. Raises UnknownScheme, and what `text.clean` raises."""
    scheme = await edition_store.scheme_by_code(conn, scheme_code)
    draft = _version(saving, ids.new_id(), 1, scheme.scheme_id, actor, now)
    await draft_store.save(conn, draft)
    return draft


async def save_draft(
    conn: AsyncConnection, draft_id: UUID, saving: Saving, *, follows: int, actor: Actor, now: datetime
) -> Draft:
    """The next version, written on `follows`. Raises UnknownDraft, DraftMovedOn (somebody was faster), TooManyVersions."""
    latest = await draft_store.find(conn, draft_id)
    if latest.version != follows:
        raise refusals.DraftMovedOn(draft_id=draft_id, version=latest.version)
    if follows >= draft_store.VERSIONS_MAX:
        raise refusals.TooManyVersions(draft_id=draft_id, versions_max=draft_store.VERSIONS_MAX)
    draft = _version(saving, draft_id, follows + 1, latest.scheme_id, actor, now)
    await draft_store.save(conn, draft)
    return draft


async def propose_draft(
    conn: AsyncConnection, draft_id: UUID, version: int | None = None, *, actor: Actor, now: datetime
) -> Proposal:
    """Proposes a draft as it stands, or this version of it. Raises UnknownDraft, UnreadableEdition, EditionOfAnotherScheme."""
    draft = await draft_store.find(conn, draft_id, version)
    scheme = await edition_store.scheme(conn, draft.scheme_id)
    proposing = Proposing(document=draft.document, draft_id=draft_id, draft_version=draft.version)
    return await _propose(conn, scheme, proposing, actor, now)


async def propose(conn: AsyncConnection, scheme_code: str, document: str, *, actor: Actor, now: datetime) -> Proposal:
    """Proposes a document that was no draft here. Raises UnknownScheme, UnreadableEdition, EditionOfAnotherScheme."""
    scheme = await edition_store.scheme_by_code(conn, scheme_code)
    return await _propose(conn, scheme, Proposing(document=document), actor, now)


async def withdraw(conn: AsyncConnection, proposal_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Proposal:
    """The proposer takes it back, with a reason. Raises UnknownProposal, AlreadyPublished, ProposalClosed, NotTheProposer."""
    said = text.clean_note("reason", reason)
    found = await undecided(conn, proposal_id)
    if not await principals.same_person(conn, found.proposed_by, actor.principal_id):
        raise refusals.NotTheProposer(proposal_id=proposal_id)
    closing = Close(outcome="withdrawn", reason=said, closed_by=actor.principal_id, closed_at=now)
    await proposal_store.close(conn, proposal_id, closing)
    return await proposal_store.find(conn, proposal_id)


async def undecided(conn: AsyncConnection, proposal_id: UUID) -> Proposal:
    """The proposal, under the lock of the law, still to be decided. Raises UnknownProposal, AlreadyPublished, ProposalClosed."""
    await proposal_store.find(conn, proposal_id)
    await edition_store.lock_law(conn)
    found = await proposal_store.find(conn, proposal_id)  # again, under the lock
    if found.state == "published":
        raise refusals.AlreadyPublished(proposal_id=proposal_id)
    if found.close is not None:
        raise refusals.ProposalClosed(proposal_id=proposal_id, outcome=found.close.outcome)
    return found


async def _propose(conn: AsyncConnection, scheme: Scheme, proposing: Proposing, actor: Actor, now: datetime) -> Proposal:
    await _check(conn, scheme, proposing.document)
    proposed = Proposed(
        proposal_id=ids.new_id(),
        scheme_id=scheme.scheme_id,
        document=proposing.document,
        draft_id=proposing.draft_id,
        draft_version=proposing.draft_version,
        proposed_by=actor.principal_id,
        proposed_at=now,
    )
    await proposal_store.propose(conn, proposed)
    return await proposal_store.find(conn, proposed.proposal_id)


async def _check(conn: AsyncConnection, scheme: Scheme, document: str) -> None:
    edition = parse.parse(document)
    unit = await units.by_code(conn, edition.unit)
    if edition.scheme != scheme.code:
        raise refusals.EditionOfAnotherScheme(expected=scheme.code, found=edition.scheme)
    if unit.unit_id != scheme.unit_id:
        raise refusals.EditionOfAnotherScheme(expected=f"unit of {scheme.code}", found=edition.unit)


def _version(saving: Saving, draft_id: UUID, version: int, scheme_id: UUID, actor: Actor, now: datetime) -> Draft:
    return Draft(
        draft_id=draft_id,
        version=version,
        scheme_id=scheme_id,
        document=_visible(saving.document),
        note=None if saving.note is None else text.clean("note", saving.note),
        saved_at=now,
        saved_by=actor.principal_id,
    )


def _visible(document: str) -> str:
    """A document as it was written, however wrong; only what no text can hold or show is refused. Raises UnreadableText."""
    for character in document:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t":
            raise text.UnreadableText(field="document", character=f"U+{ord(character):04X}")
    return document
