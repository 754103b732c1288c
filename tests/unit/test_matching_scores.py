"""Who fits a need: plain reasons, integers, and the same answer each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from activities import matching
from activities.matching import Helper, Wanted
from activities.presence import Span

TEN = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)  # a Tuesday
TOWN, EAST, WEST, SAKURA, UME = (UUID(int=n) for n in range(1, 6))
WANTED = Wanted(
    member_id=UUID(int=99), kind="garden", when=Span(TEN, TEN + timedelta(hours=1)), weekday=2, areas=(SAKURA, EAST, TOWN)
)


def helper(number: int, **changes: Any) -> Helper:
    plain: dict[str, Any] = {
        "offers": True,
        "weekdays": frozenset({2}),
        "areas": (SAKURA, EAST, TOWN),
        "helped_before": 0,
        "helped_lately": 0,
        "busy": (),
    }
    return Helper(member_id=UUID(int=100 + number), **(plain | changes))


def reasons(one: Helper) -> tuple[str, ...]:
    (found,) = matching.candidates(WANTED, [one])
    assert found.score == sum(matching.POINTS[reason] for reason in found.reasons)
    return found.reasons


def test_everything_speaks_for_this_one() -> None:
    told = reasons(helper(1, helped_before=2))
    assert told == ("offers_this", "free_at_that_time", "that_weekday", "same_neighbourhood", "has_helped_before")


def test_another_weekday() -> None:
    assert "that_weekday" not in reasons(helper(1, weekdays=frozenset({1, 7})))


def test_no_weekday_means_any() -> None:
    assert "that_weekday" in reasons(helper(1, weekdays=frozenset()))


def test_busy_at_that_time_is_not_ruled_out_but_less_fitting() -> None:
    told = reasons(helper(1, busy=(Span(TEN + timedelta(minutes=59), TEN + timedelta(hours=3)),)))
    assert "free_at_that_time" not in told


def test_busy_right_before_is_free() -> None:
    assert "free_at_that_time" in reasons(helper(1, busy=(Span(TEN - timedelta(hours=1), TEN),)))


def test_nearness() -> None:
    assert "same_district" in reasons(helper(1, areas=(UME, EAST, TOWN)))
    far = reasons(helper(1, areas=(UME, WEST, TOWN)))
    assert "same_district" not in far
    assert "same_neighbourhood" not in far


def test_the_whole_town_is_not_a_neighbourhood() -> None:
    townspeople = Wanted(member_id=UUID(int=99), kind="garden", when=WANTED.when, weekday=2, areas=(TOWN,))
    (found,) = matching.candidates(townspeople, [helper(1, areas=(TOWN,))])
    assert "same_neighbourhood" not in found.reasons


def test_who_neither_offers_nor_has_helped_is_not_asked() -> None:
    assert matching.candidates(WANTED, [helper(1, offers=False)]) == []
    assert "has_helped_before" in reasons(helper(1, offers=False, helped_before=1))


def test_nobody_is_proposed_to_oneself() -> None:
    assert matching.candidates(WANTED, [helper(-1)]) == []


def test_among_equals_who_helped_less_lately_comes_first() -> None:
    found = matching.candidates(WANTED, [helper(1, helped_lately=5), helper(2, helped_lately=1), helper(3, helped_lately=9)])
    assert [each.member_id.int for each in found] == [102, 101, 103]


@given(st.permutations(range(6)), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_the_order_of_asking_does_not_matter(order: list[int], lately: list[int]) -> None:
    helpers = [helper(n, helped_lately=lately[n], helped_before=n % 2) for n in range(6)]
    found = matching.candidates(WANTED, [helpers[n] for n in order])
    assert found == matching.candidates(WANTED, helpers)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len(found) == 3
