"""Plays for the properties of deciding: a small book and any drafts on it, and what has to hold on every one of them."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from kernel.refusal import Refusal
from ledger import decide as deciding
from ledger.book import Book, Lot
from ledger.decide import Decided
from ledger.draft import Confirm, Draft, Exactly, Fresh, Line, Oldest, move
from tests.support import memory
from tests.support.memory import BUDGET, CAPPED, COUNCIL, MATSU, MATSU_TIME, SHOP, TODAY, UME, UME_TIME, draft

WALLETS = (UME, MATSU, CAPPED)
HOLD = UUID(int=UME)

Play = tuple[tuple[tuple[int, int, int | None], ...], int, tuple[Draft, ...]]
"""Lots as (account, amount, days to the last day or None), what is held on Umé's wallet, and the drafts in order."""

amounts = st.one_of(st.integers(1, 12), st.integers(1, 90))
wallets = st.sampled_from(WALLETS)
ends = st.sampled_from([-3, -1, 0, 1, 9, None])


def _last(days_left: int | None) -> Any:
    return None if days_left is None else TODAY + timedelta(days=days_left)


def _grant(wallet: int, amount: int, days_left: int | None) -> Draft:
    return draft(*move(BUDGET, wallet, amount, give=Fresh(UUID(int=amount), BUDGET, None, TODAY, _last(days_left))))


def _split(wallet: int, one: int, other: int, amount: int, part: int) -> Draft:
    return draft(Line(wallet, -amount - part), Line(one, amount), Line(other, part))


drafts = st.one_of(
    st.builds(_grant, wallets, amounts, ends),
    st.builds(lambda giver, taker, n: draft(*move(giver, taker, n)), wallets, wallets, amounts),
    st.builds(_split, wallets, wallets, st.sampled_from([*WALLETS, SHOP]), amounts, amounts),
    st.builds(lambda wallet, n, too: draft(*move(wallet, SHOP, n, take=Oldest(too))), wallets, amounts, st.booleans()),
    st.builds(lambda n, spent: draft(*move(UME, SHOP, spent), confirms=Confirm(HOLD, n)), st.integers(0, 30), amounts),
    st.builds(
        lambda giver, n: draft(*move(giver, UME_TIME + MATSU_TIME - giver, n)), st.sampled_from([UME_TIME, MATSU_TIME]), amounts
    ),
    st.builds(lambda n: draft(Line(COUNCIL, -n), Line(BUDGET, n + n % 3 - 1)), amounts),
    st.builds(lambda lot, n: draft(*move(UME, SHOP, n, take=Exactly(((UUID(int=lot), n),)))), st.integers(1, 3), amounts),
    st.builds(lambda lot, n: draft(*move(SHOP, UME, n, give=Exactly(((UUID(int=lot), n),)))), st.integers(1, 3), amounts),
)
plays = st.tuples(
    st.lists(st.tuples(st.sampled_from([UME, UME, MATSU]), amounts, ends), max_size=5).map(tuple),
    st.integers(0, 25),
    st.lists(drafts, max_size=7).map(tuple),
)


def book_of(play: Play) -> Book:
    """The book before the first draft. What is held is at most what can be spent, as placing a hold sees to."""
    told, held, _ = play
    lots = [memory.lot(nth, account, amount, expires_on=_last(end)) for nth, (account, amount, end) in enumerate(told, 1)]
    good = deciding.spendable([each for each in lots if each.account_id == UME], TODAY)
    return memory.book(lots, held={UME: min(held, good)} if min(held, good) else None, budget=120)


def played(play: Play) -> list[tuple[Book, Draft, Decided | Refusal, Book]]:
    """Each draft with the book before it, what came of it, and the book after it."""
    book = book_of(play)
    steps: list[tuple[Book, Draft, Decided | Refusal, Book]] = []
    for wish in play[2]:
        before = _copied(book)
        try:
            outcome: Decided | Refusal = deciding.decide(book, wish)
        except Refusal as refusal:
            outcome = refusal
        steps.append((before, wish, outcome, _copied(book)))
    return steps


def _copied(book: Book) -> Book:
    ids, book.lot_ids = book.lot_ids, iter(())
    made = copy.deepcopy(book)
    book.lot_ids = made.lot_ids = ids
    return made


def every_entry_sums_to_zero(play: Play) -> None:
    for _, _, outcome, _ in played(play):
        if isinstance(outcome, Decided):
            for unit in {unit for _, _, unit, _, _ in outcome.lines}:
                assert sum(amount for _, _, of, amount, _ in outcome.lines if of == unit) == 0


def no_account_leaves_its_bounds(play: Play) -> None:
    for _, _, _, after in played(play):
        for account in after.accounts.values():
            assert account.floor is None or account.posted - account.held >= account.floor
            assert account.ceiling is None or account.posted <= account.ceiling


def lots_cover_what_is_posted(play: Play) -> None:
    for _, _, _, after in played(play):
        for number in WALLETS:
            lots = [lot for lot in after.lots.values() if lot.account_id == number]
            assert all(0 <= lot.remaining <= lot.amount for lot in lots)
            assert sum(lot.remaining for lot in lots) == after.accounts[number].posted


