"""Time from scans: the union, never the sum; against a slow reference that counts the minutes one by one."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import presence
from activities.presence import Mark, Span

NINE = datetime(2026, 5, 10, 0, 0, tzinfo=UTC)  # nine o'clock in Japan
PLANNED = Span(NINE, NINE + timedelta(hours=2))


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


def span(start: int, end: int) -> Span:
    return Span(at(start), at(end))


def mark(direction: presence.Direction, minute: int, *, evidence: int = 3, number: int = 0, settled: bool = False) -> Mark:
    scan_id = UUID(int=(minute + 10_000) * 1_000 + number)
    return Mark(scan_id=scan_id, direction=direction, at=at(minute), evidence=evidence, settled=settled)


def settled(*marks: Mark, elsewhere: tuple[Span, ...] = ()) -> presence.Presence:
    return presence.settle(presence.visits(marks), PLANNED, within=presence.window(PLANNED), elsewhere=elsewhere)


spans = st.lists(
    st.tuples(st.integers(-60, 240), st.integers(0, 120)).map(lambda pair: span(pair[0], pair[0] + pair[1])), max_size=8
)


def minute_set(found: list[Span] | tuple[Span, ...]) -> set[int]:
    return {
        minute
        for each in found
        for minute in range((each.starts_at - NINE) // timedelta(minutes=1), (each.ends_at - NINE) // timedelta(minutes=1))
    }


@given(spans)
def test_the_union_holds_each_minute_once(some: list[Span]) -> None:
    merged = presence.union(some)
    assert minute_set(merged) == minute_set(some)
    assert presence.minutes(merged) == len(minute_set(some))
    assert all(one.ends_at < other.starts_at for one, other in itertools.pairwise(merged))


@given(spans, spans)
def test_the_difference_takes_away_what_is_taken(some: list[Span], taken: list[Span]) -> None:
    assert minute_set(presence.difference(some, taken)) == minute_set(some) - minute_set(taken)


@given(spans, st.integers(-60, 240), st.integers(0, 200))
def test_the_intersection_keeps_what_lies_within(some: list[Span], start: int, length: int) -> None:
    within = span(start, start + length)
    assert minute_set(presence.intersection(some, within)) == minute_set(some) & minute_set([within])


directions: list[presence.Direction] = ["in", "out"]
told_scans = st.tuples(st.sampled_from(directions), st.integers(-60, 240), st.integers(1, 4))
marks = st.lists(told_scans, min_size=1, max_size=8).map(
    lambda told: [mark(each[0], each[1], evidence=each[2], number=n) for n, each in enumerate(told)]
)


@given(marks, spans)
def test_no_scans_prove_more_than_the_window_nor_what_counts_elsewhere(told: list[Mark], elsewhere: list[Span]) -> None:
    found = presence.settle(presence.visits(told), PLANNED, within=presence.window(PLANNED), elsewhere=elsewhere)
    assert minute_set(found.spans) <= minute_set([presence.window(PLANNED)]) - minute_set(elsewhere)
    assert found.minutes == len(minute_set(found.spans)) <= 180
    assert found.evidence == min(each.evidence for each in told)
    assert set(found.scan_ids) == {each.scan_id for each in told}
    assert found.started_at <= found.ended_at


@given(marks)
def test_visits_keep_every_scan_and_do_not_overlap(told: list[Mark]) -> None:
    found = presence.visits(told)
    assert sorted(each.scan_id for visit in found for each in visit.marks) == sorted(each.scan_id for each in told)
    for one, other in itertools.pairwise(found):
        assert one.left_at is not None
        assert other.came_at is not None
        assert one.left_at <= other.came_at


@given(marks, st.integers(0, 240))
def test_a_limit_is_never_passed_and_loses_nothing_below_it(told: list[Mark], minutes_max: int) -> None:
    whole = settled(*told)
    found = presence.limited(whole, minutes_max)
    assert found.minutes == min(whole.minutes, minutes_max) == len(minute_set(found.spans))
    assert (presence.OVER_LIMIT in found.flags) == (whole.minutes > minutes_max)


def test_in_and_out() -> None:
    found = settled(mark("in", 0), mark("out", 90))
    assert (found.minutes, found.flags, found.spans) == (90, (), (span(0, 90),))


def test_two_visits_are_one_attendance_of_both() -> None:
    found = settled(mark("in", 0), mark("out", 30), mark("in", 60), mark("out", 90))
    assert (found.minutes, found.started_at, found.ended_at) == (60, at(0), at(90))


def test_overlapping_visits_count_once() -> None:
    """A second check-in while one is open does not begin a second stay."""
    found = settled(mark("in", 0), mark("in", 10), mark("out", 60), mark("out", 70))
    assert (found.minutes, found.spans) == (60, (span(0, 60),))


def test_a_forgotten_check_out_becomes_the_planned_end() -> None:
    found = settled(mark("in", 30))
    assert (found.minutes, found.ended_at, found.flags) == (90, at(120), ("end_assumed",))


def test_a_forgotten_check_in_becomes_the_planned_start() -> None:
    found = settled(mark("out", 45))
    assert (found.minutes, found.started_at, found.flags) == (45, at(0), ("start_assumed",))


def test_coming_after_the_planned_end_and_forgetting_proves_no_time() -> None:
    found = settled(mark("in", 125))
    assert (found.minutes, found.spans, found.started_at) == (0, (), at(125))


def test_early_and_late_are_clipped_to_half_an_hour() -> None:
    found = settled(mark("in", -45), mark("out", 170))
    assert (found.minutes, found.spans, found.flags) == (180, (span(-30, 150),), ("clipped",))


def test_what_counts_elsewhere_is_counted_once() -> None:
    found = settled(mark("in", 0), mark("out", 120), elsewhere=(span(30, 60),))
    assert (found.minutes, found.spans, found.flags) == (90, (span(0, 30), span(60, 120)), ("overlap",))


def test_half_hours_and_seconds_count_to_the_whole_minute() -> None:
    left = Mark(scan_id=UUID(int=9), direction="out", at=at(29) + timedelta(seconds=59), evidence=3)
    assert settled(mark("in", 0), left).minutes == 29
    assert settled(mark("in", 0), mark("out", 30)).minutes == 30


def test_evidence_is_that_of_the_weakest_scan() -> None:
    assert settled(mark("in", 0, evidence=3), mark("out", 60, evidence=1)).evidence == 1


@pytest.mark.parametrize(
    ("told", "minute", "direction"),
    [
        ([], 0, "in"),
        ([mark("in", 0)], 60, "out"),
        ([mark("in", 0), mark("out", 30)], 60, "in"),
        ([mark("in", 60)], 0, "in"),
        ([mark("out", 30)], 60, "in"),
    ],
)
def test_a_scan_that_does_not_say_is_the_next_thing(told: list[Mark], minute: int, direction: str) -> None:
    assert presence.direction_at(told, at(minute)) == direction


def test_a_card_read_twice_within_a_minute_says_the_same_twice() -> None:
    assert presence.direction_at([mark("in", 0)], at(0) + timedelta(seconds=59)) == "in"
    assert presence.direction_at([mark("in", 0)], at(0) + timedelta(seconds=60)) == "out"
    assert presence.direction_at([mark("in", 0), mark("out", 30)], at(30) + timedelta(seconds=5)) == "out"


def test_a_limit_cuts_from_the_end() -> None:
    found = presence.limited(settled(mark("in", 0), mark("out", 30), mark("in", 60), mark("out", 120)), 45)
    assert (found.spans, found.ended_at, found.flags) == ((span(0, 30), span(60, 75)), at(75), ("over_limit",))


def test_seconds_on_the_wall_cost_no_half_hour() -> None:
    came = datetime(2026, 5, 14, 10, 0, 40, tzinfo=UTC)
    left = datetime(2026, 5, 14, 11, 0, 10, tzinfo=UTC)
    assert presence.minutes([presence.Span(came, left)]) == 60


def test_a_span_cut_in_two_counts_the_same() -> None:
    came, left = datetime(2026, 5, 14, 10, 0, 40, tzinfo=UTC), datetime(2026, 5, 14, 11, 0, 10, tzinfo=UTC)
    cut = datetime(2026, 5, 14, 10, 31, 59, tzinfo=UTC)
    whole, parts = [presence.Span(came, left)], [presence.Span(came, cut), presence.Span(cut, left)]
    assert presence.minutes(parts) == presence.minutes(whole)
