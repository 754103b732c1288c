"""What holds for any edition and any attendances, and a wrong evaluator that each such property would catch."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import hypothesis
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kernel import canonical
from rules import evaluate, explain
from rules.decision import Before, Case, Decision, Facts, Used, Window
from rules.vocabulary.caps import Cap
from rules.vocabulary.edition import Edition
from tests.support import edition_strategies, editions

List = Callable[[Edition, list[Facts]], list[Case]]
listed = st.lists(edition_strategies.attendances, max_size=12)


def tallied(rules: Edition, cases: list[Case]) -> dict[tuple[UUID, Window], int]:
    """What each member was granted within each window, counted afresh from the decisions."""
    sums: dict[tuple[UUID, Window], int] = {}
    for case in cases:
        for window in evaluate.needs(rules, case.facts):
            key = (case.facts.member_id, window)
            sums[key] = sums.get(key, 0) + evaluate.measured(window, case.decision)
    return sums


def within_caps(decide: List, rules: Edition, attendances: list[Facts]) -> bool:
    sums = tallied(rules, decide(rules, editions.untold(rules, attendances)))
    limits = {(cap.of, cap.per): cap.limit for cap in rules.caps}
    return all(total <= limits[window.of, window.per] for (_, window), total in sums.items())


def forgetful(rules: Edition, attendances: list[Facts]) -> list[Case]:
    """A wrong evaluator: it looks at each attendance as if nothing had been granted before."""
    return [Case(facts, evaluate.evaluate(rules, facts)) for facts in attendances]


@given(edition_strategies.editions, listed, st.randoms(use_true_random=False))
def test_no_cap_is_exceeded_under_any_order_of_events(rules: Edition, attendances: list[Facts], chance) -> None:
    assert within_caps(evaluate.evaluate_list, rules, attendances)
    chance.shuffle(attendances)
    assert within_caps(evaluate.evaluate_list, rules, attendances)


def test_an_evaluator_that_forgets_what_was_used_is_caught() -> None:
    capped = editions.edition(caps=(Cap(limit=2, of="amount", per="month", for_each=("member",), stops="earning"),))
    found = hypothesis.find(listed, lambda attendances: not within_caps(forgetful, capped, attendances))
    assert len(found) >= 2
    assert within_caps(evaluate.evaluate_list, capped, found)


@given(edition_strategies.editions, listed, st.data())
def test_a_list_equals_its_parts_when_the_caller_counts_between_them(rules: Edition, attendances: list[Facts], data) -> None:
    whole = evaluate.evaluate_list(rules, editions.untold(rules, attendances))
    cut = data.draw(st.integers(0, len(attendances)))
    first = evaluate.evaluate_list(rules, editions.untold(rules, attendances[:cut]))
    before = tallied(rules, first)
    rest = [
        msgspec.structs.replace(
            facts,
            used=tuple(Used(w, before.get((facts.member_id, w), 0)) for w in evaluate.needs(rules, facts)),
        )
        for facts in attendances[cut:]
    ]
    assert first + evaluate.evaluate_list(rules, rest) == whole
    assert [evaluate.evaluate(rules, case.facts) for case in whole] == [case.decision for case in whole]


@given(
    edition_strategies.editions, edition_strategies.attendances, st.integers(0, 500), st.lists(st.integers(0, 3000), max_size=4)
)
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


@given(edition_strategies.editions, edition_strategies.attendances, visits)
def test_going_out_and_coming_back_earns_what_staying_earns(rules: Edition, facts: Facts, parts: list[int]) -> None:
    uncapped = msgspec.structs.replace(rules, caps=())
    whole = msgspec.structs.replace(facts, minutes=sum(parts))
    granted = sum(decision.amount for _, decision in one_after_another(uncapped, facts, parts))
    assert granted == evaluate.evaluate(uncapped, whole).amount


@given(edition_strategies.editions, edition_strategies.attendances, visits, st.data())
def test_what_is_corrected_afterwards_is_never_less_than_the_whole(rules: Edition, facts: Facts, parts: list[int], data) -> None:
    """A part is decided anew once the others stand: it makes up for what they left to it."""
    uncapped = msgspec.structs.replace(rules, caps=())
    decided = one_after_another(uncapped, facts, parts)
    nth, corrected = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 300))
    others = decided[:nth] + decided[nth + 1 :]
    anew = evaluate.evaluate(uncapped, after(facts, corrected, others))
    whole = msgspec.structs.replace(facts, minutes=corrected + sum(minutes for minutes, _ in others))
    assert anew.amount + sum(each.amount for _, each in others) >= evaluate.evaluate(uncapped, whole).amount


@given(edition_strategies.editions, edition_strategies.attendances, st.lists(st.integers(0, 3000), max_size=4))
def test_a_decision_is_whole(rules: Edition, facts: Facts, used: list[int]) -> None:
    decision = evaluate.evaluate(rules, editions.told(rules, facts, *used))
    granted = decision.outcome == "granted"
    assert granted == (decision.amount > 0) == (decision.reason == "granted") == bool(decision.funding)
    assert 0 <= decision.amount <= 10**12
    assert 0 <= decision.minutes <= facts.minutes
    assert granted or (decision.minutes == 0 and decision.expires_on is None)
    if decision.expires_on is not None:
        assert decision.expires_on >= max(facts.occurred_on, facts.grant_day())
    for locale in explain.LOCALES:
        said = explain.explain(decision, locale)
        assert 1 <= len(said) <= 3
        assert not any("{" in sentence for sentence in said)


any_facts = st.builds(
    Facts,
    attendance_id=st.uuids(),
    member_id=st.uuids(),
    activity_kind=st.text(),
    role=st.sampled_from(["helper", "receiver"]),
    occurred_on=st.dates(),
    minutes=st.integers(),
    evidence=st.integers(),
    flags=st.lists(st.text(), max_size=3).map(tuple),
    used=st.lists(
        st.builds(Used, st.builds(Window, st.just("amount"), st.text(), st.dates(), st.dates()), st.integers()), max_size=3
    ).map(tuple),
    granted_on=st.one_of(st.none(), st.dates()),
    before=st.builds(Before, st.integers(), st.integers()),
)


@given(edition_strategies.editions, any_facts, st.lists(st.integers(), max_size=4), st.booleans())
def test_evaluation_is_total_on_any_facts(rules: Edition, facts: Facts, used: list[int], answered: bool) -> None:
    seen = editions.told(rules, facts, *used) if answered else facts
    assert 0 <= evaluate.evaluate(rules, seen).amount <= 10**12


@given(edition_strategies.editions, listed)
def test_a_decision_recomputes_from_the_canonical_bytes_that_were_kept(rules: Edition, attendances: list[Facts]) -> None:
    kept_rules = canonical.encode(rules)
    for case in evaluate.evaluate_list(rules, editions.untold(rules, attendances)):
        kept_facts, kept_decision = canonical.encode(case.facts), canonical.encode(case.decision)
        facts = msgspec.json.decode(kept_facts, type=Facts)
        again = evaluate.evaluate(msgspec.json.decode(kept_rules, type=Edition), facts)
        assert facts == case.facts
        assert again == case.decision == msgspec.json.decode(kept_decision, type=Decision)
        assert canonical.encode(again) == kept_decision
