"""Codes of municipalities and numbers of members: what a slip of the finger does to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community import municipalities, numbers, refusals


@pytest.mark.parametrize("code", ["131016", "011002", "271004", "132012", "401005", "473821"])
def test_real_municipalities_have_right_check_digits(code: str) -> None:
    assert municipalities.checked(code) == code


@pytest.mark.parametrize("code", ["131017", "13101", "1310160", "13101x", "", "１３１０１６", "131016\n", "-31016"])
def test_a_wrong_code_is_refused(code: str) -> None:
    with pytest.raises(refusals.BadMunicipalityCode):
        municipalities.checked(code)


@given(st.integers(0, 99999), st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_in_a_code_is_caught_but_for_the_rule_s_own_gap(first: int, place: int, by: int) -> None:
    """Weights below 11 change the remainder, so only the remainders 0 and 10, which share the check digit 1, can hide a slip."""
    good = f"{first:05d}"
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    if municipalities.check_digit(wrong) == municipalities.check_digit(good):
        assert municipalities.check_digit(good) == 1


def test_damm_s_own_example() -> None:
    assert numbers.numbered(572) == 5724
    assert numbers.is_valid(5724)


@given(st.integers(1, 9_999_999), st.data())
def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught(running: int, data: st.DataObject) -> None:
    good = str(numbers.numbered(running))
    place = data.draw(st.integers(0, len(good) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != good[place]]))
    assert not numbers.is_valid(int(good[:place] + digit + good[place + 1 :]))
    for i in range(len(good) - 1):
        if good[i] != good[i + 1]:
            assert not numbers.is_valid(int(good[:i] + good[i + 1] + good[i] + good[i + 2 :]))


@given(st.integers(1, 9_999_999))
def test_numbers_rise_and_check(running: int) -> None:
    assert numbers.checked(numbers.numbered(running)) < numbers.numbered(running + 1)


@pytest.mark.parametrize("number", [0, -5724, 5725, 10**12])
def test_a_number_that_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(refusals.BadMemberNumber):
        numbers.checked(number)
