"""What the conversion of a draft would pay out at most, in each form of payout. Pure.

At most: everybody claims once for each scheme year, all that they earned in it in the period, in this form; minimum and limits
hold, tests of the claimant and deductions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from rules import forms
from rules.vocabulary.conversion import ClaimLimit, Exchange, Form


class FormPays(msgspec.Struct, frozen=True, kw_only=True):
    """A form of payout, the unit that it pays in, how many claims there can be, and the most that they come to."""

    form: str
    into: str
    claims: int
    pays_at_most: int


def at_most(exchange: Exchange, convertible: Mapping[tuple[str, date | None], int]) -> tuple[FormPays, ...]:
    """What each form pays at most for what is `convertible`, by holder and scheme year."""
    return tuple(_of_form(exchange, form, convertible) for form in exchange.forms)


def _of_form(exchange: Exchange, form: Form, convertible: Mapping[tuple[str, date | None], int]) -> FormPays:
    least = max(exchange.minimum, form.from_points or 1)
    values = [_value(exchange, form, points) for points in convertible.values() if points >= least]
    paid = sum(values)
    for limit in exchange.limits:
        if limit.of == "value" and not limit.for_each and not limit.who:
            paid = min(paid, limit.limit)
    claims = sum(value > 0 for value in values)
    return FormPays(form=forms.key(form), into=forms.unit_of(exchange, form), claims=claims, pays_at_most=paid)


def _value(exchange: Exchange, form: Form, points: int) -> int:
    course = forms.course_of(exchange, form)
    for limit in filter(_of_each, exchange.limits):
        if limit.of == "points":
            points = min(points, limit.limit)
        elif limit.of == "value":
            points = course.within(points, limit.limit)
    return course.of(points).value


def _of_each(limit: ClaimLimit) -> bool:
    return bool(limit.for_each) and not limit.who
