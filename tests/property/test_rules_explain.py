"""Whatever an edition decides is said in one to four sentences, and no sentence asks for a number that its step does not have."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel import canonical
from rules import charging, convert, evaluate, explain, passing, registering, showing, year_end
from rules.charging import Occurrence
from rules.decision import Answer, Facts, Question, Step, Used, Window
from rules.passing import TransferAsked, UseAsked
from rules.payout import Claim, Holding, YearEnd
from rules.vocabulary.edition import Edition
from tests.support import edition_strategies, editions

answers = st.sampled_from([True, True, False, None])
numbers = st.integers(0, 3000)


def spoken(trace: tuple[Step, ...], said: dict[str, tuple[str, ...]]) -> None:
    """Every step has a template whose fields it has; every language says one to four whole sentences, and each is another language."""
    for step in trace:
        fields = {*step.numbers, "unit"}
        assert any(showing.named(each) <= fields for each in explain.TEMPLATES[step.code]), step
    for locale, sentences in said.items():
        assert 1 <= len(sentences) <= explain.SENTENCES_MAX
        for sentence in sentences:
            assert "{" not in sentence
            assert sentence[-1] == ("." if locale == "en" else "。")
    assert len(set(said.values())) == len(said)


def answered(draw: Any, questions: tuple[Question, ...]) -> tuple[Answer, ...]:
    return tuple(Answer(each, yes, "register") for each in questions if (yes := draw(answers)) is not None)


def used(draw: Any, windows: tuple[Window, ...]) -> tuple[Used, ...]:
    return tuple(Used(window, draw(numbers)) for window in windows if draw(st.sampled_from([True, True, True, False])))


@given(edition_strategies.editions, edition_strategies.attendances, st.data())
def test_every_decision_is_said(rules: Edition, facts: Facts, data: Any) -> None:
    known = answered(data.draw, evaluate.questions(rules, facts))
    seen = editions.told(rules, facts, *data.draw(st.lists(numbers, max_size=4)))
    decision = evaluate.evaluate(rules, replace(seen, answers=known))
    spoken(decision.trace, {locale: explain.explain(decision, locale) for locale in explain.LOCALES})
    for locale in explain.LOCALES:
        full = explain.full(decision.trace, locale, rules.unit, seen=seen)
        assert len(full) >= len(decision.trace)
    assert canonical.encode(decision)


def held(draw: Any) -> tuple[Holding, ...]:
    day = st.dates(date(2025, 4, 1), date(2027, 3, 31))
    return tuple(
        Holding(holding_id=str(n), occurred_on=on, granted_on=on, remaining=draw(numbers), expires_on=draw(st.none() | day))
        for n, on in enumerate(draw(st.lists(day, max_size=4)))
    )


@given(edition_strategies.editions, st.data())
def test_every_claim_and_every_year_end_is_said(rules: Edition, data: Any) -> None:
    forms = [None, *(form.code or form.form for form in getattr(rules.conversion, "forms", ()))]
    plain = Claim(
        claim_id=UUID(int=1),
        member_id=UUID(int=2),
        claimed_on=data.draw(st.dates(date(2026, 3, 1), date(2027, 5, 31))),
        holdings=held(data.draw),
        form=data.draw(st.sampled_from(forms)),
        registered_on=data.draw(st.none() | st.just(date(2025, 4, 1))),
        left_on=data.draw(st.none() | st.just(date(2026, 4, 1))),
    )
    known = answered(data.draw, convert.questions(rules, plain))
    claim = replace(plain, answers=known, used=used(data.draw, convert.needs(rules, plain)))
    payout = convert.convert(rules, claim)
    spoken(payout.trace, {locale: explain.explain_payout(payout, locale) for locale in explain.LOCALES})
    closed = year_end.close(
        rules,
        YearEnd(
            member_id=UUID(int=2),
            year_of=plain.claimed_on,
            closed_on=data.draw(st.dates(date(2027, 3, 31), date(2028, 4, 1))),
            holdings=held(data.draw),
            registered_on=plain.registered_on,
        ),
    )
    spoken(closed.trace, {locale: explain.explain_closing(closed, locale) for locale in explain.LOCALES})


@given(edition_strategies.editions, edition_strategies.attendances, st.data())
def test_what_is_said_between_members_is_said(rules: Edition, facts: Facts, data: Any) -> None:
    on, kinds = facts.occurred_on, sorted({kind for fee in rules.fees for kind in fee.activity_kinds} - {"*"})
    occurrence = Occurrence(
        activity_kind=data.draw(st.sampled_from([facts.activity_kind, *kinds])),
        occurred_on=on,
        minutes=facts.minutes,
        planned_minutes=data.draw(st.none() | st.integers(0, 300)),
        notice=data.draw(st.sampled_from([None, None, "before", "same_day", "no_notice"])),
        expenses=data.draw(st.sampled_from([0, 150])),
        measures=facts.measures,
        attested=facts.attested,
    )
    charged = charging.charge(rules, replace(occurrence, answers=answered(data.draw, charging.questions(rules, occurrence))))
    spoken(charged.trace, {locale: explain.explain_charge(charged, locale) for locale in explain.LOCALES})
    relation = data.draw(st.sampled_from([None, "spouse", "child", "household"]))
    what = data.draw(st.sampled_from(["help", "goods", "donation", "pledge", "pot"]))
    bought = passing.use(rules, UseAsked(what=what, used_on=on, points=data.draw(st.integers(1, 10**6)), for_whom=relation))
    spoken(bought.trace, {locale: explain.explain_use(bought, locale) for locale in explain.LOCALES})
    asked = TransferAsked(transferred_on=on, relation=relation, after_death=data.draw(st.booleans()))
    passed = passing.transfer(rules, asked)
    spoken(passed.trace, {locale: explain.explain_permission(passed, locale, "passing_on") for locale in explain.LOCALES})
    known = answered(data.draw, registering.questions(rules, on))
    registered = registering.may_register(rules, on, known)
    spoken(registered.trace, {each: explain.explain_permission(registered, each, "registering") for each in explain.LOCALES})
