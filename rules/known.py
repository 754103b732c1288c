"""What is known of a person: dated yes/no records with a source, and how they answer a question. Pure.

A question is answered yes where a record says so on one of its days, no where records of "no" cover all of its days, and not at all
otherwise: what nobody recorded is asked, never assumed. An age is answered from the birth date, which goes no further than this;
where there is none, by records like anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from rules.decision import Answer, Question
from rules.vocabulary import part

AT_LEAST, AT_MOST = "age_at_least:", "age_at_most:"
BIRTH_DATE = "birth date"


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One thing that is known: `fact` was so (or, where not `yes`, was not so) from `first_on` to `last_on`, both days included.

    No `first_on` is since always, no `last_on` until further notice. `source` says where it is known from.
    """

    fact: str
    yes: bool
    first_on: date | None = None
    last_on: date | None = None
    source: str = ""

    @property
    def first(self) -> date:
        """The first day."""
        return self.first_on or part.DATE_FIRST

    @property
    def last(self) -> date:
        """The last day."""
        return self.last_on or part.DATE_LAST


def answers(questions: Iterable[Question], records: Sequence[Record], born_on: date | None) -> tuple[Answer, ...]:
    """The answers to those of `questions` that can be answered, in their order. Of two records that contradict, the later counts."""
    found = (answer(question, records, born_on) for question in questions)
    return tuple(each for each in found if each is not None)


def answer(question: Question, records: Sequence[Record], born_on: date | None) -> Answer | None:
    """The answer to one question; None where it is not known. `records` are in the order in which they were recorded."""
    if born_on is not None and question.fact.startswith((AT_LEAST, AT_MOST)):
        return Answer(question, _of_age(question, born_on), BIRTH_DATE)
    mine = [record for record in records if record.fact == question.fact]
    said_yes: Record | None = None
    uncovered = False
    for first, last in _pieces(mine, question.first_on, question.last_on):
        said = next((record for record in reversed(mine) if record.first <= first and last <= record.last), None)
        if said is None:
            uncovered = True
        elif said.yes and (question.begun_from is None or said.first >= question.begun_from):
            said_yes = said
    if said_yes is not None:
        return Answer(question, True, said_yes.source)
    return None if uncovered or not mine else Answer(question, False, mine[-1].source)


def registered_on(records: Sequence[Record], scheme: str, on: date) -> date | None:
    """Since when the person takes part in the scheme with this code, as seen on the day `on`; None where no record of a yes says so.

    It is the first day of the registration that stands on that day; where none does, of the one that was recorded last. Registered with
    `registered:scheme`, or with the scheme by its code.
    """
    mine = [each for each in records if each.fact in ("registered:scheme", f"registered:{scheme}")]
    standing = next((each for each in reversed(mine) if each.first <= on <= each.last), None)
    if standing is None or not standing.yes:
        standing = next((each for each in reversed(mine) if each.yes), None)
    return standing.first_on if standing is not None else None


def age_on(born_on: date, on: date) -> int:
    """Completed years of life; somebody born on 29 February completes them on 1 March of a common year."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _of_age(question: Question, born_on: date) -> bool:
    age, limit = age_on(born_on, question.last_on), int(question.fact.rpartition(":")[2])
    return age >= limit if question.fact.startswith(AT_LEAST) else age <= limit


def _pieces(records: Sequence[Record], first: date, last: date) -> Iterable[tuple[date, date]]:
    """The days from `first` to `last`, cut wherever a record begins or ends."""
    starts = {first}
    for record in records:
        starts |= {day for day in (record.first, _next(record.last)) if first < day <= last}
    cuts = sorted(starts)
    for begin, end in zip(cuts, [*cuts[1:], _next(last)], strict=True):
        yield begin, end - timedelta(days=1)


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
