"""Deciding one entry: what is refused and by which name, which lots are spent, and what the others inherit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel import ids
from kernel.amounts import AMOUNT_MAX
from ledger import refusals
from ledger.book import Book, Lot
from ledger.decide import Decided, decide, spendable
from ledger.draft import LINES_MAX, Carried, Confirm, Draft, Exactly, Fresh, Line, Oldest, move
from tests.support import memory
from tests.support.memory import BUDGET, CAPPED, COUNCIL, MATSU, MATSU_TIME, SHOP, TODAY, UME, UME_TIME, draft

YESTERDAY, TOMORROW, LATER = TODAY - timedelta(days=1), TODAY + timedelta(days=1), date(2027, 3, 31)
HOLD = UUID(int=UME)


def refused(book: Book, wish: Draft) -> Any:
    """The refusal of `wish`, which must have left the book alone."""
    before = memory.snapshot(book)
    with pytest.raises(refusals.Refusal) as caught:
        decide(book, wish)
    assert memory.snapshot(book) == before
    return caught.value


def moved(decided: Decided) -> dict[int, int]:
    """What each lot lost or gained, by its number."""
    return {lot_id.int: amount for _, lot_id, amount in decided.moves}


def purchase(amount: int, **more: Any) -> Draft:
    return draft(*move(UME, SHOP, amount, take=more.pop("take", None)), **more)


# ------------------------------------------------------------------------------------------------------------- the entry


def test_an_entry_moves_an_amount_and_numbers_its_lines() -> None:
    book = memory.book()
    decided = decide(book, draft(*move(COUNCIL, BUDGET, 300)))
    assert decided.lines == [(COUNCIL, 1, memory.POINTS, -300, -300), (BUDGET, 1, memory.POINTS, 300, 1_300)]
    assert (decided.moves, decided.born) == ([], [])


@pytest.mark.parametrize("lines", [0, 1, LINES_MAX + 1])
def test_an_entry_has_two_lines_or_more(lines: int) -> None:
    refusal = refused(memory.book(), draft(*[Line(COUNCIL, 1)] * lines))
    assert refusal.invariant_broken == "entry_whole"


@pytest.mark.parametrize("amount", [0, AMOUNT_MAX + 1, -AMOUNT_MAX - 1])
def test_a_line_has_an_amount_of_this_world(amount: int) -> None:
    refusal = refused(memory.book(), draft(Line(COUNCIL, -amount), Line(BUDGET, amount)))
    assert (refusal.code, refusal.amount_max) == ("amount_out_of_range", AMOUNT_MAX)


def test_lines_sum_to_zero_in_each_unit_and_not_over_units() -> None:
    uneven = refused(memory.book(), draft(Line(COUNCIL, -5), Line(BUDGET, 6)))
    mixed = refused(memory.book(), draft(Line(COUNCIL, -5), Line(MATSU_TIME, 5)))
    assert {uneven.invariant_broken, mixed.invariant_broken} == {"entry_balances"}


def test_an_account_must_be_known_and_open() -> None:
    book = memory.book()
    book.accounts[SHOP].closed = True
    assert refused(book, draft(*move(COUNCIL, 99, 5))).facts() == {"account_id": 99}
    assert refused(book, draft(*move(BUDGET, SHOP, 5))).code == "account_closed"


def test_a_cause_is_booked_once_per_kind() -> None:
    book, first = memory.book(), draft(*move(COUNCIL, BUDGET, 5))
    decide(book, first)
    again = refused(book, draft(*move(COUNCIL, BUDGET, 5), cause_id=first.cause_id))
    assert again.facts() == {"cause_id": first.cause_id, "entry_id": first.entry_id}
    decide(book, draft(*move(COUNCIL, BUDGET, 5), cause_id=first.cause_id, kind="other"))


def test_an_entry_is_reversed_once_also_within_a_list() -> None:
    book, undone = memory.book(), ids.new_id()
    first = draft(*move(COUNCIL, BUDGET, 5), reverses=undone)
    decide(book, first)
    again = refused(book, draft(*move(COUNCIL, BUDGET, 5), reverses=undone))
    assert again.facts() == {"entry_id": undone, "reversal": first.entry_id}


@pytest.mark.parametrize(
    ("booked_on", "accepted"), [(date(2026, 5, 31), False), (date(2025, 1, 1), False), (date(2026, 6, 1), True)]
)
def test_nothing_is_booked_into_a_closed_month_or_before_it(booked_on: date, accepted: bool) -> None:
    book = memory.book()
    book.closed_until = date(2026, 5, 1)
    wish = draft(*move(COUNCIL, BUDGET, 5), booked_on=booked_on)
    if accepted:
        decide(book, wish)
    else:
        assert refused(book, wish).open_from == date(2026, 6, 1)


# ---------------------------------------------------------------------------------------------------------------- bounds


def test_a_budget_is_a_hard_limit_to_its_last_point() -> None:
    book = memory.book(budget=10)
    decide(book, draft(*move(BUDGET, SHOP, 10)))
    assert refused(book, draft(*move(BUDGET, SHOP, 1))).facts() == {"unit": "pt", "needed": 1, "available": 0}
    assert refused(book, draft(*move(BUDGET, SHOP, 1))).code == "budget_exhausted"


def test_a_wallet_of_time_goes_down_to_its_credit_limit() -> None:
    book = memory.book()
    decide(book, draft(*move(UME_TIME, MATSU_TIME, 100)))
    assert refused(book, draft(*move(UME_TIME, MATSU_TIME, 1))).facts() == {"unit": "minutes", "needed": 1, "available": 0}


def test_a_ceiling_counts_what_is_posted() -> None:
    book = memory.book([memory.lot(1, CAPPED, 40)])
    give = Fresh(None, BUDGET, None, TODAY, None)
    assert refused(book, draft(*move(BUDGET, CAPPED, 11, give=give))).facts() == {"unit": "pt", "amount": 11, "room": 10}
    decide(book, draft(*move(BUDGET, CAPPED, 10, give=give)))


def test_bounds_count_an_account_once_however_many_lines_it_has() -> None:
    book = memory.book(budget=10)
    lines = (Line(BUDGET, -60), Line(SHOP, 60), Line(COUNCIL, -55), Line(BUDGET, 55))
    decided = decide(book, draft(*lines))
    assert [after for *_, after in decided.lines] == [-50, 160, -55, 5]


# ------------------------------------------------------------------------------------------------------------------ lots


def three_lots() -> list[Lot]:
    """Put in out of order: 1 expires last, 2 first, 3 in between."""
    return [
        memory.lot(1, UME, 10, expires_on=None),
        memory.lot(2, UME, 10, expires_on=TOMORROW),
        memory.lot(3, UME, 10, expires_on=LATER),
    ]


def test_the_lot_that_expires_first_is_spent_first() -> None:
    assert moved(decide(memory.book(three_lots()), purchase(25))) == {2: -10, 3: -10, 1: -5}


def test_of_lots_with_one_last_day_the_older_grant_is_spent_first() -> None:
    lots = [memory.lot(1, UME, 5, expires_on=LATER), memory.lot(2, UME, 5, expires_on=LATER, granted_on=YESTERDAY)]
    assert moved(decide(memory.book(lots), purchase(6))) == {2: -5, 1: -1}


def test_a_lot_can_be_spent_on_its_last_day_and_not_after() -> None:
    def book() -> Book:
        return memory.book([memory.lot(1, UME, 10, expires_on=YESTERDAY), memory.lot(2, UME, 10, expires_on=TODAY)])

    assert moved(decide(book(), purchase(10))) == {2: -10}
    assert refused(book(), purchase(11)).facts() == {"unit": "pt", "needed": 11, "available": 10}


@pytest.mark.parametrize(("amount", "taken"), [(15, {2: -10, 3: -5}), (25, {2: -10, 3: -10, 1: -5})])
def test_what_is_past_its_last_day_is_taken_last_and_only_where_it_may(amount: int, taken: dict[int, int]) -> None:
    lots = [memory.lot(n, UME, 10, expires_on=day) for n, day in enumerate((YESTERDAY, TODAY, LATER), 1)]
    assert moved(decide(memory.book(lots), purchase(amount, take=Oldest(expired_too=True)))) == taken


def test_what_is_held_is_not_spent_by_others() -> None:
    book = memory.book([memory.lot(1, UME, 30)], held={UME: 20})
    assert refused(book, purchase(11)).facts() == {"unit": "pt", "needed": 11, "available": 10}
    decide(book, purchase(10))


def test_a_hold_reserves_points_that_can_still_be_spent() -> None:
    """Points past their last day do not count as what is held: the answer is that of `balances` and of placing a hold."""
    book = memory.book([memory.lot(1, UME, 50, expires_on=YESTERDAY), memory.lot(2, UME, 50)], held={UME: 30})
    assert refused(book, purchase(21)).facts() == {"unit": "pt", "needed": 21, "available": 20}
    decide(book, purchase(20))


def test_exact_lots_are_taken_whatever_their_age() -> None:
    book = memory.book(three_lots())
    assert moved(decide(book, purchase(7, take=Exactly(((UUID(int=1), 3), (UUID(int=3), 4)))))) == {1: -3, 3: -4}


@pytest.mark.parametrize(
    "named",
    [
        ((1, 6), (1, 6)),  # twice the same
        ((1, 5),),  # too little for the line
        ((1, 5), (4, 7)),  # of another account
        ((1, 5), (9, 7)),  # of nobody
        ((1, 13), (2, -1)),  # a negative part
    ],
)
def test_exact_lots_must_be_the_account_s_own_and_sum_to_the_line(named: Sequence[tuple[int, int]]) -> None:
    book = memory.book([*three_lots(), memory.lot(4, MATSU, 20)])
    refusal = refused(book, purchase(12, take=Exactly(tuple((UUID(int=nth), amount) for nth, amount in named))))
    assert refusal.code == "insufficient_balance" or refusal.invariant_broken == "lots_cover"


def test_exact_lots_must_have_what_is_taken_over_all_lines() -> None:
    five = Exactly(((UUID(int=1), 5),))
    both = draft(Line(UME, -5, five), Line(UME, -5, five), Line(SHOP, 10))
    decide(memory.book([memory.lot(1, UME, 10)]), both)
    assert refused(memory.book([memory.lot(1, UME, 9), memory.lot(2, UME, 1)]), both).available == 4


def test_a_lot_takes_back_no_more_than_was_taken_over_all_lines() -> None:
    lots = [memory.lot(1, UME, 2, amount=10), memory.lot(2, UME, 100)]
    back = Exactly(((UUID(int=1), 4),))
    decide(memory.book(lots), draft(Line(SHOP, -8), Line(UME, 4, back), Line(UME, 4, back)))
    lots = [memory.lot(1, UME, 3, amount=10), memory.lot(2, UME, 100)]
    refusal = refused(memory.book(lots), draft(Line(SHOP, -8), Line(UME, 4, back), Line(UME, 4, back)))
    assert refusal.invariant_broken == "lots_cover"
    twice = Exactly(((UUID(int=1), 2), (UUID(int=1), 2)))
    assert refused(memory.book(lots), draft(Line(SHOP, -4), Line(UME, 4, twice))).invariant_broken == "lots_cover"


def test_what_was_put_back_can_be_spent_by_the_next_item() -> None:
    book = memory.book([memory.lot(1, UME, 0, amount=10)])
    decide(book, draft(Line(SHOP, -10), Line(UME, 10, Exactly(((UUID(int=1), 10),)))))
    assert moved(decide(book, purchase(10))) == {1: -10}


def test_carried_lots_keep_origin_funding_edition_and_last_day() -> None:
    book = memory.book(three_lots())
    decided = decide(book, draft(*move(UME, MATSU, 15)))
    assert [(birth.parent, birth.lot.amount) for birth in decided.born] == [(UUID(int=2), 10), (UUID(int=3), 5)]
    for birth in decided.born:
        parent = book.lots[birth.parent or UUID(int=0)]
        assert (birth.lot.origin_attendance, birth.lot.edition_id) == (parent.origin_attendance, parent.edition_id)
        assert (birth.lot.granted_on, birth.lot.expires_on) == (parent.granted_on, parent.expires_on)
        assert (birth.lot.account_id, birth.lot.funding_account) == (MATSU, parent.funding_account)
    assert moved(decide(book, draft(*move(MATSU, SHOP, 15)))) == {
        birth.lot.lot_id.int: -birth.lot.amount for birth in decided.born
    }


def test_what_is_carried_is_divided_among_the_receivers_in_their_order() -> None:
    decided = decide(memory.book(three_lots()), draft(Line(UME, -20), Line(MATSU, 5), Line(CAPPED, 15, Carried())))
    assert [(birth.line_no, birth.parent, birth.lot.amount) for birth in decided.born] == [
        (2, UUID(int=2), 5),
        (3, UUID(int=2), 5),
        (3, UUID(int=3), 10),
    ]


def test_nothing_comes_to_a_wallet_without_an_origin() -> None:
    assert refused(memory.book(), draft(*move(BUDGET, UME, 5))).invariant_broken == "lots_cover"
    assert refused(memory.book(), draft(*move(BUDGET, UME, 5, give=Oldest()))).invariant_broken == "lots_cover"
    fresh = Fresh(None, BUDGET, None, TODAY, None)
    assert refused(memory.book(three_lots()), purchase(5, take=fresh)).invariant_broken == "lots_cover"


def test_spendable_counts_to_the_last_day() -> None:
    assert [spendable(three_lots(), on) for on in (TOMORROW, TOMORROW + timedelta(days=1), date.max)] == [30, 20, 10]


# ----------------------------------------------------------------------------------------------------------------- holds


def confirming(amount: int, spent: int, **more: Any) -> Draft:
    return purchase(spent, confirms=Confirm(HOLD, amount), **more)


def test_a_confirmed_hold_is_spent_and_frees_the_rest() -> None:
    book = memory.book([memory.lot(1, UME, 30)], held={UME: 30})
    decide(book, confirming(10, 10))
    assert (book.accounts[UME].held, book.accounts[UME].available) == (0, 20)
    assert refused(book, confirming(10, 10)).facts() == {"hold_id": HOLD, "resolution": "confirm"}


def test_confirming_spends_within_what_is_held_and_free() -> None:
    held = {UME: 20}
    assert refused(memory.book([memory.lot(1, UME, 30)], held=held), confirming(21, 21)).facts() == {
        "hold_id": HOLD,
        "needed": 21,
        "held": 20,
    }
    decide(memory.book([memory.lot(1, UME, 30)], held=held), confirming(20, 30))
    assert refused(memory.book([memory.lot(1, UME, 30)], held=held), confirming(20, 31)).code == "insufficient_balance"


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_not_confirmed_it_is_released(amount: int) -> None:
    book = memory.book([memory.lot(1, UME, 30)], held={UME: 20})
    assert refused(book, confirming(amount, 5)).code == "amount_out_of_range"


def test_a_hold_is_confirmed_by_an_entry_of_its_account() -> None:
    book = memory.book([memory.lot(1, UME, 30)], held={UME: 20})
    strange = refused(book, draft(*move(COUNCIL, BUDGET, 5), confirms=Confirm(HOLD, 5)))
    unknown = refused(book, purchase(5, confirms=Confirm(UUID(int=99), 5)))
    assert (strange.invariant_broken, unknown.code) == ("hold_once", "unknown_hold")
