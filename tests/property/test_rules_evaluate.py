"""What holds for any edition and any attendances, and a wrong evaluator that each such property would catch."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import hypothesis
import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kernel import canonical
from rules import capping, evaluate, requirements
from rules.decision import Answer, Before, Case, Decision, Facts, Used, Window
from rules.seen import Seen
from rules.vocabulary.caps import Cap, ToFunding
from rules.vocabulary.edition import Edition
from tests.support import earning_strategies, editions

UNSHRUNK = settings(phases=(Phase.generate,), database=None, max_examples=2000)
"""To find that there is a case, not the smallest one."""
List = Callable[[Edition, list[Facts]], list[Case]]
listed = st.lists(earning_strategies.attendances, max_size=8)
Whose = tuple[UUID | None, Window]


def whose(window: Window, facts: Facts) -> Whose:
    return (None if window.everybody else facts.member_id), window


# ------------------------------------------------------------------------------------------------------------------- caps


def limited(cap: Cap, decision: Decision) -> int | None:
    """How much of what a cap counts a decision grants within it; None where no figure of the decision says so."""
    own = decision.counted - sum(each.amount for each in decision.beyond)
    if cap.stops == "converting":
        own = decision.can_be_converted - decision.bonus
    if cap.of == "minutes":
        return None if cap.stops == "converting" or decision.beyond else decision.minutes
    return int(own > 0) if cap.of == "grants" else own


def seen_by(rules: Edition, facts: Facts) -> Seen:
    return Seen(facts.occurred_on, rules.year, facts.registered_on, {each.question: each for each in facts.answers}, facts)


def within_caps(decide: List, rules: Edition, attendances: list[Facts]) -> bool:
    """Whether all that was granted in a period, for whomever and wherever a cap says, stays within it.

    A cap for some alone counts what others are granted too, and does not hold them back; what other budget lines bear is beyond it.
    """
    cases = decide(rules, editions.untold(rules, attendances))
    for cap in rules.caps:
        sums: dict[Whose, int] = {}
        for case in cases:
            window = capping.window_of(cap, rules, case.facts)
            counts = not cap.activity_kinds or case.facts.activity_kind in cap.activity_kinds
            figure = limited(cap, case.decision)
            if not isinstance(window, Window) or not counts or figure is None:
                continue
            key = whose(window, case.facts)
            sums[key] = sums.get(key, 0) + figure
            applies = requirements.require(cap.who, seen_by(rules, case.facts)).holds
            if applies and figure and sums[key] > cap.limit:
                return False
    return True


def forgetful(rules: Edition, attendances: list[Facts]) -> list[Case]:
    """A wrong evaluator: it looks at each attendance as if nothing had been granted before."""
    return [Case(facts, evaluate.evaluate(rules, facts)) for facts in attendances]


def each_by_themselves(rules: Edition, attendances: list[Facts]) -> list[Case]:
    """A wrong evaluator: it counts for each member alone what is for all together."""
    cases: list[Case] = []
    for member in dict.fromkeys(facts.member_id for facts in attendances):
        cases += evaluate.evaluate_list(rules, [facts for facts in attendances if facts.member_id == member])
    return cases


def of_one_place(rules: Edition, attendances: list[Facts]) -> list[Case]:
    """A wrong evaluator: it counts for each place alone what is for all places."""
    cases: list[Case] = []
    for site in dict.fromkeys(facts.site for facts in attendances):
        cases += evaluate.evaluate_list(rules, [facts for facts in attendances if facts.site == site])
    return cases


@settings(max_examples=200)
@given(earning_strategies.editions, listed, st.randoms(use_true_random=False))
def test_no_cap_is_exceeded_under_any_order_of_events(rules: Edition, attendances: list[Facts], chance) -> None:
    assert within_caps(evaluate.evaluate_list, rules, attendances)
    chance.shuffle(attendances)
    assert within_caps(evaluate.evaluate_list, rules, attendances)


def caught(wrong: List, *caps: Cap) -> list[Facts]:
    """Attendances for which a wrong evaluator exceeds `caps` and the true one does not."""
    rules = editions.edition(caps=caps)
    found = hypothesis.find(listed, lambda attendances: not within_caps(wrong, rules, attendances), settings=UNSHRUNK)
    assert within_caps(evaluate.evaluate_list, rules, found)
    return found


def test_an_evaluator_that_forgets_what_was_used_is_caught() -> None:
    assert len(caught(forgetful, editions.cap(2, per="month"))) >= 2
    assert len(caught(forgetful, editions.cap(2, per="month", stops="converting"))) >= 2
    assert len(caught(forgetful, editions.cap(1, "grants", "week", for_each=("site",)))) >= 2


def test_an_evaluator_that_mistakes_the_scope_of_a_cap_is_caught() -> None:
    for_all = caught(each_by_themselves, editions.cap(3, per="month", for_each=()))
    assert len({facts.member_id for facts in for_all}) == 2
    anywhere = caught(of_one_place, editions.cap(3, per="month"))
    assert len({facts.site for facts in anywhere}) == 2


def tallied(rules: Edition, cases: list[Case]) -> dict[Whose, int]:
    """What was granted within each window, counted afresh from the decisions."""
    sums: dict[Whose, int] = {}
    for case in cases:
        for window in evaluate.needs(rules, case.facts):
            key = whose(window, case.facts)
            sums[key] = sums.get(key, 0) + evaluate.measured(window, case.decision)
    return sums


@given(earning_strategies.editions, listed, st.data())
def test_a_list_equals_its_parts_when_the_caller_counts_between_them(rules: Edition, attendances: list[Facts], data) -> None:
    whole = evaluate.evaluate_list(rules, editions.untold(rules, attendances))
    cut = data.draw(st.integers(0, len(attendances)))
    first = evaluate.evaluate_list(rules, editions.untold(rules, attendances[:cut]))
    before = tallied(rules, first)
    rest = [
        msgspec.structs.replace(facts, used=tuple(Used(w, before.get(whose(w, facts), 0)) for w in evaluate.needs(rules, facts)))
        for facts in attendances[cut:]
    ]
    assert first + evaluate.evaluate_list(rules, rest) == whole
    assert [evaluate.evaluate(rules, case.facts) for case in whole] == [case.decision for case in whole]


# ------------------------------------------------------------------------------------------------------------------- time


@given(earning_strategies.steady, earning_strategies.attendances, st.integers(0, 500), st.lists(st.integers(0, 300), max_size=6))
def test_more_minutes_never_earn_less(rules: Edition, facts: Facts, more: int, used: list[int]) -> None:
    shorter = editions.told(rules, facts, *used)
    longer = msgspec.structs.replace(shorter, minutes=shorter.minutes + more)
    assert evaluate.evaluate(rules, longer).amount >= evaluate.evaluate(rules, shorter).amount


def after(facts: Facts, minutes: int, decided: list[tuple[int, Decision]]) -> Facts:
    before = Before(sum(each for each, _ in decided), sum(each.earned or 0 for _, each in decided))
    return msgspec.structs.replace(facts, minutes=minutes, before=before)


def one_after_another(rules: Edition, facts: Facts, parts: list[int]) -> list[tuple[int, Decision]]:
    """The minutes of each part of a visit and its decision, each knowing what those before it earned."""
    decided: list[tuple[int, Decision]] = []
    for minutes in parts:
        decided.append((minutes, evaluate.evaluate(rules, after(facts, minutes, decided))))
    return decided


visits = st.lists(st.integers(0, 300), min_size=1, max_size=5)
visitors = earning_strategies.attendances.map(lambda facts: msgspec.structs.replace(facts, before=None))


@given(earning_strategies.by_itself, visitors, visits)
def test_going_out_and_coming_back_earns_what_staying_earns(rules: Edition, facts: Facts, parts: list[int]) -> None:
    whole = msgspec.structs.replace(facts, minutes=sum(parts))
    granted = sum(decision.amount for _, decision in one_after_another(rules, facts, parts))
    assert granted == evaluate.evaluate(rules, whole).amount


@given(earning_strategies.by_itself, visitors, visits, st.data())
def test_what_is_corrected_afterwards_is_never_less_than_the_whole(rules: Edition, facts: Facts, parts: list[int], data) -> None:
    """A part is decided anew once the others stand: it makes up for what they left to it."""
    decided = one_after_another(rules, facts, parts)
    nth, corrected = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 300))
    others = decided[:nth] + decided[nth + 1 :]
    anew = evaluate.evaluate(rules, after(facts, corrected, others))
    whole = msgspec.structs.replace(facts, minutes=corrected + sum(minutes for minutes, _ in others))
    assert anew.amount + sum(each.amount for _, each in others) >= evaluate.evaluate(rules, whole).amount


# --------------------------------------------------------------------------------------------------------------- decisions


def is_whole(facts: Facts, decision: Decision) -> bool:
    """Whether the figures of a decision agree with each other."""
    granted = decision.outcome == "granted"
    beyond = sum(each.amount for each in decision.beyond)
    latest = max(facts.occurred_on, facts.grant_day())
    return (
        granted == (decision.amount > 0) == (decision.reason == "granted") == bool(decision.funding)
        and 0 <= decision.amount <= 10**12
        and 0 <= decision.can_be_converted <= decision.amount
        and 0 <= decision.bonus + beyond <= decision.amount
        and all(each.amount > 0 for each in decision.beyond)
        and 0 <= decision.minutes <= max(facts.minutes, 0) + (facts.before.minutes if facts.before else 0)
        and (granted or (decision.minutes == 0 and decision.expires_on is None))
        and (decision.expires_on is None or decision.expires_on >= latest)
        and decision.draws >= 0
        and decision.looked >= 0
    )


@given(earning_strategies.editions, earning_strategies.attendances, st.lists(st.integers(0, 300), max_size=6), st.booleans())
def test_a_decision_is_whole(rules: Edition, facts: Facts, used: list[int], answered: bool) -> None:
    seen = editions.told(rules, editions.answered(rules, facts) if answered else facts, *used)
    assert is_whole(facts, evaluate.evaluate(rules, seen))


def test_an_evaluator_that_converts_what_it_does_not_grant_is_caught() -> None:
    rules = editions.edition(caps=(editions.cap(3, stops="converting"), editions.cap(2)))

    def wrong(facts: Facts) -> Decision:
        decision = evaluate.evaluate(rules, editions.told(rules, facts))
        return msgspec.structs.replace(decision, convertible=3 if decision.amount else 0)

    found = hypothesis.find(earning_strategies.attendances, lambda facts: not is_whole(facts, wrong(facts)), settings=UNSHRUNK)
    assert is_whole(found, evaluate.evaluate(rules, editions.told(rules, found)))


@given(earning_strategies.editions, earning_strategies.any_facts, st.lists(st.integers(), max_size=6), st.booleans())
def test_evaluation_is_total_on_any_facts(rules: Edition, facts: Facts, used: list[int], answered: bool) -> None:
    seen = editions.told(rules, editions.answered(rules, facts), *used) if answered else facts
    decision = evaluate.evaluate(rules, seen)
    assert decision.amount >= 0
    assert decision.trace


@given(earning_strategies.editions, listed)
def test_a_decision_recomputes_from_the_canonical_bytes_that_were_kept(rules: Edition, attendances: list[Facts]) -> None:
    kept_rules = canonical.encode(rules)
    for case in evaluate.evaluate_list(rules, editions.untold(rules, attendances)):
        kept_facts, kept_decision = canonical.encode(case.facts), canonical.encode(case.decision)
        facts = msgspec.json.decode(kept_facts, type=Facts)
        again = evaluate.evaluate(msgspec.json.decode(kept_rules, type=Edition), facts)
        assert facts == case.facts
        assert again == case.decision == msgspec.json.decode(kept_decision, type=Decision)
        assert canonical.encode(again) == kept_decision


# ---------------------------------------------------------------------------------------------------------- what is asked

Evaluator = Callable[[Edition, Facts], Decision]


def stands(rules: Edition, decide: Evaluator, facts: Facts, known: tuple[Answer, ...], some: tuple[Answer, ...]) -> bool:
    """Whether what is decided with `some` of the answers is decided alike with all of them that are `known`."""
    early = decide(rules, msgspec.structs.replace(facts, answers=some))
    late = decide(rules, msgspec.structs.replace(facts, answers=known))
    return early.outcome == "ask" or (early.outcome, early.amount) == (late.outcome, late.amount)


def drawn_answers(rules: Edition, facts: Facts, draw) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
    known = tuple(Answer(each, draw(st.booleans()), "drawn") for each in evaluate.questions(rules, facts))
    return known, tuple(each for each in known if draw(st.booleans()))


@settings(max_examples=300)
@given(earning_strategies.editions, earning_strategies.attendances, st.lists(st.integers(0, 30), max_size=6), st.data())
def test_an_answer_never_turns_a_decision_around(rules: Edition, facts: Facts, used: list[int], data) -> None:
    """What is not known yet is asked: filling it in decides what was asked, and nothing that was decided."""
    facts = editions.told(rules, facts, *used)
    known, some = drawn_answers(rules, facts, data.draw)
    assert stands(rules, evaluate.evaluate, facts, known, some)


def guessing(rules: Edition, facts: Facts) -> Decision:
    """A wrong evaluator: what nobody answered it takes for a no."""
    told = {answer.question for answer in facts.answers}
    noes = (Answer(each, yes=False) for each in evaluate.questions(rules, facts) if each not in told)
    return evaluate.evaluate(rules, msgspec.structs.replace(facts, answers=(*facts.answers, *noes)))


def test_an_evaluator_that_takes_silence_for_a_no_is_caught() -> None:
    cases = st.tuples(earning_strategies.editions, earning_strategies.attendances, st.booleans())

    def turned(drawn: tuple[Edition, Facts, bool]) -> bool:
        rules, facts, yes = drawn[0], editions.told(drawn[0], drawn[1]), drawn[2]
        known = tuple(Answer(each, yes) for each in evaluate.questions(rules, facts))
        return not stands(rules, guessing, facts, known, ())

    rules, _, _ = hypothesis.find(cases, turned, settings=UNSHRUNK)
    assert rules.eligibility or rules.clauses or rules.campaigns or rules.caps


def test_what_other_budget_lines_bear_is_beyond_a_cap() -> None:
    rules = editions.edition(caps=(editions.cap(1, overflow=ToFunding(funding=("prefecture",))),))
    decision = evaluate.evaluate(rules, editions.told(rules, editions.facts()))
    assert (decision.amount, limited(rules.caps[0], decision)) == (2, 1)
