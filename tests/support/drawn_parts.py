"""Chapters of drawn editions: what is earned, the caps on it, and what it is turned into, all well formed."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from rules.vocabulary import caps, conversion, earning, part
from tests.support import drawn

# --------------------------------------------------------------------------------------------------------------- earning


def _rows(drawn: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(drawn.items())


def _falls(rows: list[tuple[int, int]]) -> bool:
    worth = [amount for _, amount in rows]
    return worth != sorted(worth)


tables = (
    st.dictionaries(st.integers(0, 400), st.integers(0, 500), min_size=1, max_size=4).filter(lambda d: any(d.values())).map(_rows)
)


summed = st.none() | drawn.either("day", "week", "month", "quarter", "half_year", "fiscal_year", "scheme_year")


def _bands(rows: list[tuple[int, int]], over: str | None) -> earning.Bands:
    bands = tuple(earning.Band(from_minutes=least, amount=amount) for least, amount in rows)
    return earning.Bands(bands=bands, may_fall=_falls(rows), summed_over=over)  # pyright: ignore[reportArgumentType]


def _measured(rows: list[tuple[int, int]]) -> earning.MeasureBands:
    bands = tuple(earning.MeasureBand(at_least=least, amount=amount) for least, amount in rows)
    return earning.MeasureBands(measure="steps", bands=bands, may_fall=_falls(rows))


def _pieces(first: int, amount: int, longer: int, more: int) -> tuple[earning.Piece, ...]:
    """One length, or a longer one before it that is worth no less."""
    short = earning.Piece(minutes=first, amount=amount)
    long = earning.Piece(minutes=min(first + longer, part.MINUTES_MAX), amount=min(amount + more, part.AMOUNT_MAX))
    return (short,) if not longer or long.minutes == first else (long, short)


pieces = st.builds(_pieces, drawn.steps, drawn.amounts, st.integers(0, 60), st.integers(0, 500))


def _no_less_than_one_unit(earn: Any) -> Any:
    return earn if earn.at_most is None else replace(earn, at_most=max(earn.at_most, earn.amount))


mosts = st.none() | drawn.amounts
earnings = st.one_of(
    st.builds(
        earning.PerTime,
        amount=drawn.amounts,
        every_minutes=drawn.steps,
        rounding=drawn.roundings,
        minimum_minutes=drawn.minimums,
        at_most=mosts,
        summed_over=summed,
    ).map(_no_less_than_one_unit),
    st.builds(earning.PerOccasion, amount=drawn.amounts, minimum_minutes=drawn.minimums),
    st.builds(
        earning.FirstThen,
        first_minutes=drawn.steps,
        first_amount=drawn.amounts,
        then=pieces,
        rounding=drawn.roundings,
        minimum_minutes=drawn.minimums,
    ),
    st.builds(_bands, tables, summed),
    st.builds(
        earning.PerMeasure,
        measure=st.just("steps"),
        amount=drawn.amounts,
        every=st.integers(1, 2000),
        rounding=drawn.roundings,
        at_most=mosts,
    ).map(_no_less_than_one_unit),
    tables.map(_measured),
    st.builds(earning.HostSet, at_least=st.integers(0, 5), at_most=st.integers(5, 500)),
    st.builds(
        earning.Attested,
        amount=drawn.amounts,
        every_minutes=drawn.steps,
        untold=drawn.either("ask", "down", "up", "nearest"),
        minimum_minutes=drawn.minimums,
        at_most=mosts,
    ).map(_no_less_than_one_unit),
)


def _clauses(earn: tuple[Any, Any, Any], who: tuple[Any, ...], since: list[date], shape: tuple[bool, bool, bool]) -> Any:
    """One on a condition or for some days, before one for the same kinds, before one for all or for another."""
    first = earning.Clause(activity_kinds=("visit",), earn=earn[0], who=who)
    if shape[0] or not who:
        first = replace(first, first_on=since[0], last_on=since[1])
    second = earning.Clause(activity_kinds=("visit", "garden"), earn=earn[1])
    last = earning.Clause(activity_kinds=("*",) if shape[1] else ("salon",), earn=earn[2])
    return (first, second, last) if shape[2] else (second, last)


clauses = st.builds(
    _clauses,
    st.tuples(earnings, earnings, earnings),
    drawn.activity_tests,
    drawn.spans,
    st.tuples(drawn.yes_or_no, drawn.yes_or_no, drawn.yes_or_no),
)
some_kinds = st.sampled_from([(), ("visit",), ("visit", "garden")])
campaigns = st.builds(
    earning.Campaign,
    activity_kinds=st.sampled_from([("*",), ("visit",)]),
    when=drawn.activity_tests,
    percent=st.one_of(st.integers(1, 99), st.integers(101, 300)),
    rounding=drawn.roundings,
)
bonuses = st.builds(
    earning.Bonus,
    activity_kinds=st.sampled_from([("*",), ("visit",)]),
    of=drawn.either("grants", "amount", "minutes"),
    at=st.one_of(st.integers(1, 10), st.integers(1, 1000)),
    per=drawn.either("week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"),
    repeats=drawn.yes_or_no,
    amount=drawn.amounts,
    capped=drawn.yes_or_no,
)

# ------------------------------------------------------------------------------------------------------ caps and conversion

overflows = st.one_of(
    st.just(caps.ToNothing()), st.just(caps.ToDraw()), st.builds(caps.ToFunding, funding=drawn.tuples(drawn.codes, 2, 1))
)
all_caps = drawn.tuples(
    st.builds(
        caps.Cap,
        limit=drawn.limits,
        of=drawn.either("amount", "minutes", "grants"),
        per=drawn.either("day", "week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"),
        for_each=drawn.tuples(drawn.either("member", "household", "site", "activity_kind", "client", "event", "book"), 3),
        stops=drawn.either("earning", "converting"),
        activity_kinds=some_kinds,
        who=drawn.activity_tests,
        overflow=overflows,
    ),
    4,
    by=lambda cap: (cap.of, cap.per, frozenset(cap.for_each)),
)
values = st.integers(0, 10_000)
rates = st.one_of(
    st.builds(conversion.Linear, give=st.integers(1, 100), get=values),
    st.builds(conversion.Lots, lot=st.integers(1, 1000), get=values),
    tables.map(
        lambda rows: conversion.Tiers(
            tiers=tuple(
                conversion.Tier(from_points=n, get=get) for (n, _), get in zip(rows, sorted(v for _, v in rows), strict=True)
            )
        )
    ),
    tables.map(
        lambda rows: conversion.Slices(
            slices=tuple(conversion.Slice(from_points=max(n, 1) if nth else 1, get=get) for nth, (n, get) in enumerate(rows))
        )
    ),
    st.builds(conversion.Milestone, at=st.integers(1, 1000), get=values, repeats=drawn.yes_or_no),
)
intos = drawn.either("yen", "ticket")
forms = st.builds(
    conversion.Form,
    form=drawn.either("cash", "voucher", "goods", "donation", "premium_offset", "draw"),
    code=st.none() | drawn.codes,
    name=st.none() | drawn.texts,
    from_points=st.none() | st.integers(1, 100),
    rate=st.none() | rates,
    into=st.none() | intos,
    who=drawn.person_tests,
    directed=drawn.yes_or_no,
)
claim_limits = st.builds(
    conversion.ClaimLimit,
    limit=st.integers(1000, part.LIMIT_MAX),
    of=drawn.either("points", "value", "claims"),
    per=drawn.either("day", "month", "quarter", "half_year", "fiscal_year", "scheme_year", "scheme"),
    for_each=st.sampled_from([(), ("member",)]),
    minus=drawn.tuples(drawn.codes, 2),
    who=drawn.person_tests,
).map(lambda limit: replace(limit, minus=()) if limit.of == "claims" else limit)
exchanges = st.builds(
    conversion.Exchange,
    rate=rates,
    into=intos,
    then=st.none() | st.builds(conversion.Stage, rate=rates, into=intos),
    minimum=st.integers(0, 1000),
    remainder=drawn.either("kept", "lost"),
    points_of=drawn.either("any_year", "this_year", "previous_year"),
    window=st.one_of(
        st.just(conversion.AnyTime()),
        st.builds(conversion.InSeason, first=drawn.month_days, last=drawn.month_days),
        drawn.window(conversion.InDates),
    ),
    pays=st.sampled_from(part.PAYS) | drawn.month_days,
    forms=drawn.tuples(forms, 3, 1, by=lambda form: form.code or form.form),
    limits=drawn.tuples(claim_limits, 2, by=lambda limit: (limit.of, limit.per, limit.for_each)),
    who=drawn.person_tests,
)
