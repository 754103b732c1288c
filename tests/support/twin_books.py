"""Two books side by side: a town in the SQL ledger and the reference, under the same names, to be asked the same and compared."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import engine as engines
from db import query
from db.transact import read, transact
from kernel import days, ids
from kernel.refusal import Refusal
from ledger import accounts, balances, posting, units, verify
from ledger.draft import Confirm, Draft, Fresh, Line, Oldest
from tests.support import postgres, reference, towns

START = datetime(2026, 4, 10, 3, tzinfo=UTC)
EDITION = UUID(int=7)
CHART = {
    "council": ("appropriation", None, None, "pt"),
    "national": ("budget", 0, None, "pt"),
    "own": ("budget", 0, 500, "pt"),
    "ume": ("wallet", 0, None, "pt"),
    "matsu": ("wallet", 0, None, "pt"),
    "take": ("wallet", 0, 150, "pt"),
    "club": ("wallet", 0, None, "pt"),
    "shop": ("payable", 0, None, "pt"),
    "bank": ("paid_out", 0, None, "pt"),
    "lapsed": ("lapsed", 0, None, "pt"),
    "ume_time": ("wallet", -120, 600, "minutes"),
    "matsu_time": ("wallet", 0, None, "minutes"),
    "take_time": ("wallet", -600, None, "minutes"),
}
NOWHERE = 2**40  # the number of no account

_LOTS = query.statement(
    """
    select account_id, origin_attendance, funding_account, edition_id, granted_on, nullif(expires_on, 'infinity') as expires_on,
        amount, remaining
    from ledger.lot where municipality_id = db.municipality() order by account_id, expires_on, granted_on, lot_id
    """
)
_COUNT = query.statement("select count(*) from ledger.journal_entry where municipality_id = db.municipality()")

_towns = itertools.count(1_000)


class World:
    """The event loop, the engines, and a town's accounts by name."""

    def __init__(self, database: postgres.Clone) -> None:
        self.runner = asyncio.Runner()
        self.app: AsyncEngine = engines.create(database.app_url, name="stateful", pool_size=2)
        self.auditor: AsyncEngine = engines.create(database.auditor_url, name="stateful auditor", pool_size=1, limited=False)

    def close(self) -> None:
        self.runner.run(self.app.dispose())
        self.runner.run(self.auditor.dispose())
        self.runner.close()


