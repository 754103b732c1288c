"""Locking and reading: the book as the decisions of one list must see it.

The locks come first, in a statement of their own; what is read after them is read with a fresh snapshot, so a wait for a lock never
leaves an old figure in hand. Holds that have run out are resolved here, in passing: an expired hold stops counting at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import ids
from ledger.book import Account, Book, Hold, Lot
from ledger.draft import Draft, Exactly

_LOCK = query.statement(
    """
    select account_id, unit_id, unit, kind, lot_tracked, floor, ceiling, posted, held, version, last_recorded_at, closed, clock
    from ledger.lock_balances(cast(:accounts as bigint[]))
    """
)
_LAST_CLOSED = query.statement("select max(month) from ledger.period_close where municipality_id = db.municipality()")
_LOT_COLUMNS = """lot_id, account_id, origin_attendance, funding_account, edition_id, granted_on,
        nullif(expires_on, 'infinity') as expires_on, remaining, amount"""
_OPEN_LOTS = query.statement(
    f"""
    select {_LOT_COLUMNS} from ledger.lot
    where municipality_id = db.municipality() and account_id = any (cast(:accounts as bigint[])) and remaining > 0
    order by expires_on, granted_on, lot_id
    """  # noqa: S608 - a constant of this module
)
_NAMED_LOTS = query.statement(
    f"""
    select {_LOT_COLUMNS} from ledger.lot
    where municipality_id = db.municipality() and lot_id = any (cast(:lots as uuid[]))
    """  # noqa: S608 - a constant of this module
)
_EXPIRE_HOLDS = query.statement(
    """
    with due as (
        insert into ledger.hold_resolution (municipality_id, hold_id, kind, amount, resolved_at)
        select h.municipality_id, h.hold_id, 'expire', 0, :now
        from ledger.hold h
        where h.municipality_id = db.municipality() and h.account_id = any (cast(:accounts as bigint[])) and h.expires_at <= :now
            and not exists (
                select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
            )
        returning hold_id
    )
    select h.account_id, sum(h.amount)::bigint as amount
    from due join ledger.hold h on h.municipality_id = db.municipality() and h.hold_id = due.hold_id
    group by h.account_id
    """
)
_HOLDS = query.statement(
    """
    select h.hold_id, h.account_id, h.amount, r.kind as resolution
    from ledger.hold h
    left join ledger.hold_resolution r on r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
    where h.municipality_id = db.municipality() and h.hold_id = any (cast(:holds as uuid[]))
    """
)
_NAMED = query.statement(
    """
    select n.lot_id, n.hold_id, n.amount
    from ledger.hold h
    join ledger.hold_lot n on n.municipality_id = h.municipality_id and n.hold_id = h.hold_id
    where h.municipality_id = db.municipality() and h.account_id = any (cast(:accounts as bigint[])) and not exists (
        select from ledger.hold_resolution r where r.municipality_id = h.municipality_id and r.hold_id = h.hold_id
    )
    """
)
_BOOKED = query.statement(
    """
    select c.cause_id, e.kind, e.entry_id
    from unnest(cast(:causes as uuid[])) c (cause_id)
    cross join lateral (
        select kind, entry_id from ledger.journal_entry
        where municipality_id = (select db.municipality()) and cause_id = c.cause_id
        limit 20  -- more kinds of entry than a cause can have; keeps the planner on the index, one look-up per cause
    ) e
    """
)
_REVERSED = query.statement(
    """
    select reverses, entry_id from ledger.journal_entry
    where municipality_id = db.municipality() and reverses = any (cast(:entries as uuid[]))
    """
)

_NEVER = datetime.min.replace(tzinfo=UTC)


async def load(conn: AsyncConnection, drafts: Sequence[Draft], now: datetime) -> Book:
    """Locks every account that `drafts` name and reads what deciding them needs."""
    wanted = sorted({line.account_id for draft in drafts for line in draft.lines})
    locked = await query.rows(conn, _LOCK, accounts=wanted)
    book = Book({row.account_id: _account(row) for row in locked}, _recorded_at(locked), ids.stream())
    book.closed_until = await query.scalar(conn, _LAST_CLOSED)
    await _expire_holds(conn, book, now)
    await _load_lots(conn, book, drafts)
    book.named = await named(conn, [account.account_id for account in book.accounts.values() if account.held > 0])
    await _load_history(conn, book, drafts)
    return book


async def lock(conn: AsyncConnection, account_ids: Sequence[int]) -> dict[int, Account]:
    """Locks these accounts in order, ahead of postings whose decisions need them to stand still; the accounts by number."""
    locked = await query.rows(conn, _LOCK, accounts=sorted(set(account_ids)))
    return {row.account_id: _account(row) for row in locked}


async def lock_one(conn: AsyncConnection, account_id: int, now: datetime) -> tuple[Account | None, datetime]:
    """Locks one account, resolves its expired holds, and returns it with the clock of that moment."""
    locked = await query.rows(conn, _LOCK, accounts=[account_id])
    book = Book({row.account_id: _account(row) for row in locked}, _recorded_at(locked), ids.stream())
    await _expire_holds(conn, book, now)
    return book.accounts.get(account_id), book.recorded_at


async def open_lots(conn: AsyncConnection, account_id: int) -> list[Lot]:
    """The lots of an account with something left, those that expire first coming first."""
    return [_lot(row) for row in await query.rows(conn, _OPEN_LOTS, accounts=[account_id])]


async def named(conn: AsyncConnection, account_ids: Sequence[int]) -> dict[UUID, dict[UUID, int]]:
    """By lot: how much each open hold on these locked accounts has reserved of it by name."""
    found: dict[UUID, dict[UUID, int]] = {}
    for row in await query.rows(conn, _NAMED, accounts=list(account_ids)) if account_ids else ():
        found.setdefault(row.lot_id, {})[row.hold_id] = row.amount
    return found


def _recorded_at(locked: Sequence[Row[Any]]) -> datetime:
    """After now and after everything recorded on these accounts: entry times never run backwards against versions."""
    times = [row.clock for row in locked]
    times += [row.last_recorded_at + timedelta(microseconds=1) for row in locked if row.version > 0]
    return max(times, default=_NEVER)


async def _expire_holds(conn: AsyncConnection, book: Book, now: datetime) -> None:
    holding = [account.account_id for account in book.accounts.values() if account.held > 0]
    if not holding:
        return
    for row in await query.rows(conn, _EXPIRE_HOLDS, accounts=holding, now=now):
        book.accounts[row.account_id].held -= row.amount


async def _load_lots(conn: AsyncConnection, book: Book, drafts: Sequence[Draft]) -> None:
    spending, named = _lots_in_question(book, drafts)
    if spending:
        book.lots_by_account = {account_id: [] for account_id in spending}
        for row in await query.rows(conn, _OPEN_LOTS, accounts=sorted(spending)):
            lot = _lot(row)
            book.lots[lot.lot_id] = lot
            book.lots_by_account[lot.account_id].append(lot)
    if named:
        for row in await query.rows(conn, _NAMED_LOTS, lots=sorted(named)):
            if row.lot_id not in book.lots:
                book.add(_lot(row))  # an empty one too: what an item puts back, a later one may spend


def _lots_in_question(book: Book, drafts: Sequence[Draft]) -> tuple[set[int], set[UUID]]:
    """The accounts whose oldest lots are spent, and the lots that are named."""
    spending: set[int] = set()
    named: set[UUID] = set()
    for line in (line for draft in drafts for line in draft.lines):
        account = book.accounts.get(line.account_id)
        if account is None or not account.lot_tracked:
            continue
        if isinstance(line.lots, Exactly):
            named.update(lot_id for lot_id, _ in line.lots.parts)
        elif line.amount < 0:
            spending.add(line.account_id)
    return spending, named


async def _load_history(conn: AsyncConnection, book: Book, drafts: Sequence[Draft]) -> None:
    causes = list({draft.cause_id for draft in drafts})
    for row in await query.rows(conn, _BOOKED, causes=causes):
        book.booked[(row.cause_id, row.kind)] = row.entry_id
    confirming = [draft.confirms.hold_id for draft in drafts if draft.confirms is not None]
    if confirming:
        for row in await query.rows(conn, _HOLDS, holds=confirming):
            book.holds[row.hold_id] = Hold(row.hold_id, row.account_id, row.amount, row.resolution)
    reversing = [draft.reverses for draft in drafts if draft.reverses is not None]
    if reversing:
        for row in await query.rows(conn, _REVERSED, entries=reversing):
            book.reversed[row.reverses] = row.entry_id


def _account(row: Row[Any]) -> Account:
    return Account(
        row.account_id,
        row.unit_id,
        row.unit,
        row.kind,
        row.lot_tracked,
        row.floor,
        row.ceiling,
        row.posted,
        row.held,
        row.version,
        row.closed,
    )


def _lot(row: Row[Any]) -> Lot:
    expires_on: date | None = row.expires_on
    return Lot(
        row.lot_id,
        row.account_id,
        row.origin_attendance,
        row.funding_account,
        row.edition_id,
        row.granted_on,
        expires_on,
        row.remaining,
        row.amount,
    )
