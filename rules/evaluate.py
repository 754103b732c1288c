"""What an edition grants for an attendance: pure, total, deterministic, in integers.

`evaluate` never raises on any facts: what cannot be granted is a Decision of nothing whose last step says why, and what depends
on a fact that nobody told is a Decision to ask. Its course is the order in which an ordinance is read: in force? who? which
clause? how much? within the caps? until when? The caller asks `needs` and `questions` beforehand what must be known of the
member's past and of the member; a question about the past that is left unanswered grants nothing (`used_not_told`), one about the
member is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import msgspec

from rules import asking, capping, earnings, ending, frequent, in_time, recalling, requirements
from rules.capping import Room
from rules.decision import Answer, Before, Case, Decision, Facts, Question, Step, Used, Window
from rules.earnings import Basis
from rules.seen import Seen
from rules.tally import Tally
from rules.vocabulary import part
from rules.vocabulary.earning import Campaign, Clause
from rules.vocabulary.edition import Edition
from rules.vocabulary.who import Tests

# ------------------------------------------------------------------------------------------------- what has to be known


def needs(edition: Edition, facts: Facts) -> tuple[Window, ...]:
    """What must be known of the past to evaluate these facts: each window once, those of the caps first and in their order."""
    return tuple(dict.fromkeys((*counted(edition, facts), *recalled(edition, facts))))


def counted(edition: Edition, facts: Facts) -> tuple[Window, ...]:
    """Those windows that a decision on these facts counts in itself: of caps, bonuses and time that is added up."""
    if not in_time.countable(facts.occurred_on):
        return ()
    asked = [capping.window_of(cap, edition, facts) for _, cap in capping.counting(edition, facts)]
    if edition.bonuses:
        asked += [frequent.asked(bonus, edition, facts) for bonus in frequent.counting(edition, facts)]
    for _, clause in _naming(edition, facts.activity_kind):
        asked += frequent.sums(clause, edition, facts)
    return tuple(dict.fromkeys(window for window in asked if isinstance(window, Window)))


def recalled(edition: Edition, facts: Facts) -> tuple[Window, ...]:
    """Those windows that tests ask about, each once. They may be about other kinds of activity, and about days of any number."""
    if not in_time.countable(facts.occurred_on):
        return ()
    return tuple(dict.fromkeys(recalling.windows(chain.from_iterable(_tests(edition, facts)), _seen(edition, facts))))


def recalls(edition: Edition) -> bool:
    """Whether any test of what earns asks about the past."""
    lists = (edition.eligibility, *(each.who for each in (*edition.clauses, *edition.caps)), *(c.when for c in edition.campaigns))
    return any(recalling.asks(tests) for tests in lists)


def questions(edition: Edition, facts: Facts) -> tuple[Question, ...]:
    """What may have to be known of the person, each question once."""
    if not in_time.countable(facts.occurred_on):
        return ()
    seen = _seen(edition, facts)
    return tuple(dict.fromkeys(question for tests in _tests(edition, facts) for question in asking.questions(tests, seen)))


def _tests(edition: Edition, facts: Facts) -> tuple[Tests, ...]:
    """The lists of tests that may be looked at for an attendance."""
    return (
        edition.eligibility,
        *(clause.who for _, clause in _naming(edition, facts.activity_kind)),
        *(campaign.when for campaign in edition.campaigns if _names(campaign, facts.activity_kind)),
        *(cap.who for _, cap in capping.counting(edition, facts)),
    )


measured, covers = capping.measured, capping.covers
"""What a decision adds to a window, and whether it counts there at all."""

# -------------------------------------------------------------------------------------------------------------- decision


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The clause that counts with its number, or the steps that say why none does; `unknown` is what would have to be known."""

    number: int = 0
    clause: Clause | None = None
    steps: tuple[Step, ...] = ()
    unknown: tuple[Step, ...] = ()


def evaluate(edition: Edition, facts: Facts) -> Decision:
    """What `edition` grants for `facts`, with the trace of why. Minutes out of bounds count as the nearest bound."""
    stopped = in_time.not_in_force(edition, facts)
    if stopped is not None:
        return _nothing(edition, (stopped,))
    seen = _seen(edition, facts)
    eligible = requirements.require(edition.eligibility, seen)
    if eligible.holds is False:
        return _nothing(edition, eligible.steps)
    chosen = _choose(edition, facts, seen)
    if chosen.clause is None:
        return _nothing(edition, chosen.steps) if not chosen.unknown else _ask(edition, (*eligible.steps, *chosen.unknown))
    decided, unknown = _decide(edition, facts, seen, chosen)
    if unknown or (eligible.steps and decided.outcome == "granted"):
        return _ask(edition, (*eligible.steps, *unknown))
    return decided


