"""A rate by slices: each point by the row that it falls into, in each claim anew."""

from __future__ import annotations

import pytest

from rules import contradictions
from rules.vocabulary.conversion import Linear, Slice, Slices, Stage
from tests.support.claims import exchanging, limit, paid
from tests.support.editions import edition, exchange


def scale(*rows: tuple[int, int]) -> Slices:
    return Slices(slices=tuple(Slice(from_points=least, get=get) for least, get in rows))


@pytest.mark.parametrize(
    ("rows", "held", "value", "points"),
    [
        (((1, 100), (51, 50)), 1, 100, 1),
        (((1, 100), (51, 50)), 50, 5000, 50),
        (((1, 100), (51, 50)), 51, 5050, 51),
        (((1, 100), (51, 50)), 80, 6500, 80),
        (((1, 10), (11, 20), (21, 30)), 25, 10 * 10 + 10 * 20 + 5 * 30, 25),
        (((1, 100), (51, 0)), 80, 5000, 50),  # what is beyond is worth nothing and stays
        (((1, 0), (11, 5)), 12, 10, 12),
        (((1, 0), (11, 5)), 10, 0, 0),
    ],
)
def test_each_point_is_worth_what_its_slice_says(rows: tuple[tuple[int, int], ...], held: int, value: int, points: int) -> None:
    payout = paid(exchanging(rate=scale(*rows), remainder="kept"), held)
    assert (payout.value, payout.points) == (value, points)


def test_a_limit_on_the_value_cuts_within_a_slice() -> None:
    rules = exchanging(rate=scale((1, 100), (51, 50)), remainder="kept", limits=(limit(5100),))
    assert (paid(rules, 80).value, paid(rules, 80).points) == (5100, 52)


def test_it_is_told_by_slices() -> None:
    payout = paid(exchanging(rate=scale((1, 100), (51, 50))), 80)
    assert [step.numbers for step in payout.trace if step.code == "converted_slices"] == [
        {"points": 80, "made": 80, "value": 6500}
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rate": scale((2, 100))}, ("conversion", "rate", "slices", 1, "from_points")),
        ({"rate": scale((1, 100), (1, 50))}, ("conversion", "rate", "slices", 2, "from_points")),
        ({"rate": scale((1, 100)), "then": Stage(rate=Linear(give=1, get=1), into="ticket")}, ("conversion", "rate", "how")),
        ({"then": Stage(rate=scale((1, 100)), into="ticket")}, ("conversion", "then", "rate", "how")),
    ],
)
def test_slices_out_of_order_or_in_two_stages_are_refused(changes: dict[str, object], place: tuple[str | int, ...]) -> None:
    rules = edition(conversion=exchange(**changes))
    assert [found.path for found in contradictions.find(rules)] == [place]


@pytest.mark.parametrize("remainder", ["kept", "lost"])
def test_even_then_something_comes_of_it(remainder: str) -> None:
    rules = exchanging(rate=scale((1, 2)), then=Stage(rate=Linear(give=3, get=1), into="ticket"), remainder=remainder)
    assert paid(rules, 5).value == 3
