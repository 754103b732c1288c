"""What time earns before any cap, and what further time adds where somebody comes back to the same occasion. Pure.

Each way of earning has one small function, registered by its type: `earn`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from rules import edition as vocabulary
from rules.decision import Before, Facts, Step
from rules.edition import Earning


@dataclass(frozen=True, slots=True)
class Earned:
    """What some minutes earn before any cap, and the step that tells it; an amount of 0 has a reason as its step."""

    amount: int
    step: Step


@singledispatch
def earn(earning: object, minutes: int) -> Earned:
    """What `minutes` of an activity earn by `earning`. More minutes never earn less."""
    raise NotImplementedError(f"no earning is of the kind {type(earning)}")


@earn.register
def earn_per_time(earning: vocabulary.PerTime, minutes: int) -> Earned:
    """So much for each unit of time, a started one rounded as the clause says."""
    if minutes < earning.minimum_minutes:
        return _below_minimum(minutes, earning.minimum_minutes)
    whole, rest = divmod(minutes, earning.every_minutes)
    counts = {"down": False, "up": rest > 0, "nearest": rest * 2 >= earning.every_minutes}[earning.rounding]
    times = whole + counts
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "every_minutes": earning.every_minutes,
        "rounding": earning.rounding,
        "each": earning.amount,
        "times": times,
        "amount": times * earning.amount,
    }
    return Earned(times * earning.amount, Step("earned_per_time" if times else "rounded_to_nothing", numbers))


@earn.register
def earn_per_occasion(earning: vocabulary.PerOccasion, minutes: int) -> Earned:
    """So much for having taken part."""
    if minutes < earning.minimum_minutes:
        return _below_minimum(minutes, earning.minimum_minutes)
    return Earned(earning.amount, Step("earned_per_occasion", {"minutes": minutes, "amount": earning.amount}))


def of_occasion(facts: Facts) -> tuple[int, Before]:
    """The minutes to look at, and what came before them: time that earned nothing is looked at again with what follows it."""
    told = facts.before or Before(0, 0)
    minutes, before = _bounded(facts.minutes), _bounded(told.minutes)
    if told.earned <= 0:
        return _bounded(minutes + before), Before(0, 0)
    return minutes, Before(before, told.earned)


def further(earning: Earning, minutes: int, before: Before) -> Earned:
    """What `minutes` add: the whole occasion less what was earned. So who goes out and comes back earns what who stays earns."""
    whole = earn(earning, before.minutes + minutes)
    if not whole.amount or not before.earned:
        return whole
    amount = max(0, whole.amount - before.earned)
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "minutes_before": before.minutes,
        "before": before.earned,
        "amount": amount,
    }
    return Earned(amount, Step("earned_further" if amount else "same_occasion", numbers))


def _bounded(minutes: int) -> int:
    return min(max(minutes, 0), vocabulary.MINUTES_MAX)


def _below_minimum(minutes: int, minimum_minutes: int) -> Earned:
    return Earned(0, Step("below_minimum", {"minutes": minutes, "minimum_minutes": minimum_minutes}))
