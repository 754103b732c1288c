"""What an attendance earns before any cap, and what further time adds where somebody comes back to the same occasion. Pure.

Each way of earning has one small function, registered by its type: `earn`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import msgspec

from rules.decision import Before, Facts, Step
from rules.rounding import next_at, of_the_sum, rounded
from rules.vocabulary import earning as vocabulary
from rules.vocabulary import part
from rules.vocabulary.earning import Campaign, Earning


@dataclass(frozen=True, slots=True)
class Earned:
    """What is earned before any cap, and the step that tells it: of nothing the reason, or (`asks`) what is not known.

    `cut` tells that one attendance earns no more than so much, where it would have earned more.
    """

    amount: int
    step: Step
    asks: bool = False
    cut: Step | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The step, and the one that cut."""
        return (self.step,) if self.cut is None else (self.step, self.cut)


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
    if len(found) < len(earning.bands):
        numbers["below"] = earning.bands[len(found)].from_minutes
    return Earned(found[-1].amount, Step("earned_band" if found[-1].amount else "band_of_nothing", numbers))


@earn.register
def earn_per_measure(earning: vocabulary.PerMeasure, minutes: int, facts: Facts) -> Earned:
    """So much for each unit of what was measured."""
    del minutes
    figure = facts.measures.get(earning.measure, facts.counts.get(earning.measure))
    if figure is None:
        return _not_measured(earning.measure)
    whole, rest = divmod(max(0, min(figure, part.MEASURE_MAX)), earning.every)
    times = rounded(whole, rest, earning.every, earning.rounding)
    amount, cut = _at_most(times * earning.amount, earning.at_most)
    told: dict[str, int | str] = {"measure": earning.measure, "figure": figure, "every": earning.every, "each": earning.amount}
    told |= {"times": times, "amount": amount}
    return Earned(amount, Step("earned_per_measure" if amount else "measure_too_low", told), cut=cut)


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
    if minutes < _whole(facts):  # a cap on minutes has cut the time, and what was attested for it
        times = min(times, minutes // earning.every_minutes)
    amount, cut = _at_most(times * earning.amount, earning.at_most)
    told: dict[str, int | str] = {"times": times, "each": earning.amount, "amount": amount}
    return Earned(amount, Step("earned_attested" if amount else "attested_nothing", told), cut=cut)


def _whole(facts: Facts) -> int:
    """The time of the occasion so far, before any cap."""
    return bounded(bounded(facts.minutes) + (bounded(facts.before.minutes) if facts.before is not None else 0))


def _at_most(amount: int, limit: int | None) -> tuple[int, Step | None]:
    """The amount within the limit of one attendance, and the step that says so where it cut."""
    if limit is None or amount <= limit:
        return amount, None
    return limit, Step("at_most", {"limit": limit, "before": amount, "after": limit})


def _by_time(earning: vocabulary.PerTime | vocabulary.Attested, minutes: int, rounding: part.Rounding) -> Earned:
    if minutes < earning.minimum_minutes:
        return _below_minimum(minutes, earning.minimum_minutes)
    times = rounded(*divmod(minutes, earning.every_minutes), earning.every_minutes, rounding)
    amount, cut = _at_most(times * earning.amount, earning.at_most)
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "every_minutes": earning.every_minutes,
        "rounding": rounding,
        "each": earning.amount,
        "times": times,
        "amount": amount,
    }
    return Earned(amount, Step("earned_per_time" if times else "rounded_to_nothing", numbers), cut=cut)


# ------------------------------------------------------------------------------------------- occasions and campaigns


