"""The SQL ledger against the reference: the same wishes put to both, the same answers, the same book after every step.

Each run is a town of its own, so that runs do not see each other; at the end of each the auditor verifies the town.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import days, ids
from ledger import holds, load, periods, posting, reversal
from ledger.draft import Draft, Exactly, Line
from ledger.refusals import AlreadySpent
from tests.support import postgres
from tests.support.twin_books import EDITION, TwinBooks, World

STEPS_MIN = 2_000  # in one run of this module
RUNS, RUN_STEPS = 44, 60
PURSES = (("national", 2_000), ("own", 100))

budgets = st.sampled_from(["national", "own"])
wallets = st.sampled_from(["ume", "matsu", "take", "club"])
clocks = st.sampled_from(["ume_time", "matsu_time", "take_time"])
amounts = st.one_of(st.integers(1, 25), st.integers(1, 25), st.integers(1, 200))
backdated = st.sampled_from([0, 0, 0, 0, 0, 3, 35])
shares = st.sampled_from([0, 1, 2, 3, 4, 4, 4, 5])  # quarters of a hold
lasting = st.sampled_from([-1, 0, 2, 20, 45, 400, None])

_steps = itertools.count()


class Book(TwinBooks, RuleBasedStateMachine):
    entries = Bundle("entries")
    placed = Bundle("placed")

    # --------------------------------------------------------------------------------------------------------- the town

    @initialize(target=entries, lasts=st.lists(lasting, min_size=8, max_size=8))
    def found(self, lasts: list[int | None]) -> Any:
        """A town with money in its budgets and lots of several last days in its wallets."""
        self.open_all()
        filled = [self.wish("appropriation", [("council", -amount, None), (budget, amount, None)]) for budget, amount in PURSES]
        names = ("ume", "matsu", "take", "club") * 2
        given = [self.wish("grant", self._grant("national", name, 30, last)) for name, last in zip(names, lasts, strict=True)]
        return multiple(*self.both(*filled, *given))

    # ----------------------------------------------------------------------------------------------------------- wishes

    @rule(target=entries, budget=budgets, amount=st.integers(1, 300), back=backdated)
    def appropriate(self, budget: str, amount: int, back: int) -> Any:
        return multiple(*self.both(self.wish("appropriation", [("council", -amount, None), (budget, amount, None)], back)))

    def _grant(self, budget: str, wallet: str, amount: int, last: int | None) -> list[tuple[str, int, Any]]:
        expires_on = date.max if last is None else self.today + timedelta(days=last)
        lot = ("new", (next(self.names), budget, EDITION), self.today, expires_on)
        return [(budget, -amount, None), (wallet, amount, lot)]

    @rule(target=entries, budget=budgets, wallet=wallets, amount=amounts, last=lasting, back=backdated)
    def grant(self, budget: str, wallet: str, amount: int, last: int | None, back: int) -> Any:
        return multiple(*self.both(self.wish("grant", self._grant(budget, wallet, amount, last), back)))

    @rule(target=entries, giver=wallets, taker=wallets, amount=amounts, more=st.integers(0, 9))
    def move(self, giver: str, taker: str, amount: int, more: int) -> Any:
        """A pledge that carries its lots on; with `more`, a part goes to a shop in the same entry."""
        lines = [(giver, -amount - more, None), (taker, amount, None)]
        return multiple(*self.both(self.wish("pledge", [*lines, ("shop", more, None)] if more else lines)))

    @rule(target=entries, wallet=wallets, amount=amounts, back=backdated, how=st.sampled_from([None, None, "expired too"]))
    def purchase(self, wallet: str, amount: int, back: int, how: Any) -> Any:
        return multiple(*self.both(self.wish("purchase", [(wallet, -amount, how), ("shop", amount, None)], back)))

    @rule(target=entries, amount=amounts)
    def settle(self, amount: int) -> Any:
        return multiple(*self.both(self.wish("settlement", [("shop", -amount, None), ("bank", amount, None)])))

    @rule(target=entries, giver=clocks, taker=clocks, amount=amounts)
    def help_out(self, giver: str, taker: str, amount: int) -> Any:
        return multiple(*self.both(self.wish("help", [(giver, -amount, None), (taker, amount, None)])))

    @rule(target=entries, data=st.data(), budget=budgets, wallet=wallets, again=entries)
    def many(self, data: st.DataObject, budget: str, wallet: str, again: str) -> Any:
        """A list in which good and bad items stand side by side, and later ones live on what earlier ones brought."""
        booked = self.model.entries[again]
        items: dict[str, Callable[[int], Thing]] = {
            "grant": lambda n: self.wish("grant", self._grant(budget, wallet, n, 30)),
            "gift": lambda n: self.wish("pledge", [(wallet, -n, None), ("club", n, None)]),
            "purchase": lambda n: self.wish("purchase", [(wallet, -n, None), ("shop", n, None)]),
            "from the club": lambda n: self.wish("purchase", [("club", -n, None), ("shop", n, None)]),
            "again": lambda n: self.wish(booked.kind, [("council", -n, None), ("own", n, None)], cause=booked.cause),
            "lone": lambda n: self.wish("grant", [("council", -n, None)]),
            "uneven": lambda n: self.wish("purchase", [(wallet, -n, None), ("shop", n + 1, None)]),
            "two units": lambda n: self.wish("purchase", [(wallet, -n, None), ("ume_time", n, None)]),
            "nothing": lambda n: self.wish("purchase", [(wallet, 0, None), ("shop", 0, None)]),
            "huge": lambda n: self.wish("purchase", [(wallet, -(10**12) - n, None), ("shop", 10**12 + n, None)]),
            "nowhere": lambda n: self.wish("purchase", [(wallet, -n, None), ("nowhere", n, None)]),
            "there and back": lambda n: self.wish("gift", [("ume_time", -n, None), ("ume_time", n, None)]),
        }
        picked = data.draw(st.lists(st.tuples(st.sampled_from(sorted(items)), st.integers(1, 30)), min_size=2, max_size=7))
        return multiple(*self.both(*[items[name](amount) for name, amount in picked]))

    # ------------------------------------------------------------------------------------------------------------ holds

    @rule(target=placed, account=st.one_of(wallets, clocks), amount=amounts, hours=st.sampled_from([-1, 0, 1, 30, 800, 800, 800]))
    def hold(self, account: str, amount: int, hours: int) -> Any:
        name = next(self.names)
        self.hold_ids[name] = ids.new_id()
        until = self.now + timedelta(hours=hours)
        wanted = Thing(account=account, amount=amount, expires_at=until, resolved=False)
        expected = self.expect(lambda: self.model.place(name, wanted, self.now))
        draft = holds.HoldDraft(
            hold_id=self.hold_ids[name],
            account_id=self.numbers[account],
            amount=amount,
            expires_at=until,
            cause_kind="stateful",
            cause_id=ids.new_id(),
        )
        assert self.ask(lambda conn: holds.place(conn, draft, now=self.now)) == expected
        return name if expected is None else multiple()

    @rule(target=entries, name=placed, share=shares, more=st.integers(0, 3), how=st.sampled_from([None, "expired too"]))
    def confirm(self, name: str, share: int, more: int, how: Any) -> Any:
        account, part = self.model.holds[name].account, self.model.holds[name].amount * share // 4
        to = "shop" if self.model.accounts[account].lots else "take_time" if account != "take_time" else "ume_time"
        amount = part + more or 1
        lines = [(account, -amount, how if to == "shop" else None), (to, amount, None)]
        return multiple(*self.both(self.wish("help", lines, confirms=(name, part))))

    @rule(name=placed)
    def release(self, name: str) -> None:
        expected = self.expect(lambda: self.model.release(name, self.now))
        hold_id = self.hold_ids[name]
        assert self.ask(lambda conn: holds.release(conn, hold_id, actor=None, now=self.now)) == expected

    # ------------------------------------------------------------------------------------------- corrections, time, months

    @rule(target=entries, name=entries, absorb_spent=st.booleans())
    def reverse(self, name: str, absorb_spent: bool) -> Any:
        made = next(self.names)
        wish = self.wish("reversal", [], reverses=name)
        expected = self.expect(lambda: self._reverse(made, wish, absorb_spent))
        asked = reversal.Asked(
            entry_id=self.entry_ids[name],
            reversal_id=self.entry_ids.setdefault(made, ids.new_id()),
            cause_kind="stateful",
            cause_id=self.origin(wish.cause),
            occurred_at=self.now,
            booked_on=self.today,
            actor=None,
            memo="a mistake",
            absorb_spent=absorb_spent,
        )
        assert self.ask(lambda conn: _reverse(conn, asked, self.now)) == expected
        return made if expected is None else multiple()

    def _reverse(self, made: str, wish: Thing, absorb_spent: bool) -> None:
        wish.lines = self.model.reversal_of(wish.reverses, absorb_spent)
        self.model.post(made, wish, self.now)

    @rule(target=entries, wallet=wallets)
    def expire(self, wallet: str) -> Any:
        """What is past its last day and not held goes to `lapsed`, as an expiry run books it."""
        parts: list[tuple[int, int]] = []
        free = self.model.accounts[wallet].posted - self.model.held(wallet, self.now)
        for number in self.model.row(wallet):
            lot = self.model.lots[number]
            part = min(lot.left, free) if lot.expires_on < self.today else 0
            if part > 0:
                parts.append((number, part))
                free -= part
        if not parts:
            return multiple()
        amount = sum(part for _, part in parts)
        wish = self.wish("expiry", [(wallet, -amount, ("parts", parts)), ("lapsed", amount, None)])
        name = next(self.names)
        expected = self.expect(lambda: self.model.post(name, wish, self.now))
        assert self.ask(lambda conn: self._expire(conn, name, wish)) == expected
        return name if expected is None else multiple()

    async def _expire(self, conn: AsyncConnection, name: str, wish: Thing) -> None:
        (wallet, amount, (_, parts)), _ = wish.lines
        lots = await load.open_lots(conn, self.numbers[wallet])
        named = tuple((lot.lot_id, part) for lot, (_, part) in zip(lots, parts, strict=False))
        wish.lines = [(wallet, amount, None), ("lapsed", -amount, None)]
        draft = self.draft(name, wish)
        line = Line(draft.lines[0].account_id, amount, Exactly(named))
        await posting.post_one(conn, _with_lines(draft, (line, draft.lines[1])), now=self.now)

    @rule(by=st.sampled_from([timedelta(minutes=20), timedelta(hours=30), timedelta(days=3), timedelta(days=26)]))
    def let_time_pass(self, by: timedelta) -> None:
        self.now += by

    @rule(back=st.sampled_from([0, 1, 1, 1, 2]))
    def close_month(self, back: int) -> None:
        month = days.month_of(days.months_later(self.today, -back))
        expected = self.expect(lambda: self.model.close(month, self.now))
        flows = self.ask(lambda conn: periods.close_month(conn, month, actor=None, now=self.now))
        if expected is not None:
            assert flows == expected
            return
        assert {(flow.unit, flow.account_kind): flow.closing for flow in flows} == self.closing(month)
        assert not any(periods.differences(flows).values())

    # -------------------------------------------------------------------------------------------------------- comparing

    @invariant()
    def same_book(self) -> None:
        next(_steps)
        self.compare()

    def teardown(self) -> None:
        found = self.verified()
        assert found.ok, [check for check in found.checks if not check.ok]


async def _reverse(conn: AsyncConnection, asked: reversal.Asked, now: datetime) -> None:
    made = await reversal.draft_of(conn, asked)
    if made.draft is None:
        raise AlreadySpent(entry_id=asked.entry_id, unit="pt", needed=made.shortfall, remaining=0)  # nothing to book
    await posting.post_one(conn, made.draft, now=now)


def _with_lines(draft: Draft, lines: tuple[Line, ...]) -> Draft:
    return msgspec.structs.replace(draft, lines=lines)


@pytest.fixture
def world(database: postgres.Clone) -> Iterator[World]:
    made = World(database)
    yield made
    made.close()


@pytest.mark.slow
def test_the_ledger_and_the_reference_agree_step_by_step(world: World) -> None:
    Book.world = world
    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=RUN_STEPS,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    assert next(_steps) >= STEPS_MIN
