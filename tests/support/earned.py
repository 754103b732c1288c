"""What a journey left in the book: from an attendance to the grant, its lot and the balance, read from PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import query
from db.transact import read
from tests.support.towns import TOWN

_EARNED = query.statement(
    """
    select a.minutes, a.evidence, a.flags, e.kind as entry, l.amount, l.remaining, b.posted
    from activities.attendance a
    left join ledger.lot l on l.municipality_id = a.municipality_id and l.origin_attendance = a.attendance_id
    left join ledger.journal_entry e on e.municipality_id = l.municipality_id and e.entry_id = l.entry_id
    left join ledger.balance b on b.municipality_id = l.municipality_id and b.account_id = l.account_id
    where a.municipality_id = db.municipality() and a.member_id = :member_id
        and not exists (
            select from activities.attendance s
            where s.municipality_id = a.municipality_id and s.supersedes = a.attendance_id
        )
    order by a.started_at, l.amount
    """
)
_NEEDS = query.statement(
    """
    select kind, minutes, asked_by from activities.need
    where municipality_id = db.municipality() and member_id = :member_id order by asked_at, need_id
    """
)


@dataclass(frozen=True)
class Earned:
    """One attendance that counts, and what came of it: the kind of the entry, the lot, and the balance of the account it lies on."""

    minutes: int
    evidence: int
    entry: str | None = None
    amount: int | None = None
    remaining: int | None = None
    posted: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One need: what for, for how long, and the principal who asked."""

    kind: str
    minutes: int
    asked_by: UUID


async def earned(engine: AsyncEngine, member_id: UUID) -> list[Earned]:
    """A member's attendances with their grants, oldest first; an attendance that was put right counts as it was put right."""

    async def work(conn: AsyncConnection) -> list[Earned]:
        rows = await query.rows(conn, _EARNED, member_id=member_id)
        return [
            Earned(row.minutes, row.evidence, row.entry, row.amount, row.remaining, row.posted, tuple(row.flags)) for row in rows
        ]

    return await read(engine, TOWN, work)


async def asked(engine: AsyncEngine, member_id: UUID) -> list[Asked]:
    """What a member asked for, oldest first."""

    async def work(conn: AsyncConnection) -> list[Asked]:
        return [Asked(row.kind, row.minutes, row.asked_by) for row in await query.rows(conn, _NEEDS, member_id=member_id)]

    return await read(engine, TOWN, work)
