"""What tests of the person ask: questions about dated yes/no facts, and how their answers decide. Pure.

A missing answer is never a silent no. Each kind of test has one small function, registered by its type: `asking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import singledispatch

from kernel import days
from rules import years
from rules.decision import Question
from rules.seen import Look, Numbers, Seen
from rules.vocabulary import part, person, who
from rules.vocabulary.who import Test


@dataclass(frozen=True, slots=True)
class Asking:
    """What a test of the person asks: any of the questions must be answered yes (all of them, where `every`)."""

    about: str
    questions: tuple[Question, ...]
    numbers: Numbers
    every: bool = False


def questions(tests: Iterable[Test], seen: Seen) -> Iterator[Question]:
    """Every question about the person that `tests` may ask."""
    for test in tests:
        if isinstance(test, who.AllOf | who.AnyOf | who.NoneOf):
            yield from questions(test.tests, seen)
        elif isinstance(test, person.Personal):
            on = seen.reference(test.counted_on)
            if on is not None:
                yield from asking(test, on, seen).questions


def look(test: person.Personal, seen: Seen) -> Look:
    """The answer to what a test of the person asks."""
    on = seen.reference(test.counted_on)
    if on is None:
        return Look(None, "registration_day", {"counted_on": test.counted_on})
    asked = asking(test, on, seen)
    answers = [seen.answers.get(question) for question in asked.questions]
    decisive = not asked.every
    if any(answer is not None and answer.yes is decisive for answer in answers):
        return Look(decisive, asked.about, asked.numbers)
    missing = next((question for question, answer in zip(asked.questions, answers, strict=True) if answer is None), None)
    if missing is None:
        return Look(not decisive, asked.about, asked.numbers)
    numbers: Numbers = {"fact": missing.fact, "first_on": str(missing.first_on), "last_on": str(missing.last_on)}
    return Look(None, asked.about, numbers)


@singledispatch
def asking(test: object, on: date, seen: Seen) -> Asking:
    """What a test of the person asks about the day `on`."""
    raise NotImplementedError(f"no test of a person is of the kind {type(test)}")


def _on(on: date, facts: Iterable[str]) -> tuple[Question, ...]:
    return tuple(Question(fact, on, on) for fact in facts)


@asking.register
def asking_age(test: person.Age, on: date, seen: Seen) -> Asking:
    """Whether the age is reached by the day, some months early, and not yet passed; by law, a day before the birthday."""
    asked: list[Question] = []
    numbers: Numbers = {"on": str(on)}
    on = on + timedelta(days=1) if test.reached == "day_before" and on < part.DATE_LAST else on
    if test.at_least is not None:
        numbers["at_least"] = test.at_least
        early = days.months_later(on, test.months_early) if test.months_early else on
        asked.append(Question(f"age_at_least:{test.at_least}", early, early))
    if test.at_most is not None:
        numbers["at_most"] = test.at_most
        asked.append(Question(f"age_at_most:{test.at_most}", on, on))
    return Asking("age", tuple(asked), numbers, every=True)


@asking.register
def asking_residence(test: person.Residence, on: date, seen: Seen) -> Asking:
    """Whether the person lives, works or studies in any of the towns."""
    facts = [f"{how}:{town}" for how in test.how for town in test.towns] if test.towns else list(test.how)
    return Asking("residence", _on(on, facts), {"on": str(on), "how": " ".join(test.how), "towns": " ".join(test.towns)})


@asking.register
def asking_registration(test: person.Registration, on: date, seen: Seen) -> Asking:
    """Whether the person is registered, in this year anew where the rule says so."""
    begun = {
        "never": None,
        "each_fiscal_year": years.period("fiscal_year", on, seen.year, seen.registered_on),
        "each_scheme_year": years.period("scheme_year", on, seen.year, seen.registered_on),
    }[test.renewed]
    begun_from = max(filter(None, (begun and begun[0], _valid_from(on, test.valid_months))), default=None)
    asked = Question(f"registered:{test.of}", on, on, begun_from)
    return Asking("registration", (asked,), {"on": str(on), "of": test.of, "renewed": test.renewed})


@asking.register
def asking_training(test: person.Training, on: date, seen: Seen) -> Asking:
    """Whether the person has completed the course, within the months that it is good for."""
    asked = Question(f"trained:{test.course}", on, on, _valid_from(on, test.valid_months))
    return Asking("training", (asked,), {"on": str(on), "course": test.course})


@asking.register
def asking_insured(test: person.Insured, on: date, seen: Seen) -> Asking:
    """Whether the person is insured in the category."""
    return Asking("insured", _on(on, [f"insured:{test.category}"]), {"on": str(on), "category": test.category})


@asking.register
def asking_care_level(test: person.CareLevel, on: date, seen: Seen) -> Asking:
    """Whether the person is certified in any of the ways."""
    return Asking("care_level", _on(on, [f"care:{each}" for each in test.one_of]), {"on": str(on)})


@asking.register
def asking_arrears(test: person.Arrears, on: date, seen: Seen) -> Asking:
    """Whether the person is in arrears on the day, or was in the fiscal years before."""
    back = test.fiscal_years_back
    first = days.fiscal_year_bounds(max(days.fiscal_year(on) - back, part.DATE_FIRST.year))[0] if back else on
    asked = tuple(Question(f"arrears:{each}", first, on) for each in test.of)
    return Asking("arrears", asked, {"on": str(on), "of": " ".join(test.of), "fiscal_years_back": back})


@asking.register
def asking_status(test: person.Status, on: date, seen: Seen) -> Asking:
    """Whether something held of the person, on the day or some days before."""
    first = max(on - timedelta(days=test.days_back), part.DATE_FIRST) if test.days_back else on
    return Asking("status", (Question(f"status:{test.what}", first, on),), {"on": str(on), "what": test.what})


@asking.register
def asking_officer(test: person.OfficerFinds, on: date, seen: Seen) -> Asking:
    """What an officer found."""
    return Asking("officer", _on(on, [f"officer:{test.matter}"]), {"on": str(on), "matter": test.matter})


def _valid_from(on: date, valid_months: int | None) -> date | None:
    return (
        None if valid_months is None else max(days.months_later(on, -min(valid_months, (on.year - 1901) * 12)), part.DATE_FIRST)
    )