@dataclass(frozen=True, slots=True)
class More:
    """What some minutes add: the amount, its steps, whether it depends on what is not known, and the amount without campaigns (of
    time that is added up: without `at_most`, too), and the minutes that are added up."""

    amount: int
    steps: tuple[Step, ...]
    asks: bool = False
    plain: int = 0
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What an attendance earns by: the clause's earning, the campaigns that apply, and the facts.

    `summed` is the period whose time is added up, where the clause says so: then what came before was earned by other occasions too.
    """

    earning: Earning
    campaigns: tuple[Campaign, ...]
    facts: Facts
    summed: str | None = None

    def further(self, minutes: int, before: Before) -> More:
        """What `minutes` add: the whole less what was earned before, so that who goes out and comes back earns what who stays earns."""
        if self.summed is not None:
            return self._added(minutes, before)
        whole = earn(self.earning, before.minutes + minutes, self.facts)
        if not whole.amount:
            return More(0, (whole.step,), whole.asks)
        amount, steps = self._campaigned(whole.amount)
        if not before.earned:
            return More(amount, (*whole.steps, *steps), plain=whole.amount)
        added = max(0, amount - before.earned)
        return More(added, (_further(minutes, before, added, "occasion"),), plain=added)

    def _added(self, minutes: int, before: Before) -> More:
        """Of time that is added up over a period: only what is new is multiplied by a campaign.

        The shortest time and `at_most` are of this attendance alone: one that is too short is not added up at all, and what is cut
        here is not made up later.
        """
        if minutes < (least := getattr(self.earning, "minimum_minutes", 0)):
            return More(0, (_below_minimum(minutes, least).step,))
        whole = earn(of_the_sum(self.earning), before.minutes + minutes, self.facts)
        added = max(0, whole.amount - before.earned)
        most, cut = _at_most(added, getattr(self.earning, "at_most", None))
        first = not before.minutes and not before.earned
        if first or not whole.amount:
            step = earn(self.earning, minutes, self.facts).step if first else whole.step
        else:
            step = _further(minutes, before, most, self.summed or "")
        amount, steps = self._campaigned(most) if most else (0, [])
        if not most:
            step = self._until_more(step, before.minutes + minutes, whole.amount)
        return More(amount, (step, *((cut,) if cut else ()), *steps), plain=added, looked=minutes)

    def _until_more(self, step: Step, total: int, earned: int) -> Step:
        """A step of nothing, with what the time of the period is so far, and at how much it earns how much more."""
        if not isinstance(self.earning, vocabulary.PerTime):
            return step
        at = next_at(self.earning, total)
        more = earn(of_the_sum(self.earning), at, self.facts).amount - earned
        told = {**step.numbers, "total": total, "next_at": at, "more": more}
        return msgspec.structs.replace(step, numbers=told) if more > 0 else step

    def _campaigned(self, amount: int) -> tuple[int, list[Step]]:
        steps: list[Step] = []
        for campaign in self.campaigns:
            after = rounded(*divmod(amount * campaign.percent, 100), 100, campaign.rounding)
            told: dict[str, int | str] = {"percent": campaign.percent, "before": amount, "after": after, "amount": after - amount}
            steps.append(Step("earned_campaign", told))
            amount = after
        return amount, steps


def _further(minutes: int, before: Before, added: int, over: str) -> Step:
    numbers: dict[str, int | str] = {
        "minutes": minutes,
        "minutes_before": before.minutes,
        "before": before.earned,
        "amount": added,
    }
    if over == "occasion":
        return Step("earned_further" if added else "same_occasion", numbers)
    return Step("earned_summed" if added else "summed_to_no_more", numbers | {"per": over})


def of_occasion(facts: Facts) -> tuple[int, Before]:
    """The minutes to look at, and what came before them: time that earned nothing is looked at again with what follows it."""
    told = facts.before or Before(0, 0)
    minutes, before = bounded(facts.minutes), bounded(told.minutes)
    if told.earned <= 0:
        return bounded(minutes + before), Before(0, 0)
    return minutes, Before(before, told.earned)


def bounded(minutes: int) -> int:
    """Minutes as far as they are counted."""
    return min(max(minutes, 0), part.MINUTES_MAX)


def _below_minimum(minutes: int, minimum_minutes: int) -> Earned:
    return Earned(0, Step("below_minimum", {"minutes": minutes, "minimum_minutes": minimum_minutes}))


def _not_measured(measure: str) -> Earned:
    return Earned(0, Step("measure_unknown", {"measure": measure}), asks=True)
