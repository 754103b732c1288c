"""Editions and facts for the tests of the rules: plain ones to vary, and strategies that draw any that are well formed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from kernel import text
from rules import edition as vocabulary
from rules import evaluate
from rules.decision import Facts, Used
from rules.edition import Cap, Clause, Edition, PerOccasion, PerTime, Text

SPRING = date(2026, 4, 1)
HOURLY = PerTime(amount=1, every_minutes=60, rounding="down", minimum_minutes=0)
KINDS = ("salon", "visit", "garden", "unheard-of")


def edition(**changes: Any) -> Edition:
    """One stamp an hour to helpers, without caps or expiry, changed as told. `earn` is short for one clause for all kinds."""
    earn = changes.pop("earn", HOURLY)
    plain: dict[str, Any] = {
        "scheme": "stamps",
        "name": Text(ja="スタンプ", en="Stamps"),
        "title": Text(ja="初版", en="First"),
        "unit": "stamp",
        "starts_on": SPRING,
        "funding": ("care", "general"),
        "eligibility": (vocabulary.RoleTest(one_of=("helper",)),),
        "clauses": (Clause(activity_kinds=("*",), earn=earn),),
        "caps": (),
        "expiry": vocabulary.Never(),
    }
    return Edition(**(plain | changes))


def facts(number: int = 1, member: int = 1, **changes: Any) -> Facts:
    """Two hours of helping on 10 May 2026, changed as told."""
    plain: dict[str, Any] = {
        "attendance_id": UUID(int=number),
        "member_id": UUID(int=1000 + member),
        "activity_kind": "salon",
        "role": "helper",
        "occurred_on": date(2026, 5, 10),
        "minutes": 120,
        "evidence": 3,
    }
    return Facts(**(plain | changes))


def told(rules: Edition, seen: Facts, *amounts: int) -> Facts:
    """`seen` with the answers to what `rules` need to know: `amounts` in the order of the windows, 0 for those left out."""
    windows = evaluate.needs(rules, seen.occurred_on)
    known = [*amounts, *[0] * len(windows)]
    return msgspec.structs.replace(seen, used=tuple(Used(window, n) for window, n in zip(windows, known, strict=False)))


def untold(rules: Edition, seen: Sequence[Facts]) -> list[Facts]:
    """Each of `seen` as of members with no past."""
    return [told(rules, each) for each in seen]


# ----------------------------------------------------------------------------------------------------------- strategies


def _readable(drawn: str) -> bool:
    try:
        text.clean("title", drawn, vocabulary.TITLE_LENGTH_MAX)
    except (text.UnreadableText, text.TextMissing):
        return False
    return True


minutes = st.one_of(st.integers(0, 400), st.integers(0, vocabulary.MINUTES_MAX))
days = st.dates(date(2026, 3, 1), date(2027, 5, 31))
codes = st.builds(str.__add__, st.sampled_from("aZ"), st.text("az09_-", max_size=39))
titles = st.text(min_size=1, max_size=8).filter(_readable)
texts = st.builds(Text, ja=titles, en=titles)
amounts = st.one_of(st.integers(1, 5), st.integers(1, vocabulary.AMOUNT_MAX))
minimums = st.one_of(st.just(0), st.integers(0, 180))
earnings = st.one_of(
    st.builds(
        PerTime,
        amount=amounts,
        every_minutes=st.one_of(st.sampled_from([1, 15, 30, 60]), st.integers(1, vocabulary.MINUTES_MAX)),
        rounding=st.sampled_from(["down", "up", "nearest"]),
        minimum_minutes=minimums,
    ),
    st.builds(PerOccasion, amount=amounts, minimum_minutes=minimums),
)
caps = st.lists(
    st.builds(
        Cap,
        limit=st.one_of(st.integers(1, 10), st.integers(1, 2000), st.integers(1, vocabulary.LIMIT_MAX)),
        of=st.sampled_from(["amount", "minutes", "grants"]),
        per=st.sampled_from(["day", "week", "month", "fiscal_year", "calendar_year", "scheme"]),
    ),
    max_size=4,
    unique_by=lambda cap: (cap.of, cap.per),
).map(tuple)
expiries = st.one_of(
    st.builds(vocabulary.Never),
    st.builds(vocabulary.MonthsAfter, months=st.integers(1, 1200), counted_from=st.sampled_from(["activity", "grant"])),
    st.builds(vocabulary.EndOfFiscalYear, years_later=st.integers(0, 100), counted_from=st.sampled_from(["activity", "grant"])),
    st.builds(vocabulary.FixedDate, on=st.dates(SPRING, date(2030, 3, 31))),
)
tests = st.lists(
    st.one_of(
        st.builds(vocabulary.RoleTest, one_of=st.sampled_from([("helper",), ("receiver",), ("helper", "receiver")])),
        st.builds(vocabulary.EvidenceTest, at_least=st.integers(0, 4)),
    ),
    max_size=2,
    unique_by=type,
).map(tuple)
clauses = st.tuples(earnings, earnings, st.booleans()).map(
    lambda drawn: (
        Clause(activity_kinds=("visit", "garden"), earn=drawn[0]),
        Clause(activity_kinds=("*",) if drawn[2] else ("salon",), earn=drawn[1]),
    )
)
editions = st.builds(
    Edition,
    scheme=codes,
    name=texts,
    title=texts,
    unit=codes,
    starts_on=st.dates(date(2026, 1, 1), SPRING),
    funding=st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple),
    eligibility=tests,
    clauses=clauses,
    caps=caps,
    expiry=expiries,
)
attendances = st.builds(
    facts,
    number=st.integers(1, 10**6),
    member=st.integers(1, 2),
    activity_kind=st.sampled_from(KINDS),
    role=st.sampled_from(["helper", "helper", "receiver"]),
    occurred_on=st.one_of(days, st.sampled_from([SPRING + timedelta(days=n) for n in range(3)])),
    minutes=minutes,
    evidence=st.integers(0, 4),
    flags=st.lists(st.sampled_from(["planned_end", "overlap"]), max_size=2).map(tuple),
    granted_on=st.one_of(st.none(), days),
)
