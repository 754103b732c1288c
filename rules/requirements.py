"""Whether the tests of an edition hold: yes, no, or not known. Pure, and total on any facts.

A missing fact is its own answer and never a silent no: `judge` says None, with what has to be asked. Joined tests follow from their
parts as logic says (Kleene): what is not known matters only where the known parts do not decide.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules import asking, looking
from rules.decision import Step
from rules.seen import HOLDS, Look, Seen, Verdict
from rules.vocabulary import person, who
from rules.vocabulary.who import Test


def require(tests: Iterable[Test], seen: Seen) -> Verdict:
    """Whether all of `tests` hold."""
    return _all(judge(test, seen) for test in tests)


def judge(test: Test, seen: Seen, wanted: bool = True) -> Verdict:
    """Whether `test` is as `wanted`: true, or false for what excludes."""
    match test:
        case who.AllOf(tests=parts):
            verdicts = (judge(each, seen, wanted) for each in parts)
            return _all(verdicts) if wanted else _any(verdicts, len(parts))
        case who.AnyOf(tests=parts):
            verdicts = (judge(each, seen, wanted) for each in parts)
            return _any(verdicts, len(parts)) if wanted else _all(verdicts)
        case who.NoneOf(tests=parts):
            verdicts = (judge(each, seen, not wanted) for each in parts)
            return _all(verdicts) if wanted else _any(verdicts, len(parts))
        case _:
            personal = isinstance(test, person.Personal)
            return _stated(asking.look(test, seen) if personal else looking.look(test, seen), wanted)


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    """All as wanted: the first that is not decides; else the first that is not known."""
    unknown: Verdict | None = None
    for verdict in verdicts:
        if verdict.holds is False:
            return verdict
        if verdict.holds is None:
            unknown = unknown or verdict
    return unknown or HOLDS


def _any(verdicts: Iterable[Verdict], count: int) -> Verdict:
    """Any as wanted: the first that is decides; else the first that is not known; else all reasons, and that one was needed."""
    found: list[Verdict] = []
    for verdict in verdicts:
        if verdict.holds:
            return HOLDS
        found.append(verdict)
    unknown = next((verdict for verdict in found if verdict.holds is None), None)
    if unknown is not None:
        return unknown
    steps = [step for verdict in found for step in verdict.steps]
    return Verdict(False, tuple(steps) if count == 1 else (*steps, Step("any_of_required", {"count": count})))


_PAST = {"past", "since_last"}
_NAMES = {"role_required": "role_not_eligible", "evidence_required": "evidence_too_low"}


def _stated(found: Look, wanted: bool) -> Verdict:
    if found.holds is None:
        unknown = "used_not_told" if found.about in _PAST else f"{found.about}_unknown"
        return Verdict(None, (Step(unknown, found.numbers),))
    if found.holds == wanted:
        return HOLDS
    code = f"{found.about}_{'required' if wanted else 'excludes'}"
    return Verdict(False, (Step(_NAMES.get(code, code), found.numbers),))
