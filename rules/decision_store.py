"""Decisions as they are kept: what was decided, by which edition, on which facts. A decision is never edited; a correction voids it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import canonical
from rules.decision import Decision, Facts, Used, Window


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with its place in the world. `entry_id` is the grant; None while it waits for a budget, or grants nothing."""

    decision_id: UUID
    scheme_id: UUID
    edition_id: UUID
    facts: Facts
    decision: Decision
    decided_at: datetime
    entry_id: UUID | None = None
    voided: bool = False


class Asked(msgspec.Struct, frozen=True):
    """A window of one member's past in one scheme."""

    member_id: UUID
    scheme_id: UUID
    window: Window


_KEEP = query.statement(
    """
    insert into rules.decision (
        municipality_id, decision_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, amount, minutes, outcome, facts,
        decision, decided_at
    )
    select
        db.municipality(), d.decision_id, d.attendance_id, d.member_id, d.scheme_id, d.edition_id, d.occurred_on, d.amount,
        d.minutes, d.outcome, cast(d.facts as jsonb), cast(d.decision as jsonb), :decided_at
    from unnest(
        cast(:ids as uuid[]), cast(:attendances as uuid[]), cast(:members as uuid[]), cast(:schemes as uuid[]),
        cast(:editions as uuid[]), cast(:days as date[]), cast(:amounts as bigint[]), cast(:minutes as int[]),
        cast(:outcomes as text[]), cast(:facts as text[]), cast(:decisions as text[])
    ) d (
        decision_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, amount, minutes, outcome, facts, decision
    )
    """
)
_USED = query.statement(
    """
    select a.nth, coalesce(sum(d.amount), 0)::bigint as amount, coalesce(sum(d.minutes), 0)::bigint as minutes,
        count(d.decision_id) as grants
    from unnest(
        cast(:members as uuid[]), cast(:schemes as uuid[]), cast(:firsts as date[]), cast(:lasts as date[])
    ) with ordinality a (member_id, scheme_id, first_on, last_on, nth)
    left join rules.decision d on d.municipality_id = db.municipality() and d.member_id = a.member_id
        and d.scheme_id = a.scheme_id and d.occurred_on between a.first_on and a.last_on and d.outcome = 'granted'
        and not exists (
            select from rules.decision_void v where v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        )
    group by a.nth order by a.nth
    """
)
_SELECT = """
    select d.decision_id, d.scheme_id, d.edition_id, d.facts::text as facts, d.decision::text as decision, d.decided_at,
        e.entry_id, v.decision_id is not null as voided
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    left join ledger.journal_entry e on e.municipality_id = d.municipality_id and e.cause_id = d.decision_id
        and e.kind = 'grant'
    where d.municipality_id = db.municipality()
"""
_OF_ATTENDANCES = query.statement(_SELECT + " and d.attendance_id = any (cast(:attendances as uuid[])) order by d.decision_id")
_BY_ID = query.statement(_SELECT + " and d.decision_id = :decision_id")
_WAITS = " and d.outcome = 'granted' and v.decision_id is null and e.entry_id is null"
_IN_TURN = " order by d.occurred_on, d.decision_id"
_WAITING = query.statement(_SELECT + _WAITS + _IN_TURN + " limit :limit")
_STILL_WAITING = query.statement(_SELECT + _WAITS + " and d.decision_id = any (cast(:decisions as uuid[]))" + _IN_TURN)
_VOID = query.statement(
    """
    insert into rules.decision_void (municipality_id, decision_id, reason, voided_at, voided_by)
    values (db.municipality(), :decision_id, :reason, :voided_at, :voided_by)
    """
)


async def keep(conn: AsyncConnection, decided: Sequence[Kept], *, decided_at: datetime) -> None:
    """Writes decisions, each once per attendance and scheme."""
    await query.run(
        conn,
        _KEEP,
        decided_at=decided_at,
        ids=[each.decision_id for each in decided],
        attendances=[each.facts.attendance_id for each in decided],
        members=[each.facts.member_id for each in decided],
        schemes=[each.scheme_id for each in decided],
        editions=[each.edition_id for each in decided],
        days=[each.facts.occurred_on for each in decided],
        amounts=[each.decision.amount for each in decided],
        minutes=[each.decision.minutes for each in decided],
        outcomes=[each.decision.outcome for each in decided],
        facts=[canonical.encode(msgspec.to_builtins(each.facts)).decode() for each in decided],
        decisions=[canonical.encode(msgspec.to_builtins(each.decision)).decode() for each in decided],
    )


async def used(conn: AsyncConnection, asked: Sequence[Asked]) -> list[Used]:
    """What each window already holds of standing grants, in the order asked. Ask under the lock of the members' wallets."""
    if not asked:
        return []
    rows = await query.rows(
        conn,
        _USED,
        members=[each.member_id for each in asked],
        schemes=[each.scheme_id for each in asked],
        firsts=[each.window.first_on for each in asked],
        lasts=[each.window.last_on for each in asked],
    )
    return [Used(each.window, getattr(row, each.window.of)) for each, row in zip(asked, rows, strict=True)]


async def of_attendances(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> list[Kept]:
    """The decisions on these attendances, voided ones included."""
    return [_kept(row) for row in await query.rows(conn, _OF_ATTENDANCES, attendances=list(attendance_ids))]


async def find(conn: AsyncConnection, decision_id: UUID) -> Kept | None:
    """The decision with this id, or None."""
    row = await query.one(conn, _BY_ID, decision_id=decision_id)
    return _kept(row) if row is not None else None


async def waiting(conn: AsyncConnection, *, limit: int) -> list[Kept]:
    """Decisions that grant something and have no grant yet, the oldest activity first."""
    return [_kept(row) for row in await query.rows(conn, _WAITING, limit=limit)]


async def still_waiting(conn: AsyncConnection, decision_ids: Sequence[UUID]) -> list[Kept]:
    """Those of these decisions that wait, the oldest activity first. Ask under the lock of the members' wallets."""
    return [_kept(row) for row in await query.rows(conn, _STILL_WAITING, decisions=list(decision_ids))]


async def void(conn: AsyncConnection, decision_id: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Takes a decision out of force: it counts towards no cap any more. Its grant, if any, is reversed by whoever voids it."""
    await query.run(conn, _VOID, decision_id=decision_id, reason=reason, voided_by=by, voided_at=at)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        decision_id=row.decision_id,
        scheme_id=row.scheme_id,
        edition_id=row.edition_id,
        facts=msgspec.json.decode(row.facts, type=Facts),
        decision=msgspec.json.decode(row.decision, type=Decision),
        decided_at=row.decided_at,
        entry_id=row.entry_id,
        voided=row.voided,
    )
