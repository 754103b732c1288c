"""Year ends of schemes, and their wind-downs: announced with a notice to everybody affected, executed after the day by another person.

What the rule saw of each holder, and what it said, is kept as canonical JSON beside the entry. A choice of a decree that keeps points
alive longer (`choose`) is remembered with the edition that offers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import canonical
from kernel.refusal import unless
from rules.payout import Closing, YearEnd
from wallets import claim_refusals

PAGE_MAX = 200

Kind = Literal["year_end", "wind_down"]

_ANNOUNCE = query.statement(
    """
    insert into wallets.year_end_run (
        municipality_id, run_id, kind, scheme_id, edition_id, year_of, year_first, year_last, closes_on, announced_at, announced_by
    )
    values (
        db.municipality(), :run_id, :kind, :scheme_id, :edition_id, :year_of, :year_first, :year_last, :closes_on, :now,
        :announced_by
    )
    """
)
_EXECUTE = query.statement(
    """
    insert into wallets.year_end_execution (municipality_id, run_id, executed_at, executed_by)
    values (db.municipality(), :run_id, :now, :executed_by)
    """
)
_KEEP_ITEMS = query.statement(
    """
    insert into wallets.year_end_item (
        municipality_id, run_id, account_id, item_id, holder, lapsed, carried, facts, closing, entry_id
    )
    select db.municipality(), :run_id, i.account_id, i.item_id, i.holder, i.lapsed, i.carried, cast(i.facts as jsonb),
        cast(i.closing as jsonb), i.entry_id
    from unnest(
        cast(:accounts as bigint[]), cast(:items as uuid[]), cast(:holders as uuid[]), cast(:lapsed as bigint[]),
        cast(:carried as bigint[]), cast(:facts as text[]), cast(:closings as text[]), cast(:entries as uuid[])
    ) i (account_id, item_id, holder, lapsed, carried, facts, closing, entry_id)
    """
)
_COLUMNS = """
        r.run_id, r.kind, r.scheme_id, s.code as scheme, r.edition_id, r.year_of, r.year_first, r.year_last, r.closes_on,
        r.announced_at, r.announced_by, x.executed_at, x.executed_by
    from wallets.year_end_run r
    join rules.scheme s on s.municipality_id = r.municipality_id and s.scheme_id = r.scheme_id
    left join wallets.year_end_execution x on x.municipality_id = r.municipality_id and x.run_id = r.run_id
    where r.municipality_id = db.municipality()