def _decide(edition: Edition, facts: Facts, seen: Seen, chosen: _Chosen) -> tuple[Decision, tuple[Step, ...]]:
    """What the clause grants within the caps, and what is not known although it matters: of nothing, what could make it something."""
    assert chosen.clause is not None  # noqa: S101 - `evaluate` has looked
    campaigns, unknown = _campaigns(edition, facts, seen)
    known = {used.window: used.amount for used in facts.used}
    found = _before(edition, facts, chosen.clause, known)
    steps: tuple[Step, ...] = (Step("clause", {"clause": chosen.number, "activity_kind": facts.activity_kind}),)
    if isinstance(found, Step):
        without = _nothing if found.code == "used_not_told" else _ask
        return without(edition, (*steps, found)), ()
    minutes, before = found
    basis = Basis(chosen.clause.earn, campaigns, facts, frequent.summed_over(chosen.clause))
    more = basis.further(minutes, before)
    steps += more.steps
    if more.asks:
        return _ask(edition, steps), ()
    looked = {"looked": more.looked, "looked_earned": more.plain} if basis.summed else {}
    decided, unsure = _within_caps(
        edition, facts, seen, _Earning(steps, Room(basis, before, minutes, more.amount, more.amount), known)
    )
    decided = msgspec.structs.replace(decided, **looked)
    grows = decided.outcome == "granted" or (before.earned and not basis.summed)  # a campaign makes the whole of an occasion more
    return decided, (*unknown, *unsure) if grows else unsure


@dataclass(frozen=True, slots=True)
class _Earning:
    """What was earned before bonuses and caps, with the steps so far and what is known of the past."""

    steps: tuple[Step, ...]
    room: Room
    known: dict[Window, int]


def _within_caps(edition: Edition, facts: Facts, seen: Seen, earned: _Earning) -> tuple[Decision, tuple[Step, ...]]:
    """What bonuses add and caps leave, and what is not known although it matters."""
    if not earned.room.total:
        return _nothing(edition, earned.steps), ()
    counted = frequent.give(edition, facts, earned.room, earned.known, capped=True)
    capped = capping.apply(edition, seen, facts, counted.room)
    free = frequent.give(edition, facts, capped.room, earned.known, capped=False)
    steps = (*earned.steps, *counted.steps, *capped.steps, *free.steps)
    if not free.room.total:
        return _nothing(edition, steps, free.room.draws), capped.rescues
    granted = _granted(edition, facts, free.room, steps)
    unknown = (*counted.unknown, *capped.unknown, *free.unknown) if granted.outcome == "granted" else ()
    return granted, unknown


def _before(edition: Edition, facts: Facts, clause: Clause, known: dict[Window, int]) -> tuple[int, Before] | Step:
    """The minutes to look at and what came before them: at the same occasion, or in the period whose time is added up."""
    windows = frequent.sums(clause, edition, facts)
    if not windows:
        return earnings.of_occasion(facts)
    before = frequent.before(windows, known)
    return before if isinstance(before, Step) else (earnings.bounded(facts.minutes), before)


def evaluate_list(edition: Edition, attendances: Iterable[Facts]) -> list[Case]:
    """Each attendance in order; what is granted earlier in the list counts towards the caps of what comes later.

    `used` of each is what was known before the list. A Case holds the facts as its decision saw them, `used` grown by the list:
    `evaluate(edition, case.facts) == case.decision`. One attendance is the list of one.
    """
    added: dict[tuple[UUID | None, Window], int] = {}
    cases: list[Case] = []
    granted: Tally[UUID] = Tally()
    remembers = recalls(edition)
    for facts in attendances:
        seen = facts
        past = {w: granted.used(facts.member_id, w) for w in recalled(edition, facts)} if remembers else {}
        if facts.used:
            known = {used.window: added.get(_whose(used.window, facts), 0) for used in facts.used} | past
            used = tuple(Used(each.window, each.amount + known[each.window]) for each in facts.used)
            seen = msgspec.structs.replace(facts, used=used)
        decision = evaluate(edition, seen)
        for window in counted(edition, facts) if decision.amount or decision.looked else ():
            key = _whose(window, facts)
            added[key] = added.get(key, 0) + capping.measured(window, decision)
        granted.add(facts.member_id, facts, decision)
        cases.append(Case(seen, decision))
    return cases


