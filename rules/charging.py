"""What the receiver of help pays, and what a cancellation costs: pure, total, deterministic, in integers.

A fee is read as a clause is: the first one that names the kind of activity and whose tests pass counts. Its tariff is a way of earning
(`rules.earnings`), so that an hour is rounded for who pays as for who earns. Nothing is ever owed that is less than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from rules import asking, claiming, earnings, requirements
from rules.decision import Answer, Count, Facts, Question, Step
from rules.seen import Numbers, Seen, Verdict
from rules.vocabulary import part
from rules.vocabulary.between import Cancellation, Fee
from rules.vocabulary.edition import Edition

Notice = Literal["before", "same_day", "no_notice"]
"""When something was called off: by the day before, on the day, or not at all."""
Minutes = Annotated[int, Meta(ge=0, le=part.MINUTES_MAX)]
_NOBODY = UUID(int=0)


class Occurrence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """All that a charge may see of help that was given, or (with `notice`) that was called off.

    `minutes` is how long it was, `planned_minutes` what had been agreed. `expenses` is what travel and materials cost, in the unit of
    the fee. `answers` are those of `questions` that are known; the rest is what the tests of a fee may look at, as in
    `rules.decision.Facts`.
    """

    activity_kind: str
    occurred_on: date
    minutes: Minutes = 0
    planned_minutes: Minutes | None = None
    notice: Notice | None = None
    expenses: Count = 0
    role: part.Role = "receiver"
    evidence: Annotated[int, Meta(ge=0, le=part.EVIDENCE_MAX)] = 0
    answers: tuple[Answer, ...] = ()
    registered_on: date | None = None
    marks: dict[str, bool] = {}
    counts: dict[str, int] = {}
    measures: dict[str, int] = {}
    holiday: bool | None = None
    started_minute: int | None = None
    host_amount: int | None = None
    attested: int | None = None

    def facts(self) -> Facts:
        """As an attendance of nobody in particular."""
        return Facts(
            attendance_id=_NOBODY,
            member_id=_NOBODY,
            activity_kind=self.activity_kind,
            role=self.role,
            occurred_on=self.occurred_on,
            minutes=max(0, min(self.minutes, part.MINUTES_MAX)),
            evidence=self.evidence,
            answers=self.answers,
            registered_on=self.registered_on,
            marks=self.marks,
            counts=self.counts,
            measures=self.measures,
            holiday=self.holiday,
            started_minute=self.started_minute,
            host_amount=self.host_amount,
            attested=self.attested,
        )


class Charged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is owed: `total` of `unit`, which is `amount` for the time or the cancellation and `expenses` besides.

    `shares` says who receives how much of the amount, where the fee says so; the first takes what does not divide.
    `tickets` is how many of the fee's tickets cover the amount, `books` how many books hold them; both 0 where there are none.
    `nothing` and `ask` owe nothing, and the last step says why, or what is not known.
    """

    outcome: Literal["due", "nothing", "ask"]
    amount: Count
    expenses: Count
    unit: str
    trace: tuple[Step, ...]
    tickets: Count = 0
    books: Count = 0
    shares: dict[str, int] = {}

    @property
    def total(self) -> int:
        """All that is owed."""
        return self.amount + self.expenses

    @property
    def reason(self) -> str:
        """The code of the step that decided. It is the last of the trace."""
        return self.trace[-1].code


def questions(edition: Edition, occurrence: Occurrence) -> tuple[Question, ...]:
    """What may have to be known of the receiver, each question once."""
    if not claiming.countable(occurrence.occurred_on):
        return ()
    tests = (test for _, fee in _naming(edition, occurrence.activity_kind) for test in fee.when)
    return tuple(dict.fromkeys(asking.questions(tests, _seen(edition, occurrence))))


def charge(edition: Edition, occurrence: Occurrence) -> Charged:
    """What `edition` makes the receiver pay for `occurrence`, with the trace of why."""
    on = occurrence.occurred_on
    if not claiming.countable(on):
        step = Step("date_out_of_range", {"first": str(part.DATE_FIRST), "last": str(part.DATE_LAST)})
        return _without("nothing", edition.unit, (step,))
    if on < edition.starts_on:
        step = Step("not_yet_in_force", {"occurred_on": str(on), "starts_on": str(edition.starts_on)})
        return _without("nothing", edition.unit, (step,))
    seen = _seen(edition, occurrence)
    refused: Verdict | None = None
    for number, fee in _naming(edition, occurrence.activity_kind):
        passes = requirements.require(fee.when, seen)
        if passes.holds is None:
            return _without("ask", fee.unit, passes.steps)
        if passes.holds:
            told = Step("fee", {"fee": number, "activity_kind": occurrence.activity_kind})
            return _by_fee(fee, occurrence, told)
        refused = refused or passes
    steps = refused.steps if refused is not None else (Step("no_fee", {"activity_kind": occurrence.activity_kind}),)
    return _without("nothing", edition.unit, steps)


