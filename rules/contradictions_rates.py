"""Rates of an edition that fall by mistake, leave points out, or stand where they cannot: tables, slices, two stages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rules.schema import Fault, Path, fault
from rules.vocabulary import conversion
from rules.vocabulary.conversion import Exchange

Row = tuple[int, int]
"""From how much on, and what it is worth."""


def rising(path: Path, rows: list[Row], field: str) -> Iterator[Fault]:
    """Rows that do not come in rising order."""
    for number, (lower, upper) in enumerate(pairwise(rows), start=2):
        if upper[0] <= lower[0]:
            yield fault(
                (*path, number, field),
                (f"{upper[0]} does not come after {lower[0]}", f"{upper[0]} は前の {lower[0]} より大きくありません"),
                ("Write the rows in rising order, each once.", "小さい順に、一度ずつ書きます。"),
            )


def tiers(path: Path, rows: tuple[conversion.Tier, ...]) -> Iterator[Fault]:
    """A table by which more points are worth less."""
    yield from rising(path, [(tier.from_points, tier.get) for tier in rows], "from_points")
    for number, (lower, upper) in enumerate(pairwise(rows), start=2):
        if upper.get < lower.get:
            yield fault(
                (*path, number, "get"),
                (
                    f"more points are worth less: {lower.get}, then {upper.get}",
                    f"ポイントが多いのに少なくなります({lower.get} の次が {upper.get})",
                ),
                ("Check the table.", "表を確かめてください。"),
            )


def slices(path: Path, rows: tuple[conversion.Slice, ...]) -> Iterator[Fault]:
    """Slices out of order, or without the first point."""
    yield from rising(path, [(each.from_points, each.get) for each in rows], "from_points")
    if rows[0].from_points != 1:
        yield fault(
            (*path, 1, "from_points"),
            ("what are the first points worth?", "1ポイント目からの率がありません"),
            (
                "Let the first row begin with 1; get = 0 where they are worth nothing.",
                "最初の行は 1 から始めます。",
            ),
        )


def two_stages(exchange: Exchange) -> Iterator[Fault]:
    """A rate by slices in one of two stages."""
    then = exchange.then
    rates = [] if then is None else [(("conversion", "rate"), exchange.rate), (("conversion", "then", "rate"), then.rate)]
    for path, rate in rates:
        if isinstance(rate, conversion.Slices):
            yield fault(
                (*path, "how"),
                ("a rate by slices has no second stage", "段階ごとの率(slices)は、二段階では使えません"),
                ("State at once what each point becomes at the end.", "1ポイントが最後にいくらになるかを、一段階で書きます。"),
            )
