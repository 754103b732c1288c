"""Schemes, their dated editions, and the budget lines that pay for them, as they stand in PostgreSQL.

An edition is kept as the text that two people agreed on; what the text means is parsed again whenever it is read. The edition in force
on a day is the one that started last. How a text becomes an edition is in `rules.proposal_store`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from rules import parse, refusals
from rules.vocabulary.edition import Edition


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality's incentive programme; grants are in one unit."""

    scheme_id: UUID
    code: str
    name: str
    unit_id: int


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that is in force from `starts_on` until the next one starts."""

    scheme: Scheme
    edition_id: UUID
    starts_on: date
    edition: Edition


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """An edition as it was published: the text, who proposed, approved and published it.

    Its id is that of the proposal. `last_granting_on` is the last day of granting where the edition ends the scheme; `published_by` is
    None for those that were published before it was written down.
    """

    edition_id: UUID
    scheme_id: UUID
    starts_on: date
    document: str
    document_sha256: bytes
    proposed_by: UUID
    approved_by: UUID
    published_at: datetime
    published_by: UUID | None
    last_granting_on: date | None


class BudgetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line of a scheme: fiscal year, funding source, and the account that can never go below zero."""

    budget_line_id: UUID
    scheme_id: UUID
    code: str
    fiscal_year: int
    funding_source: str
    account_id: int


_SCHEME = "scheme_id, code, name, unit_id"
_CREATE_SCHEME = query.statement(
    """
    insert into rules.scheme (municipality_id, scheme_id, code, name, unit_id, created_at, created_by)
    values (db.municipality(), :scheme_id, :code, :name, :unit_id, :created_at, :created_by)
    on conflict on constraint scheme_code_once do nothing
    """
)
_SCHEMES = query.statement(
    f"select {_SCHEME} from rules.scheme where municipality_id = db.municipality() order by code"  # noqa: S608
)
_SCHEME_BY_CODE = query.statement(
    f"select {_SCHEME} from rules.scheme where municipality_id = db.municipality() and code = :code"  # noqa: S608
)
_SCHEME_BY_ID = query.statement(
    f"select {_SCHEME} from rules.scheme where municipality_id = db.municipality() and scheme_id = :scheme_id"  # noqa: S608
)
_IN_FORCE = query.statement(
    """
    select s.scheme_id, s.code, s.name, s.unit_id, e.edition_id, e.starts_on, e.document
    from rules.scheme s
    join rules.edition e on e.municipality_id = s.municipality_id and e.scheme_id = s.scheme_id
    where s.municipality_id = db.municipality() and e.starts_on <= :last
    order by s.code, e.starts_on desc
    """
)
_PUBLISHED = """
    select edition_id, scheme_id, starts_on, document, document_sha256, proposed_by, approved_by, published_at, published_by,
        last_granting_on
    from rules.edition where municipality_id = db.municipality()
"""
_EDITIONS = query.statement(_PUBLISHED + " and scheme_id = :scheme_id order by starts_on")
_EDITION = query.statement(_PUBLISHED + " and edition_id = :edition_id")
_LAST_DECIDED = query.statement(
    "select max(occurred_on) from rules.decision where municipality_id = db.municipality() and scheme_id = :scheme_id"
)
_LOCK_LAW = query.statement("select pg_advisory_xact_lock(hashtextextended('rules.law', db.municipality()))")
_HOLD_LAW = query.statement("select pg_advisory_xact_lock_shared(hashtextextended('rules.law', db.municipality()))")
_LOCK_SCHEME = query.statement(
    "select pg_advisory_xact_lock(hashtextextended('rules.scheme:' || cast(cast(:scheme_id as uuid) as text), db.municipality()))"
)
_PUBLISH = query.statement(
    """
    insert into rules.edition (
        municipality_id, edition_id, scheme_id, starts_on, document, document_sha256, proposed_by, approved_by, published_at,
        published_by, last_granting_on
    )
    values (
        db.municipality(), :edition_id, :scheme_id, :starts_on, :document, :document_sha256, :proposed_by, :approved_by,
        :published_at, :published_by, :last_granting_on
    )
    """
)
_OPEN_LINE = query.statement(
    """
    insert into rules.budget_line (
        municipality_id, budget_line_id, scheme_id, code, fiscal_year, funding_source, account_id, created_at, created_by
    )
    values (
        db.municipality(), :budget_line_id, :scheme_id, :code, :fiscal_year, :funding_source, :account_id, :created_at, :created_by
    )
    """
)
_LINE = "budget_line_id, scheme_id, code, fiscal_year, funding_source, account_id"
_LINES = query.statement(
    f"""
    select {_LINE} from rules.budget_line
    where municipality_id = db.municipality() and fiscal_year = any (cast(:fiscal_years as smallint[]))
    order by scheme_id, fiscal_year, code
    """  # noqa: S608 - a constant of this module
)
_LINE_BY_ID = query.statement(
    f"select {_LINE} from rules.budget_line where municipality_id = db.municipality() and budget_line_id = :line_id"  # noqa: S608
)


