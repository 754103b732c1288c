"""Attacks on the invariants of the book, each beside the same wish as the code is asked it, and what the code says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import Refusal
from ledger import holds, idempotency, periods, posting, refusals
from ledger.draft import Confirm, Draft, Exactly, Line, move
from tests.support import books
from tests.support.books import APRIL, JUNE, draft, fresh, noon
from tests.support.forging import Forged, forge, pairs

Story = Callable[[AsyncConnection, books.Book], Awaitable[Any]]


def forging(make: Callable[[books.Book], Forged]) -> Story:
    return lambda conn, book: forge(conn, make(book))


def posted(make: Callable[[books.Book], Draft]) -> Story:
    return lambda conn, book: posting.post_one(conn, make(book), now=noon(JUNE))


def sql(text: str, **given: Callable[[books.Book], Any]) -> Story:
    return lambda conn, book: query.run(conn, query.statement(text), **{name: value(book) for name, value in given.items()})


async def a_lot(conn: AsyncConnection, account_id: int) -> UUID:
    found = query.statement(
        """
        select lot_id from ledger.lot where municipality_id = db.municipality() and account_id = :account_id and remaining > 0
        order by remaining limit 1
        """
    )
    return await query.scalar(conn, found, account_id=account_id)


async def move_anothers_lot(conn: AsyncConnection, book: books.Book) -> None:
    """A purchase of one member, paid with another's lot."""
    lot = await a_lot(conn, book.wallets[1])
    await forge(conn, Forged(lines=[(book.wallets[0], -1), (book.partner, 1)], moves=[(1, lot, -1)]))


async def ask_with_anothers_lot(conn: AsyncConnection, book: books.Book) -> None:
    lot = await a_lot(conn, book.wallets[1])
    await posting.post_one(
        conn, draft("gift", JUNE, move(book.wallets[0], book.partner, 1, take=Exactly(((lot, 1),)))), now=noon(JUNE)
    )


async def overdraw_a_lot(conn: AsyncConnection, book: books.Book) -> None:
    lot = await a_lot(conn, book.wallets[0])
    await forge(conn, Forged(lines=[(book.wallets[0], -150), (book.partner, 150)], moves=[(1, lot, -150)]))


async def ask_too_much_of_a_lot(conn: AsyncConnection, book: books.Book) -> None:
    lot = await a_lot(conn, book.wallets[0])
    await posting.post_one(
        conn, draft("gift", JUNE, move(book.wallets[0], book.partner, 150, take=Exactly(((lot, 150),)))), now=noon(JUNE)
    )


async def release(conn: AsyncConnection, book: books.Book) -> None:
    await holds.release(conn, book.holds["confirm"], actor=None, now=noon(JUNE))


def confirm(fate: str, amount: int) -> Story:
    def make(book: books.Book) -> Draft:
        account = book.wallets[{"release": 3, "stand": 5}[fate]]
        return draft("help", JUNE, move(account, book.partner, 1), confirms=Confirm(book.holds[fate], amount))

    return posted(make)


async def close_april(conn: AsyncConnection, book: books.Book) -> None:
    await periods.close_month(conn, APRIL, actor=None, now=noon(JUNE))


async def use_a_key_twice(conn: AsyncConnection, book: books.Book) -> None:
    async def work() -> tuple[int, bytes]:
        return 200, b"{}"

    for request in (b"1" * 32, b"2" * 32):
        await idempotency.once(
            conn, caller=UUID(int=1), key="k", request_sha256=request, work=work, refused=lambda _: (409, b"{}")
        )


async def keep_a_key_twice(conn: AsyncConnection, book: books.Book) -> None:
    keep = query.statement(
        """
        insert into ledger.idempotency (municipality_id, caller, key, request_sha256, status, response)
        values (db.municipality(), :caller, 'k', 'x', 200, '')
        """
    )
    for _ in range(2):
        await query.run(conn, keep, caller=UUID(int=1))


RESOLVE = """
    insert into ledger.hold_resolution (municipality_id, hold_id, kind, amount, entry_id, resolved_at)
    values (db.municipality(), :hold, cast(:kind as text), :amount, cast(:entry as uuid), now())
"""


def resolve(hold: str, kind: str, amount: int, entry: str | None = None) -> Story:
    return sql(
        RESOLVE,
        hold=lambda book: book.holds[hold],
        kind=lambda _: kind,
        amount=lambda _: amount,
        entry=lambda book: book.entries[entry] if entry else None,
    )


CLOSE = "insert into ledger.period_close (municipality_id, month, roll_forward) values (db.municipality(), '2026-04-01', '[]')"


