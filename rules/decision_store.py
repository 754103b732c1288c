"""Decisions as they are kept: what was decided, by which edition, on which facts. A decision is never edited; a correction voids it.

Beside the facts stand the columns that caps count by. They say what the facts say, and PostgreSQL compares: `columns_as_decided`.
"""

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
    """A decision with its place in the world. `entry_id` is the grant; None while it waits for a budget, or grants nothing.

    `by_group` says that a group holds what is granted: `facts.member_id` is the group, and the attendance stands for all of its slot.
    `refused` says that it was voided because the budget was empty and the edition does not wait.
    """

    decision_id: UUID
    scheme_id: UUID
    edition_id: UUID
    facts: Facts
    decision: Decision
    decided_at: datetime
    entry_id: UUID | None = None
    voided: bool = False
    by_group: bool = False
    refused: bool = False


class Asked(msgspec.Struct, frozen=True):
    """A window of the past in one scheme: of one member, or (None) of everybody."""

    member_id: UUID | None
    scheme_id: UUID
    window: Window


BUDGET_EMPTY = "budget_empty"
"""Why a decision is voided where the edition refuses what the budget cannot pay. Nobody voids it: `voided_by` is null."""


_KEEP = query.statement(
    """
    insert into rules.decision (
        municipality_id, decision_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, amount, minutes, outcome, facts,
        decision, decided_at, activity_kind, site, client, event, book, convertible, looked, looked_earned, by_group
    )
    select
        db.municipality(), d.decision_id, d.attendance_id, d.member_id, d.scheme_id, d.edition_id, d.occurred_on, d.amount,
        d.minutes, d.outcome, cast(d.facts as jsonb), cast(d.decision as jsonb), :decided_at, d.activity_kind, d.site, d.client,
        d.event, d.book, d.convertible, d.looked, d.looked_earned, d.by_group
    from unnest(
        cast(:ids as uuid[]), cast(:attendances as uuid[]), cast(:members as uuid[]), cast(:schemes as uuid[]),
        cast(:editions as uuid[]), cast(:days as date[]), cast(:amounts as bigint[]), cast(:minutes as int[]),
        cast(:outcomes as text[]), cast(:facts as text[]), cast(:decisions as text[]), cast(:kinds as text[]),
        cast(:sites as text[]), cast(:clients as text[]), cast(:events as text[]), cast(:books as text[]),
        cast(:convertible as bigint[]), cast(:looked as int[]), cast(:looked_earned as bigint[]), cast(:by_group as boolean[])
    ) d (
        decision_id, attendance_id, member_id, scheme_id, edition_id, occurred_on, amount, minutes, outcome, facts, decision,
        activity_kind, site, client, event, book, convertible, looked, looked_earned, by_group
    )
    """
)
# One branch for each way into the table: a member's decisions, or all of a scheme. The member's scheme is compared as text, so that a
# planner without statistics cannot walk all of the scheme's days for each member. Decisions from before the columns say `coalesce`.
_USED = query.statement(
    """
    select a.nth, cast(coalesce(sum(
        case a.what
            when 'amount' then d.amount - coalesce(cast(d.decision ->> 'bonus' as bigint), 0)
            when 'convertible' then coalesce(d.convertible, d.amount) - coalesce(cast(d.decision ->> 'bonus' as bigint), 0)
            when 'minutes' then d.minutes
            when 'grants' then cast(d.outcome = 'granted' as int) when 'looked' then d.looked when 'earned' then d.looked_earned
        end
    ), 0) as bigint) as amount
    from jsonb_to_recordset(cast(:windows as jsonb)) a (
        nth int, what text, member_id uuid, scheme_id uuid, first_on date, last_on date, kinds text[], activity_kind text,
        site text, client text, event text, book text, household text
    )
    left join lateral (
        select m.municipality_id, m.decision_id, m.amount, m.minutes, m.outcome, m.convertible, m.looked, m.looked_earned,
            m.activity_kind, m.facts, m.decision, m.site, m.client, m.event, m.book
        from rules.decision m
        where m.municipality_id = db.municipality() and m.member_id = a.member_id
            and cast(m.scheme_id as text) = cast(a.scheme_id as text)
            and m.occurred_on between a.first_on and a.last_on
        union all
        select e.municipality_id, e.decision_id, e.amount, e.minutes, e.outcome, e.convertible, e.looked, e.looked_earned,
            e.activity_kind, e.facts, e.decision, e.site, e.client, e.event, e.book
        from rules.decision e
        where a.member_id is null and e.municipality_id = db.municipality() and e.scheme_id = a.scheme_id
            and e.occurred_on between a.first_on and a.last_on
    ) d on (a.kinds is null or coalesce(d.activity_kind, d.facts ->> 'activity_kind') = any (a.kinds))
        and (a.activity_kind is null or coalesce(d.activity_kind, d.facts ->> 'activity_kind') = a.activity_kind)
        and (a.site is null or d.site = a.site) and (a.client is null or d.client = a.client)
        and (a.event is null or d.event = a.event) and (a.book is null or d.book = a.book)
        and (a.household is null or d.facts ->> 'household' = a.household)
        and not exists (
            select from rules.decision_void v where v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        )
    group by a.nth order by a.nth
    """
)
_LOCK_EVERYBODY = query.statement(
    """
    select count(pg_advisory_xact_lock(k.key)) from (
        select distinct hashtextextended('rules.everybody:' || cast(id as text), db.municipality()) as key
        from unnest(cast(:schemes as uuid[])) id
        order by key
    ) k
    """
)
_SELECT = """
    select d.decision_id, d.scheme_id, d.edition_id, d.facts::text as facts, d.decision::text as decision, d.decided_at,
        e.entry_id, v.decision_id is not null as voided, coalesce(d.by_group, false) as by_group,
        v.decision_id is not null and v.reason = 'budget_empty' and v.voided_by is null as refused
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    left join ledger.journal_entry e on e.municipality_id = d.municipality_id and e.cause_id = d.decision_id
        and e.kind = 'grant'
    where d.municipality_id = db.municipality()
"""
_OF_ATTENDANCES = query.statement(_SELECT + " and d.attendance_id = any (cast(:attendances as uuid[])) order by d.decision_id")
_OF_GROUPS = query.statement(_SELECT + " and d.by_group and d.event = any (cast(:events as text[])) order by d.decision_id")
_BY_ID = query.statement(_SELECT + " and d.decision_id = :decision_id")
_WAITS = " and d.outcome = 'granted' and v.decision_id is null and e.entry_id is null"
_IN_TURN = " order by d.occurred_on, d.decision_id"
_WAITING = query.statement(_SELECT + _WAITS + _IN_TURN + " limit :limit")
_STILL_WAITING = query.statement(_SELECT + _WAITS + " and d.decision_id = any (cast(:decisions as uuid[]))" + _IN_TURN)
_VOID = query.statement(
    """
    insert into rules.decision_void (municipality_id, decision_id, reason, voided_at, voided_by)
    select db.municipality(), d.decision_id, :reason, :voided_at, cast(:voided_by as uuid)
    from unnest(cast(:decisions as uuid[])) d (decision_id)
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
        kinds=[each.facts.activity_kind for each in decided],
        sites=[each.facts.site for each in decided],
        clients=[each.facts.client for each in decided],
        events=[each.facts.event for each in decided],
        books=[each.facts.book for each in decided],
        convertible=[each.decision.can_be_converted for each in decided],
        looked=[each.decision.looked for each in decided],
        looked_earned=[each.decision.looked_earned for each in decided],
        by_group=[each.by_group for each in decided],
    )


async def used(conn: AsyncConnection, asked: Sequence[Asked]) -> list[Used]:
    """What each window already holds of standing decisions, in the order asked, in one statement.

    Ask under the lock of the members' wallets, and of the scheme where a window is of everybody (`lock_everybody`).
    """
    if not asked:
        return []
    windows = [_window(nth, each) for nth, each in enumerate(asked)]
    rows = await query.rows(conn, _USED, windows=msgspec.json.encode(windows).decode())
    return [Used(each.window, row.amount) for each, row in zip(asked, rows, strict=True)]


def _window(nth: int, asked: Asked) -> dict[str, object]:
    window = asked.window
    told: dict[str, object] = dict(window.within)
    return told | {
        "nth": nth,
        "what": window.of,
        "member_id": asked.member_id,
        "scheme_id": asked.scheme_id,
        "first_on": window.first_on,
        "last_on": window.last_on,
        "kinds": window.kinds or None,
    }


async def lock_everybody(conn: AsyncConnection, scheme_ids: Sequence[UUID]) -> None:
    """Alone on what these schemes grant to all members together, to the end of the transaction. Ahead of the locks of accounts."""
    if scheme_ids:
        await query.rows(conn, _LOCK_EVERYBODY, schemes=list(scheme_ids))


async def of_attendances(conn: AsyncConnection, attendance_ids: Sequence[UUID]) -> list[Kept]:
    """The decisions on these attendances, voided ones included."""
    return [_kept(row) for row in await query.rows(conn, _OF_ATTENDANCES, attendances=list(attendance_ids))]


async def of_groups(conn: AsyncConnection, slot_ids: Sequence[UUID]) -> list[Kept]:
    """The decisions for the groups that held these slots, voided ones included, the earliest first."""
    events = [str(each) for each in slot_ids]
    return [_kept(row) for row in await query.rows(conn, _OF_GROUPS, events=events)] if events else []


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
    await query.run(conn, _VOID, decisions=[decision_id], reason=reason, voided_by=by, voided_at=at)


async def refuse(conn: AsyncConnection, decision_ids: Sequence[UUID], *, at: datetime) -> None:
    """Voids decisions that the budget cannot pay and that do not wait: they are refused for good."""
    if decision_ids:
        await query.run(conn, _VOID, decisions=list(decision_ids), reason=BUDGET_EMPTY, voided_by=None, voided_at=at)


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
        by_group=row.by_group,
        refused=row.refused,
    )
