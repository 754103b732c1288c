"""A book in memory for the tests of deciding: accounts and lots by a few words each, drafts without ceremony."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from kernel import ids
from ledger.book import Account, Book, Hold, Lot
from ledger.draft import Draft, Line

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
COUNCIL, BUDGET, UME, MATSU, CAPPED, SHOP, UME_TIME, MATSU_TIME = range(1, 9)
POINTS, MINUTES = 2, 1


def account(number: int, kind: str, unit_id: int = POINTS, floor: int | None = 0, **more: Any) -> Account:
    """An account with nothing on it but what `more` says: ceiling, posted, held, version, closed."""
    plain: dict[str, Any] = {"ceiling": None, "posted": 0, "held": 0, "version": 0, "closed": False}
    unit = "pt" if unit_id == POINTS else "minutes"
    tracked = kind == "wallet" and unit_id == POINTS
    return Account(account_id=number, unit_id=unit_id, unit=unit, kind=kind, lot_tracked=tracked, floor=floor, **(plain | more))


def lot(
    nth: int,
    account_id: int,
    remaining: int,
    *,
    expires_on: date | None = None,
    amount: int | None = None,
    granted_on: date = TODAY,
) -> Lot:
    """The lot number `nth`, whose origin, funding and edition can be told from its number."""
    origin, edition = UUID(int=10_000 + nth), UUID(int=20_000 + nth)
    whole = remaining if amount is None else amount
    return Lot(UUID(int=nth), account_id, origin, BUDGET, edition, granted_on, expires_on, remaining, whole)


def book(lots: Sequence[Lot] = (), *, held: dict[int, int] | None = None, budget: int = 1_000) -> Book:
    """The accounts above; wallets of points hold exactly `lots`, wallets of time start at zero with a limit of -100 and 0."""
    chart = [
        account(COUNCIL, "appropriation", floor=None),
        account(BUDGET, "budget", posted=budget),
        account(UME, "wallet"),
        account(MATSU, "wallet"),
        account(CAPPED, "wallet", ceiling=50),
        account(SHOP, "payable", posted=100),
        account(UME_TIME, "wallet", MINUTES, -100),
        account(MATSU_TIME, "wallet", MINUTES),
    ]
    made = Book({each.account_id: each for each in chart}, NOW, ids.stream())
    made.lots_by_account = {number: [] for number in (UME, MATSU, CAPPED)}
    for each in lots:
        made.add(each)
        made.accounts[each.account_id].posted += each.remaining
    for number, amount in (held or {}).items():
        made.accounts[number].held = amount
        made.holds[UUID(int=number)] = Hold(UUID(int=number), number, amount, None)
    return made


def draft(*lines: Line, **more: Any) -> Draft:
    """An entry of these lines, of today, with a cause of its own."""
    plain: dict[str, Any] = {
        "entry_id": ids.new_id(),
        "kind": "test",
        "occurred_at": NOW,
        "booked_on": TODAY,
        "cause_kind": "test",
        "cause_id": ids.new_id(),
    }
    return Draft(lines=lines, **(plain | more))


def snapshot(of: Book) -> object:
    """Everything that deciding may change, as a value that compares."""
    return (
        [(each.account_id, each.posted, each.held, each.version) for each in of.accounts.values()],
        sorted((each.lot_id, each.account_id, each.remaining) for each in of.lots.values()),
        {number: [each.lot_id for each in lots] for number, lots in of.lots_by_account.items()},
        {hold.hold_id: hold.resolution for hold in of.holds.values()},
        dict(of.booked),
        dict(of.reversed),
    )
