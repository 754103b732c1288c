"""What an edition pays for a claim: pure, total, deterministic, in integers.

`convert` never raises on any claim: what cannot be paid is a Payout of nothing whose last step says why, and what depends on a fact
that nobody told is a Payout to ask. Its course is that of the chapter on conversion: can it be claimed on this day, by this person?
which points? enough of them? in which form? what do they become, within the limits? from when is it paid? The caller asks `needs`
and `questions` beforehand; a limit whose past is not told pays nothing (`used_not_told`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kernel import days
from rules import asking, claiming, forms, limiting, recalling, requirements, years
from rules.decision import Question, Step, Window
from rules.limiting import Room
from rules.payout import Claim, Holding, Payout
from rules.vocabulary import conversion as vocabulary
from rules.vocabulary import ending, part, periods
from rules.vocabulary.conversion import Exchange, Form
from rules.vocabulary.edition import Edition
from rules.vocabulary.who import Test

# ------------------------------------------------------------------------------------------------- what has to be known


def needs(edition: Edition, claim: Claim) -> tuple[Window, ...]:
    """What must be known of the past to decide on this one: each window once, those of the limits first and in their order.

    A milestone that is given once asks whether the claimant was ever paid. Limits count earlier claims; tests count what was granted:
    `of_claims` tells which.
    """
    exchange = edition.conversion
    if not isinstance(exchange, Exchange) or not claiming.countable(claim.claimed_on):
        return ()
    asked = recalling.windows(_tests(exchange, claim), claiming.seen(edition, claim))
    return tuple(dict.fromkeys((*limiting.needs(edition, exchange, claim), *asked)))


def questions(edition: Edition, claim: Claim) -> tuple[Question, ...]:
    """What may have to be known of the claimant, each question once."""
    exchange = edition.conversion
    if not isinstance(exchange, Exchange) or not claiming.countable(claim.claimed_on):
        return ()
    return tuple(dict.fromkeys(asking.questions(_tests(exchange, claim), claiming.seen(edition, claim))))


def _tests(exchange: Exchange, claim: Claim) -> list[Test]:
    """The tests that may be looked at for a claim."""
    form = forms.form_of(exchange, claim)
    tests = [*exchange.who, *(form.who if isinstance(form, Form) else ())]
    for limit in exchange.limits:
        tests += limit.who
    return tests


def of_claims(window: Window) -> bool:
    """Whether a window counts claims; otherwise it counts what was granted."""
    return window.of in ("points", "value", "claims")


def measured(window: Window, payout: Payout) -> int:
    """What `payout` adds to a window that covers its claim: points taken, value paid, or one claim."""
    match window.of:
        case "points":
            return payout.points
        case "value":
            return payout.value
        case "claims":
            return int(payout.outcome == "paid")
        case _:
            return 0


# ----------------------------------------------------------------------------------------------------------------- payout


def convert(edition: Edition, claim: Claim) -> Payout:
    """What `edition` pays for `claim`, with the trace of why."""
    exchange = edition.conversion
    if not isinstance(exchange, Exchange):
        return _without("nothing", edition.unit, (Step("no_conversion", {}),))
    stopped = claiming.stopped(edition, exchange, claim)
    if stopped is not None:
        return _without("nothing", forms.unit_of(exchange, None), (stopped,))
    eligible = requirements.require(exchange.who, claiming.seen(edition, claim))
    if eligible.holds is False:
        return _without("nothing", forms.unit_of(exchange, None), eligible.steps)
    holdings = claiming.claimable(edition, exchange, claim)
    if isinstance(holdings, Step):
        return _without("ask", forms.unit_of(exchange, None), (*eligible.steps, holdings))
    available = sum(holding.can_be_converted for holding in holdings)
    points = available if claim.amount is None else min(available, claim.amount)
    too_few = _too_few(exchange, {"available": available} | claiming.held_back(edition, exchange, claim, available), points)
    if too_few is not None:
        return _without("nothing", forms.unit_of(exchange, None), (too_few,))
    told = Step("claimed", {"available": available, "points": points})
    return _in_form(edition, exchange, claim, holdings, Room(forms.course_of(exchange, None), points, (told,), eligible.steps))


def _in_form(edition: Edition, exchange: Exchange, claim: Claim, holdings: tuple[Holding, ...], room: Room) -> Payout:
    """What is paid in the form that was chosen."""
    form = forms.form_of(exchange, claim)
    if isinstance(form, Step):
        asks = form.code == "form_required"
        return _without("ask" if asks else "nothing", forms.unit_of(exchange, None), (*room.unknown, form) if asks else (form,))
    unit = forms.unit_of(exchange, form)
    stopped, unknown = forms.refused(form, claim, claiming.seen(edition, claim), room.points)
    if stopped:
        return _without("nothing", unit, stopped)
    room = replace(room, course=forms.course_of(exchange, form), unknown=(*room.unknown, *unknown))
    room = limiting.apply(edition, exchange, claim, _after_leaving(edition, claim, room))
    if room.points and form.from_points is not None and room.points < form.from_points:
        room = room.stop(forms.not_from(form, room.points))
    worth = room.course.of(room.points)
    if not worth.value:
        steps = room.steps if not room.points else (*room.steps, *room.course.steps(room.points), Step("worth_nothing", {}))
        return _without("nothing", unit, steps)
    payable = payable_from(edition, exchange.pays, claim)
    unknown = room.unknown if isinstance(payable, date) else (*room.unknown, payable)
    if unknown or not isinstance(payable, date):
        return _without("ask", unit, unknown)
    return _paid(exchange, form, holdings, room, payable)


def _paid(exchange: Exchange, form: Form, holdings: tuple[Holding, ...], room: Room, payable: date) -> Payout:
    worth, unit = room.course.of(room.points), forms.unit_of(exchange, form)
    points = worth.points if room.course.keeps else room.points
    lost = points - worth.points
    steps = (*room.steps, *room.course.steps(room.points))
    if room.points > worth.points:
        code = "remainder_kept" if room.course.keeps else "remainder_lost"
        steps = (*steps, Step(code, {"points": room.points - worth.points}))
    steps = (*steps, Step("payable", {"from": str(payable), "form": forms.key(form), "kind": form.form}))
    return Payout(
        outcome="paid",
        points=points,
        lost=lost,
        value=worth.value,
        unit=unit,
        form=forms.key(form),
        payable_from=payable,
        taken=claiming.take(((holding.holding_id, holding.can_be_converted) for holding in holdings), points),
        trace=(*steps, Step("paid", {"points": points, "value": worth.value, "unit": unit})),
    )


def _without(outcome: str, unit: str, steps: tuple[Step, ...]) -> Payout:
    return Payout(
        outcome="ask" if outcome == "ask" else "nothing",
        points=0,
        lost=0,
        value=0,
        unit=unit,
        form=None,
        payable_from=None,
        taken=(),
        trace=steps,
    )


def _too_few(exchange: Exchange, held: dict[str, int], points: int) -> Step | None:
    told: dict[str, int | str] = {**held, "points_of": exchange.points_of}
    if points < exchange.minimum:
        return Step("below_minimum_claim", told | {"points": points, "minimum": exchange.minimum})
    return Step("nothing_to_claim", told) if points <= 0 else None


def _after_leaving(edition: Edition, claim: Claim, room: Room) -> Room:
    """Who has lost the status claims whole lots alone, where the edition says so."""
    gone = claim.left_on is not None and claim.claimed_on > claim.left_on
    rate = room.course.rate
    if not gone or not isinstance(edition.status_loss, ending.KeepsWholeLots) or not isinstance(rate, vocabulary.Lots):
        return room
    whole = room.points - room.points % rate.lot
    if whole == room.points:
        return room
    told = Step("whole_lots_after_leaving", {"lot": rate.lot, "before": room.points, "after": whole})
    return replace(room, points=whole, steps=(*room.steps, told))


# -------------------------------------------------------------------------------------------------------- from when paid?


def payable_from(edition: Edition, pays: str, claim: Claim) -> date | Step:
    """The first day on which a claim is paid, or the step that says what is not known. A scheme of one window pays after its end."""
    on = claim.claimed_on
    if pays == "at_once":
        return on
    if pays == "next_month":
        return days.next_month(on)
    if pays[0].isdigit():
        this_year = years.day_of_year(on.year, pays)
        return this_year if this_year >= on else years.day_of_year(on.year + 1, pays)
    if pays == "next_scheme_year" and isinstance(edition.year, periods.FromRegistration) and claim.registered_on is None:
        return Step("registration_day_unknown", {"counted_on": "scheme_year"})
    bounds = years.period(pays.removeprefix("next_"), on, edition.year, claim.registered_on)
    return on if bounds is None else min(bounds[1], part.DATE_LAST) + timedelta(days=1)
