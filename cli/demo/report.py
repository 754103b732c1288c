"""What happened, as the book tells it: counted by the read-only auditor, and held against what the story did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cli.demo.cast import Cast
from cli.demo.casting import Town
from cli.plainly import CommandFailed
from community import municipalities
from db import engine, query, transact
from db.place import Place
from flows import audit, trace
from kernel import days
from ledger import periods

_COUNTS = query.statement(
    """
    select
        (select count(*) from community.member where municipality_id = db.municipality()) as members,
        (select count(*) from activities.scan where municipality_id = db.municipality()) as scans,
        (select count(*) from activities.attendance where municipality_id = db.municipality()) as attendances,
        (select count(*) from ledger.journal_entry where municipality_id = db.municipality() and kind = 'grant') as grants,
        (select count(*) from wallets.undo where municipality_id = db.municipality()) as undone,
        (select count(*) from wallets.expiry_item where municipality_id = db.municipality()) as expiry,
        (select count(*) from wallets.correction where municipality_id = db.municipality()) as correction,
        (select count(*) from wallets.settlement_approval where municipality_id = db.municipality()) as settlement
    """
)
_REDEMPTIONS = query.statement(
    """
    select r.kind, u.code as unit, count(*) as number, sum(r.amount)::bigint as amount
    from wallets.redemption r
    join ledger.unit u on u.municipality_id = r.municipality_id and u.unit_id = r.unit_id
    where r.municipality_id = db.municipality() group by r.kind, u.code order by r.kind, u.code
    """
)
_SETTLEMENTS = query.statement(
    """
    select u.code as unit, count(*) as payments, sum(i.amount)::bigint as amount
    from wallets.settlement_payment p
    join wallets.settlement_item i on i.municipality_id = p.municipality_id and i.settlement_id = p.settlement_id
        and i.account_id = p.account_id
    join wallets.settlement s on s.municipality_id = p.municipality_id and s.settlement_id = p.settlement_id
    join ledger.unit u on u.municipality_id = s.municipality_id and u.unit_id = s.unit_id
    where p.municipality_id = db.municipality() group by u.code order by u.code
    """
)
_COUNTED = ("members", "scans", "attendances", "grants")
_KINDS = ("help", "purchase", "conversion", "donation", "pledge", "group_use")
_AMENDS = ("undone", "expiry", "correction", "settlement")
_DONE = {"members": "member", "scans": "scan", "attendances": "attendance", "grants": "grant"}


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """What the auditor finds in the town's book."""

    counts: dict[str, int]
    redemptions: dict[str, dict[str, Any]]
    """By kind: how many, and the amount in each unit."""
    settlements: dict[str, dict[str, int]]
    """By unit: payments and their amount."""
    money_flow: dict[str, list[dict[str, Any]]]
    trace: dict[str, Any]
    trace_lines: list[str]
    verify: dict[str, Any]


async def read(auditor: AsyncEngine, cast: Cast, municipality: int) -> dict[str, Any]:
    """The report of the day: plain values, ready for JSON. `differences` is empty where all of it held."""
    book = await read_book(auditor, municipality, cast.kept["traced redemption"], cast)
    report: dict[str, Any] = {
        "town": {"code": cast.town.code, "name": cast.town.name, "seed": cast.town.seed, "day": cast.calendar.day.isoformat()},
        **{name: book.counts[name] for name in _COUNTED},
        "redemptions": book.redemptions,
        "refusals": dict(sorted(cast.tally.refusals.items())),
        "settlements": book.settlements,
        "money_flow": book.money_flow,
        "trace": book.trace,
        "trace_lines": book.trace_lines,
        "verify": book.verify,
        "simulation": {name: cast.kept["simulation"][name] for name in ("title", "attendances", "total", "members")},
        "requests": cast.tally.requests,
        "differences": _differences(cast, book),
    }
    return report


async def read_book(auditor: AsyncEngine, municipality: int, redemption_id: str, cast: Cast) -> Book:
    """Everything on one snapshot of the auditor's."""

    async def work(conn: AsyncConnection) -> Book:
        counts = await query.one(conn, _COUNTS)
        traced = await trace.trace(conn, UUID(redemption_id))
        verification = await audit.audit(conn)
        flows = await periods.roll_forward(conn, cast.calendar.first_edition, days.local_date(cast.now))
        if counts is None or traced is None:
            raise CommandFailed("the redemption of the story is not in the book")
        return Book(
            counts=_plain(counts, (*_COUNTED, *_AMENDS)),
            redemptions=_by_kind(await query.rows(conn, _REDEMPTIONS)),
            settlements={row.unit: _plain(row, ("payments", "amount")) for row in await query.rows(conn, _SETTLEMENTS)},
            money_flow=_by_unit(flows),
            trace=msgspec.to_builtins(traced),
            trace_lines=list(trace.lines(traced)),
            verify=msgspec.to_builtins(verification),
        )

    return await transact.read(auditor, municipality, work)


def holds(report: dict[str, Any]) -> bool:
    """Whether everything held: the books verify, close to zero, and say what the story did."""
    return bool(report["verify"]["ok"]) and not report["differences"]


def _by_unit(flows: list[periods.Flow]) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for flow in flows:
        told.setdefault(flow.unit, []).append(msgspec.to_builtins(flow))
    return told


def _differences(cast: Cast, book: Book) -> list[str]:
    """Where the book does not say what the story did."""
    kinds = {kind: told["count"] for kind, told in book.redemptions.items()}
    told = [(name, cast.done[done], book.counts[name]) for name, done in _DONE.items()]
    told += [(kind, cast.done[kind], kinds.get(kind, 0)) for kind in _KINDS]
    told += [(name, cast.done[name], book.counts[name]) for name in _AMENDS]
    found = [f"{name}: the story did {did}, the book has {has}" for name, did, has in told if did != has]
    left = {unit: sum(flow["closing"] for flow in flows) for unit, flows in book.money_flow.items()}
    return found + [f"money flow: {unit} closes to {rest}" for unit, rest in left.items() if rest]


def _by_kind(rows: Sequence[Row[Any]]) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        kind = told.setdefault(row.kind, {"count": 0, "amounts": {}})
        kind["count"] += int(row.number)
        kind["amounts"][row.unit] = int(row.amount)
    return told


def _plain(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    """A row as JSON has it: text and whole numbers."""
    values = {name: getattr(row, name) for name in names}
    return {name: value if isinstance(value, str) else int(value) for name, value in values.items()}


async def verify_again(found: Place, town: Town) -> dict[str, Any]:
    """A fresh verification of a town whose day was played before."""
    auditor = engine.create(found.auditor_url, name="yui demo auditor", pool_size=1, limited=False)
    try:
        municipality = municipalities.id_of(town.code)
        return msgspec.to_builtins(await transact.read(auditor, municipality, audit.audit))
    finally:
        await auditor.dispose()
