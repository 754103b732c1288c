"""A trace in words: one to four short sentences that a person aged 75 understands, the conclusion first.

Written by hand in Japanese (`ja`), easy Japanese (`ja-easy`) and English (`en`): the sentences are in `rules.wording`, at least one for
each code. The same trace always reads the same, and any trace reads: a code that nobody knows gives a sentence too. `full` is for
an auditor: every step with its numbers, and every fact with its source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from rules import facts_in_words, showing
from rules.charging import Charged
from rules.decision import Decision, Facts, Step
from rules.passing import Bought
from rules.payout import Claim, Closing, Payout, YearEnd
from rules.permission import Permission
from rules.showing import Reader
from rules.wording import claims, closing, conclusions, templates
from rules.wording.said import LOCALES, NO_NAMES, Locale, Names, Templates, Wording

__all__ = [
    "LOCALES",
    "SENTENCES_MAX",
    "TEMPLATES",
    "Locale",
    "explain",
    "explain_award",
    "explain_charge",
    "explain_closing",
    "explain_payout",
    "explain_permission",
    "explain_use",
    "full",
    "say",
]

SENTENCES_MAX = 4
TEMPLATES = templates.ALL
_POINTS = "point"


def explain(
    decision: Decision, locale: Locale, unit: str | None = None, scale: int = 0, names: Names = NO_NAMES
) -> tuple[str, ...]:
    """`decision` in one to four sentences: the conclusion; then what was earned, what cut it and until when it can be used, or why not.

    What has to be known first is said with who finds it out. `unit` is the unit's label in that language, `scale` its decimals,
    `names` what the town calls its own codes (`rules.naming`).
    """
    reader = _reader_of(decision.unit, locale, unit, scale, names)
    if decision.outcome == "granted":
        return _told(reader, None, [decision.trace[-1], *_of_a_grant(decision.trace)])
    return _of_none(decision.trace, reader, conclusions.NOTHING, conclusions.NOT_YET)


def explain_payout(
    payout: Payout,
    locale: Locale,
    unit: str | None = None,
    scale: int = 0,
    into: str | None = None,
    names: Names = NO_NAMES,
) -> tuple[str, ...]:
    """`payout` in one to four sentences: how many points become how much, what cut it, when it is paid; or why not.

    `unit` and `scale` are of the points, `into` is the label of what they become.
    """
    reader = _reader_of(_POINTS, locale, unit, scale, names)
    reader = replace(reader, into=into if into is not None else showing.label(payout.unit, locale, names))
    if payout.outcome != "paid":
        return _of_none(payout.trace, reader, conclusions.UNPAID, conclusions.UNPAID_YET)
    by_code = {step.code: step for step in payout.trace}
    codes = ("limit_cut", "whole_lots_after_leaving", "remainder_kept", "remainder_lost")
    cut = [by_code[code] for code in codes if code in by_code][-1:]
    staged = any(step.code.startswith("stage_") for step in payout.trace)
    rate = [] if staged else [step for step in payout.trace if step.code in claims.RATES]
    chosen = [payout.trace[-1], *rate, *cut, *[by_code[code] for code in ("payable",) if code in by_code]]
    return _told(reader, None, chosen, templates={**TEMPLATES, **claims.RATES})


def explain_closing(
    closed: Closing, locale: Locale, unit: str | None = None, scale: int = 0, names: Names = NO_NAMES
) -> tuple[str, ...]:
    """What a year's end does, in one to four sentences: what stays and what lapses, then why."""
    reader = _reader_of(_POINTS, locale, unit, scale, names)
    unknown = [step for step in closed.trace if _finds_out(step.code) is not None]
    if unknown:
        return _of_none(tuple(unknown), reader, conclusions.NOT_CLOSED, conclusions.NOT_CLOSED)
    which = ("some" if closed.carried else "none") if closed.lapsed else ("all" if closed.carried else "empty")
    told_of = {"carried": closed.carried, "lapsed": closed.lapsed}
    why = [step for step in closed.trace if step.code.startswith("lapse_") or step.code == "kept_by_decree"]
    return _told(reader, None, [Step(which, {**told_of}), *why], templates={**TEMPLATES, **closing.CLOSED})


def explain_charge(
    charged: Charged, locale: Locale, unit: str | None = None, scale: int = 0, names: Names = NO_NAMES
) -> tuple[str, ...]:
    """What the receiver of help pays, in one to four sentences: how much, then for what; or why nothing. `unit` is that of the fee.

    Where no fee is for the activity and its time, nothing is known of what it costs: that is said, and where to ask.
    """
    reader = _reader_of(charged.unit, locale, unit, scale, names)
    if charged.outcome == "nothing" and not any(step.code == "fee" for step in charged.trace):
        return (conclusions.NO_FEE[locale], *_on_the_day(charged, reader), conclusions.ASK_OFFICE[locale])
    if charged.outcome != "due":
        return _of_none(charged.trace, reader, conclusions.FREE, conclusions.NOT_CHARGED)
    said = [
        step
        for step in charged.trace
        if step.code in {"cancelled", "at_most", "expenses_separate", "tickets"} or _is_earned(step)
    ]
    return _told(reader, None, [charged.trace[-1], *said])


def _on_the_day(charged: Charged, reader: Reader) -> tuple[str, ...]:
    """What is said of the day, where it is why there is no fee."""
    steps = [step for step in charged.trace[-1:] if step.code in {"not_yet_in_force", "date_out_of_range"}]
    return tuple(showing.sentence(step, TEMPLATES, reader) for step in steps)