@dataclass
class Case:
    """An attack on an invariant, and what the code says to the same wish."""

    forged: Story
    asked: Story
    refused: type[Refusal]
    broken: str | None = None
    """The invariant that a MalformedEntry names."""


CASES: dict[str, Case] = {
    "entry_balances: one more than went": Case(
        forging(lambda book: Forged([(book.hours[0], -5), (book.hours[1], 6)])),
        posted(lambda book: draft("help", JUNE, (Line(book.hours[0], -5), Line(book.hours[1], 6)))),
        refusals.MalformedEntry,
        "entry_balances",
    ),
    "entry_balances: between units": Case(
        forging(
            lambda book: Forged([(book.budgets[0], -5), (book.hours[1], 5)]),
        ),
        posted(lambda book: draft("help", JUNE, (Line(book.budgets[0], -5), Line(book.hours[1], 5)))),
        refusals.MalformedEntry,
        "entry_balances",
    ),
    "entry_whole: a line too many": Case(
        forging(lambda book: Forged(pairs(book.hours[:3], 5), lines_told=2)),
        posted(lambda book: draft("help", JUNE, (Line(book.hours[0], -5),))),
        refusals.MalformedEntry,
        "entry_whole",
    ),
    "floor_holds: beyond the credit": Case(
        forging(lambda book: Forged([(book.hours[0], -100_000), (book.hours[1], 100_000)])),
        posted(lambda book: draft("help", JUNE, move(book.hours[0], book.hours[1], 100_000))),
        refusals.InsufficientBalance,
    ),
    "floor_holds: more than the budget": Case(
        forging(lambda book: Forged([(book.budgets[0], -1_000_000), (book.source, 1_000_000)])),
        posted(lambda book: draft("return", JUNE, move(book.budgets[0], book.source, 1_000_000))),
        refusals.BudgetExhausted,
    ),
    "ceiling_holds: more than fits": Case(
        forging(
            lambda book: Forged([(book.budgets[0], -20_000), (book.wallets[0], 20_000)], lots=[(2, book.wallets[0], 20_000)]),
        ),
        posted(
            lambda book: draft("grant", JUNE, move(book.budgets[0], book.wallets[0], 20_000, give=fresh(book.budgets[0], JUNE)))
        ),
        refusals.CeilingReached,
    ),
    "lots_cover: another's lot": Case(move_anothers_lot, ask_with_anothers_lot, refusals.MalformedEntry, "lots_cover"),
    "lots_cover: more than is in a lot": Case(overdraw_a_lot, ask_too_much_of_a_lot, refusals.InsufficientBalance),
    "lots_cover: from nowhere": Case(
        forging(lambda book: Forged([(book.budgets[0], -5), (book.wallets[0], 5)])),
        posted(lambda book: draft("grant", JUNE, move(book.budgets[0], book.wallets[0], 5))),
        refusals.MalformedEntry,
        "lots_cover",
    ),
    "hold_once: released after it was confirmed": Case(resolve("confirm", "release", 0), release, refusals.HoldResolved),
    "hold_once: confirmed after it was released": Case(
        resolve("release", "confirm", 1, "help"), confirm("release", 1), refusals.HoldResolved
    ),
    "hold_once: more than was held": Case(
        resolve("stand", "confirm", 1_000, "help"), confirm("stand", 1_000), refusals.HoldTooSmall
    ),
    "reverse_once: a second time": Case(
        forging(lambda book: Forged([(book.hours[0], -5), (book.hours[1], 5)], reverses=book.entries["grant"])),
        posted(lambda book: draft("reversal", JUNE, move(book.hours[0], book.hours[1], 5), reverses=book.entries["grant"])),
        refusals.AlreadyReversed,
    ),
    "key_once: another request under it": Case(keep_a_key_twice, use_a_key_twice, refusals.KeyReused),
    "period_closed: booked into it": Case(
        forging(lambda book: Forged([(book.hours[0], -5), (book.hours[1], 5)], booked_on=APRIL)),
        posted(lambda book: draft("help", APRIL, move(book.hours[0], book.hours[1], 5))),
        refusals.PeriodClosed,
    ),
    "period_closed: booked before it": Case(
        forging(lambda book: Forged([(book.hours[0], -5), (book.hours[1], 5)], booked_on=APRIL - timedelta(days=90))),
        posted(lambda book: draft("help", APRIL - timedelta(days=90), move(book.hours[0], book.hours[1], 5))),
        refusals.PeriodClosed,
    ),
    "period_closed: closed again": Case(sql(CLOSE), close_april, refusals.PeriodClosed),
}
