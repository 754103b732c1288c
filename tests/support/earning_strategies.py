"""Strategies for what is earned: editions as far as evaluating an attendance looks at them, cheap to draw; and any facts at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from rules.decision import Before, Facts, Used, Window
from rules.vocabulary import caps, earning, ending, periods
from rules.vocabulary.edition import Edition
from tests.support import drawn, drawn_parts, edition_strategies
from tests.support.editions import edition

small = st.one_of(st.integers(1, 10), st.integers(1, 300))
some_tests = st.one_of(st.just(()), st.just(()), drawn.activity_tests)


def _sized(earn: Any, amount: int) -> Any:
    """The earning with an amount of the size of the caps, where it states one."""
    if not hasattr(earn, "amount"):
        return earn
    return replace(earn, amount=amount) if getattr(earn, "at_most", None) is None else replace(earn, amount=amount, at_most=50)


earnings = st.builds(_sized, drawn_parts.earnings, st.integers(1, 30))
clauses = st.builds(
    lambda who, first, other: (
        earning.Clause(activity_kinds=("visit",), earn=first, who=who),
        earning.Clause(activity_kinds=("*",), earn=other),
    ),
    some_tests,
    earnings,
    earnings,
)
several_caps = drawn.tuples(
    st.builds(
        caps.Cap,
        limit=small,
        of=drawn.either("amount", "minutes", "grants"),
        per=drawn.either("day", "week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"),
        for_each=st.one_of(
            st.just(("member",)), drawn.tuples(drawn.either("member", "site", "activity_kind", "client", "event", "book"), 3)
        ),
        stops=drawn.either("earning", "converting"),
        activity_kinds=drawn_parts.some_kinds,
        who=some_tests,
        overflow=drawn_parts.overflows,
    ),
    4,
    by=repr,
)
bonuses = drawn.tuples(st.builds(replace, drawn_parts.bonuses, at=st.one_of(st.integers(1, 4), small), amount=small), 2, by=repr)
expiries = st.one_of(st.just(ending.Never()), st.just(ending.Never()), edition_strategies.expiries)
granting = st.one_of(st.just(periods.Always()), st.just(periods.Always()), edition_strategies.granting)
editions = st.builds(
    edition,
    year=edition_strategies.years,
    granting=granting,
    eligibility=some_tests,
    clauses=clauses,
    campaigns=drawn.tuples(drawn_parts.campaigns, 2),
    bonuses=bonuses,
    caps=several_caps,
    expiry=expiries,
    extensions=drawn.tuples(edition_strategies.extensions, 1),
)
"""Any edition as far as an attendance is concerned, even one that says something in vain."""


def _steady(rules: Edition) -> bool:
    return not edition_strategies.falls(rules)


steady = editions.filter(_steady)
"""Those by which more never earns less."""


def _by_itself(rules: Edition) -> Edition:
    """Without what hangs on other occasions: caps, bonuses, time that is added up."""
    alone = tuple(
        replace(clause, earn=replace(clause.earn, summed_over=None))
        if isinstance(clause.earn, earning.PerTime | earning.Bands)
        else clause
        for clause in rules.clauses
    )
    return replace(rules, caps=(), bonuses=(), clauses=alone)


by_itself = steady.map(_by_itself)
"""Editions in which an occasion earns by itself alone."""

spring = st.dates(date(2026, 4, 1), date(2026, 7, 31))
before = st.one_of(st.none(), st.builds(Before, st.integers(0, 200), st.integers(0, 50)))
attendances = st.builds(
    lambda facts, on, site, before: replace(facts, occurred_on=on, granted_on=None, site=site, before=before),
    edition_strategies.attendances,
    st.one_of(st.dates(date(2026, 5, 1), date(2026, 5, 3)), spring),
    st.sampled_from(["a", "b"]),
    before,
)
"""Attendances within a few days of each other, some of which go on with an occasion."""

any_facts = st.builds(
    Facts,
    attendance_id=st.uuids(),
    member_id=st.uuids(),
    activity_kind=st.one_of(st.text(), st.sampled_from(["visit", "salon"])),
    role=st.sampled_from(["helper", "receiver"]),
    occurred_on=st.one_of(st.dates(), spring),
    minutes=st.integers(),
    evidence=st.integers(),
    flags=st.lists(st.text(), max_size=3).map(tuple),
    used=st.lists(
        st.builds(Used, st.builds(Window, st.just("amount"), st.text(), st.dates(), st.dates()), st.integers()), max_size=3
    ).map(tuple),
    granted_on=st.one_of(st.none(), st.dates()),
    before=st.none() | st.builds(Before, st.integers(), st.integers()),
    registered_on=st.none() | st.dates(),
    site=st.none() | st.text(),
    marks=st.dictionaries(st.sampled_from(["paid", "for_kin"]), st.booleans()),
    counts=st.dictionaries(st.sampled_from(["present", "members", "steps"]), st.integers()),
    measures=st.dictionaries(st.just("steps"), st.integers()),
    holiday=st.none() | st.booleans(),
    started_minute=st.none() | st.integers(),
    host_amount=st.none() | st.integers(),
    attested=st.none() | st.integers(),
)
"""Any facts at all, also those that nothing lets in."""
