"""What drawn editions are made of: codes, words, days, amounts, and tests of persons and of activities, all well formed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kernel import text
from rules.vocabulary import part, person, who
from tests.support.editions import SPRING


def _readable(drawn: str) -> bool:
    try:
        text.clean("title", drawn, part.TITLE_LENGTH_MAX)
    except (text.UnreadableText, text.TextMissing):
        return False
    return True


def tuples(each: SearchStrategy[Any], most: int = 3, least: int = 0, by: Callable[[Any], Any] = repr) -> SearchStrategy[Any]:
    return st.lists(each, min_size=least, max_size=most, unique_by=by).map(tuple)


def either(*choices: str) -> SearchStrategy[str]:
    return st.sampled_from(choices)


minutes = st.one_of(st.integers(0, 400), st.integers(0, part.MINUTES_MAX))
later = st.dates(SPRING, date(2030, 3, 31))
spans = st.tuples(later, later).map(sorted)
codes = st.builds(str.__add__, st.sampled_from("aZ"), st.text("az09_-", max_size=39))
days = st.dates(date(2026, 3, 1), date(2027, 5, 31))
month_days = st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: day.strftime("%m-%d"))
times = st.times().map(lambda time: time.strftime("%H:%M"))
titles = st.text(min_size=1, max_size=8).filter(_readable)
texts = st.builds(part.Text, ja=titles, en=titles)
amounts = st.one_of(st.integers(1, 5), st.integers(1, part.AMOUNT_MAX))
minimums = st.one_of(st.just(0), st.integers(0, 180))
steps = st.one_of(st.sampled_from([1, 15, 30, 60]), st.integers(1, part.MINUTES_MAX))
roundings = either("down", "up", "nearest")
limits = st.one_of(st.integers(1, 10), st.integers(1, 2000), st.integers(1, part.LIMIT_MAX))
yes_or_no = st.booleans()


def window(kind: Any, **more: Any) -> SearchStrategy[Any]:
    """Something from one day to another."""
    return st.builds(lambda span, **said: kind(first_on=span[0], last_on=span[1], **said), spans, **more)


# ----------------------------------------------------------------------------------------------------------------- tests

references = st.sampled_from([*part.REFERENCES, "10-01", "02-29"])
valid = st.none() | st.integers(1, 60)
persons = st.one_of(
    st.builds(
        person.Age,
        at_least=st.integers(0, 65),
        at_most=st.none() | st.integers(65, 150),
        counted_on=references,
        months_early=st.integers(0, 12),
        reached=either("birthday", "day_before"),
    ),
    st.builds(person.Age, at_most=st.integers(0, 150), counted_on=references, reached=either("birthday", "day_before")),
    st.builds(
        person.Residence,
        how=tuples(either("lives", "stays", "works", "studies", "belongs"), 3, 1),
        counted_on=references,
        towns=tuples(codes, 2),
    ),
    st.builds(
        person.Registration,
        of=either("volunteer-centre", "club"),
        renewed=either("never", "each_fiscal_year", "each_scheme_year"),
        counted_on=references,
        valid_months=valid,
    ),
    st.builds(person.Training, course=codes, counted_on=references, valid_months=valid),
    st.builds(person.Insured, category=either("first", "second"), counted_on=references),
    st.builds(person.CareLevel, one_of=tuples(either("support", "care", "programme", "checklist"), 4, 1), counted_on=references),
    st.builds(person.Status, what=codes, counted_on=references, days_back=st.integers(0, 400)),
    st.builds(person.OfficerFinds, matter=codes, counted_on=references),
    st.builds(who.Season, first=month_days, last=month_days),
    window(who.Between),
)
past = st.one_of(
    st.builds(
        who.Earned,
        activity_kinds=st.sampled_from([("*",), ("visit",), ("visit", "garden")]),
        of=either("grants", "amount", "minutes"),
        at_least=st.one_of(st.integers(1, 3), st.integers(1, 1000)),
        per=either("day", "week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"),
    ),
    st.builds(who.SinceLast, activity_kinds=st.sampled_from([("*",), ("visit",)]), days=st.integers(1, 400)),
)
arrears = st.builds(person.Arrears, of=tuples(codes, 2, 1), fiscal_years_back=st.integers(0, 5), counted_on=references).map(
    lambda test: who.NoneOf(tests=(test,))
)
activities = st.one_of(
    st.builds(who.RoleTest, one_of=tuples(either("helper", "receiver"), 2, 1)),
    st.builds(who.EvidenceTest, at_least=st.integers(0, part.EVIDENCE_MAX)),
    st.builds(who.Mark, what=either("paid", "for_kin", "brokered"), untold=either("ask", "no", "yes")),
    st.builds(who.Headcount, of=either("present", "members"), at_least=st.integers(1, 5), age_at_least=st.none() | st.just(65)),
    st.builds(
        who.Headcount,
        of=either("present", "members"),
        at_least=st.integers(0, 5),
        age_at_least=st.just(65),
        percent=st.integers(1, 100),
    ),
    st.builds(who.MeasureTest, measure=either("steps", "snow_cm"), at_least=st.integers(1, 10_000)),
    st.builds(who.DayType, one_of=tuples(either("weekday", "saturday", "sunday", "holiday"), 3, 1)),
    st.tuples(times, times).filter(lambda t: t[0] != t[1]).map(lambda t: who.Hours(first=t[0], last=t[1])),
)


def joined(plain: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Tests, some of them joined, to a depth of three; in one list at most one of each kind."""

    def wider(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
        lists = tuples(inner, 3, 1, by=type)
        return st.one_of(*(st.builds(kind, tests=lists) for kind in (who.AllOf, who.AnyOf, who.NoneOf)))

    return tuples(st.recursive(plain, wider, max_leaves=4), 2, by=type)


person_tests = st.one_of(st.just(()), joined(persons), arrears.map(lambda test: (test,)))
fee_tests = st.one_of(st.just(()), joined(st.one_of(persons, activities)))
activity_tests = st.one_of(st.just(()), joined(st.one_of(persons, activities, past)))
