"""What a decision to ask would have to know: facts about the person, or what was told about the activity. Pure.

A fact about a person is named as in `rules.decision.Question`. What is told about an activity is `mark:paid`, `count:present_65`,
`measure:steps`, `host_amount`, `attested`, `client` or `book`; these names are those of `activities.marks` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from rules.decision import Step
from rules.vocabulary import who
from rules.vocabulary.edition import Edition
from rules.vocabulary.who import Test

_CODE = "[A-Za-z][A-Za-z0-9_-]{0,39}"
PERSONAL = re.compile(
    rf"(lives|stays|works|studies|belongs)(:{_CODE})?|(registered|trained|arrears|status|officer):{_CODE}"
    r"|insured:(first|second)|care:(support|care|programme|checklist)|age_at_(least|most):[0-9]{1,3}"
)
"""The facts about a person, whole; the constraint `readable_fact` says the same."""
COUNTED = re.compile(r"(present|members)(_[0-9]{1,3})?")
"""The numbers of people: how many were there, or are members, and how many of them are of an age."""


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has to be known: a fact about a person on some day from `first_on` to `last_on`, or something about the activity."""

    fact: str
    first_on: date | None = None
    last_on: date | None = None

    @property
    def personal(self) -> bool:
        """Whether it is about the person; otherwise it is about the activity."""
        return PERSONAL.fullmatch(self.fact) is not None


def wanted(trace: Iterable[Step]) -> tuple[Wanted, ...]:
    """What the steps of a decision to ask say is not known, each once."""
    return tuple(dict.fromkeys(each for step in trace if step.code.endswith("_unknown") for each in _of(step)))


def _of(step: Step) -> Iterator[Wanted]:
    told = step.numbers
    match step.code:
        case "registration_day_unknown":
            yield Wanted("registered:scheme")
        case "place_unknown":
            yield Wanted(str(told["dimension"]))
        case "mark_unknown":
            yield Wanted(f"mark:{told['what']}")
        case "measure_unknown":
            measure = str(told["measure"])
            yield Wanted(f"{'count' if COUNTED.fullmatch(measure) else 'measure'}:{measure}")
        case "headcount_unknown":
            yield Wanted(f"count:{told['of']}")
            if "percent" in told:
                yield Wanted(f"count:{str(told['of']).partition('_')[0]}")
        case _ if "fact" in told:
            yield Wanted(str(told["fact"]), date.fromisoformat(str(told["first_on"])), date.fromisoformat(str(told["last_on"])))
        case _:
            yield Wanted(step.code.removesuffix("_unknown"))


def counts(edition: Edition) -> frozenset[str]:
    """The numbers of people that an edition may ask for: `present`, `present_65`, `members` …"""
    tests = [*edition.eligibility]
    for part in (*edition.clauses, *edition.caps):
        tests += part.who
    for campaign in edition.campaigns:
        tests += campaign.when
    measured = (getattr(clause.earn, "measure", "") for clause in edition.clauses)
    return frozenset([*_headcounts(tests), *(each for each in measured if COUNTED.fullmatch(each))])


def _headcounts(tests: Iterable[Test]) -> Iterator[str]:
    for test in tests:
        if isinstance(test, who.AllOf | who.AnyOf | who.NoneOf):
            yield from _headcounts(test.tests)
        elif isinstance(test, who.Headcount):
            yield from {test.of, test.of if test.age_at_least is None else f"{test.of}_{test.age_at_least}"}
        elif isinstance(test, who.MeasureTest) and COUNTED.fullmatch(test.measure):
            yield test.measure
