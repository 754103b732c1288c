"""What a hold has reserved by name is there until that hold is confirmed, on any play; and the mutant that forgets names is caught."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusal import Refusal
from ledger import refusals
from ledger.book import Book, Hold
from ledger.decide import decide
from ledger.draft import Confirm, Exactly, Oldest, move
from tests.support import memory, plays
from tests.support.memory import SHOP, UME, draft
from tests.support.plays import Play

NAMES = UUID(int=77)


def _named(play: Play, share: int) -> tuple[Book, dict[UUID, int]]:
    """The book of a play in which another hold has so many hundredths of each of Umé's lots that are good by name."""
    told, _, wishes = play
    book = plays.book_of((told, 0, wishes))
    parts = {
        lot.lot_id: lot.remaining * share // 100
        for lot in book.lots.values()
        if lot.account_id == UME and not lot.expired(memory.TODAY) and lot.remaining * share // 100
    }
    amount = sum(parts.values())
    if amount:
        book.accounts[UME].held = amount
        book.holds[NAMES] = Hold(NAMES, UME, amount, None)
        book.named = {lot_id: {NAMES: part} for lot_id, part in parts.items()}
    return book, parts


def _play(book: Book, play: Play) -> None:
    for wish in play[2]:
        try:
            decide(book, wish)
        except Refusal:
            continue


@given(play=plays.plays, share=st.integers(1, 100))
def test_what_is_named_stays_and_can_then_be_taken(play: Play, share: int) -> None:
    book, parts = _named(play, share)
    _play(book, play)
    assert all(book.lots[lot_id].remaining >= part for lot_id, part in parts.items())
    if parts:
        amount = sum(parts.values())
        decide(book, draft(*move(UME, SHOP, amount, take=Exactly(tuple(parts.items()))), confirms=Confirm(NAMES, amount)))
        assert book.accounts[UME].posted >= book.accounts[UME].held == 0


def test_the_mutant_that_forgets_names_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets(self: Book, lot_id: UUID, *, but: UUID | None = None) -> int:
        return 0

    monkeypatch.setattr(Book, "named_on", forgets)
    play: Play = (((UME, 10, 1), (UME, 10, 9)), 0, (draft(*move(UME, SHOP, 10)),))
    book, parts = _named(play, 50)
    _play(book, play)
    assert any(book.lots[lot_id].remaining < part for lot_id, part in parts.items())


def _two_lots() -> Book:
    """Ten that end first, five of them named, and ten more."""
    book = memory.book([memory.lot(1, UME, 10, expires_on=memory.TODAY), memory.lot(2, UME, 10)], held={UME: 5})
    book.named = {UUID(int=1): {UUID(int=UME): 5}}
    return book


def test_spending_passes_over_what_is_named_and_takes_the_next() -> None:
    book = _two_lots()
    decide(book, draft(*move(UME, SHOP, 12)))
    assert (book.lots[UUID(int=1)].remaining, book.lots[UUID(int=2)].remaining) == (5, 3)


@pytest.mark.parametrize("take", [None, Oldest(), Oldest(expired_too=True), Exactly(((UUID(int=1), 6), (UUID(int=2), 10)))])
def test_no_more_than_the_rest_is_spent_in_whatever_way(take: Oldest | Exactly | None) -> None:
    book = _two_lots()
    with pytest.raises(refusals.InsufficientBalance):
        decide(book, draft(*move(UME, SHOP, 16, take=take)))
    decide(book, draft(*move(UME, SHOP, 15)))
