"""Strategies that draw claims, year ends and occurrences: plausible ones, and any at all; and editions that convert."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from msgspec.structs import replace

from rules.charging import Occurrence
from rules.decision import Used, Window
from rules.payout import Claim, Holding, YearEnd
from rules.vocabulary import conversion
from tests.support import drawn, drawn_parts, edition_strategies
from tests.support.claims import claim, holding, year_end
from tests.support.editions import edition, exchange

summer = st.dates(date(2026, 5, 15), date(2026, 8, 31))
held = st.lists(
    st.builds(
        holding,
        st.sampled_from(["a", "b", "c", "d"]),
        st.one_of(st.integers(1, 60), st.integers(0, 3000)),
        on=st.one_of(st.dates(date(2026, 4, 1), date(2026, 5, 31)), drawn.days),
        convertible=st.one_of(st.none(), st.none(), st.integers(0, 60)),
        expires_on=st.one_of(st.none(), st.dates(date(2026, 7, 31), date(2027, 4, 30)), drawn.days),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.holding_id,
).map(tuple)
registered = st.one_of(st.dates(date(2025, 4, 1), date(2026, 4, 1)), st.none())
choices = st.sampled_from([(), (1,), (1, 2)])
subsidies = st.fixed_dictionaries({"subsidy": st.integers(0, 20), "other": st.integers(0, 20)})
claims = st.builds(
    lambda holdings, **changes: claim(*holdings, **changes),
    held,
    claim_id=st.uuids(),
    claimed_on=st.one_of(summer, summer, drawn.days),
    amount=st.none() | st.integers(1, 200),
    directed_to=st.sampled_from(["wood", "wood", None]),
    deductions=st.one_of(subsidies, subsidies, st.just({})),
    registered_on=registered,
    left_on=st.one_of(st.none(), drawn.days),
    chosen=choices,
)
"""Claims of members of whom little is known."""

years_closed = st.builds(
    lambda holdings, **changes: year_end(*holdings, **changes),
    held,
    year_of=st.one_of(st.dates(date(2026, 4, 1), date(2027, 3, 31)), drawn.days),
    closed_on=st.one_of(st.dates(date(2027, 4, 1), date(2027, 6, 30)), drawn.days),
    registered_on=registered,
    chosen=choices,
)

# ------------------------------------------------------------------------------------------------------------- editions

small = st.one_of(st.integers(1, 12), st.integers(1, 200))
bounds = st.builds(
    conversion.ClaimLimit,
    limit=st.one_of(small, st.integers(100, 3000)),
    of=drawn.either("points", "value", "claims"),
    per=drawn.either("day", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"),
    for_each=st.sampled_from([(), ("member",)]),
    minus=st.sampled_from([(), ("subsidy",), ("subsidy", "other")]),
    who=st.one_of(st.just(()), drawn.person_tests),
)
steps = st.one_of(
    st.builds(conversion.Linear, give=st.integers(1, 5), get=small),
    st.builds(conversion.Lots, lot=st.integers(1, 20), get=small),
)
rates = st.one_of(steps, steps, drawn_parts.rates)
closed_windows = st.one_of(
    st.just(conversion.AnyTime()), st.just(conversion.AnyTime()), st.just(conversion.InSeason(first="06-01", last="08-31"))
)
exchanges = st.builds(
    replace,
    drawn_parts.exchanges,
    rate=rates,
    then=st.one_of(st.none(), st.none(), st.builds(conversion.Stage, rate=rates, into=st.just("yen"))),
    minimum=st.one_of(st.just(0), st.integers(0, 50)),
    window=closed_windows,
    limits=drawn.tuples(bounds, 2),
)
wind_downs = st.one_of(st.none(), st.none(), edition_strategies.wind_downs)
extensions = drawn.tuples(edition_strategies.extensions, 2)
converting = st.builds(
    edition,
    year=edition_strategies.years,
    extensions=extensions,
    status_loss=edition_strategies.losses,
    wind_down=wind_downs,
    conversion=st.one_of(exchanges, exchanges, drawn_parts.exchanges),
)
"""Any edition that converts, in any form and for anybody, even one that says something in vain."""

closing = st.builds(
    edition, year=edition_strategies.years, carry=edition_strategies.carries, extensions=extensions, wind_down=wind_downs
)
"""Any edition as far as a year end looks at it."""

charging = st.builds(edition, fees=drawn.tuples(edition_strategies.fees, 3, 1))
"""Editions with fees."""


def _open(limits: tuple[conversion.ClaimLimit, ...], rate: conversion.Rate, then: conversion.Rate | None, remainder: str):
    stage = None if then is None else conversion.Stage(rate=then, into="yen")
    return edition(conversion=exchange(rate=rate, then=stage, remainder=remainder, limits=limits))


seconds = st.one_of(st.none(), st.none(), rates)
unlimited = st.builds(_open, st.just(()), rates, seconds, drawn.either("kept", "lost"))
"""Editions that anybody can claim from on any day, in one form, without a limit."""

limited = st.builds(_open, drawn.tuples(bounds, 3, 1), rates, seconds, drawn.either("kept", "lost"))
"""The same with limits."""

# ---------------------------------------------------------------------------------------------------------- any at all

any_holdings = st.lists(
    st.builds(
        Holding,
        holding_id=st.text(max_size=3),
        occurred_on=st.dates(),
        granted_on=st.dates(),
        remaining=st.integers(),
        convertible=st.none() | st.integers(),
        expires_on=st.none() | st.dates(),
    ),
    max_size=3,
).map(tuple)
any_claims = st.builds(
    Claim,
    claim_id=st.uuids(),
    member_id=st.uuids(),
    claimed_on=st.one_of(st.dates(), drawn.days),
    holdings=any_holdings,
    amount=st.none() | st.integers(),
    form=st.none() | st.text(max_size=3),
    directed_to=st.none() | st.text(max_size=3),
    used=st.lists(
        st.builds(Used, st.builds(Window, st.just("value"), st.text(), st.dates(), st.dates()), st.integers()), max_size=2
    ).map(tuple),
    deductions=st.dictionaries(st.text(max_size=3), st.integers()),
    registered_on=st.none() | st.dates(),
    left_on=st.none() | st.dates(),
    chosen=st.lists(st.integers(), max_size=2).map(tuple),
)
any_years_closed = st.builds(
    YearEnd,
    member_id=st.uuids(),
    year_of=st.one_of(st.dates(), drawn.days),
    closed_on=st.dates(),
    holdings=any_holdings,
    registered_on=st.none() | st.dates(),
    chosen=st.lists(st.integers(), max_size=2).map(tuple),
)
any_occurrences = st.builds(
    Occurrence,
    activity_kind=st.sampled_from(["visit", "garden", "salon", ""]),
    occurred_on=st.one_of(st.dates(), drawn.days),
    minutes=st.integers(),
    planned_minutes=st.none() | st.integers(),
    notice=st.sampled_from([None, "before", "same_day", "no_notice"]),
    expenses=st.integers(),
    counts=st.dictionaries(st.sampled_from(["present", "members"]), st.integers()),
    measures=st.dictionaries(st.just("steps"), st.integers()),
    holiday=st.none() | st.booleans(),
    started_minute=st.none() | st.integers(),
    host_amount=st.none() | st.integers(),
    attested=st.none() | st.integers(),
    registered_on=st.none() | st.dates(),
)
