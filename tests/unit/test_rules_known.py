"""What is known of a person answers a question only where records cover its days; what nobody recorded is not answered."""

from __future__ import annotations

from datetime import date

import pytest

from rules import known
from rules.decision import Answer, Question
from rules.known import Record

MAY, JUNE = date(2026, 5, 10), date(2026, 6, 10)


def lives(yes: bool, first: date | None = None, last: date | None = None, source: str = "register") -> Record:
    return Record(fact="lives", yes=yes, first_on=first, last_on=last, source=source)


def told(*records: Record, first: date = MAY, last: date = MAY, begun: date | None = None) -> bool | None:
    found = known.answer(Question("lives", first, last, begun), records, None)
    return None if found is None else found.yes


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((), None),
        ((lives(yes=True),), True),
        ((lives(yes=False),), False),
        ((lives(yes=True, first=MAY, last=MAY),), True),
        ((lives(yes=True, last=date(2026, 5, 9)),), None),
        ((lives(yes=True, first=date(2026, 5, 11)),), None),
        ((Record(fact="works", yes=True),), None),
        ((lives(yes=True), lives(yes=False, first=MAY)), False),
        ((lives(yes=False), lives(yes=True, first=MAY)), True),
        ((lives(yes=False, first=MAY), lives(yes=True)), True),  # the later record counts
    ],
)
def test_a_day_is_answered_by_the_later_record_that_covers_it(records: tuple[Record, ...], expected: bool | None) -> None:
    assert told(*records) is expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((lives(yes=True, first=JUNE),), True),  # a yes on one of the days is enough
        ((lives(yes=False, first=MAY, last=date(2026, 6, 9)),), None),  # a no must cover all of them
        ((lives(yes=False, first=MAY, last=date(2026, 6, 9)), lives(yes=False, first=JUNE)), False),
        ((lives(yes=False), lives(yes=True, first=date(2026, 5, 20), last=date(2026, 5, 21))), True),
        ((lives(yes=True, first=date(2026, 5, 20)), lives(yes=False)), False),
    ],
)
def test_of_several_days_any_yes_and_only_a_no_for_all_of_them_answers(
    records: tuple[Record, ...], expected: bool | None
) -> None:
    assert told(*records, last=JUNE) is expected


def test_what_must_have_begun_since_a_day_is_no_where_it_began_before() -> None:
    april = date(2026, 4, 1)
    assert told(lives(yes=True, first=date(2026, 3, 31)), begun=april) is False
    assert told(lives(yes=True, first=april), begun=april) is True
    assert told(begun=april) is None


def test_an_answer_says_from_where_it_is_known() -> None:
    question = Question("lives", MAY, MAY)
    assert known.answer(question, [lives(yes=True), lives(yes=True, source="officer")], None) == Answer(question, True, "officer")
    assert known.answer(question, [lives(yes=False, source="officer")], None) == Answer(question, False, "officer")


@pytest.mark.parametrize(
    ("fact", "on", "expected"),
    [
        ("age_at_least:65", date(2026, 5, 9), False),
        ("age_at_least:65", date(2026, 5, 10), True),
        ("age_at_most:64", date(2026, 5, 9), True),
        ("age_at_most:64", date(2026, 5, 10), False),
    ],
)
def test_an_age_is_answered_from_the_birth_date(fact: str, on: date, expected: bool) -> None:
    found = known.answer(Question(fact, on, on), (), date(1961, 5, 10))
    assert found is not None
    assert (found.yes, found.source) == (expected, known.BIRTH_DATE)


def test_an_age_without_a_birth_date_is_known_only_where_somebody_recorded_it() -> None:
    question = Question("age_at_least:65", MAY, MAY)
    assert known.answer(question, (), None) is None
    certified = Record(fact="age_at_least:65", yes=True, source="certificate")
    assert known.answer(question, (certified,), None) == Answer(question, True, "certificate")


def test_who_was_born_on_29_february_is_a_year_older_on_1_march_of_a_common_year() -> None:
    born = date(1960, 2, 29)
    assert [known.age_on(born, on) for on in (date(2025, 2, 28), date(2025, 3, 1), date(2028, 2, 29))] == [64, 65, 68]


def test_only_what_can_be_answered_is_and_in_the_order_of_the_questions() -> None:
    asked = [Question("lives", MAY, MAY), Question("works", MAY, MAY), Question("age_at_least:60", MAY, MAY)]
    found = known.answers(asked, [lives(yes=True)], date(1961, 5, 10))
    assert [answer.question.fact for answer in found] == ["lives", "age_at_least:60"]


def test_a_record_without_days_is_since_always_and_until_further_notice() -> None:
    assert told(lives(yes=True), first=date(1950, 1, 1), last=date(1950, 1, 1)) is True
    assert told(lives(yes=False), first=date.min, last=date.max) is None


@pytest.mark.parametrize(
    ("records", "since"),
    [
        ([], None),
        ([("registered:scheme", True, "2025-07-01", None)], "2025-07-01"),
        ([("registered:points", True, "2025-07-01", None)], "2025-07-01"),
        ([("registered:club", True, "2025-07-01", None)], None),
        (
            [("registered:scheme", True, "2024-04-01", "2025-03-31"), ("registered:scheme", True, "2026-04-01", None)],
            "2026-04-01",
        ),
        ([("registered:scheme", True, "2024-04-01", None), ("registered:scheme", False, "2026-04-01", None)], "2024-04-01"),
    ],
)
def test_since_when_somebody_takes_part(records: list[tuple[str, bool, str, str | None]], since: str | None) -> None:
    kept = [
        Record(fact=fact, yes=yes, first_on=date.fromisoformat(first), last_on=None if last is None else date.fromisoformat(last))
        for fact, yes, first, last in records
    ]
    assert known.registered_on(kept, "points", MAY) == (None if since is None else date.fromisoformat(since))
