"""Ids, days, amounts and canonical bytes mean one thing each."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import RFC_4122, UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import amounts, canonical, days, ids

DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

# ------------------------------------------------------------------------------------------------------------------ ids


@given(unix_ms=st.integers(0, 2**48 - 1), chance=st.binary(min_size=10, max_size=10))
def test_an_id_is_laid_out_as_rfc_9562_says(unix_ms: int, chance: bytes) -> None:
    made = ids.uuid7(unix_ms, chance)
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == unix_ms
    noise = int.from_bytes(chance, "big")
    assert made.int & ((1 << 62) - 1) == noise & ((1 << 62) - 1)
    assert (made.int >> 64) & 0xFFF == (noise >> 64) & 0xFFF


def test_an_id_is_the_one_of_the_published_example() -> None:
    """RFC 9562, appendix A.6: 2022-02-22 14:22:22 at UTC-5, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F."""
    chance = ((0xCC3 << 64) | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert ids.uuid7(0x017F22E279B0, chance) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(
    earlier=st.integers(0, 2**48 - 2),
    gap=st.integers(1, 10**9),
    one=st.binary(min_size=10, max_size=10),
    other=st.binary(min_size=10, max_size=10),
)
def test_later_ids_sort_later(earlier: int, gap: int, one: bytes, other: bytes) -> None:
    later = min(earlier + gap, 2**48 - 1)
    assert ids.uuid7(earlier, one) < ids.uuid7(later, other)


def test_a_list_of_ids_keeps_its_order_across_both_random_fields() -> None:
    made = ids.new_ids(10_000)  # more than the 4,096 that the first field counts
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {RFC_4122}
    assert len({each.int >> 80 for each in made}) == 1


def test_no_ids_are_none() -> None:
    assert ids.new_ids(0) == []


def test_fresh_ids_differ_and_carry_the_time() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    made = [ids.new_id() for _ in range(1_000)]
    after = int(datetime.now(UTC).timestamp() * 1000)
    assert len(set(made)) == 1_000
    assert all(before <= each.int >> 80 <= after for each in made)


# ----------------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2025, 12, 31), 2025), (date(2026, 1, 1), 2025)],
)
def test_the_fiscal_year_turns_on_the_first_of_april(on: date, year: int) -> None:
    assert days.fiscal_year(on) == year


@given(on=DATES)
def test_a_date_lies_within_its_fiscal_year_and_in_no_other(on: date) -> None:
    first, last = days.fiscal_year_bounds(days.fiscal_year(on))
    assert first <= on <= last
    assert (last - first).days in (364, 365)
    assert days.fiscal_year(last) != days.fiscal_year(last + timedelta(days=1))


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 10), 0, date(2026, 5, 10)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -13, date(2024, 12, 10)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(on: date, months: int, then: date) -> None:
    assert days.months_later(on, months) == then


@given(on=DATES, months=st.integers(-600, 600))
def test_months_later_lands_in_the_month_that_was_asked_for(on: date, months: int) -> None:
    then = days.months_later(on, months)
    assert (then.year * 12 + then.month) - (on.year * 12 + on.month) == months
    assert then.day == on.day or (then.day < on.day and days.next_month(then) == then + timedelta(days=1))


@given(on=DATES)
def test_months_follow_each_other_without_a_gap(on: date) -> None:
    month = days.month_of(on)
    assert month.day == 1
    assert days.next_month(on) == days.months_later(month, 1)
    assert days.month_of(days.next_month(on) - timedelta(days=1)) == month


def test_the_day_turns_at_midnight_in_japan() -> None:
    assert days.local_date(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert days.local_date(datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC)) == date(2026, 4, 1)


@given(on=st.dates(min_value=date(1952, 1, 1), max_value=date(2200, 1, 1)), hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_local_time_is_on_its_date(on: date, hour: int, minute: int) -> None:
    at = days.local_time(on, hour, minute)
    assert at.tzinfo is UTC
    assert days.local_date(at) == on
    assert at == datetime(on.year, on.month, on.day, hour, minute, tzinfo=timezone(timedelta(hours=9)))


# -------------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("amount", "scale", "told"), [(-1250, 2, "-12.50"), (5, 2, "0.05"), (0, 2, "0.00"), (-5, 2, "-0.05"), (-300, 0, "-300")]
)
def test_an_amount_is_shown_with_its_scale(amount: int, scale: int, told: str) -> None:
    assert amounts.shown(amount, scale) == told


@given(amount=st.integers(-amounts.AMOUNT_MAX, amounts.AMOUNT_MAX), scale=st.integers(0, 6))
def test_what_is_shown_reads_back(amount: int, scale: int) -> None:
    assert int(amounts.shown(amount, scale).replace(".", "")) == amount


@pytest.mark.parametrize(("minutes", "told"), [(90, "1:30"), (5, "0:05"), (-30, "-0:30"), (0, "0:00"), (6_000, "100:00")])
def test_minutes_are_shown_as_hours(minutes: int, told: str) -> None:
    assert amounts.hours(minutes) == told


# ------------------------------------------------------------------------------------------------------------ canonical


@given(value=PLAIN)
def test_canonical_bytes_read_back_as_the_value(value: Any) -> None:
    assert msgspec.json.decode(canonical.encode(value)) == value


@given(items=st.dictionaries(st.text(max_size=8), st.integers(-9, 9), max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_the_bytes(items: dict[str, int], seed: Any) -> None:
    shuffled = list(items.items())
    seed.shuffle(shuffled)
    assert canonical.encode(dict(shuffled)) == canonical.encode(items)


def test_canonical_bytes_are_these() -> None:
    assert (
        canonical.encode({"結": [1, True, None], "a": {"z": "é", "b": -5}})
        == '{"a":{"b":-5,"z":"é"},"結":[1,true,null]}'.encode()
    )
    assert canonical.sha256({"b": 1, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').digest()


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, [{"b": (1, 2.0)}], {1.5: "x"}, frozenset({0.1})])
def test_a_float_has_no_canonical_bytes(value: object) -> None:
    with pytest.raises(TypeError, match="a float has no canonical bytes"):
        canonical.encode(value)


FEW = st.recursive(
    st.sampled_from([None, True, False, 0, 1, "", "0", "1", "null"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["", "0", "a"]), inner, max_size=2),
    max_leaves=3,
)


def told_apart(value: Any) -> Any:
    """`value` with its kinds: to Python True equals 1, and they are not the same value."""
    if isinstance(value, dict):
        return ("dict", frozenset((key, told_apart(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(told_apart(item) for item in value))
    return (type(value).__name__, value)


@given(one=FEW, other=FEW)
def test_bytes_are_the_same_exactly_when_the_values_are(one: Any, other: Any) -> None:
    assert (canonical.encode(one) == canonical.encode(other)) == (told_apart(one) == told_apart(other))
