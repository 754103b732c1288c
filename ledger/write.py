"""Writing: all rows of a decided list in one statement.

Rows travel as one array per column. Most lists are alike in most columns (one kind, one day, one unit): such a column travels as its
one value, or as nothing where it is empty throughout. `unnest` fills the shorter arrays up with nulls, and `coalesce` with the value.

One statement, because the guards in PostgreSQL look at an entry when the statement that brought it ends: its lines, its lots and its
moves must all be there by then, and none may come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger.decide import Decided

_WRITE = query.statement(
    """
    with entries as (
        insert into ledger.journal_entry (
            municipality_id, entry_id, kind, occurred_at, recorded_at, booked_on, lines, cause_kind, cause_id, actor, acting_for,
            reverses, memo
        )
        select
            db.municipality(), e.entry_id, coalesce(e.kind, (cast(:e_kind as text[]))[1]),
            coalesce(e.occurred_at, (cast(:e_occurred as timestamptz[]))[1]), e.recorded_at,
            coalesce(e.booked_on, (cast(:e_booked as date[]))[1]), coalesce(e.lines, (cast(:e_lines as smallint[]))[1]),
            coalesce(e.cause_kind, (cast(:e_cause_kind as text[]))[1]), e.cause_id, e.actor, e.acting_for, e.reverses, e.memo
        from unnest(
            cast(:e_id as uuid[]), cast(:e_kind as text[]), cast(:e_occurred as timestamptz[]), cast(:e_recorded as timestamptz[]),
            cast(:e_booked as date[]), cast(:e_lines as smallint[]), cast(:e_cause_kind as text[]), cast(:e_cause as uuid[]),
            cast(:e_actor as uuid[]), cast(:e_acting_for as uuid[]), cast(:e_reverses as uuid[]), cast(:e_memo as text[])
        ) e (
            entry_id, kind, occurred_at, recorded_at, booked_on, lines, cause_kind, cause_id, actor, acting_for, reverses, memo
        )
    ), lots as (
        insert into ledger.lot (
            municipality_id, lot_id, account_id, entry_id, line_no, origin_attendance, funding_account, edition_id, granted_on,
            expires_on, amount, remaining, parent_lot
        )
        select
            db.municipality(), t.lot_id, t.account_id, t.entry_id, coalesce(t.line_no, (cast(:t_line as smallint[]))[1]), t.origin,
            t.funding, t.edition, coalesce(t.granted_on, (cast(:t_granted as date[]))[1]), coalesce(t.expires_on, 'infinity'),
            t.amount, t.amount, t.parent
        from unnest(
            cast(:t_id as uuid[]), cast(:t_account as bigint[]), cast(:t_entry as uuid[]), cast(:t_line as smallint[]),
            cast(:t_origin as uuid[]), cast(:t_funding as bigint[]), cast(:t_edition as uuid[]), cast(:t_granted as date[]),
            cast(:t_expires as date[]), cast(:t_amount as bigint[]), cast(:t_parent as uuid[])
        ) t (lot_id, account_id, entry_id, line_no, origin, funding, edition, granted_on, expires_on, amount, parent)
    ), moves as (
        insert into ledger.lot_move (municipality_id, entry_id, line_no, lot_id, amount)
        select db.municipality(), m.*
        from unnest(
            cast(:m_entry as uuid[]), cast(:m_line as smallint[]), cast(:m_lot as uuid[]), cast(:m_amount as bigint[])
        ) m
    )
    insert into ledger.journal_line (
        municipality_id, account_id, account_version, entry_id, line_no, unit_id, amount, balance_after
    )
    select
        db.municipality(), l.account_id, l.account_version, l.entry_id, l.line_no,
        coalesce(l.unit_id, (cast(:l_unit as smallint[]))[1]), l.amount, l.balance_after
    from unnest(
        cast(:l_account as bigint[]), cast(:l_version as bigint[]), cast(:l_entry as uuid[]), cast(:l_no as smallint[]),
        cast(:l_unit as smallint[]), cast(:l_amount as bigint[]), cast(:l_after as bigint[])
    ) l (account_id, account_version, entry_id, line_no, unit_id, amount, balance_after)
    """
)
_RESOLVE = query.statement(
    """
    insert into ledger.hold_resolution (municipality_id, hold_id, kind, entry_id, amount, resolved_at, actor)
    select db.municipality(), r.hold_id, 'confirm', r.entry_id, r.amount, :now, r.actor
    from unnest(
        cast(:holds as uuid[]), cast(:entries as uuid[]), cast(:amounts as bigint[]), cast(:actors as uuid[])
    ) r (hold_id, entry_id, amount, actor)
    """
)

_ALIKE = ("e_kind", "e_occurred", "e_booked", "e_lines", "e_cause_kind", "l_unit", "t_line", "t_granted")
"""Columns without nulls that are mostly alike throughout a list: sent as one value when they are."""
_EMPTY = ("e_actor", "e_acting_for", "e_reverses", "e_memo", "t_origin", "t_funding", "t_edition", "t_expires", "t_parent")
"""Columns that may be null: not sent when they are null throughout."""


async def write(conn: AsyncConnection, decided: Sequence[Decided], recorded_at: datetime, now: datetime) -> None:
    """Writes the rows of `decided`, the first recorded at `recorded_at` and each further one a microsecond later."""
    await _resolve_holds(conn, decided, now)
    columns = _entry_columns(decided, recorded_at) | _line_columns(decided) | _lot_columns(decided) | _move_columns(decided)
    columns |= {name: _once(columns[name]) for name in _ALIKE}
    columns |= {name: [] for name in _EMPTY if all(value is None for value in columns[name])}
    await query.run(conn, _WRITE, **columns)


async def _resolve_holds(conn: AsyncConnection, decided: Sequence[Decided], now: datetime) -> None:
    """First, so that what was held is free when the lines arrive and the floor is checked."""
    confirming = [(each.draft, each.draft.confirms) for each in decided if each.draft.confirms is not None]
    if not confirming:
        return
    await query.run(
        conn,
        _RESOLVE,
        now=now,
        holds=[confirm.hold_id for _, confirm in confirming],
        entries=[draft.entry_id for draft, _ in confirming],
        amounts=[confirm.amount for _, confirm in confirming],
        actors=[draft.actor for draft, _ in confirming],
    )


def _entry_columns(decided: Sequence[Decided], recorded_at: datetime) -> dict[str, list[Any]]:
    drafts = [each.draft for each in decided]
    return {
        "e_id": [draft.entry_id for draft in drafts],
        "e_kind": [draft.kind for draft in drafts],
        "e_occurred": [draft.occurred_at for draft in drafts],
        "e_recorded": [recorded_at + timedelta(microseconds=i) for i in range(len(drafts))],
        "e_booked": [draft.booked_on for draft in drafts],
        "e_lines": [len(draft.lines) for draft in drafts],
        "e_cause_kind": [draft.cause_kind for draft in drafts],
        "e_cause": [draft.cause_id for draft in drafts],
        "e_actor": [draft.actor for draft in drafts],
        "e_acting_for": [draft.acting_for for draft in drafts],
        "e_reverses": [draft.reverses for draft in drafts],
        "e_memo": [draft.memo for draft in drafts],
    }


def _line_columns(decided: Sequence[Decided]) -> dict[str, list[Any]]:
    rows = [
        (account_id, version, each.draft.entry_id, line_no, unit_id, amount, after)
        for each in decided
        for line_no, (account_id, version, unit_id, amount, after) in enumerate(each.lines, 1)
    ]
    return _columns(("l_account", "l_version", "l_entry", "l_no", "l_unit", "l_amount", "l_after"), rows)


def _lot_columns(decided: Sequence[Decided]) -> dict[str, list[Any]]:
    rows: list[tuple[Any, ...]] = []
    for each in decided:
        entry_id = each.draft.entry_id
        for birth in each.born:
            lot = birth.lot
            expires_on: date | None = lot.expires_on
            rows.append(
                (
                    lot.lot_id,
                    lot.account_id,
                    entry_id,
                    birth.line_no,
                    lot.origin_attendance,
                    lot.funding_account,
                    lot.edition_id,
                    lot.granted_on,
                    expires_on,
                    lot.amount,
                    birth.parent,
                )
            )
    names = (
        "t_id", "t_account", "t_entry", "t_line", "t_origin", "t_funding", "t_edition", "t_granted", "t_expires", "t_amount",
        "t_parent",
    )  # fmt: skip
    return _columns(names, rows)


def _move_columns(decided: Sequence[Decided]) -> dict[str, list[Any]]:
    rows = [(each.draft.entry_id, line_no, lot_id, amount) for each in decided for line_no, lot_id, amount in each.moves]
    return _columns(("m_entry", "m_line", "m_lot", "m_amount"), rows)


def _columns(names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    if not rows:
        return {name: [] for name in names}
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _once(column: list[Any]) -> list[Any]:
    """A column that is alike throughout, as its one value; any other as it is."""
    return column[:1] if column and column.count(column[0]) == len(column) else column