def the_oldest_that_is_good_goes_first(play: Play) -> None:
    for before, wish, outcome, after in played(play):
        if not isinstance(outcome, Decided):
            continue
        for line in wish.lines:
            if line.amount < 0 and line.account_id in WALLETS and isinstance(line.lots, Oldest | None):
                too = line.lots is not None and line.lots.expired_too
                row = [lot for lot in _in_order(before, line.account_id) if too or not lot.expired(wish.booked_on)]
                row.sort(key=lambda lot, on=wish.booked_on: lot.expired(on))  # what has not expired goes before what has
                left = [after.lots[lot.lot_id].remaining for lot in row]
                touched = [nth for nth, lot in enumerate(row) if lot.remaining != left[nth]]
                assert not touched or not any(left[: touched[-1]])


def _in_order(book: Book, account: int) -> list[Lot]:
    lots = [lot for lot in book.lots.values() if lot.account_id == account and lot.remaining]
    return sorted(lots, key=lambda lot: (lot.expires_on is None, lot.expires_on or TODAY, lot.granted_on, lot.lot_id))


def what_is_held_can_still_be_spent(play: Play) -> None:
    """Unless somebody named lots or reached for expired ones, the good lots cover what is held."""
    for before, wish, outcome, after in played(play):
        plain = all(isinstance(line.lots, Oldest | Fresh | None) for line in wish.lines)
        reaching = any(isinstance(line.lots, Oldest) and line.lots.expired_too for line in wish.lines)
        if isinstance(outcome, Decided) and plain and not reaching:
            lots = [[lot for lot in book.lots.values() if lot.account_id == UME] for book in (before, after)]
            was, is_now = (deciding.spendable(each, TODAY) for each in lots)
            assert is_now >= min(after.accounts[UME].held, was)


def carried_lots_keep_where_they_come_from(play: Play) -> None:
    for before, _, outcome, _ in played(play):
        for birth in outcome.born if isinstance(outcome, Decided) else ():
            if birth.parent is not None:
                parent = before.lots.get(birth.parent)
                assert parent is not None
                told = ("origin_attendance", "funding_account", "edition_id", "granted_on", "expires_on")
                assert [getattr(birth.lot, name) for name in told] == [getattr(parent, name) for name in told]


def nothing_is_carried_that_was_not_taken(play: Play) -> None:
    for _, _, outcome, _ in played(play):
        if isinstance(outcome, Decided):
            taken: dict[UUID, int] = {}
            for _, lot_id, amount in outcome.moves:
                taken[lot_id] = taken.get(lot_id, 0) - amount
            for birth in outcome.born:
                if birth.parent is not None:
                    taken[birth.parent] = taken.get(birth.parent, 0) - birth.lot.amount
            assert all(left >= 0 for lot_id, left in taken.items() if any(b.parent == lot_id for b in outcome.born))


def what_is_refused_leaves_no_trace(play: Play) -> None:
    for before, _, outcome, after in played(play):
        if isinstance(outcome, Refusal):
            assert memory.snapshot(before) == memory.snapshot(after)


def a_list_is_its_items_one_by_one(play: Play) -> None:
    """Deciding the rest on the book as it is read anew after each item gives what deciding them on one book gives."""
    together = [_told(outcome) for _, _, outcome, _ in played(play)]
    book, apart = book_of(play), []
    for wish in play[2]:
        try:
            apart.append(_told(deciding.decide(book, wish)))
        except Refusal as refusal:
            apart.append(_told(refusal))
        book = _read_anew(book)
    assert apart == together


def _read_anew(book: Book) -> Book:
    """The same figures in a book that was just read: lots in the order of the index, nothing kept from deciding."""
    made = _copied(book)
    for number in WALLETS:
        made.lots_by_account[number] = _in_order(made, number)
        made.lots_by_account[number] += [lot for lot in made.lots.values() if lot.account_id == number and not lot.remaining]
        lots, made.lots_by_account[number] = made.lots_by_account[number], []
        for lot in lots:
            made.add(lot)
    for account in made.accounts.values():
        account.posted = (
            sum(lot.remaining for lot in made.lots_by_account[account.account_id]) if account.lot_tracked else account.posted
        )
    return made


def _told(outcome: Decided | Refusal) -> object:
    if isinstance(outcome, Refusal):
        return (outcome.code, outcome.facts() if outcome.code != "already_booked" else None)
    return (
        outcome.lines,
        sorted((line_no, amount) for line_no, _, amount in outcome.moves),
        [b.lot.amount for b in outcome.born],
    )


PROPERTIES = [
    every_entry_sums_to_zero,
    no_account_leaves_its_bounds,
    lots_cover_what_is_posted,
    the_oldest_that_is_good_goes_first,
    what_is_held_can_still_be_spent,
    carried_lots_keep_where_they_come_from,
    nothing_is_carried_that_was_not_taken,
    what_is_refused_leaves_no_trace,
    a_list_is_its_items_one_by_one,
]
