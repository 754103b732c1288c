"""What is held is out of reach where no lot stands between: hours, and lots that are taken by name."""

from __future__ import annotations

from uuid import UUID

import pytest

from ledger import refusals
from ledger.decide import decide
from ledger.draft import Exactly, move
from tests.support import memory
from tests.support.memory import MATSU_TIME, SHOP, UME, UME_TIME, draft

HELD = 20


def test_held_hours_are_not_lent_a_second_time() -> None:
    book = memory.book(held={UME_TIME: HELD})
    account = book.accounts[UME_TIME]
    assert account.floor is not None
    free = account.posted - HELD - account.floor
    with pytest.raises(refusals.InsufficientBalance) as caught:
        decide(book, draft(*move(UME_TIME, MATSU_TIME, free + 1)))
    assert (caught.value.needed, caught.value.available) == (free + 1, free)
    decide(book, draft(*move(UME_TIME, MATSU_TIME, free)))


def test_named_lots_do_not_reach_into_what_is_held() -> None:
    book = memory.book([memory.lot(1, UME, 30)], held={UME: HELD})
    with pytest.raises(refusals.InsufficientBalance) as caught:
        decide(book, draft(*move(UME, SHOP, 11, take=Exactly(((UUID(int=1), 11),)))))
    assert (caught.value.needed, caught.value.available) == (11, 10)
    decide(book, draft(*move(UME, SHOP, 10, take=Exactly(((UUID(int=1), 10),)))))