def _whose(window: Window, facts: Facts) -> tuple[UUID | None, Window]:
    return (None if window.everybody else facts.member_id), window


# ----------------------------------------------------------------------------------------------------- in force? which clause?


def _seen(edition: Edition, facts: Facts) -> Seen:
    answers: dict[Question, Answer] = {answer.question: answer for answer in facts.answers}
    past = {used.window: used.amount for used in facts.used}
    return Seen(facts.occurred_on, edition.year, facts.registered_on, answers, facts, past)


def _names(named: Clause | Campaign, kind: str) -> bool:
    return kind in named.activity_kinds or part.ANY_KIND in named.activity_kinds


def _naming(edition: Edition, kind: str) -> Iterable[tuple[int, Clause]]:
    return ((number, clause) for number, clause in enumerate(edition.clauses, start=1) if _names(clause, kind))


def _choose(edition: Edition, facts: Facts, seen: Seen) -> _Chosen:
    """The first clause that names the kind, is in force on the day, and whose tests pass."""
    why_not: tuple[Step, ...] = ()
    for number, clause in _naming(edition, facts.activity_kind):
        told: dict[str, int | str] = {"clause": number, "activity_kind": facts.activity_kind}
        if clause.first_on is not None and facts.occurred_on < clause.first_on:
            why_not = why_not or (Step("clause_not_yet", told | {"starts_on": str(clause.first_on)}),)
            continue
        if clause.last_on is not None and facts.occurred_on > clause.last_on:
            why_not = why_not or (Step("clause_ended", told | {"ended_on": str(clause.last_on)}),)
            continue
        passes = requirements.require(clause.who, seen)
        if passes.holds is None:
            return _Chosen(unknown=passes.steps)
        if passes.holds:
            return _Chosen(number, clause)
        why_not = why_not or passes.steps
    return _Chosen(steps=why_not or (Step("no_clause", {"activity_kind": facts.activity_kind}),))


def _campaigns(edition: Edition, facts: Facts, seen: Seen) -> tuple[tuple[Campaign, ...], tuple[Step, ...]]:
    """The campaigns that apply, in their order, and what is not known about others."""
    applying: list[Campaign] = []
    unknown: list[Step] = []
    for campaign in edition.campaigns:
        if _names(campaign, facts.activity_kind):
            passes = requirements.require(campaign.when, seen)
            unknown += passes.steps if passes.holds is None else ()
            applying += [campaign] if passes.holds else []
    return tuple(applying), tuple(unknown)


# ------------------------------------------------------------------------------------------------------------- the answer


def _granted(edition: Edition, facts: Facts, room: Room, steps: tuple[Step, ...]) -> Decision:
    seen = ending.Days(facts.occurred_on, facts.grant_day(), edition.year, facts.registered_on)
    last_day = ending.expires_on(edition, seen)
    if last_day is not None and last_day < max(facts.occurred_on, facts.grant_day()):
        return _nothing(edition, (*steps, Step("already_expired", {"expires_on": str(last_day)})))
    until = [] if last_day is None else [Step("expires", {"expires_on": str(last_day)})]
    return Decision(
        outcome="granted",
        amount=room.total,
        unit=edition.unit,
        minutes=room.minutes,
        expires_on=last_day,
        funding=edition.funding,
        trace=(*steps, *until, Step("granted", {"amount": room.total, "unit": edition.unit})),
        convertible=None if room.convertible == room.total else room.convertible,
        beyond=room.beyond,
        draws=room.draws,
        bonus=room.bonus,
    )


def _nothing(edition: Edition, steps: tuple[Step, ...], draws: int = 0) -> Decision:
    return _without(edition, "nothing", steps, draws)


def _ask(edition: Edition, steps: tuple[Step, ...]) -> Decision:
    return _without(edition, "ask", steps)


def _without(edition: Edition, outcome: str, steps: tuple[Step, ...], draws: int = 0) -> Decision:
    plain = Decision(
        outcome="nothing", amount=0, unit=edition.unit, minutes=0, expires_on=None, funding=(), trace=steps, draws=draws
    )
    return plain if outcome == "nothing" else msgspec.structs.replace(plain, outcome="ask")