"""
_GET = query.statement(f"select {_COLUMNS} and r.run_id = :run_id")
_FIND = query.statement(f"select {_COLUMNS} and r.scheme_id = :scheme_id and r.kind = :kind and r.year_first = :year_first")
_PAGE = query.statement(
    f"select {_COLUMNS} and (cast(:before as uuid) is null or r.run_id < :before) order by r.run_id desc limit :limit"
)
_ITEMS = query.statement(
    """
    select account_id, item_id, holder, lapsed, carried, entry_id, cast(facts as text) as facts, cast(closing as text) as closing
    from wallets.year_end_item
    where municipality_id = db.municipality() and run_id = :run_id order by account_id
    """
)
_CHOOSE = query.statement(
    """
    insert into wallets.carry_choice (
        municipality_id, choice_id, holder, scheme_id, edition_id, decree, chosen, chosen_at, chosen_by
    )
    values (db.municipality(), :choice_id, :holder, :scheme_id, :edition_id, :decree, :chosen, :chosen_at, :chosen_by)
    """
)
_CHOSEN = query.statement(
    """
    select distinct on (holder, edition_id, decree) holder, edition_id, decree, chosen
    from wallets.carry_choice
    where municipality_id = db.municipality() and scheme_id = :scheme_id
        and (cast(:holder as uuid) is null or holder = :holder)
    order by holder, edition_id, decree, choice_id desc
    """
)


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    """A year end to be announced: which year of which scheme is closed from which day on, by which edition."""

    run_id: UUID
    kind: Kind
    scheme_id: UUID
    edition_id: UUID
    year_of: date
    year_first: date
    year_last: date
    closes_on: date


class Run(NewRun, frozen=True, kw_only=True):
    """A year end as it stands; `executed_at` is None until it is executed."""

    scheme: str
    announced_at: datetime
    announced_by: UUID
    executed_at: datetime | None
    executed_by: UUID | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a year end did to one wallet: what the rule saw, what it said, and the entry of what lapsed (None where nothing did)."""

    account_id: int
    item_id: UUID
    holder: UUID
    lapsed: int
    carried: int
    facts: YearEnd
    closing: Closing
    entry_id: UUID | None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody wants a decree, by its number from 1 in an edition, to keep their points alive."""

    choice_id: UUID
    holder: UUID
    scheme_id: UUID
    edition_id: UUID
    decree: int
    chosen: bool
    chosen_at: datetime
    chosen_by: UUID


class Chosen(msgspec.Struct, frozen=True):
    """The last word of a holder on one decree of one edition."""

    holder: UUID
    edition_id: UUID
    decree: int
    chosen: bool


async def announce(conn: AsyncConnection, run: NewRun, *, announced_by: UUID, now: datetime) -> None:
    """Records an announcement; the notices follow in the same transaction."""
    await query.run(conn, _ANNOUNCE, announced_by=announced_by, now=now, **msgspec.structs.asdict(run))


async def execute(conn: AsyncConnection, run_id: UUID, *, executed_by: UUID, now: datetime) -> None:
    """Records that a run is executed; its items follow in the same transaction."""
    await query.run(conn, _EXECUTE, run_id=run_id, executed_by=executed_by, now=now)


async def keep_items(conn: AsyncConnection, run_id: UUID, items: Sequence[Item]) -> None:
    """Records what each wallet lost and kept, after the entries."""
    await query.run(
        conn,
        _KEEP_ITEMS,
        run_id=run_id,
        accounts=[item.account_id for item in items],
        items=[item.item_id for item in items],
        holders=[item.holder for item in items],
        lapsed=[item.lapsed for item in items],
        carried=[item.carried for item in items],
        facts=[canonical.encode(msgspec.to_builtins(item.facts)).decode() for item in items],
        closings=[canonical.encode(msgspec.to_builtins(item.closing)).decode() for item in items],
        entries=[item.entry_id for item in items],
    )


async def get(conn: AsyncConnection, run_id: UUID) -> Run:
    """The run with this id. Raises UnknownYearEnd."""
    row = await query.one(conn, _GET, run_id=run_id)
    return query.into(Run, unless(row, claim_refusals.UnknownYearEnd(run_id=run_id)))


async def find(conn: AsyncConnection, scheme_id: UUID, kind: Kind, year_first: date) -> Run | None:
    """The run of this year of a scheme, or None."""
    row = await query.one(conn, _FIND, scheme_id=scheme_id, kind=kind, year_first=year_first)
    return query.into(Run, row) if row is not None else None


async def page(conn: AsyncConnection, *, before: UUID | None = None, limit: int = 50) -> list[Run]:
    """Runs, the newest first, at most PAGE_MAX at once."""
    rows = await query.rows(conn, _PAGE, before=before, limit=min(max(limit, 1), PAGE_MAX))
    return [query.into(Run, row) for row in rows]


async def items_of(conn: AsyncConnection, run_id: UUID) -> list[Item]:
    """What an executed run did, in the order of the accounts."""
    return [_item(row) for row in await query.rows(conn, _ITEMS, run_id=run_id)]


async def choose(conn: AsyncConnection, choice: Choice) -> None:
    """Remembers a choice; earlier ones stand beside it, and the last one counts."""
    await query.run(conn, _CHOOSE, **msgspec.structs.asdict(choice))


async def chosen(conn: AsyncConnection, scheme_id: UUID, holder: UUID | None = None) -> list[Chosen]:
    """The last word on every decree of a scheme that `holder`, or anybody, ever chose about."""
    rows = await query.rows(conn, _CHOSEN, scheme_id=scheme_id, holder=holder)
    return [query.into(Chosen, row) for row in rows]


def _item(row: Row[Any]) -> Item:
    return Item(
        account_id=row.account_id,
        item_id=row.item_id,
        holder=row.holder,
        lapsed=row.lapsed,
        carried=row.carried,
        entry_id=row.entry_id,
        facts=msgspec.json.decode(row.facts, type=YearEnd),
        closing=msgspec.json.decode(row.closing, type=Closing),
    )
