"""Drafts of editions as they stand in PostgreSQL: each version is a row of its own, and none is ever edited.

A draft may be half written: what is wrong with it is told, and it is kept all the same.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from rules import refusals

VERSIONS_MAX = 1_000
DRAFTS_MAX = 200


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a draft, counted from 1; `note` says what it changes."""

    draft_id: UUID
    version: int
    scheme_id: UUID
    document: str
    note: str | None
    saved_at: datetime
    saved_by: UUID


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """That there is such a version: when, by whom, what for."""

    version: int
    note: str | None
    saved_at: datetime
    saved_by: UUID


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in the list: its latest version, and whether that one was proposed."""

    draft_id: UUID
    version: int
    note: str | None
    saved_at: datetime
    saved_by: UUID
    proposed: bool


_SAVE = query.statement(
    """
    insert into rules.edition_draft (municipality_id, draft_id, version, scheme_id, document, note, saved_at, saved_by)
    values (db.municipality(), :draft_id, :version, :scheme_id, :document, :note, :saved_at, :saved_by)
    on conflict on constraint edition_draft_pkey do nothing
    """
)
_LATEST = query.statement(
    """
    select draft_id, version, scheme_id, document, note, saved_at, saved_by
    from rules.edition_draft where municipality_id = db.municipality() and draft_id = :draft_id
    order by version desc limit 1
    """
)
_VERSION = query.statement(
    """
    select draft_id, version, scheme_id, document, note, saved_at, saved_by
    from rules.edition_draft where municipality_id = db.municipality() and draft_id = :draft_id and version = :version
    """
)
_VERSIONS = query.statement(
    """
    select version, note, saved_at, saved_by
    from rules.edition_draft where municipality_id = db.municipality() and draft_id = :draft_id order by version desc
    """
)
_OF_SCHEME = query.statement(
    """
    select d.draft_id, d.version, d.note, d.saved_at, d.saved_by, exists (
        select from rules.edition_proposal p
        where p.municipality_id = d.municipality_id and p.draft_id = d.draft_id and p.draft_version = d.version
    ) as proposed
    from rules.edition_draft d
    where d.municipality_id = db.municipality() and d.scheme_id = :scheme_id and not exists (
        select from rules.edition_draft later
        where later.municipality_id = d.municipality_id and later.draft_id = d.draft_id and later.version > d.version
    )
    order by d.saved_at desc, d.draft_id desc limit :limit
    """
)


async def save(conn: AsyncConnection, draft: Draft) -> None:
    """Keeps a version. Raises DraftMovedOn where there is one with this number already."""
    if await query.run(conn, _SAVE, **msgspec.structs.asdict(draft)) == 0:
        latest = await find(conn, draft.draft_id)
        raise refusals.DraftMovedOn(draft_id=draft.draft_id, version=latest.version)


async def find(conn: AsyncConnection, draft_id: UUID, version: int | None = None) -> Draft:
    """The latest version of a draft, or this one. Raises UnknownDraft."""
    if version is None:
        row = await query.one(conn, _LATEST, draft_id=draft_id)
    else:
        row = await query.one(conn, _VERSION, draft_id=draft_id, version=version)
    return query.into(Draft, unless(row, refusals.UnknownDraft(draft_id=draft_id)))


async def versions(conn: AsyncConnection, draft_id: UUID) -> list[Version]:
    """Every version of a draft, the latest first."""
    return [query.into(Version, row) for row in await query.rows(conn, _VERSIONS, draft_id=draft_id)]


async def of_scheme(conn: AsyncConnection, scheme_id: UUID, *, limit: int = DRAFTS_MAX) -> list[Listed]:
    """The drafts of a scheme, the one that was saved last first, at most DRAFTS_MAX."""
    rows = await query.rows(conn, _OF_SCHEME, scheme_id=scheme_id, limit=min(limit, DRAFTS_MAX))
    return [query.into(Listed, row) for row in rows]