class TwinBooks:
    """A town of its own in both books. The instant moves by `now` alone."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.town = next(_towns)
        self.now: datetime = START
        self.model = reference.Book()
        self.numbers: dict[str, int] = {"nowhere": NOWHERE}
        self.entry_ids: dict[str, UUID] = {}
        self.hold_ids: dict[str, UUID] = {}
        self.origins: dict[str, UUID] = {}
        self.names = (f"n{nth}" for nth in itertools.count())

    def ask(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        """What the ledger answers: a value, or the code of its refusal."""
        try:
            return self.world.runner.run(transact(self.world.app, self.town, work))
        except Refusal as refusal:
            return refusal.code

    def expect(self, what: Callable[[], Any]) -> Any:
        try:
            return what()
        except reference.No as no:
            return str(no)

    def wish(self, kind: str, lines: list[tuple[str, int, Any]], back: int = 0, **more: Any) -> Thing:
        plain = {"kind": kind, "cause": next(self.names), "booked_on": self.today - timedelta(days=back), "lines": lines}
        return Thing(**(plain | {"confirms": None, "reverses": None} | more))

    def draft(self, name: str, wish: Thing) -> Draft:
        self.entry_ids[name] = ids.new_id()
        hold, amount = wish.confirms or (None, 0)
        return Draft(
            entry_id=self.entry_ids[name],
            kind=wish.kind,
            occurred_at=self.now,
            booked_on=wish.booked_on,
            cause_kind="stateful",
            cause_id=self.origin(wish.cause),
            lines=tuple(Line(self.numbers[account], amount, self.lots_of(how)) for account, amount, how in wish.lines),
            confirms=Confirm(self.hold_ids[hold], amount) if hold else None,
        )

    def lots_of(self, how: Any) -> Fresh | Oldest | None:
        if how == "expired too":
            return Oldest(expired_too=True)
        if how is None:
            return None
        _, (origin, funding, edition), granted_on, expires_on = how
        return Fresh(
            self.origin(origin), self.numbers[funding], edition, granted_on, None if expires_on == date.max else expires_on
        )

    def origin(self, name: str) -> UUID:
        return self.origins.setdefault(name, ids.new_id())

    def both(self, *wishes: Thing) -> list[str]:
        """Puts the wishes to both as one list. The names of those that were accepted."""
        named = [(next(self.names), wish) for wish in wishes]
        expected = [self.expect(lambda name=name, wish=wish: self.model.post(name, wish, self.now)) for name, wish in named]
        drafts = [self.draft(name, wish) for name, wish in named]
        outcomes = self.ask(lambda conn: posting.post(conn, drafts, now=self.now))
        assert [each.code if isinstance(each, Refusal) else None for each in outcomes] == expected
        return [name for (name, _), code in zip(named, expected, strict=True) if code is None]

    @property
    def today(self) -> date:
        return days.local_date(self.now)

    def open_all(self) -> None:
        """Opens the accounts of the chart in both."""
        self.numbers |= dict(zip(CHART, self.ask(self._found), strict=True))
        for name, (kind, floor, ceiling, unit) in CHART.items():
            facts = {"kind": kind, "unit": unit, "floor": floor, "ceiling": ceiling, "posted": 0, "version": 0}
            self.model.accounts[name] = Thing(lots=kind == "wallet" and unit == "pt", **facts)

    async def _found(self, conn: AsyncConnection) -> list[int]:
        for unit in towns.UNITS:
            await units.create(conn, unit)
        by_code = {unit.code: unit.unit_id for unit in towns.UNITS}
        chart = [accounts.Opening(by_code[unit], kind, ids.new_id(), floor, top) for kind, floor, top, unit in CHART.values()]
        return await accounts.open_many(conn, chart)

    def closing(self, month: date) -> dict[tuple[str, str], int]:
        """What every kind of account of the reference held when the month was over, by unit and kind."""
        closing: dict[tuple[str, str], int] = {}
        for entry in self.model.entries.values():
            for name, amount, _ in entry.lines if entry.booked_on < days.next_month(month) else ():
                account = self.model.accounts[name]
                closing[account.unit, account.kind] = closing.get((account.unit, account.kind), 0) + amount
        return closing

    def compare(self) -> None:
        """Entries, balances, what is held and available, versions and every lot: the same in both."""
        if len(self.numbers) == 1:
            return
        found, lots, entries = self.world.runner.run(read(self.world.app, self.town, self._look))
        names = {number: name for name, number in self.numbers.items()}
        assert entries == len(self.model.entries)
        assert {names[each.account_id]: (each.posted, each.held, each.available, each.version) for each in found.values()} == {
            name: (account.posted, self.model.held(name, self.now), self.model.available(name, self.now), account.version)
            for name, account in self.model.accounts.items()
        }
        assert {names[number]: of for number, of in lots.items()} == self._lots()

    async def _look(self, conn: AsyncConnection) -> tuple[Any, dict[int, list[Any]], int]:
        lots: dict[int, list[Any]] = {}
        for row in await query.rows(conn, _LOTS):
            lots.setdefault(row.account_id, []).append(tuple(row)[1:])
        asked = [self.numbers[name] for name in CHART]
        return await balances.of_many(conn, asked, now=self.now), lots, await query.scalar(conn, _COUNT)

    def _lots(self) -> dict[str, list[Any]]:
        lots: dict[str, list[Any]] = {}
        for lot in sorted(self.model.lots, key=lambda lot: (lot.expires_on, lot.granted_on)):
            origin, funding, edition = lot.told
            expires_on = None if lot.expires_on == date.max else lot.expires_on
            told = (self.origin(origin), self.numbers[funding], edition, lot.granted_on, expires_on, lot.amount, lot.left)
            lots.setdefault(lot.account, []).append(told)
        return lots

    def verified(self) -> verify.Verification:
        """What the auditor finds in the town."""
        return self.world.runner.run(read(self.world.auditor, self.town, verify.verify))