async def create_scheme(conn: AsyncConnection, scheme: Scheme, *, by: UUID, at: datetime) -> None:
    """Adds a scheme. Raises SchemeExists."""
    made = await query.run(conn, _CREATE_SCHEME, **msgspec.structs.asdict(scheme), created_by=by, created_at=at)
    if made == 0:
        raise refusals.SchemeExists(scheme=scheme.code)


async def schemes(conn: AsyncConnection) -> list[Scheme]:
    """Every scheme of the municipality."""
    return [_scheme(row) for row in await query.rows(conn, _SCHEMES)]


async def scheme_by_code(conn: AsyncConnection, code: str) -> Scheme:
    """The scheme with this code. Raises UnknownScheme."""
    row = unless(await query.one(conn, _SCHEME_BY_CODE, code=code), refusals.UnknownScheme(scheme=code))
    return _scheme(row)


async def scheme(conn: AsyncConnection, scheme_id: UUID) -> Scheme:
    """The scheme with this id, which exists."""
    (row,) = await query.rows(conn, _SCHEME_BY_ID, scheme_id=scheme_id)
    return _scheme(row)


async def in_force(conn: AsyncConnection, on: Sequence[date]) -> dict[date, list[InForce]]:
    """For each day, the edition of each scheme that is in force on it."""
    if not on:
        return {}
    rows = await query.rows(conn, _IN_FORCE, last=max(on))
    return {day: _latest(rows, day) for day in set(on)}


async def editions(conn: AsyncConnection, scheme_id: UUID) -> list[Published]:
    """Every published edition of a scheme, in the order in which they start."""
    return [query.into(Published, row) for row in await query.rows(conn, _EDITIONS, scheme_id=scheme_id)]


async def edition(conn: AsyncConnection, edition_id: UUID) -> Published:
    """The published edition with this id. Raises UnknownEdition."""
    row = await query.one(conn, _EDITION, edition_id=edition_id)
    return query.into(Published, unless(row, refusals.UnknownEdition(edition_id=edition_id)))


async def last_decided(conn: AsyncConnection, scheme_id: UUID) -> date | None:
    """The latest day that an edition of the scheme decided anything for; None where nothing was decided."""
    return await query.scalar(conn, _LAST_DECIDED, scheme_id=scheme_id)


async def lock_law(conn: AsyncConnection) -> None:
    """Waits for whoever else changes the municipality's law, and for whoever decides by it (`hold_law`). Good until COMMIT."""
    await query.rows(conn, _LOCK_LAW)


async def hold_law(conn: AsyncConnection) -> None:
    """Holds the law as it is until COMMIT: ask before reading `in_force`, where something is decided by it.

    Many hold it at once; an edition that is being published is waited for, and then seen.
    """
    await query.rows(conn, _HOLD_LAW)


async def lock_scheme(conn: AsyncConnection, scheme_id: UUID) -> None:
    """Waits for whoever else changes the scheme's editions."""
    await query.rows(conn, _LOCK_SCHEME, scheme_id=scheme_id)


async def publish(conn: AsyncConnection, published: Published) -> None:
    """Makes an edition law. PostgreSQL refuses what was not proposed, heard and approved, and what is out of turn.

    Its names are `two_people`, `proposal_decided_once`, `opinion_first`, `published_as_approved`, `editions_in_order`, `no_gap` and
    `edition_never_changes`.
    """
    await query.run(conn, _PUBLISH, **msgspec.structs.asdict(published))


async def open_budget_line(conn: AsyncConnection, line: BudgetLine, *, by: UUID, at: datetime) -> None:
    """Adds a budget line on an account that is open already."""
    await query.run(conn, _OPEN_LINE, **msgspec.structs.asdict(line), created_by=by, created_at=at)


async def budget_lines(conn: AsyncConnection, fiscal_years: Sequence[int]) -> list[BudgetLine]:
    """The budget lines of these fiscal years, by scheme, year and code."""
    return [_line(row) for row in await query.rows(conn, _LINES, fiscal_years=sorted(set(fiscal_years)))]


async def budget_line(conn: AsyncConnection, line_id: UUID) -> BudgetLine:
    """The budget line with this id. Raises UnknownBudgetLine."""
    row = await query.one(conn, _LINE_BY_ID, line_id=line_id)
    return _line(unless(row, refusals.UnknownBudgetLine(budget_line_id=line_id)))


@lru_cache(maxsize=256)
def parsed(document: str) -> Edition:
    """What a published document says; the same text is read once. Raises UnreadableEdition."""
    return parse.parse(document)


def _latest(rows: Sequence[Row[Any]], day: date) -> list[InForce]:
    found: dict[UUID, InForce] = {}
    for row in rows:
        if row.starts_on <= day and row.scheme_id not in found:
            found[row.scheme_id] = InForce(
                scheme=_scheme(row), edition_id=row.edition_id, starts_on=row.starts_on, edition=parsed(row.document)
            )
    return list(found.values())


def _scheme(row: Row[Any]) -> Scheme:
    return Scheme(scheme_id=row.scheme_id, code=row.code, name=row.name, unit_id=row.unit_id)


def _line(row: Row[Any]) -> BudgetLine:
    return query.into(BudgetLine, row)
