"""The forms of payout: which one was chosen, to whom it is offered, and what points become in it. Pure."""

from __future__ import annotations

from rules import requirements
from rules.decision import Step
from rules.payout import Claim
from rules.rates import Course
from rules.seen import Seen
from rules.vocabulary.conversion import Exchange, Form


def key(form: Form) -> str:
    """By what a form of payout is chosen: its code or, where it has none, its name."""
    return form.code or form.form


def form_of(exchange: Exchange, claim: Claim) -> Form | Step:
    """The form that was chosen, or the only one; the step that says that it must be chosen, or is not offered."""
    offered = " ".join(key(form) for form in exchange.forms)
    if claim.form is None:
        return exchange.forms[0] if len(exchange.forms) == 1 else Step("form_required", {"offered": offered})
    found = next((form for form in exchange.forms if key(form) == claim.form), None)
    return found or Step("form_not_offered", {"form": claim.form, "offered": offered})


def refused(form: Form, claim: Claim, seen: Seen, points: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Why the form is not offered to this claim; and what would have to be known."""
    if form.from_points is not None and points < form.from_points:
        return (not_from(form, points),), ()
    passes = requirements.require(form.who, seen)
    if passes.holds is False:
        return passes.steps, ()
    directed = form.directed and not claim.directed_to
    asks = (Step("direction_required", {"form": key(form)}),) if directed else ()
    return (), (*passes.steps, *asks)


def not_from(form: Form, points: int) -> Step:
    """That so few points are not paid in this form."""
    return Step("form_from_points", {"form": key(form), "points": points, "from_points": form.from_points or 0})


def unit_of(exchange: Exchange, form: Form | None) -> str:
    """The unit that is paid in a form; None for what is paid where no form is known."""
    if form is not None and form.into is not None:
        return form.into
    straight = exchange.then is None or (form is not None and form.rate is not None)
    return exchange.into if straight or exchange.then is None else exchange.then.into


def course_of(exchange: Exchange, form: Form | None) -> Course:
    """A form's own rate leads straight to what it pays; the second stage belongs to the rate of all forms."""
    keeps = exchange.remainder == "kept"
    if form is not None and form.rate is not None:
        return Course(form.rate, None, keeps)
    return Course(exchange.rate, None if exchange.then is None else exchange.then.rate, keeps)
