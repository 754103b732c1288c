"""What an edition grants for an attendance: pure, total, in integers, the same each time.

`evaluate` never raises on any facts: what cannot be granted is a Decision of nothing whose last step says why. Its course is the
order in which an ordinance is read: in force? who? which clause? how much? within the caps? until when? The evaluator asks
`needs` beforehand what it must know of the member's past; a question left unanswered grants nothing (`used_not_told`).

Each variant of the vocabulary has one small function, registered by its type: `refuse`, `expires_on`, `PERIODS`, and `earnings.earn`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import singledispatch
from uuid import UUID

import msgspec

from kernel import days
from rules import earnings
from rules import edition as vocabulary
from rules.decision import Before, Case, Decision, Facts, Step, Used, Window
from rules.edition import Cap, Clause, Earning, Edition

# ----------------------------------------------------------------------------------------------------------- eligibility


@singledispatch
def refuse(test: object, facts: Facts) -> Step | None:
    """Why `facts` fail `test`; None when they pass."""
    raise NotImplementedError(f"no test is of the kind {type(test)}")


@refuse.register
def refuse_role(test: vocabulary.RoleTest, facts: Facts) -> Step | None:
    """Only those who attended in one of the roles."""
    return None if facts.role in test.one_of else Step("role_not_eligible", {"role": facts.role})


@refuse.register
def refuse_evidence(test: vocabulary.EvidenceTest, facts: Facts) -> Step | None:
    """Only what is proved well enough."""
    if facts.evidence >= test.at_least:
        return None
    return Step("evidence_too_low", {"evidence": facts.evidence, "at_least": test.at_least})


# ------------------------------------------------------------------------------------------------------ caps and periods


def _week(on: date) -> tuple[date, date]:
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


PERIODS: dict[str, Callable[[date], tuple[date, date]]] = {
    "day": lambda on: (on, on),
    "week": _week,
    "month": lambda on: (days.month_of(on), days.next_month(on) - timedelta(days=1)),
    "fiscal_year": lambda on: days.fiscal_year_bounds(days.fiscal_year(on)),
    "calendar_year": lambda on: (date(on.year, 1, 1), date(on.year, 12, 31)),
    "scheme": lambda _: (vocabulary.DATE_FIRST, vocabulary.DATE_LAST),
}
"""First and last day of the period of each kind that holds a day."""


def _window(cap: Cap, on: date) -> Window:
    return Window(cap.of, cap.per, *PERIODS[cap.per](on))


def needs(edition: Edition, occurred_on: date) -> tuple[Window, ...]:
    """What must be known of a member's past to evaluate an attendance of that day: each window once, in the caps' order."""
    if not _countable(occurred_on):
        return ()
    return tuple(dict.fromkeys(_window(cap, occurred_on) for cap in edition.caps))


def measured(window: Window, decision: Decision) -> int:
    """What `decision` adds to a window that holds its day."""
    return {"amount": decision.amount, "minutes": decision.minutes, "grants": int(decision.outcome == "granted")}[window.of]


@dataclass(frozen=True, slots=True)
class _Room:
    """What is still to be granted while the caps are applied one after another."""

    earning: Earning
    before: Before
    minutes: int
    amount: int

    def within(self, cap: Cap, left: int) -> _Room:
        """What remains of it with `left` of the cap. Time beyond a cap on minutes is as if it had not been."""
        if not left:
            return replace(self, minutes=0, amount=0)
        if cap.of == "minutes":
            minutes = min(self.minutes, left)
            return replace(
                self, minutes=minutes, amount=min(self.amount, earnings.further(self.earning, minutes, self.before).amount)
            )
        return replace(self, amount=min(self.amount, left)) if cap.of == "amount" else self


def _capped(edition: Edition, facts: Facts, room: _Room) -> tuple[_Room, list[Step]]:
    """`room` after all caps in their order, and a step for each that cut; the last step is a reason if nothing is left."""
    known = {used.window: used.amount for used in facts.used}
    steps: list[Step] = []
    for number, cap in enumerate(edition.caps, start=1):
        window = _window(cap, facts.occurred_on)
        told: dict[str, int | str] = {"cap": number, "of": cap.of, "per": cap.per, "limit": cap.limit}
        if window not in known:
            return replace(room, minutes=0, amount=0), [*steps, Step("used_not_told", told)]
        left = max(0, cap.limit - max(0, known[window]))
        before, room = room, room.within(cap, left)
        if room == before:
            continue
        told |= {"used": known[window], "left": left, "before": before.amount, "after": room.amount}
        steps.append(Step("cap_cut" if room.amount else "cap_reached", told))
        if not room.amount:
            break
    return room, steps


# ---------------------------------------------------------------------------------------------------------------- expiry


@singledispatch
def expires_on(expiry: object, facts: Facts) -> date | None:
    """The last day on which the grant can be used; None for never ending."""
    raise NotImplementedError(f"no expiry is of the kind {type(expiry)}")


@expires_on.register
def expires_never(_: vocabulary.Never, facts: Facts) -> date | None:
    """No last day."""
    del facts


@expires_on.register
def expires_months_after(expiry: vocabulary.MonthsAfter, facts: Facts) -> date | None:
    """The same day some months later; the last of the month where it has no such day."""
    return days.months_later(_counted_from(expiry, facts), expiry.months)


@expires_on.register
def expires_end_of_fiscal_year(expiry: vocabulary.EndOfFiscalYear, facts: Facts) -> date | None:
    """31 March of the fiscal year that holds the day, or of a later one."""
    return days.fiscal_year_bounds(days.fiscal_year(_counted_from(expiry, facts)) + expiry.years_later)[1]


@expires_on.register
def expires_fixed_date(expiry: vocabulary.FixedDate, facts: Facts) -> date | None:
    """One day for all."""
    del facts
    return expiry.on


def _counted_from(expiry: vocabulary.MonthsAfter | vocabulary.EndOfFiscalYear, facts: Facts) -> date:
    return facts.grant_day() if expiry.counted_from == "grant" else facts.occurred_on


# -------------------------------------------------------------------------------------------------------------- decision


def evaluate(edition: Edition, facts: Facts) -> Decision:
    """What `edition` grants for `facts`, with the trace of why. Minutes out of bounds count as the nearest bound."""
    stopped = _not_in_force(edition, facts) or next(filter(None, (refuse(test, facts) for test in edition.eligibility)), None)
    if stopped is not None:
        return _nothing(edition, [stopped])
    named = _clause(edition, facts.activity_kind)
    if named is None:
        return _nothing(edition, [Step("no_clause", {"activity_kind": facts.activity_kind})])
    number, clause = named
    minutes, before = earnings.of_occasion(facts)
    earned = earnings.further(clause.earn, minutes, before)
    steps = [Step("clause", {"clause": number, "activity_kind": facts.activity_kind}), earned.step]
    if not earned.amount:
        return _nothing(edition, steps)
    room, cuts = _capped(edition, facts, _Room(clause.earn, before, minutes, earned.amount))
    if not room.amount:
        return _nothing(edition, steps + cuts)
    return _granted(edition, facts, room, steps + cuts)


def evaluate_list(edition: Edition, attendances: Iterable[Facts]) -> list[Case]:
    """Each attendance in order; what a member is granted earlier in the list counts towards the caps of what comes later.

    `used` of each is what was known before the list. A Case holds the facts as its decision saw them, `used` grown by the list:
    `evaluate(edition, case.facts) == case.decision`. One attendance is the list of one.
    """
    added: dict[tuple[UUID, Window], int] = {}
    cases: list[Case] = []
    for facts in attendances:
        used = tuple(Used(u.window, u.amount + added.get((facts.member_id, u.window), 0)) for u in facts.used)
        seen = msgspec.structs.replace(facts, used=used)
        decision = evaluate(edition, seen)
        for window in needs(edition, facts.occurred_on) if decision.amount else ():
            key = (facts.member_id, window)
            added[key] = added.get(key, 0) + measured(window, decision)
        cases.append(Case(seen, decision))
    return cases


def _countable(on: date) -> bool:
    return vocabulary.DATE_FIRST <= on <= vocabulary.DATE_LAST


def _not_in_force(edition: Edition, facts: Facts) -> Step | None:
    if not (_countable(facts.occurred_on) and _countable(facts.grant_day())):
        return Step("date_out_of_range", {"first": str(vocabulary.DATE_FIRST), "last": str(vocabulary.DATE_LAST)})
    if facts.occurred_on < edition.starts_on:
        return Step("not_yet_in_force", {"occurred_on": str(facts.occurred_on), "starts_on": str(edition.starts_on)})
    return None


def _clause(edition: Edition, activity_kind: str) -> tuple[int, Clause] | None:
    for number, clause in enumerate(edition.clauses, start=1):
        if activity_kind in clause.activity_kinds or vocabulary.ANY_KIND in clause.activity_kinds:
            return number, clause
    return None


def _granted(edition: Edition, facts: Facts, room: _Room, steps: list[Step]) -> Decision:
    last_day = expires_on(edition.expiry, facts)
    if last_day is not None and last_day < max(facts.occurred_on, facts.grant_day()):
        return _nothing(edition, [*steps, Step("already_expired", {"expires_on": str(last_day)})])
    until = [] if last_day is None else [Step("expires", {"expires_on": str(last_day)})]
    granted = Step("granted", {"amount": room.amount, "unit": edition.unit})
    return Decision(
        outcome="granted",
        amount=room.amount,
        unit=edition.unit,
        minutes=room.minutes,
        expires_on=last_day,
        funding=edition.funding,
        trace=(*steps, *until, granted),
    )


def _nothing(edition: Edition, steps: list[Step]) -> Decision:
    return Decision(outcome="nothing", amount=0, unit=edition.unit, minutes=0, expires_on=None, funding=(), trace=tuple(steps))
