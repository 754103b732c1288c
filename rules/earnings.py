"""What an attendance earns before any cap, and what further time adds where somebody comes back to the same occasion. Pure.

Each way of earning has one small function, registered by its type: `earn`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

from rules.decision import Before, Facts, Step
from rules.vocabulary import earning as vocabulary
from rules.vocabulary import part
from rules.vocabulary.earning import Campaign, Earning


@dataclass(frozen=True, slots=True)
class Earned:
    """What is earned before any cap, and the step that tells it; where it is 0 the step is the reason, or (`asks`) what is not known."""

    amount: int
    step: Step
    asks: bool = False


def rounded(whole: int, rest: int, of: int, rounding: part.Rounding) -> int:
    """`whole` units and `rest` of one that is `of` long, as a number of units."""
    return whole + {"down": False, "up": rest > 0, "nearest": rest * 2 >= of}[rounding]


@singledispatch
def earn(earning: object, minutes: int, facts: Facts) -> Earned:
    """What `minutes` of an activity earn by `earning`. More minutes never earn less, unless a table is printed so (`may_fall`)."""
    raise NotImplementedError(f"no earning is of the kind {type(earning)}")


@earn.register
def earn_per_time(earning: vocabulary.PerTime, minutes: int, facts: Facts) -> Earned:
    """So much for each unit of time, a started one rounded as the clause says."""
    del facts
    return _by_time(earning, minutes, earning.rounding)


@earn.register
def earn_per_occasion(earning: vocabulary.PerOccasion, minutes: int, facts: Facts) -> Earned:
    """So much for having taken part."""
    del facts
    if minutes < earning.minimum_minutes:
        return _below_minimum(minutes, earning.minimum_minutes)
    return Earned(earning.amount, Step("earned_per_occasion", {"minutes": minutes, "amount": earning.amount}))


@earn.register
def earn_first_then(earning: vocabulary.FirstThen, minutes: int, facts: Facts) -> Earned:
    """The first length in full, then the longest pieces that fit; a rest never costs more than the next longer piece."""
    del facts
    if minutes < earning.minimum_minutes or not minutes:
        return _below_minimum(minutes, max(earning.minimum_minutes, 1))
    pieces = sorted(earning.then, key=lambda piece: -piece.minutes)
    more = _in_pieces(max(0, minutes - earning.first_minutes), pieces, earning.rounding)
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "first_minutes": earning.first_minutes,
        "first_amount": earning.first_amount,
        "more": more,
        "amount": earning.first_amount + more,
    }
    return Earned(earning.first_amount + more, Step("earned_first_then", numbers))


def _in_pieces(minutes: int, pieces: Sequence[vocabulary.Piece], rounding: part.Rounding) -> int:
    piece, smaller = pieces[0], pieces[1:]
    whole, rest = divmod(minutes, piece.minutes)
    if smaller:
        return whole * piece.amount + min(_in_pieces(rest, smaller, rounding), piece.amount)
    return rounded(whole, rest, piece.minutes, rounding) * piece.amount


@earn.register
def earn_bands(earning: vocabulary.Bands, minutes: int, facts: Facts) -> Earned:
    """The band that the time falls into; below the first one nothing."""
    del facts
    found = [band for band in earning.bands if band.from_minutes <= minutes]
    if not found:
        return _below_minimum(minutes, earning.bands[0].from_minutes)
    numbers: dict[str, int | str] = {"minutes": minutes, "from_minutes": found[-1].from_minutes, "amount": found[-1].amount}
    return Earned(found[-1].amount, Step("earned_band" if found[-1].amount else "band_of_nothing", numbers))


@earn.register
def earn_per_measure(earning: vocabulary.PerMeasure, minutes: int, facts: Facts) -> Earned:
    """So much for each unit of what was measured."""
    del minutes
    figure = facts.measures.get(earning.measure)
    if figure is None:
        return _not_measured(earning.measure)
    whole, rest = divmod(max(0, min(figure, part.MEASURE_MAX)), earning.every)
    times = rounded(whole, rest, earning.every, earning.rounding)
    amount = times * earning.amount
    told: dict[str, int | str] = {"measure": earning.measure, "figure": figure, "every": earning.every, "times": times}
    return Earned(amount, Step("earned_per_measure" if amount else "measure_too_low", told | {"amount": amount}))


@earn.register
def earn_measure_bands(earning: vocabulary.MeasureBands, minutes: int, facts: Facts) -> Earned:
    """The band that the figure falls into; below the first one nothing."""
    del minutes
    figure = facts.measures.get(earning.measure)
    if figure is None:
        return _not_measured(earning.measure)
    found = [band for band in earning.bands if band.at_least <= figure]
    at_least = found[-1].at_least if found else earning.bands[0].at_least
    amount = found[-1].amount if found else 0
    told: dict[str, int | str] = {"measure": earning.measure, "figure": figure, "at_least": at_least, "amount": amount}
    return Earned(amount, Step("earned_measure_band" if amount else "measure_too_low", told))


@earn.register
def earn_host_set(earning: vocabulary.HostSet, minutes: int, facts: Facts) -> Earned:
    """What the host set, within the bounds."""
    del minutes
    bounds: dict[str, int | str] = {"at_least": earning.at_least, "at_most": earning.at_most}
    if facts.host_amount is None:
        return Earned(0, Step("host_amount_unknown", bounds), asks=True)
    told = bounds | {"amount": facts.host_amount}
    if not earning.at_least <= facts.host_amount <= earning.at_most:
        return Earned(0, Step("host_amount_out_of_bounds", told))
    return Earned(facts.host_amount, Step("earned_host_set" if facts.host_amount else "host_set_nothing", told))


@earn.register
def earn_attested(earning: vocabulary.Attested, minutes: int, facts: Facts) -> Earned:
    """As many units as the attestor gave; where they did not say, the time."""
    if facts.attested is None:
        if earning.untold == "ask":
            return Earned(0, Step("attested_unknown", {"every_minutes": earning.every_minutes}), asks=True)
        return _by_time(earning, minutes, earning.untold)
    times = max(0, min(facts.attested, part.MINUTES_MAX))
    amount = times * earning.amount
    told: dict[str, int | str] = {"times": times, "each": earning.amount, "amount": amount}
    return Earned(amount, Step("earned_attested" if amount else "attested_nothing", told))


def _by_time(earning: vocabulary.PerTime | vocabulary.Attested, minutes: int, rounding: part.Rounding) -> Earned:
    if minutes < earning.minimum_minutes:
        return _below_minimum(minutes, earning.minimum_minutes)
    times = rounded(*divmod(minutes, earning.every_minutes), earning.every_minutes, rounding)
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "every_minutes": earning.every_minutes,
        "rounding": rounding,
        "each": earning.amount,
        "times": times,
        "amount": times * earning.amount,
    }
    return Earned(times * earning.amount, Step("earned_per_time" if times else "rounded_to_nothing", numbers))


# ------------------------------------------------------------------------------------------- occasions and campaigns


@dataclass(frozen=True, slots=True)
class Basis:
    """What an attendance earns by: the clause's earning, the campaigns that apply, and the facts."""

    earning: Earning
    campaigns: tuple[Campaign, ...]
    facts: Facts

    def further(self, minutes: int, before: Before) -> tuple[int, list[Step], bool]:
        """What `minutes` add, its steps, and whether it depends on what is not known.

        It is the whole occasion less what was earned before, so that who goes out and comes back earns what who stays earns.
        """
        whole = earn(self.earning, before.minutes + minutes, self.facts)
        if not whole.amount:
            return 0, [whole.step], whole.asks
        amount, steps = whole.amount, [whole.step]
        for campaign in self.campaigns:
            after = rounded(*divmod(amount * campaign.percent, 100), 100, campaign.rounding)
            told: dict[str, int | str] = {"percent": campaign.percent, "before": amount, "after": after, "amount": after - amount}
            steps.append(Step("earned_campaign", told))
            amount = after
        if not before.earned:
            return amount, steps, False
        added = max(0, amount - before.earned)
        return added, [_further(minutes, before, added)], False


def _further(minutes: int, before: Before, added: int) -> Step:
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "minutes_before": before.minutes,
        "before": before.earned,
        "amount": added,
    }
    return Step("earned_further" if added else "same_occasion", numbers)


def of_occasion(facts: Facts) -> tuple[int, Before]:
    """The minutes to look at, and what came before them: time that earned nothing is looked at again with what follows it."""
    told = facts.before or Before(0, 0)
    minutes, before = _bounded(facts.minutes), _bounded(told.minutes)
    if told.earned <= 0:
        return _bounded(minutes + before), Before(0, 0)
    return minutes, Before(before, told.earned)


def _bounded(minutes: int) -> int:
    return min(max(minutes, 0), part.MINUTES_MAX)


def _below_minimum(minutes: int, minimum_minutes: int) -> Earned:
    return Earned(0, Step("below_minimum", {"minutes": minutes, "minimum_minutes": minimum_minutes}))


def _not_measured(measure: str) -> Earned:
    return Earned(0, Step("measure_unknown", {"measure": measure}), asks=True)
