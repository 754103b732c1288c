"""Years as they are said: at the edges of each era, and back again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kernel import eras


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 5, 10), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1950, 4, 3), "昭和25年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1912, 7, 29), "1912年"),
    ],
)
def test_a_year_is_said_as_people_say_it(on: date, said: str) -> None:
    assert eras.spoken_year(on) == said


def test_every_day_of_an_era_comes_back() -> None:
    for era in eras.ERAS:
        last = next((each.first_on for each in reversed(eras.ERAS) if each.first_on > era.first_on), date(2100, 1, 1))
        on = era.first_on
        while on < last:
            year = on.year - era.first_on.year + 1
            assert eras.western_year(era.name, year) == on.year
            on += timedelta(days=97)
        assert eras.western_year(era.name, (last - timedelta(days=1)).year - era.first_on.year + 1)


@pytest.mark.parametrize(("name", "year"), [("showa", 65), ("heisei", 32), ("taisho", 16), ("reiwa", 0)])
def test_a_year_that_an_era_never_had_is_none(name: eras.EraName, year: int) -> None:
    with pytest.raises(ValueError, match="has no year"):
        eras.western_year(name, year)
