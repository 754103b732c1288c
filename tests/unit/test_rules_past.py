"""What decisions counted of the past is what stood: in the order of decisions, with what was voided meanwhile, and where two met."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from rules import past
from rules.decision import Window
from rules.past import MARGIN_US, Event

DAY = Window("amount", "day", date(2026, 4, 1), date(2026, 4, 1))
MINE = ("scheme", UUID(int=1), DAY)
HOUR = 3_600_000_000


def untrue(*events: tuple[int, int | None, int, int]):
    """The first untrue one of (decided, voided, counted, added), in microseconds."""
    ledger = past.Ledger()
    for nth, (decided, voided, used, added) in enumerate(events):
        ledger.add(MINE, Event(decided, voided, used, added, str(nth)))
    return ledger.first_untrue()


def test_each_counts_what_stood_before_it():
    assert untrue((0, None, 0, 5), (HOUR, None, 5, 3), (2 * HOUR, None, 8, 0)) is None


@pytest.mark.parametrize("counted", [0, 4, 6])
def test_another_number_is_named(counted):
    found = untrue((0, None, 0, 5), (HOUR, None, counted, 3))
    assert found is not None
    assert (found["decision_id"], found["counted"], found["stood"]) == ("1", counted, 5)


def test_a_list_is_in_the_order_of_what_it_counted():
    assert untrue((0, None, 5, 3), (0, None, 0, 5), (0, None, 0, 0)) is None
    assert untrue((0, None, 0, 3), (0, None, 0, 5)) is not None


def test_what_was_voided_counts_while_it_stood():
    assert untrue((0, 3 * HOUR, 0, 5), (2 * HOUR, None, 5, 3), (4 * HOUR, None, 3, 1)) is None
    assert untrue((0, 3 * HOUR, 0, 5), (4 * HOUR, None, 5, 3)) is not None
    assert untrue((0, 3 * HOUR, 0, 5), (2 * HOUR, None, 0, 3)) is not None


def test_two_that_met_may_have_come_in_either_order():
    assert untrue((0, None, 3, 5), (MARGIN_US, None, 0, 3)) is None
    assert untrue((0, None, 3, 5), (MARGIN_US + 1, None, 0, 3)) is not None
    assert untrue((0, MARGIN_US, 0, 5), (MARGIN_US, None, 5, 3)) is None
    assert untrue((0, MARGIN_US, 0, 5), (MARGIN_US, None, 0, 3)) is None


def test_who_does_not_count_the_window_adds_to_it():
    assert untrue((0, None, past.NOT_ASKED, 5), (HOUR, None, 5, 3)) is None


def test_what_counts_for_everybody_is_taken_out():
    ledger = past.Ledger()
    everybody = ("scheme", None, DAY)
    ledger.add(everybody, Event(0, None, 0, 5, "0"))
    ledger.add(everybody, Event(HOUR, None, 0, 5, "1"))
    taken = ledger.take_everybody()
    assert ([whose for whose, _ in taken], ledger.first_untrue()) == ([everybody, everybody], None)
    together = past.Ledger()
    for whose, event in taken:
        together.add(whose, event)
    assert together.first_untrue() is not None
