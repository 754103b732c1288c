"""Whether something can be claimed on a day, and which holdings: window, end of the scheme, loss of status, years, last days. Pure.

Each window of claiming and each way of losing the status has one small function, registered by its type.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import singledispatch

from kernel import days
from rules import ending, years
from rules.decision import Answer, Question, Step
from rules.payout import Claim, Holding, Taken
from rules.seen import Numbers, Seen
from rules.vocabulary import conversion as vocabulary
from rules.vocabulary import ending as endings
from rules.vocabulary import part, periods
from rules.vocabulary.conversion import Exchange
from rules.vocabulary.edition import Edition


def seen(edition: Edition, claim: Claim) -> Seen:
    """What tests can see of a claim."""
    answers: dict[Question, Answer] = {answer.question: answer for answer in claim.answers}
    past = {used.window: used.amount for used in claim.used}
    return Seen(claim.claimed_on, edition.year, claim.registered_on, answers, past=past)


# ----------------------------------------------------------------------------------------------------------- on this day?


def stopped(edition: Edition, exchange: Exchange, claim: Claim) -> Step | None:
    """Why nothing can be claimed on the day of the claim; None where it can."""
    on = claim.claimed_on
    return not_on(edition, on) or closed(exchange.window, on) or left(edition.status_loss, claim.left_on, on)


def not_on(edition: Edition, on: date) -> Step | None:
    """Why points cannot be turned into anything on the day `on`, whoever holds them."""
    if not countable(on):
        return Step("date_out_of_range", {"first": str(part.DATE_FIRST), "last": str(part.DATE_LAST)})
    if on < edition.starts_on:
        return Step("not_yet_in_force", {"claimed_on": str(on), "starts_on": str(edition.starts_on)})
    if edition.wind_down is not None and on > edition.wind_down.last_claim_on:
        return Step("claims_ended", {"claimed_on": str(on), "last_claim_on": str(edition.wind_down.last_claim_on)})
    return None


def countable(on: date) -> bool:
    """Whether `on` is a day that the rules count."""
    return part.DATE_FIRST <= on <= part.DATE_LAST


@singledispatch
def closed(window: object, on: date) -> Step | None:
    """Why nothing can be claimed on the day `on`; None where the window is open."""
    raise NotImplementedError(f"no window is of the kind {type(window)}")


@closed.register
def closed_never(_: vocabulary.AnyTime, on: date) -> Step | None:
    """Always open."""
    del on


@closed.register
def closed_out_of_season(window: vocabulary.InSeason, on: date) -> Step | None:
    """Open in a part of each year."""
    numbers: Numbers = {"claimed_on": str(on), "first": window.first, "last": window.last}
    return None if years.in_season(on, window.first, window.last) else Step("outside_claim_season", numbers)


@closed.register
def closed_out_of_dates(window: vocabulary.InDates, on: date) -> Step | None:
    """Open once."""
    numbers: Numbers = {"claimed_on": str(on), "first_on": str(window.first_on), "last_on": str(window.last_on)}
    return None if window.first_on <= on <= window.last_on else Step("outside_claim_window", numbers)


# --------------------------------------------------------------------------------------------------- loss of the status


def left(loss: endings.StatusLoss, left_on: date | None, on: date) -> Step | None:
    """Why somebody whose last day with the status was `left_on` (None: they have it) can claim nothing on the day `on`."""
    if left_on is None or on <= left_on:
        return None
    last_on = last_claim(loss, left_on)
    if last_on is None or on <= last_on:
        return None
    told: Numbers = {"left_on": str(left_on)}
    return Step("status_lost", told | {"last_on": str(last_on)} if last_on > left_on else told)


@singledispatch
def last_claim(loss: object, left_on: date) -> date | None:
    """The last day of claiming for somebody whose last day with the status was `left_on`; None where there is none."""
    raise NotImplementedError(f"no loss of status is of the kind {type(loss)}")


@last_claim.register
def last_claim_forfeits(_: endings.Forfeits, left_on: date) -> date | None:
    """The points lapse from the following day."""
    return left_on


@last_claim.register(endings.Keeps)
@last_claim.register(endings.KeepsWholeLots)
def last_claim_kept(_: endings.Keeps | endings.KeepsWholeLots, left_on: date) -> date | None:
    """No last day."""
    del left_on


@last_claim.register
def last_claim_grace(loss: endings.GraceMonths, left_on: date) -> date | None:
    """The months run from the day after the loss, that day included, by the calendar (民法 140, 143 条).

    They end the day before the day of the same number: after a loss on 10 June three months are through 10 September. Where the last
    month has no such day they end with the month: after a loss on 29 November three months are through 28 February.
    """
    if not countable(left_on):
        return left_on
    begins = left_on + timedelta(days=1)
    same = days.months_later(begins, loss.months)
    return same - timedelta(days=1) if same.day == begins.day else same


# ----------------------------------------------------------------------------------------------------------- which holdings?


def claimable(edition: Edition, exchange: Exchange, claim: Claim) -> tuple[Holding, ...] | Step:
    """The holdings that the claim may be paid from, oldest first; or the step that says what is not known."""
    on = claim.claimed_on
    if exchange.points_of != "any_year" and _unknown_year(edition, claim):
        return Step("registration_day_unknown", {"counted_on": "scheme_year"})
    found = (
        holding
        for holding in oldest_first(claim.holdings)
        if _of_year(edition, exchange.points_of, holding, claim)
        and not expired(edition, holding, claim.registered_on, claim.chosen, on)
        and holding.can_be_converted > 0
    )
    return tuple(found)


def held_back(edition: Edition, exchange: Exchange, claim: Claim, available: int) -> dict[str, int]:
    """Where nothing is `available` although something is held: how much of it, by why it cannot be claimed; the most first."""
    if available:
        return {}
    held = {"held_expired": 0, "held_of_other_years": 0, "held_inconvertible": 0}
    for holding in claim.holdings:
        if expired(edition, holding, claim.registered_on, claim.chosen, claim.claimed_on):
            held["held_expired"] += holding.remaining
        elif not _of_year(edition, exchange.points_of, holding, claim):
            held["held_of_other_years"] += holding.remaining
        else:
            held["held_inconvertible"] += holding.remaining
    most = max(held, key=lambda why: held[why])
    return {most: held[most]} if held[most] > 0 else {}


def oldest_first(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    """By the last day of use, then by the day of the grant, then as they stand; what never ends comes last."""
    return tuple(sorted(holdings, key=lambda holding: (holding.expires_on or date.max, holding.granted_on)))


def expired(edition: Edition, holding: Holding, registered_on: date | None, chosen: tuple[int, ...], on: date) -> bool:
    """Whether the last day of use lies before `on`, with the decrees that are for all and those that the holder chose."""
    last = ending.with_decrees(edition, holding.expires_on, holding.occurred_on, registered_on, chosen)
    return last is not None and last < on


def take(holdings: Iterable[tuple[str, int]], amount: int) -> tuple[Taken, ...]:
    """`amount` from holdings (id and how much there is), in their order."""
    taken: list[Taken] = []
    for holding_id, most in holdings:
        some = min(most, amount)
        if some > 0:
            taken.append(Taken(holding_id, some))
            amount -= some
    return tuple(taken)


def _unknown_year(edition: Edition, claim: Claim) -> bool:
    return claim.registered_on is None and isinstance(edition.year, periods.FromRegistration)


def _of_year(edition: Edition, points_of: str, holding: Holding, claim: Claim) -> bool:
    """Whether the holding is of the scheme year of the claim, or of one before; a day outside all years has only years before it."""
    if points_of == "any_year":
        return True
    bounds = years.year_of(edition.year, claim.claimed_on, claim.registered_on)
    if points_of == "this_year":
        return bounds is not None and bounds[0] <= holding.occurred_on <= bounds[1]
    return holding.occurred_on < (claim.claimed_on if bounds is None else bounds[0])
