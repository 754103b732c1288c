"""Deciding, on any play: sums of zero, no account beyond its bounds, oldest lots first, origins carried on, refusals without a trace,
and a list that is its items one by one. Each property is shown to catch a mutant that breaks it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, example, given, settings

from ledger import decide as deciding
from ledger.book import Account, Book, Lot
from ledger.decide import LotBorn
from ledger.draft import Draft, Exactly, Line, move
from tests.support import plays
from tests.support.memory import MATSU, SHOP, TODAY, UME, draft
from tests.support.plays import Play


@pytest.mark.parametrize("holds", plays.PROPERTIES, ids=lambda each: each.__name__)
@given(play=plays.plays)
@example(play=(((UME, 10, 1), (UME, 10, 9)), 5, (draft(*move(UME, MATSU, 12)), draft(*move(MATSU, SHOP, 12)))))
def test_it_holds_on_any_play(holds: Callable[[Play], None], play: Play) -> None:
    holds(play)


# -------------------------------------------------------------------------------------------------------------- mutants


def _newest_first(patch: pytest.MonkeyPatch) -> None:
    def add(book: Book, lot: Lot) -> None:
        book.lots[lot.lot_id] = lot
        book.lots_by_account.setdefault(lot.account_id, []).insert(0, lot)
        book.lots_by_account[lot.account_id].sort(key=lambda each: each.expires_on or TODAY + timedelta(days=9999), reverse=True)

    patch.setattr(Book, "add", add)


def _born_lots_wait_at_the_end(patch: pytest.MonkeyPatch) -> None:
    def add(book: Book, lot: Lot) -> None:
        book.lots[lot.lot_id] = lot
        book.lots_by_account.setdefault(lot.account_id, []).append(lot)

    patch.setattr(Book, "add", add)


def _held_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Account, "available", property(lambda account: account.posted))


def _nothing_is_reserved_for_holds(patch: pytest.MonkeyPatch) -> None:
    real = deciding._parts_of
    patch.setattr(deciding, "_parts_of", lambda book, wish, line, used, reserved: real(book, wish, line, used, 0))


def _bounds_are_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "_check_bounds", lambda *_: None)


def _shape_is_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "_check_shape", lambda *_: None)


def _origin_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    real = deciding._carried_lots

    def carried(book: Book, line_no: int, line: Line, queue: Any) -> Sequence[LotBorn]:
        born = real(book, line_no, line, queue)
        for birth in born:
            birth.lot.origin_attendance = None
        return born

    patch.setattr(deciding, "_carried_lots", carried)


def _each_receiver_carries_everything(patch: pytest.MonkeyPatch) -> None:
    real = deciding._carried_lots
    patch.setattr(deciding, "_carried_lots", lambda book, nth, line, queue: real(book, nth, line, copy.deepcopy(queue)))


def _changes_come_before_checks(patch: pytest.MonkeyPatch) -> None:
    real = deciding._check_bounds

    def check(book: Book, wish: Draft, confirmed: tuple[int, int]) -> None:
        for line in wish.lines:
            book.accounts[line.account_id].version += 1
        real(book, wish, confirmed)

    patch.setattr(deciding, "_check_bounds", check)


def _a_lot_is_spent_by_every_line(patch: pytest.MonkeyPatch) -> None:
    real = deciding._parts_of
    patch.setattr(deciding, "_parts_of", lambda book, wish, line, used, reserved: real(book, wish, line, {}, reserved))


TWICE = Exactly(((UUID(int=1), 8),))
MUTANTS: list[tuple[Callable[[pytest.MonkeyPatch], None], Callable[[Play], None], Play | None]] = [
    (_newest_first, plays.the_oldest_that_is_good_goes_first, None),
    (_born_lots_wait_at_the_end, plays.a_list_is_its_items_one_by_one, None),
    (_held_is_ignored, plays.no_account_leaves_its_bounds, None),
    (
        _nothing_is_reserved_for_holds,
        plays.what_is_held_can_still_be_spent,
        (((UME, 10, -1), (UME, 10, 1)), 10, (draft(*move(UME, SHOP, 5)),)),
    ),
    (_bounds_are_not_checked, plays.no_account_leaves_its_bounds, None),
    (_shape_is_not_checked, plays.every_entry_sums_to_zero, None),
    (_origin_is_forgotten, plays.carried_lots_keep_where_they_come_from, None),
    (_each_receiver_carries_everything, plays.nothing_is_carried_that_was_not_taken, None),
    (_changes_come_before_checks, plays.what_is_refused_leaves_no_trace, None),
    (
        _a_lot_is_spent_by_every_line,
        plays.lots_cover_what_is_posted,
        (((UME, 10, 1), (UME, 10, 9)), 0, (draft(Line(UME, -8, TWICE), Line(UME, -8, TWICE), Line(SHOP, 16)),)),
    ),
]


@pytest.mark.parametrize(("mutate", "caught_by", "play"), MUTANTS, ids=[each[0].__name__.strip("_") for each in MUTANTS])
def test_a_mutant_is_caught(
    mutate: Callable[[pytest.MonkeyPatch], None],
    caught_by: Callable[[Play], None],
    play: Play | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutate(monkeypatch)
    if play is not None:
        with pytest.raises(AssertionError):
            caught_by(play)
        return
    searching = settings(max_examples=2_000, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    with pytest.raises((AssertionError, KeyError, IndexError)):
        searching(given(play=plays.plays)(caught_by))()