def _by_fee(fee: Fee, occurrence: Occurrence, told: Step) -> Charged:
    amount, steps, asks = _for_time(fee, occurrence)
    steps = (told, *steps)
    if asks:
        return _without("ask", fee.unit, steps)
    expenses = max(0, occurrence.expenses) if fee.expenses == "separate" else 0
    if occurrence.expenses > 0:
        step = Step("expenses_separate" if expenses else "expenses_not_charged", {"expenses": occurrence.expenses})
        steps = (*steps[:-1], step, steps[-1]) if not amount + expenses else (*steps, step)
    if not amount + expenses:
        return _without("nothing", fee.unit, steps)
    tickets, books = _tickets(fee, amount)
    if tickets:
        steps = (*steps, Step("tickets", {"tickets": tickets, "books": books, "value": fee.ticket.value if fee.ticket else 0}))
    due: Numbers = {"amount": amount, "expenses": expenses, "total": amount + expenses, "unit": fee.unit}
    return Charged(
        outcome="due",
        amount=amount,
        expenses=expenses,
        unit=fee.unit,
        trace=(*steps, Step("due", due)),
        tickets=tickets,
        books=books,
        shares=_shares(fee, amount),
    )


def _for_time(fee: Fee, occurrence: Occurrence) -> tuple[int, tuple[Step, ...], bool]:
    """What is owed for the time or for calling it off, its steps, and whether it depends on what is not known."""
    if occurrence.notice is None:
        return _tariff(fee, occurrence, occurrence.minutes)
    found = next((each for each in fee.cancellation if each.notice == occurrence.notice), None)
    if found is None or found.charge == "nothing":
        return 0, (Step("cancelled_free", {"notice": occurrence.notice}),), False
    told: Numbers = {"notice": occurrence.notice, "charge": found.charge}
    if found.charge == "amount":
        amount = found.amount or 0
        return amount, (Step("cancelled_for", told | {"amount": amount}),), False
    minutes = _cancelled_minutes(found, occurrence)
    if minutes is None:
        return 0, (Step("planned_minutes_unknown", told),), True
    amount, steps, asks = _tariff(fee, occurrence, minutes)
    if found.charge == "percent" and not asks:
        part_of_it = amount * (found.percent or 0) // 100
        half = Step("cancelled_percent", told | {"percent": found.percent or 0, "before": amount, "amount": part_of_it})
        return part_of_it, (*steps, half), False
    return amount, (Step("cancelled", told | {"minutes": minutes}), *steps), asks


def _cancelled_minutes(cancellation: Cancellation, occurrence: Occurrence) -> int | None:
    """The time that is charged; where the rule does not say how much, what had been agreed."""
    if cancellation.charge == "minutes" and cancellation.minutes is not None:
        return cancellation.minutes
    return occurrence.planned_minutes


def _tariff(fee: Fee, occurrence: Occurrence, minutes: int) -> tuple[int, tuple[Step, ...], bool]:
    earned = earnings.earn(fee.tariff, max(0, min(minutes, part.MINUTES_MAX)), occurrence.facts())
    amount = max(0, earned.amount)
    if fee.further is None or not amount:
        return amount, (earned.step,), earned.asks
    number = occurrence.measures.get(fee.further.measure)
    if number is None:
        return 0, (earned.step, Step("measure_unknown", {"measure": fee.further.measure})), True
    further = max(0, min(number, part.MEASURE_MAX) - 1)
    each = earnings.rounded(*divmod(amount * fee.further.percent, 100), 100, fee.further.rounding)
    if not further:
        return amount, (earned.step,), earned.asks
    told: Numbers = {"measure": fee.further.measure, "further": further, "percent": fee.further.percent, "each": each}
    return amount + further * each, (earned.step, Step("further_ones", told | {"amount": further * each})), False


def _shares(fee: Fee, amount: int) -> dict[str, int]:
    """The amount in the proportions of the fee; what does not divide goes to the first."""
    whole = sum(share.parts for share in fee.shares)
    found: dict[str, int] = {}
    for share in fee.shares:
        found[share.to] = found.get(share.to, 0) + amount * share.parts // whole
    if found:
        found[fee.shares[0].to] += amount - sum(found.values())
    return found


def _tickets(fee: Fee, amount: int) -> tuple[int, int]:
    """How many tickets cover the amount, and how many books hold them; a started one counts."""
    if fee.ticket is None:
        return 0, 0
    tickets = -(-amount // fee.ticket.value)
    return tickets, -(-tickets // fee.ticket.per_book)


def _without(outcome: str, unit: str, steps: tuple[Step, ...]) -> Charged:
    return Charged(outcome="ask" if outcome == "ask" else "nothing", amount=0, expenses=0, unit=unit, trace=steps)


def _naming(edition: Edition, kind: str) -> Iterable[tuple[int, Fee]]:
    named = enumerate(edition.fees, start=1)
    return ((number, fee) for number, fee in named if kind in fee.activity_kinds or part.ANY_KIND in fee.activity_kinds)


def _seen(edition: Edition, occurrence: Occurrence) -> Seen:
    answers: dict[Question, Answer] = {answer.question: answer for answer in occurrence.answers}
    return Seen(occurrence.occurred_on, edition.year, occurrence.registered_on, answers, occurrence.facts())
