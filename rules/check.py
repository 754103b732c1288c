"""What `yui rules check` and `yui rules evaluate` say: from texts to reports, without a file, a database or a clock.

The same evaluator as the main path decides; here the list itself is all of the past, so that anybody can try the rule book of their own
town: `rules.trial_document` tells how the list is written, `rules.trial` what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from rules import explain, naming, parse, showing, trial_document
from rules.charging import Charged
from rules.decision import Decision
from rules.passing import Bought
from rules.payout import Closing, Payout
from rules.permission import Permission
from rules.refusals import RuleError, UnreadableEdition
from rules.trial import Trial
from rules.trial_purse import Result, Subject
from rules.vocabulary.edition import Edition
from rules.wording.said import Locale, Names


class CheckReport(msgspec.Struct, frozen=True):
    """What is to be said of one document; `ok` when it is an edition, and then its scheme and first day."""

    name: str
    ok: bool
    scheme: str | None
    starts_on: date | None
    errors: tuple[RuleError, ...]


def check(text: str, name: str, locale: parse.Locale = "en") -> CheckReport:
    """Whether `text` (of the file `name`) is an edition, with every mistake at its line."""
    try:
        edition = parse.parse(text, locale)
    except UnreadableEdition as refused:
        return CheckReport(name=name, ok=False, scheme=None, starts_on=None, errors=refused.errors)
    return CheckReport(name=name, ok=True, scheme=edition.scheme, starts_on=edition.starts_on, errors=())


def evaluate_document(text: str, facts_json: bytes) -> list[Result]:
    """What comes of each event of `facts_json` by the edition `text`, in order. Raises UnreadableEdition, UnreadableFacts."""
    return list(evaluate_editions([parse.parse(text)], trial_document.read(facts_json)))


def evaluate_editions(editions: Sequence[Edition], document: trial_document.FactsDocument) -> Iterator[Result]:
    """What comes of each event by the edition of its day; `editions` are of one scheme, at least one, in any order."""
    tried = Trial(editions[0], document.members, later=editions[1:])
    for _, _, event in document.in_order():
        result, subject = tried.take_in(event)
        yield _said(result, subject, tried.edition)


_HELD: dict[Locale, str] = {"ja": "残高 {held}", "ja-easy": "のこり {held}", "en": "balance {held}"}


def lines(result: Result, editions: Sequence[Edition], locale: Locale) -> str:
    """What came of an event for an officer: the sentences, and below them what is held and the code of the reason."""
    space = "" if locale == "ja" else " "
    whose = f"{result.id} ({result.member})" if result.member is not None else result.id
    names = {code: name for edition in editions for code, name in naming.names_of(edition).items()}
    reader = showing.Reader(locale, showing.label(editions[0].unit, locale, names), names=names)
    held = [] if result.member is None else [_HELD[locale].format(held=reader.counted(result.balance))]
    return f"{whose}: {space.join(result.explanation[locale])}\n    {' '.join([*held, f'[{result.reason}]'])}"


def _said(result: Result, subject: Subject, edition: Edition) -> Result:
    """The result with what it says in every language, in the names of the town."""
    names = naming.names_of(edition)
    told = {locale: _sentences(result, subject, locale, edition.unit, names) for locale in explain.LOCALES}
    return msgspec.structs.replace(result, explanation=told)


def _sentences(result: Result, subject: Subject, locale: Locale, unit: str, names: Names) -> tuple[str, ...]:
    label = showing.label(unit, locale, names)
    match subject:
        case Decision():
            return explain.explain(subject, locale, names=names)
        case Payout():
            return explain.explain_payout(subject, locale, label, names=names)
        case Closing():
            return explain.explain_closing(subject, locale, label, names=names)
        case None:
            return _of_steps(result, locale, label, names)
        case _:
            return _between_members(result, subject, locale, label, names)


def _of_steps(result: Result, locale: Locale, label: str, names: Names) -> tuple[str, ...]:
    """What an award or an opening says."""
    if result.type == "award":
        return explain.explain_award(result.trace, locale, names)
    return tuple(explain.say(step, locale, label, names=names) for step in result.trace[: explain.SENTENCES_MAX])


def _between_members(
    result: Result, subject: Charged | Bought | Permission, locale: Locale, label: str, names: Names
) -> tuple[str, ...]:
    if result.reason == "not_enough_held":
        return (explain.say(result.trace[-1], locale, label, names=names),)
    match subject:
        case Charged():
            return explain.explain_charge(subject, locale, names=names)
        case Bought():
            return explain.explain_use(subject, locale, label, names=names)
        case Permission():
            about = "registering" if result.type == "registration" else "passing_on"
            return explain.explain_permission(subject, locale, about, names)
