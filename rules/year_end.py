"""What the end of a scheme's year does to what a member holds: what lapses, what is carried, and why. Pure, and total.

What has expired lapses in any case; a decree keeps what it names; of the rest the chapter on carry-over decides. Each kind has one
small function, registered by its type: `goes`. What lapses is taken oldest first, so that the youngest is carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch

from rules import claiming, ending, years
from rules.decision import Step
from rules.payout import Closing, Holding, Taken, YearEnd
from rules.vocabulary import ending as vocabulary
from rules.vocabulary import periods
from rules.vocabulary.edition import Edition
from rules.years import Bounds


def close(edition: Edition, year_end: YearEnd) -> Closing:
    """What lapses and what is carried of all that was earned in the scheme year that holds `year_of` and in those before.

    A day of use is over when the day is: what can be used on `closed_on` for the last time has not expired yet. After the last day of
    claiming of a scheme that ends and lets balances lapse, and of a holder who has lost the status for good, everything lapses, of
    whichever year.
    """
    held = claiming.oldest_first(holding for holding in year_end.holdings if holding.remaining > 0)
    ended = edition.wind_down
    if ended is not None and ended.balances == "lapse" and year_end.closed_on > ended.last_claim_on:
        step = Step("lapse_scheme_ended", {"amount": _sum(held), "last_claim_on": str(ended.last_claim_on)})
        return _closed(held, _whole(held), (step,) if held else ())
    lost = claiming.left(edition.status_loss, year_end.left_on, year_end.closed_on)
    if lost is not None:
        step = Step("lapse_status_lost", {"amount": _sum(held), **lost.numbers})
        return _closed(held, _whole(held), (step,) if held else ())
    bounds = _year(edition, year_end)
    if isinstance(bounds, Step):
        return _closed(held, (), (bounds,))
    return _of_year(edition, year_end, [holding for holding in held if holding.occurred_on <= bounds[1]], bounds)


def _year(edition: Edition, year_end: YearEnd) -> Bounds | Step:
    """First and last day of the year that is closed, or the step that says why it cannot be told: then nothing lapses."""
    on = year_end.year_of
    if isinstance(edition.year, periods.FromRegistration) and year_end.registered_on is None:
        return Step("registration_day_unknown", {"counted_on": "scheme_year"})
    bounds = years.year_of(edition.year, on, year_end.registered_on) if claiming.countable(on) else None
    return bounds or Step("year_unknown", {"year_of": str(on)})


def _of_year(edition: Edition, year_end: YearEnd, held: Sequence[Holding], bounds: Bounds) -> Closing:
    steps = [Step("year_held", {"amount": _sum(held), "first_on": str(bounds[0]), "last_on": str(bounds[1])})]
    expired, alive = _parted(held, lambda each: _expired(edition, each, year_end))
    kept, left = _parted(alive, lambda each: _kept(edition, each, year_end))
    if expired:
        steps.append(Step("lapse_expired", {"amount": _sum(expired), "closed_on": str(year_end.closed_on)}))
    if kept and not isinstance(edition.carry, vocabulary.CarryAll):
        steps.append(Step("kept_by_decree", {"amount": _sum(kept)}))
    going, step = goes(edition.carry, left, bounds)
    steps += [step] if going and step is not None else []
    return _closed(held, (*_whole(expired), *going), tuple(steps))


def _closed(held: Iterable[Holding], taken: tuple[Taken, ...], steps: tuple[Step, ...]) -> Closing:
    lapsed = sum(each.amount for each in taken)
    carried = _sum(held) - lapsed
    last = Step("closed", {"carried": carried, "lapsed": lapsed})
    return Closing(carried=carried, lapsed=lapsed, taken=taken, trace=(*steps, last))


def _parted(held: Iterable[Holding], which: Callable[[Holding], bool]) -> tuple[list[Holding], list[Holding]]:
    """Those for which `which` holds, and the others."""
    parts: tuple[list[Holding], list[Holding]] = ([], [])
    for holding in held:
        parts[not which(holding)].append(holding)
    return parts


def _expired(edition: Edition, holding: Holding, year_end: YearEnd) -> bool:
    return claiming.expired(edition, holding, year_end.registered_on, year_end.chosen, year_end.closed_on)


def _kept(edition: Edition, holding: Holding, year_end: YearEnd) -> bool:
    """Whether a decree keeps it beyond the day of the closing."""
    until = ending.kept_until(edition, holding.occurred_on, year_end.registered_on, year_end.chosen)
    return until is not None and until >= year_end.closed_on


def _sum(held: Iterable[Holding]) -> int:
    return sum(holding.remaining for holding in held)


def _whole(held: Iterable[Holding]) -> tuple[Taken, ...]:
    return tuple(Taken(holding.holding_id, holding.remaining) for holding in held)


# --------------------------------------------------------------------------------------------- what the carry-over lets go

Going = tuple[tuple[Taken, ...], Step | None]
"""What lapses, and the step that tells why."""


@singledispatch
def goes(carry: object, left: Sequence[Holding], bounds: Bounds) -> Going:
    """What lapses of `left`, oldest first: it is neither expired nor kept by decree, and of the year `bounds` or before."""
    raise NotImplementedError(f"no carry-over is of the kind {type(carry)}")


@goes.register
def goes_nothing(_: vocabulary.CarryAll, left: Sequence[Holding], bounds: Bounds) -> Going:
    """All is carried."""
    del left, bounds
    return (), None


@goes.register
def goes_all(_: vocabulary.CarryNone, left: Sequence[Holding], bounds: Bounds) -> Going:
    """Nothing is carried."""
    del bounds
    return _whole(left), Step("lapse_not_carried", {"amount": _sum(left)})


@goes.register
def goes_in_lots(carry: vocabulary.CarryRemainder, left: Sequence[Holding], bounds: Bounds) -> Going:
    """Of the total, what is below a lot is carried, and the whole lots lapse."""
    del bounds
    lapsing = _sum(left) // carry.below * carry.below
    taken = claiming.take(((holding.holding_id, holding.remaining) for holding in left), lapsing)
    return taken, Step("lapse_whole_lots", {"amount": lapsing, "below": carry.below, "left": _sum(left) - lapsing})


@goes.register
def goes_after_once(_: vocabulary.CarryOnce, left: Sequence[Holding], bounds: Bounds) -> Going:
    """What was carried before is not carried again."""
    before = [holding for holding in left if holding.occurred_on < bounds[0]]
    return _whole(before), Step("lapse_carried_before", {"amount": _sum(before), "before": str(bounds[0])})


@goes.register
def goes_beyond(carry: vocabulary.CarryUpTo, left: Sequence[Holding], bounds: Bounds) -> Going:
    """What is beyond the most that is carried, oldest first."""
    del bounds
    lapsing = max(0, _sum(left) - carry.limit)
    taken = claiming.take(((holding.holding_id, holding.remaining) for holding in left), lapsing)
    return taken, Step("lapse_beyond_carry", {"amount": lapsing, "limit": carry.limit})
