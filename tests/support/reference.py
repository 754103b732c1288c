"""What the book must do, said again as simply as can be: dicts and lists, one thing at a time, no locks, no SQL.

A refusal is a `No` with the code that the ledger must give; the book is then put back as it was, from a copy. A line of a wish is
(account, amount, how): how is None, "expired too", ("new", told, granted_on, expires_on) or ("parts", [(number of the lot, amount)]).
"""

from __future__ import annotations

import copy
from datetime import date, datetime
from types import SimpleNamespace as Thing
from typing import Any

from kernel import days


class No(Exception):
    """The reference refuses."""


def refuse(code: str, when: object) -> None:
    if when:
        raise No(code)


class Book:
    """Accounts have kind, unit, floor, ceiling, lots, posted, version; lots account, told, granted_on, expires_on, amount, left, entry;
    holds account, amount, expires_at, resolved; entries what was wished for, and parts: (line, number of the lot, signed amount)."""

    def __init__(self) -> None:
        self.accounts: dict[str, Thing] = {}
        self.lots: list[Thing] = []
        self.holds: dict[str, Thing] = {}
        self.entries: dict[str, Thing] = {}
        self.closed_until = date.min

    def row(self, name: str) -> list[int]:
        mine = [number for number, lot in enumerate(self.lots) if lot.account == name and lot.left]
        return sorted(mine, key=lambda number: (self.lots[number].expires_on, self.lots[number].granted_on, number))

    def held(self, name: str, now: datetime) -> int:
        return sum(h.amount for h in self.holds.values() if h.account == name and not h.resolved and h.expires_at > now)

    def good(self, name: str, on: date) -> int:
        return sum(lot.left for lot in self.lots if lot.account == name and lot.expires_on >= on)

    def available(self, name: str, now: datetime) -> int:
        account = self.accounts[name]
        there = self.good(name, days.local_date(now)) if account.lots else account.posted
        return there if account.floor is None else max(there - self.held(name, now) - account.floor, 0)

    def post(self, name: str, wish: Thing, now: datetime) -> None:
        before = copy.deepcopy(self.__dict__)
        try:
            self._check(wish)
            self._confirm(wish.confirms, now)
            for account in dict.fromkeys(each for each, _, _ in wish.lines):
                self._move(account, [amount for each, amount, _ in wish.lines if each == account], now)
            wish.parts = []
            self._give(name, wish, self._take(wish, now))
            self.entries[name] = wish
        except No:
            self.__dict__ = before
            raise

    def _check(self, wish: Thing) -> None:
        refuse("malformed_entry", len(wish.lines) < 2)
        sums = dict.fromkeys(("pt", "minutes"), 0)
        for name, amount, _ in wish.lines:
            refuse("amount_out_of_range", not 0 < abs(amount) <= 10**12)
            refuse("unknown_account", name not in self.accounts)
            sums[self.accounts[name].unit] += amount
        refuse("malformed_entry", any(sums.values()))
        for each in self.entries.values():
            refuse("already_reversed", wish.reverses and each.reverses == wish.reverses)
        refuse("already_booked", any((each.cause, each.kind) == (wish.cause, wish.kind) for each in self.entries.values()))
        refuse("period_closed", days.month_of(wish.booked_on) <= self.closed_until)

    def _confirm(self, confirms: tuple[str, int] | None, now: datetime) -> None:
        for name, amount in [confirms] if confirms else []:
            self.release(name, now)
            refuse("hold_too_small" if amount > 0 else "amount_out_of_range", not 0 < amount <= self.holds[name].amount)

    def _move(self, name: str, amounts: list[int], now: datetime) -> None:
        account, total = self.accounts[name], sum(amounts)
        account.posted, account.version = account.posted + total, account.version + len(amounts)
        if total < 0 and account.floor is not None and account.posted - self.held(name, now) < account.floor:
            raise No("budget_exhausted" if account.kind == "budget" else "insufficient_balance")
        refuse("ceiling_reached", total > 0 and account.ceiling is not None and account.posted > account.ceiling)

    def _take(self, wish: Thing, now: datetime) -> list[list[Any]]:
        taken: list[list[Any]] = []
        for line, (name, amount, how) in enumerate(wish.lines):
            if amount > 0 or not self.accounts[name].lots:
                continue
            good = [n for n in self.row(name) if self.lots[n].expires_on >= wish.booked_on]
            row = [(n, self.lots[n].left) for n in [*good, *(n for n in self.row(name) if how and n not in good)]]
            for number, most in how[1] if isinstance(how, tuple) else row:
                part = min(most, -amount)
                amount += part  # noqa: PLW2901
                self.lots[number].left -= part
                taken += [[self.lots[number], part]] if part else []
                wish.parts += [(line, number, -part)] if part else []
            refuse("insufficient_balance", amount or (how is None and self.good(name, wish.booked_on) < self.held(name, now)))
        return taken

    def _give(self, entry: str, wish: Thing, taken: list[list[Any]]) -> None:
        for line, (name, amount, how) in enumerate(wish.lines):
            if amount < 0 or not self.accounts[name].lots:
                continue
            word, *told = how or ("carried",)
            for number, part in told[0] if word == "parts" else ():
                self.lots[number].left += part
                wish.parts.append((line, number, part))
            born = [(amount, *told)] if word == "new" else []
            for source in taken if word == "carried" else ():
                part = min(source[1], amount - sum(each[0] for each in born))
                source[1] -= part
                born += [(part, source[0].told, source[0].granted_on, source[0].expires_on)] if part else []
            for part, origin, granted_on, expires_on in born:
                wish.parts.append((line, len(self.lots), part))
                facts = {"told": origin, "granted_on": granted_on, "expires_on": expires_on, "entry": entry}
                self.lots.append(Thing(account=name, amount=part, left=part, **facts))

    def reversal_of(self, name: str, absorb_spent: bool) -> list[tuple[str, int, Any]]:
        entry = self.entries[name]
        refuse("reversal_of_reversal", entry.reverses)
        refuse("already_reversed", any(each.reverses == name for each in self.entries.values()))
        born = [self.lots[number] for _, number, _ in entry.parts if self.lots[number].entry == name]
        short = sum(lot.amount - lot.left for lot in born)
        refuse("already_spent", short and not (absorb_spent and len(entry.lines) == 2 and len(entry.parts) == 1 and born[0].left))
        mirrored: list[tuple[str, int, Any]] = []
        for line, (account, amount, _) in enumerate(entry.lines):
            parts = [(number, abs(part) - short) for of, number, part in entry.parts if of == line]
            mirrored.append((account, -amount + (short if amount > 0 else -short), ("parts", parts) if parts else None))
        return mirrored

    def place(self, name: str, hold: Thing, now: datetime) -> None:
        refuse("insufficient_balance", hold.amount > self.available(hold.account, now))
        self.holds[name] = hold

    def release(self, name: str, now: datetime) -> None:
        refuse("hold_resolved", self.holds[name].resolved or self.holds[name].expires_at <= now)
        self.holds[name].resolved = True

    def close(self, month: date, now: datetime) -> None:
        first = min((each.booked_on for each in self.entries.values()), default=days.local_date(now))
        due = days.month_of(first) if self.closed_until == date.min else days.next_month(self.closed_until)
        refuse("period_closed", month < due)
        refuse("period_not_over", month > due or days.next_month(month) > days.local_date(now))
        self.closed_until = month
