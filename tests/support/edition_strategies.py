"""Strategies that draw any well-formed edition, with every part of the vocabulary, and attendances to try it on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from rules import contradictions
from rules.vocabulary import between, caps, conversion, ending, part, periods
from rules.vocabulary.edition import Edition
from tests.support import drawn, drawn_parts
from tests.support.editions import KINDS, SPRING, facts

# ---------------------------------------------------------------------------------------------------- periods and endings

counted_from = drawn.either("activity", "grant")
years_later = st.integers(0, part.YEARS_MAX)
years = st.one_of(
    st.just(periods.FiscalYear()),
    st.just(periods.CalendarYear()),
    st.builds(periods.YearFrom, first=drawn.month_days),
    st.just(periods.FromRegistration()),
    drawn.window(periods.OneWindow),
)
grace = st.none() | st.integers(0, 100)
granting = st.one_of(
    st.just(periods.Always()),
    st.builds(periods.InSeason, first=drawn.month_days, last=drawn.month_days, grace_days=grace),
    drawn.window(periods.InDates, grace_days=grace),
)
expiries = st.one_of(
    st.just(ending.Never()),
    st.builds(ending.MonthsAfter, months=st.integers(1, part.MONTHS_MAX), counted_from=counted_from),
    st.builds(ending.DaysAfter, days=st.integers(1, part.DAYS_MAX), counted_from=counted_from),
    st.builds(
        ending.DayOfYear,
        day=drawn.month_days,
        of=drawn.either("fiscal_year", "calendar_year"),
        years_later=years_later,
        counted_from=counted_from,
    ),
    *(
        st.builds(kind, years_later=years_later, counted_from=counted_from)
        for kind in (ending.EndOfFiscalYear, ending.EndOfCalendarYear, ending.EndOfSchemeYear)
    ),
    st.builds(ending.FixedDate, on=drawn.later),
)
carries = st.one_of(
    *(st.just(kind()) for kind in (ending.CarryAll, ending.CarryNone, ending.CarryOnce)),
    st.builds(ending.CarryRemainder, below=st.integers(2, 1000)),
    st.builds(ending.CarryUpTo, limit=st.integers(1, 1000)),
)
losses = st.one_of(
    *(st.just(kind()) for kind in (ending.Keeps, ending.Forfeits, ending.KeepsWholeLots)),
    st.builds(ending.GraceMonths, months=st.integers(1, 24)),
)
relations = drawn.tuples(drawn.either("spouse", "parent", "child", "grandchild", "household"), 3, 1)
extensions = st.builds(
    ending.Extension,
    name=drawn.texts,
    years=drawn.tuples(st.integers(2019, 2030), 3, 1),
    until=drawn.later,
    chosen=drawn.yes_or_no,
)
transfers = st.one_of(
    st.just(ending.Forbidden()),
    st.just(ending.Free()),
    st.builds(ending.WithinFamily, relations=relations),
    st.builds(ending.AfterDeath, relations=relations),
)
wind_downs = st.builds(
    lambda span, balances: ending.WindDown(last_granting_on=span[0], last_claim_on=span[1], balances=balances),
    drawn.spans,
    drawn.either("lapse", "kept"),
)

# ------------------------------------------------------------------------------------------------------- between members

uses = st.builds(
    between.Use,
    what=drawn.either("help", "goods", "donation", "pledge", "pot"),
    give=drawn.amounts,
    get=drawn.amounts,
    into=drawn.either("minute", "gift"),
    also_for=drawn.tuples(drawn.either("spouse", "parent", "child"), 2),
)
cancellations = st.builds(
    between.Cancellation,
    notice=drawn.either("before", "same_day", "no_notice"),
    charge=drawn.either("nothing", "minutes", "planned", "percent", "amount"),
    minutes=drawn.steps,
    percent=st.integers(1, 100),
    amount=drawn.amounts,
).map(lambda each: replace(each, **{name: None for name in ("minutes", "percent", "amount") if name != each.charge}))
furthers = st.builds(
    between.Further, measure=st.just("children"), percent=st.integers(1, 100), rounding=drawn.either("down", "up")
)
fee_shares = st.builds(between.FeeShare, to=drawn.either("helper", "office", "pot"), parts=drawn.amounts)
tickets = st.builds(between.Ticket, value=drawn.amounts, per_book=st.integers(1, 1000))
fees = st.builds(
    between.Fee,
    activity_kinds=st.sampled_from([("visit",), ("garden", "salon")]),
    when=drawn.fee_tests,
    unit=st.just("yen"),
    tariff=drawn_parts.earnings,
    expenses=drawn.either("none", "separate"),
    cancellation=drawn.tuples(cancellations, 3, by=lambda each: each.notice),
    ticket=st.none() | tickets,
    further=st.none() | furthers,
    shares=drawn.tuples(fee_shares, 3, by=lambda each: each.to),
)
awards = st.builds(between.Award, name=drawn.texts, at_least=drawn.amounts, years_in_a_row=st.integers(1, 100))

# ------------------------------------------------------------------------------------------------------- the whole of it


def _whole(said: dict[str, Any], split: bool, fees_alone: bool) -> Edition:
    """What goes together: shares to the lines, nothing stopped or kept back from a conversion that there is not."""
    lines = said["funding"]
    if split and len(lines) > 1:
        said |= {"shares": (100 - len(lines) + 1, *[1] * (len(lines) - 1))}
    if isinstance(said["conversion"], conversion.NoConversion):
        said["caps"] = tuple(replace(cap, stops="earning") for cap in said["caps"])
        if isinstance(said["status_loss"], ending.KeepsWholeLots):
            said["status_loss"] = ending.Keeps()
    said["caps"] = tuple(replace(c, overflow=caps.ToNothing()) if c.stops == "converting" else c for c in said["caps"])
    if fees_alone and said["fees"]:
        said |= {"clauses": (), "campaigns": (), "bonuses": (), "caps": (), "funding": (), "shares": ()}
    return Edition(**said)


any_editions = st.builds(
    _whole,
    st.fixed_dictionaries(
        {
            "scheme": drawn.codes,
            "name": drawn.texts,
            "title": drawn.texts,
            "unit": drawn.codes,
            "starts_on": st.dates(date(2026, 1, 1), SPRING),
            "year": years,
            "holder": drawn.either("member", "group"),
            "funding": drawn.tuples(drawn.codes, 3, 1),
            "when_empty": drawn.either("wait", "refuse"),
            "granting": granting,
            "registration": drawn.person_tests,
            "eligibility": drawn.activity_tests,
            "clauses": drawn_parts.clauses,
            "campaigns": drawn.tuples(drawn_parts.campaigns, 2),
            "bonuses": drawn.tuples(drawn_parts.bonuses, 2),
            "caps": drawn_parts.all_caps,
            "expiry": expiries,
            "carry": carries,
            "extensions": drawn.tuples(extensions, 2),
            "status_loss": losses,
            "conversion": st.just(conversion.NoConversion()) | drawn_parts.exchanges,
            "transfer": transfers,
            "uses": drawn.tuples(uses, 2),
            "awards": drawn.tuples(awards, 2),
            "fees": drawn.tuples(fees, 2, by=lambda fee: fee.activity_kinds),
            "wind_down": st.none() | wind_downs,
        }
    ),
    drawn.yes_or_no,
    st.sampled_from([False, False, False, True]),
)
editions = any_editions.filter(lambda edition: next(contradictions.find(edition), None) is None)
"""Any well-formed edition."""


def falls(edition: Edition) -> bool:
    """Whether some printed table of it lets more time or a higher figure earn less."""
    return any(getattr(clause.earn, "may_fall", False) for clause in edition.clauses)


steady = editions.filter(lambda edition: not falls(edition))
"""Editions by which more never earns less."""

names = st.none() | st.sampled_from(["a", "b"])
attendances = st.builds(
    facts,
    number=st.integers(1, 10**6),
    member=st.integers(1, 2),
    activity_kind=st.sampled_from(KINDS),
    role=st.sampled_from(["helper", "helper", "receiver"]),
    occurred_on=st.one_of(drawn.days, st.sampled_from([SPRING + timedelta(days=n) for n in range(3)])),
    minutes=drawn.minutes,
    evidence=st.integers(0, 4),
    flags=st.lists(st.sampled_from(["planned_end", "overlap"]), max_size=2).map(tuple),
    granted_on=st.none() | drawn.days,
    registered_on=st.none() | st.dates(date(2025, 4, 1), SPRING),
    site=names,
    client=names,
    event=names,
    book=names,
    household=names,
    marks=st.dictionaries(st.sampled_from(["paid", "for_kin", "brokered"]), st.booleans()),
    counts=st.dictionaries(st.sampled_from(["present", "present_65", "members", "members_65"]), st.integers(0, 10)),
    measures=st.dictionaries(st.just("steps"), st.integers(0, 20_000)),
    holiday=st.none() | st.booleans(),
    started_minute=st.none() | st.integers(0, 1439),
    host_amount=st.none() | st.integers(0, 1000),
    attested=st.none() | st.integers(0, 10),
)
