"""A busy book for the tests of the audit: some hundred entries of every kind, over three months, the first of them closed.

Everything is posted through the ledger itself as the service does it; the figures follow from the position in the play alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.transact import transact
from kernel import days, ids
from ledger import accounts, holds, load, periods, posting, reversal
from ledger.draft import Confirm, Draft, Fresh, Line, Oldest, move
from tests.support.towns import MINUTES, POINTS

APRIL, MAY, JUNE = date(2026, 4, 10), date(2026, 5, 12), date(2026, 6, 9)
MEMBERS = 12
GRANTS = 144
GRANT = 100


@dataclass
class Book:
    """The accounts of the play, and an entry or a hold of each kind for tests to alter."""

    source: int = 0
    budgets: list[int] = field(default_factory=list[int])
    wallets: list[int] = field(default_factory=list[int])
    hours: list[int] = field(default_factory=list[int])
    partner: int = 0
    lapsed: int = 0
    entries: dict[str, UUID] = field(default_factory=dict[str, UUID])
    holds: dict[str, UUID] = field(default_factory=dict[str, UUID])


def noon(on: date) -> datetime:
    """Noon in Japan on that day."""
    return days.local_time(on, 12)


def draft(kind: str, on: date, lines: tuple[Line, ...], **more: object) -> Draft:
    """A draft of this kind with a cause of its own, booked on that day."""
    plain: dict[str, object] = {
        "entry_id": ids.new_id(),
        "kind": kind,
        "occurred_at": noon(on),
        "booked_on": on,
        "cause_kind": "test",
        "cause_id": ids.new_id(),
        "lines": lines,
    }
    return Draft(**(plain | more))  # type: ignore[arg-type]


def fresh(funding: int, on: date, expires_on: date | None = date(2028, 3, 31)) -> Fresh:
    """A new lot of a grant of that day."""
    return Fresh(ids.new_id(), funding, UUID(int=7), on, expires_on)


async def busy(engine: AsyncEngine, town: int) -> Book:
    """Plays the three months in `town` and returns what they left."""
    book = Book()
    for part in (_open, _grant, _spend, _close_april, _hold, _reverse, _lapse, _help):
        await transact(engine, town, lambda conn, part=part: part(conn, book))
    return book


async def _open(conn: AsyncConnection, book: Book) -> None:
    book.source = await accounts.ensure(conn, "appropriation", POINTS, ids.new_id(), floor=None)
    book.budgets = await accounts.open_many(conn, [accounts.Opening(POINTS, "budget", ids.new_id()) for _ in range(2)])
    people = ids.new_ids(MEMBERS)
    book.wallets = await accounts.open_many(conn, [accounts.Opening(POINTS, "wallet", each, 0, 10_000) for each in people])
    book.hours = await accounts.open_many(conn, [accounts.Opening(MINUTES, "wallet", each, -600) for each in people])
    book.partner = await accounts.ensure(conn, "payable", POINTS, ids.new_id())
    lapsed = await accounts.find(conn, "lapsed", POINTS, None)
    assert lapsed is not None
    book.lapsed = lapsed
    filled = [draft("appropriation", APRIL, move(book.source, budget, 100_000)) for budget in book.budgets]
    await posting.post_all(conn, filled, now=noon(APRIL))


async def _grant(conn: AsyncConnection, book: Book) -> None:
    drafts: list[Draft] = []
    for i in range(GRANTS):
        on = (APRIL, MAY, JUNE)[i * 3 // GRANTS]
        budget, wallet = book.budgets[i % 2], book.wallets[i % MEMBERS]
        expires_on = JUNE - timedelta(days=1) if i % 9 == 8 else date(2028, 3, 31)
        drafts.append(draft("grant", on, move(budget, wallet, GRANT, give=fresh(budget, on, expires_on))))
    book.entries["grant"] = drafts[0].entry_id
    await posting.post_all(conn, drafts, now=noon(JUNE))


async def _spend(conn: AsyncConnection, book: Book) -> None:
    """Gifts that carry lots on, and purchases; the first wallet is left alone, so that its first grant is whole."""
    drafts: list[Draft] = []
    for i in range(60):
        on = (APRIL, MAY, JUNE)[i // 20]
        giver, taker = book.wallets[1 + i % (MEMBERS - 1)], book.wallets[1 + (i + 3) % (MEMBERS - 1)]
        drafts.append(draft("gift", on, move(giver, taker, 15 + i % 7)))
        drafts.append(draft("purchase", on, move(giver, book.partner, 5 + i % 5)))
    book.entries["gift"] = drafts[0].entry_id
    book.entries["purchase"] = drafts[-1].entry_id
    await posting.post_all(conn, drafts, now=noon(JUNE))


async def _close_april(conn: AsyncConnection, book: Book) -> None:
    del book
    await periods.close_month(conn, APRIL, actor=None, now=noon(JUNE))


async def _hold(conn: AsyncConnection, book: Book) -> None:
    """One hold of each end: confirmed in part, released, expired, standing."""
    until = {"expire": noon(JUNE) + timedelta(minutes=1)}
    for nth, fate in enumerate(("confirm", "release", "expire", "stand"), start=2):
        placed = holds.HoldDraft(
            hold_id=ids.new_id(),
            account_id=book.wallets[nth],
            amount=40,
            expires_at=until.get(fate, datetime(2030, 1, 1, tzinfo=UTC)),
            cause_kind="match",
            cause_id=ids.new_id(),
            lots=await _lots(conn, book.wallets[nth], 40) if fate == "stand" else (),
        )
        await holds.place(conn, placed, now=noon(JUNE))
        book.holds[fate] = placed.hold_id
    confirming = draft("help", JUNE, move(book.wallets[2], book.wallets[6], 30), confirms=Confirm(book.holds["confirm"], 30))
    later = noon(JUNE) + timedelta(hours=1)
    touching = draft("gift", JUNE, move(book.wallets[4], book.wallets[7], 3))
    book.entries["help"] = confirming.entry_id
    await posting.post_all(conn, [confirming, touching], now=later)
    await holds.release(conn, book.holds["release"], actor=None, now=later)


async def _lots(conn: AsyncConnection, account_id: int, amount: int) -> tuple[tuple[UUID, int], ...]:
    """Lots of an account that are good in June, for so much in all."""
    parts: list[tuple[UUID, int]] = []
    for lot in await load.open_lots(conn, account_id):
        if not lot.expired(JUNE) and amount:
            parts.append((lot.lot_id, min(lot.remaining, amount)))
            amount -= parts[-1][1]
    return tuple(parts)


async def _reverse(conn: AsyncConnection, book: Book) -> None:
    """A purchase, a whole grant, and a grant of which 30 are spent and stay on the budget."""
    spender = await accounts.ensure(conn, "wallet", POINTS, ids.new_id())
    grant = draft("grant", JUNE, move(book.budgets[0], spender, GRANT, give=fresh(book.budgets[0], JUNE)))
    book.entries["spent_grant"] = grant.entry_id
    await posting.post_all(conn, [grant, draft("purchase", JUNE, move(spender, book.partner, 30))], now=noon(JUNE))
    for name, absorb_spent in (("purchase", False), ("grant", False), ("spent_grant", True)):
        asked = reversal.Asked(
            entry_id=book.entries[name],
            reversal_id=ids.new_id(),
            cause_kind="correction",
            cause_id=ids.new_id(),
            occurred_at=noon(JUNE),
            booked_on=JUNE,
            actor=None,
            memo="a test",
            absorb_spent=absorb_spent,
        )
        drafted = await reversal.draft_of(conn, asked)
        assert (drafted.shortfall > 0) == absorb_spent
        await posting.post_one(conn, drafted.booked, now=noon(JUNE))
        book.entries[f"reversal_of_{name}"] = asked.reversal_id


async def _lapse(conn: AsyncConnection, book: Book) -> None:
    lapsing = draft("expiry", JUNE, move(book.wallets[8], book.lapsed, 20, take=Oldest(expired_too=True)))
    book.entries["expiry"] = lapsing.entry_id
    await posting.post_one(conn, lapsing, now=noon(JUNE))


async def _help(conn: AsyncConnection, book: Book) -> None:
    """Hours for hours: a wallet of time may go below zero."""
    drafts = [
        draft("help", JUNE, move(book.hours[i % MEMBERS], book.hours[(i + 1) % MEMBERS], 30 + i % 4 * 15)) for i in range(24)
    ]
    book.entries["hours"] = drafts[0].entry_id
    await posting.post_all(conn, drafts, now=noon(JUNE))