def explain_use(
    bought: Bought,
    locale: Locale,
    unit: str | None = None,
    scale: int = 0,
    into: str | None = None,
    names: Names = NO_NAMES,
) -> tuple[str, ...]:
    """What points buy, or why not, in one or two sentences. `unit` and `scale` are of the points, `into` labels what they buy."""
    reader = _reader_of(_POINTS, locale, unit, scale, names)
    reader = replace(reader, into=into if into is not None else showing.label(bought.unit, locale, names))
    return _told(reader, None if bought.allowed else conclusions.NOT_USED, bought.trace[-1:])


def explain_award(honours: Iterable[Step], locale: Locale, names: Names = NO_NAMES) -> tuple[str, ...]:
    """How far somebody is towards each award, or that there is none; four sentences at most."""
    reader = _reader_of("award", locale, None, 0, names)
    return _told(reader, None, honours) or (conclusions.NO_AWARD[locale],)


def explain_permission(
    permission: Permission, locale: Locale, about: Literal["registering", "passing_on"], names: Names = NO_NAMES
) -> tuple[str, ...]:
    """Whether somebody may register, or pass points on: the answer, and why not or what has to be known first."""
    reader = _reader_of(_POINTS, locale, None, 0, names)
    if permission.allowed:
        return _told(reader, None, permission.trace[-1:])
    if about == "passing_on":
        return _told(reader, conclusions.NOT_PASSED, permission.trace[-1:])
    return _of_none(permission.trace, reader, conclusions.NOT_REGISTERED, conclusions.NOT_REGISTERED_YET)


def say(step: Step, locale: Locale, unit: str, scale: int = 0, names: Names = NO_NAMES) -> str:
    """One step in words."""
    return showing.sentence(step, TEMPLATES, Reader(locale, unit, scale, names=names))


def full(
    trace: Iterable[Step],
    locale: Locale,
    unit: str,
    scale: int = 0,
    seen: Facts | Claim | YearEnd | None = None,
    names: Names = NO_NAMES,
) -> tuple[str, ...]:
    """Every step in order, in words and as it is kept; before them, where they are given, the facts that it saw and their sources.

    `unit` is the label of the unit, or its code.
    """
    reader = _reader_of(unit, locale, None, scale, names)
    steps = [f"{showing.sentence(step, TEMPLATES, reader)} [{_kept(step)}]" for step in trace]
    return (*(() if seen is None else facts_in_words.lines(seen, locale, names)), *steps)


def _kept(step: Step) -> str:
    return " ".join([step.code, *(f"{name}={value}" for name, value in step.numbers.items())])


# ------------------------------------------------------------------------------------------------------ how it is put together


def _reader_of(code: str, locale: Locale, unit: str | None, scale: int, names: Names) -> Reader:
    """For whom it is said, with the unit's label or, where nobody gave one, its word or code."""
    called = unit if unit is not None else showing.label(code, locale, names)
    return Reader(locale, called, scale, showing.label("yen", locale, names), names)


def _told(
    reader: Reader,
    first: Wording | None,
    steps: Iterable[Step],
    last: Wording | None = None,
    templates: Templates = TEMPLATES,
) -> tuple[str, ...]:
    """A conclusion, the steps, and who finds out: four sentences at most."""
    before, after = ([] if each is None else [each[reader.locale]] for each in (first, last))
    between = [showing.sentence(step, templates, reader) for step in steps]
    return (*before, *between[: SENTENCES_MAX - len(before) - len(after)], *after)


def _of_none(trace: tuple[Step, ...], reader: Reader, nothing: Wording, not_yet: Wording) -> tuple[str, ...]:
    """Why there is nothing, or what has to be known first and who finds it out."""
    reasons = _reasons(trace)
    last = next((found for step in reasons if (found := _finds_out(step.code)) is not None), None)
    is_open = last is not None or any(step.code in conclusions.FINDS_OUT for step in reasons)
    return _told(reader, not_yet if is_open else nothing, reasons, last)


def _finds_out(code: str) -> Wording | None:
    """Who finds out what a step leaves open; None where it leaves nothing open."""
    return conclusions.FINDS_OUT.get(code, conclusions.OFFICE if code.endswith("_unknown") else None)


# ------------------------------------------------------------------------------------------------------------ what is chosen


def _of_a_grant(trace: tuple[Step, ...]) -> list[Step]:
    """What was earned and what became of it, the most telling first where not all can be said; said in the order of the trace."""
    cuts = [step for step in trace if step.code == "cap_cut"]
    beyond = [step for step in trace if step.code.startswith("overflow_")]
    earned = [step for step in trace if _is_earned(step)]
    ranked = [
        *earned[:1],
        *[step for step in trace if step.code == "at_most"],
        *(beyond or cuts)[-1:],
        *[step for step in trace if step.code in {"bonus", "convertible_cut", "expires"}],
        *earned[1:],
    ]
    chosen = ranked[: SENTENCES_MAX - 1]
    return [step for step in trace if any(step is each for each in chosen)]


def _is_earned(step: Step) -> bool:
    return step.code.startswith("earned_")


def _reasons(trace: tuple[Step, ...]) -> list[Step]:
    """The steps that say why there is nothing: what is open, or the last one with those that it needs to be understood."""
    if not trace:
        return []
    last = trace[-1]
    if last.code.endswith("_unknown") or last.code in conclusions.FINDS_OUT:
        is_open = {step.code: step for step in trace if step.code.endswith("_unknown") or step.code in conclusions.FINDS_OUT}
        return list(is_open.values())[-2:]
    if last.code == "any_of_required":
        return [last, *[step for step in trace[:-1] if step.code != "any_of_required"][-2:]]
    if last.code.startswith("overflow_"):
        return [*[step for step in trace if step.code == "cap_reached"][-1:], last]
    return [last]
