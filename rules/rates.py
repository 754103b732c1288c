"""What points become: linear, by lots, by a table, at a milestone, in one stage or in two. Pure, in whole numbers.

Every rate is one of three things, and `laid` says which: steps (so much for each so many, without end), a table (from so many on, so
much) or a scale (each point beyond so many, so much). Each kind of rate has one small function, registered by its type. A table is
read upwards: more points are never worth less (`rules.check` refuses one that falls).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from itertools import accumulate
from math import gcd

from rules.decision import Step
from rules.vocabulary import conversion as vocabulary
from rules.vocabulary.conversion import Rate


@dataclass(frozen=True, slots=True)
class Worth:
    """How many of the points make the value, and the value."""

    points: int
    value: int


NOTHING = Worth(0, 0)


@dataclass(frozen=True, slots=True)
class Steps:
    """`get` for each `give`, again and again."""

    give: int
    get: int

    def of(self, points: int) -> Worth:
        """What `points` become."""
        times = points // self.give
        return Worth(times * self.give, times * self.get)


@dataclass(frozen=True, slots=True)
class Table:
    """From so many points on, so much: `rows` in rising order."""

    rows: tuple[Worth, ...]

    def of(self, points: int) -> Worth:
        """What `points` become: the row that they fall into; a row from 0 on still takes a point."""
        found = [row for row in self.rows if row.points <= points]
        return Worth(max(found[-1].points, 1), found[-1].value) if found and points > 0 else NOTHING


@dataclass(frozen=True, slots=True)
class Scale:
    """Each point beyond `points` of a row is worth its `value`, up to the next row: `rows` in rising order."""

    rows: tuple[Worth, ...]

    def of(self, points: int) -> Worth:
        """What `points` become; those at the end that are worth nothing are left over."""
        made, value = 0, 0
        for row, after in zip(self.rows, (*(row.points for row in self.rows[1:]), points), strict=True):
            end = min(points, after)
            if row.value and end > row.points:
                made, value = end, value + (end - row.points) * row.value
        return Worth(made, value)


Laid = Steps | Table | Scale


@singledispatch
def laid(rate: object) -> Laid:
    """A rate as steps or as a table."""
    raise NotImplementedError(f"no rate is of the kind {type(rate)}")


@laid.register
def laid_linear(rate: vocabulary.Linear) -> Laid:
    """So much for each so many, any number of times."""
    return Steps(rate.give, rate.get)


@laid.register
def laid_lots(rate: vocabulary.Lots) -> Laid:
    """Whole lots."""
    return Steps(rate.lot, rate.get)


@laid.register
def laid_tiers(rate: vocabulary.Tiers) -> Laid:
    """The printed table."""
    rows = sorted(rate.tiers, key=lambda tier: tier.from_points)
    best = accumulate((row.get for row in rows), max)
    return Table(tuple(Worth(row.from_points, value) for row, value in zip(rows, best, strict=True)))


@laid.register
def laid_slices(rate: vocabulary.Slices) -> Laid:
    """Each point by the row that it falls into."""
    rows = sorted(rate.slices, key=lambda each: each.from_points)
    return Scale(tuple(Worth(max(row.from_points - 1, 0), row.get) for row in rows))


@laid.register
def laid_milestone(rate: vocabulary.Milestone) -> Laid:
    """Each time the number is reached, or a table of one row."""
    return Steps(rate.at, rate.get) if rate.repeats else Table((Worth(rate.at, rate.get),))


# --------------------------------------------------------------------------------------------------- one stage or two


@dataclass(frozen=True, slots=True)
class Course:
    """The way from points to value: the rate, the second stage where there is one, and whether what is left over is kept."""

    rate: Rate
    then: Rate | None
    keeps: bool

    def of(self, points: int) -> Worth:
        """What `points` become, and how many of them make it.

        In two stages what the first gives goes through the second, in whole steps of it. Where remainders are lost, so is what is left
        over between the two; where they are kept, only so many points are taken that nothing is left over between.
        """
        first = laid(self.rate)
        if self.then is None:
            return first.of(points)
        second = laid(self.then)
        if self.keeps and not isinstance(first, Scale) and not isinstance(second, Scale):
            return joined(first, second).of(points)
        made = first.of(points)
        return Worth(made.points, second.of(made.value).value)

    def within(self, points: int, value_max: int) -> int:
        """The fewest of `points` whose value is the most that does not pass `value_max`; all of them where they do not pass it."""
        if self.of(points).value <= value_max:
            return points
        most = _largest(points, lambda some: self.of(some).value <= value_max)
        reached = self.of(most).value
        return _largest(most, lambda some: self.of(some).value < reached) + 1 if reached else 0

    def steps(self, points: int) -> tuple[Step, ...]:
        """The steps that tell what `points` become."""
        first = laid(self.rate).of(points)
        if self.then is None:
            return (_told("converted", self.rate, points, first),)
        if self.keeps:
            first = laid(self.rate).of(self.of(points).points)
        second = laid(self.then).of(first.value)
        return _told("converted", self.rate, points, first), _told("stage", self.then, first.value, second)


def joined(first: Steps | Table, second: Steps | Table) -> Laid:
    """Two stages as one that leaves nothing over between them."""
    match first, second:
        case Steps(), Steps():
            times = second.give // gcd(first.get, second.give)
            return Steps(first.give * times, first.get * times // second.give * second.get)
        case Steps(), Table():
            whole = (row for row in second.rows if row.points and first.get and row.points % first.get == 0)
            return Table(tuple(Worth(row.points // first.get * first.give, row.value) for row in whole))
        case Table(), _:
            made = ((row, second.of(row.value)) for row in first.rows)
            return Table(tuple(Worth(row.points, after.value) for row, after in made if after.points == row.value))


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number from 0 to `most` that fits, where 0 does and none fits beyond one that does not."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _told(verb: str, rate: Rate, points: int, made: Worth) -> Step:
    kind = str(rate.__struct_config__.tag)
    numbers: dict[str, int | str] = {"points": points, "made": made.points, "value": made.value}
    match rate:
        case vocabulary.Linear(give=give, get=get) | vocabulary.Lots(lot=give, get=get) | vocabulary.Milestone(at=give, get=get):
            numbers |= {"give": give, "get": get}
        case vocabulary.Tiers():
            numbers |= {"from_points": made.points}
        case vocabulary.Slices():
            pass
    return Step(f"{verb}_{kind}", numbers)
