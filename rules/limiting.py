"""The limits on what is claimed: what must be known of earlier claims, and what of a claim is left. Pure.

They are applied in the order of the document, each to what those before it left. What a limit takes off is not lost: it stays with
the claimant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules import claiming, forms, requirements, years
from rules.decision import Step, Window
from rules.payout import Claim
from rules.rates import Course
from rules.seen import Numbers
from rules.vocabulary import conversion as vocabulary
from rules.vocabulary.conversion import ClaimLimit, Exchange, Form
from rules.vocabulary.edition import Edition


@dataclass(frozen=True, slots=True)
class Room:
    """What is still to be paid while the limits are applied one after another."""

    course: Course
    points: int
    steps: tuple[Step, ...] = ()
    unknown: tuple[Step, ...] = ()

    def stop(self, step: Step) -> Room:
        """Nothing is left."""
        return replace(self, points=0, steps=(*self.steps, step))


def needs(edition: Edition, exchange: Exchange, claim: Claim) -> Iterator[Window]:
    """What must be known of earlier claims, in the order of the limits."""
    for _, limit in _limits(exchange, claim):
        window = _window(limit, edition, claim)
        if window is not None:
            yield window


def _limits(exchange: Exchange, claim: Claim) -> Iterator[tuple[int, ClaimLimit]]:
    """The limits with their numbers from 1, and after them that of a milestone that is given once."""
    form = forms.form_of(exchange, claim)
    chosen = forms.key(form) if isinstance(form, Form) else None
    for number, limit in enumerate(exchange.limits, start=1):
        if not limit.forms or chosen in limit.forms:
            yield number, limit
    course = forms.course_of(exchange, form if isinstance(form, Form) else None)
    for rate in (course.rate, course.then):
        if isinstance(rate, vocabulary.Milestone) and not rate.repeats:
            yield 0, ClaimLimit(limit=1, of="claims", per="scheme", for_each=("member",))


def _window(limit: ClaimLimit, edition: Edition, claim: Claim) -> Window | None:
    bounds = years.period(limit.per, claim.claimed_on, edition.year, claim.registered_on)
    return None if bounds is None else Window(limit.of, limit.per, *bounds, limit.forms, everybody="member" not in limit.for_each)


def apply(edition: Edition, exchange: Exchange, claim: Claim, room: Room) -> Room:
    """`room` after all limits in their order."""
    known = {used.window: used.amount for used in claim.used}
    seen = claiming.seen(edition, claim)
    for number, limit in _limits(exchange, claim):
        if not room.points:
            break
        applies = requirements.require(limit.who, seen)
        if applies.holds is not True:
            room = replace(room, unknown=(*room.unknown, *(applies.steps if applies.holds is None else ())))
            continue
        window = _window(limit, edition, claim)
        told: Numbers = {"limit": number, "of": limit.of, "per": limit.per, "most": limit.limit}
        if window is None:
            room = replace(room, unknown=(*room.unknown, Step("registration_day_unknown", {"counted_on": limit.per})))
        elif window not in known:
            room = room.stop(Step("used_not_told", told))
        else:
            used = max(0, known[window])
            room = _cut(replace(room, unknown=(*room.unknown, *_untold(limit, claim))), limit, claim, told | {"used": used})
    return room


def _untold(limit: ClaimLimit, claim: Claim) -> Iterator[Step]:
    return (Step("deduction_unknown", {"deduction": code}) for code in limit.minus if code not in claim.deductions)


def _cut(room: Room, limit: ClaimLimit, claim: Claim, told: Numbers) -> Room:
    """What one limit leaves. A limit on the value leaves the points alone that it does not pay for; no point is lost to it."""
    minus = sum(max(0, claim.deductions.get(code, 0)) for code in dict.fromkeys(limit.minus))
    left = max(0, limit.limit - minus - int(told["used"]))
    told = told | ({"minus": minus} if limit.minus else {}) | {"left": left}
    match limit.of:
        case "points":
            points = min(room.points, left)
        case "value":
            points = room.course.within(room.points, left)
        case "claims":
            points = room.points if left else 0
    if not points:
        return room.stop(Step("limit_reached", told))
    if points == room.points:
        return room
    told = told | {"before": room.points, "after": points}
    return replace(room, points=points, steps=(*room.steps, Step("limit_cut", told)))
