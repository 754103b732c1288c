"""Parts of a unit, and the time that makes one unit more. Pure, in whole numbers."""

from __future__ import annotations

import msgspec

from rules.vocabulary import part
from rules.vocabulary.earning import Earning, PerTime


def rounded(whole: int, rest: int, of: int, rounding: part.Rounding) -> int:
    """`whole` units and `rest` of one that is `of` long, as a number of units."""
    return whole + {"down": False, "up": rest > 0, "nearest": rest * 2 >= of}[rounding]


def next_at(earning: PerTime, total: int) -> int:
    """The shortest time over `total` minutes that makes one unit of time more."""
    every = earning.every_minutes
    times = rounded(*divmod(total, every), every, earning.rounding)
    return {"down": (times + 1) * every, "up": times * every + 1, "nearest": -(-(2 * times + 1) * every // 2)}[earning.rounding]


def of_the_sum(earning: Earning) -> Earning:
    """What a sum of time earns by: without what is said of the single attendance."""
    return msgspec.structs.replace(earning, minimum_minutes=0, at_most=None) if isinstance(earning, PerTime) else earning
