"""A group's applications for a use of its points: its treasurer applies, an officer decides, what is not used is returned.

The state of an application is derived from the rows that name it: undecided, approved, refused, returned in part or whole.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import unless
from wallets import refusals

PAGE_MAX = 200

_COLUMNS = """
        a.application_id, a.organisation_id, a.unit_id, n.code as unit, a.amount, a.purpose, a.hold_id, a.applied_at,
        a.applied_by, d.approved, d.redemption_id, d.reason, d.decided_at, d.decided_by, b.amount as returned, b.returned_at
    from wallets.application a
    join ledger.unit n on n.municipality_id = a.municipality_id and n.unit_id = a.unit_id
    left join wallets.application_decision d on d.municipality_id = a.municipality_id and d.application_id = a.application_id
    left join wallets.application_return b on b.municipality_id = a.municipality_id and b.application_id = a.application_id
    where a.municipality_id = db.municipality()
"""
_BEFORE = """
        and (a.applied_at, a.application_id) < (
            coalesce(cast(:before_at as timestamptz), 'infinity'),
            coalesce(cast(:before_id as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        )
    order by a.applied_at desc, a.application_id desc limit :limit
"""
_FIND = query.statement(f"select {_COLUMNS} and a.application_id = :application_id")
_PAGE = query.statement(f"select {_COLUMNS} {_BEFORE}")
_PAGE_OF_GROUP = query.statement(f"select {_COLUMNS} and a.organisation_id = :organisation_id {_BEFORE}")
_INSERT = query.statement(
    """
    insert into wallets.application (
        municipality_id, application_id, organisation_id, unit_id, amount, purpose, hold_id, applied_at, applied_by
    )
    values (
        db.municipality(), :application_id, :organisation_id, :unit_id, :amount, :purpose, :hold_id, :applied_at, :applied_by
    )
    """
)
_DECIDE = query.statement(
    """
    insert into wallets.application_decision (
        municipality_id, application_id, approved, redemption_id, reason, decided_at, decided_by
    )
    values (db.municipality(), :application_id, :approved, :redemption_id, :reason, :now, :decided_by)
    """
)
_RETURN = query.statement(
    """
    insert into wallets.application_return (
        municipality_id, application_id, amount, entry_id, reason, returned_at, returned_by
    )
    values (db.municipality(), :application_id, :amount, :entry_id, :reason, :returned_at, :returned_by)
    """
)
_RETURN_ENTRY = query.statement(
    """
    select b.entry_id
    from wallets.application_return b
    where b.municipality_id = db.municipality() and b.application_id = :application_id
        and not exists (
            select from ledger.journal_entry x where x.municipality_id = b.municipality_id and x.reverses = b.entry_id
        )
    """
)


class ApplicationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a group asks for: so much of its points, for a purpose. `hold_id` reserves them on its wallet."""

    application_id: UUID
    organisation_id: UUID
    unit_id: int
    amount: int
    purpose: str
    hold_id: UUID
    applied_at: datetime
    applied_by: UUID


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it stands. `approved` is None until it is decided, `returned` until something came back."""

    application_id: UUID
    organisation_id: UUID
    unit_id: int
    unit: str
    amount: int
    purpose: str
    hold_id: UUID
    applied_at: datetime
    applied_by: UUID
    approved: bool | None
    redemption_id: UUID | None
    reason: str | None
    decided_at: datetime | None
    decided_by: UUID | None
    returned: int | None
    returned_at: datetime | None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of an approved application, by which entry and why."""

    application_id: UUID
    amount: int
    entry_id: UUID
    reason: str
    returned_at: datetime
    returned_by: UUID


class Before(msgspec.Struct, frozen=True):
    """The key of a page: what was applied for before this."""

    at: datetime
    application_id: UUID


async def add(conn: AsyncConnection, draft: ApplicationDraft) -> None:
    """Keeps a new application; its hold must stand."""
    await query.run(conn, _INSERT, **msgspec.structs.asdict(draft))


async def get(conn: AsyncConnection, application_id: UUID) -> Application:
    """The application with this id. Raises UnknownApplication."""
    row = await query.one(conn, _FIND, application_id=application_id)
    return _application(unless(row, refusals.UnknownApplication(application_id=application_id)))


async def page(conn: AsyncConnection, *, before: Before | None = None, limit: int = 50) -> list[Application]:
    """All applications, the newest first, at most PAGE_MAX at once."""
    return [_application(row) for row in await query.rows(conn, _PAGE, **_key(before, limit))]


async def page_of_group(
    conn: AsyncConnection, organisation_id: UUID, *, before: Before | None = None, limit: int = 50
) -> list[Application]:
    """The applications of a group, the newest first."""
    rows = await query.rows(conn, _PAGE_OF_GROUP, organisation_id=organisation_id, **_key(before, limit))
    return [_application(row) for row in rows]


async def keep_approval(
    conn: AsyncConnection, application_id: UUID, redemption_id: UUID, *, decided_by: UUID, now: datetime
) -> None:
    """Records that the application was approved and paid by this redemption."""
    await query.run(
        conn,
        _DECIDE,
        application_id=application_id,
        approved=True,
        redemption_id=redemption_id,
        reason=None,
        now=now,
        decided_by=decided_by,
    )


async def keep_refusal(conn: AsyncConnection, application_id: UUID, reason: str, *, decided_by: UUID, now: datetime) -> None:
    """Records that the application was refused, and why."""
    await query.run(
        conn,
        _DECIDE,
        application_id=application_id,
        approved=False,
        redemption_id=None,
        reason=reason,
        now=now,
        decided_by=decided_by,
    )


async def keep_return(conn: AsyncConnection, returned: Return) -> None:
    """Records what came back."""
    await query.run(conn, _RETURN, **msgspec.structs.asdict(returned))


async def return_entry(conn: AsyncConnection, application_id: UUID) -> UUID | None:
    """The entry of what came back and still stands, or None."""
    row = await query.one(conn, _RETURN_ENTRY, application_id=application_id)
    return row.entry_id if row is not None else None


def _key(before: Before | None, limit: int) -> dict[str, Any]:
    return {
        "before_at": before.at if before else None,
        "before_id": before.application_id if before else None,
        "limit": min(max(limit, 1), PAGE_MAX),
    }


def _application(row: Row[Any]) -> Application:
    return msgspec.convert(row, Application, from_attributes=True)
