"""What a facts document says and no edition asks: names that are probably misspelt, and events that go back in time. Pure.

An edition asks by codes. A fact, mark, measure or form that it never asks for changes nothing; whoever wrote it meant something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise

from rules import asking, forms
from rules.seen import Seen
from rules.trial_document import Attendance, Claim, Event, FactsDocument, day_of
from rules.vocabulary import earning, part, person, who
from rules.vocabulary.between import Further
from rules.vocabulary.conversion import ClaimLimit, Form
from rules.vocabulary.edition import Edition
from rules.wording.said import Locale, Wording, said


@dataclass(slots=True)
class Asked:
    """The codes that editions ask for, by where a document answers them."""

    facts: set[str] = field(default_factory=set[str])
    marks: set[str] = field(default_factory=set[str])
    measures: set[str] = field(default_factory=set[str])
    forms: set[str] = field(default_factory=set[str])
    deductions: set[str] = field(default_factory=set[str])


def asked_by(editions: Iterable[Edition]) -> Asked:
    """All that `editions` ask for."""
    asked = Asked()
    for edition in editions:
        seen = Seen(edition.starts_on, edition.year, None, {})
        for each in _parts(edition):
            _ask(asked, each, seen)
    return asked


def _parts(stated: object) -> Iterator[part.Part]:
    if isinstance(stated, part.Part):
        yield stated
        for name in stated.__struct_fields__:
            yield from _parts(getattr(stated, name))
    elif isinstance(stated, tuple):
        for item in stated:  # pyright: ignore[reportUnknownVariableType]
            yield from _parts(item)  # pyright: ignore[reportUnknownArgumentType]


def _ask(asked: Asked, each: part.Part, seen: Seen) -> None:
    match each:
        case who.Mark():
            asked.marks.add(each.what)
        case who.Headcount():
            asked.measures |= {each.of} | ({f"{each.of}_{each.age_at_least}"} if each.age_at_least is not None else set())
        case who.MeasureTest() | earning.PerMeasure() | earning.MeasureBands() | Further():
            asked.measures.add(each.measure)
        case Form():
            asked.forms.add(forms.key(each))
        case ClaimLimit():
            asked.deductions |= set(each.minus)
        case _ if isinstance(each, person.Personal):
            asked.facts |= {question.fact for question in asking.asking(each, seen.on, seen).questions}
        case _:
            pass


# --------------------------------------------------------------------------------------------------------------- warnings

_NOT_ASKED = said(
    "{where}: {sort}「{name}」は、この版ではたずねません。{near}",
    "{where}: {sort}「{name}」は、この 版では 使いません。{near}",
    "{where}: no edition asks for the {sort} '{name}'.{near}",
)
_NEAR = said("「{near}」のことですか。", "「{near}」の ことですか。", " Did you mean '{near}'?")
_BACK = said(
    "{id}: {on} は、前の {before}({on_before})より前の日です。書いた順に計算します。",
    "{id}: {on}は、前の {before}({on_before})より 前の 日です。書いた 順に 計算します。",
    "{id}: {on} comes before {before} ({on_before}); events are counted in the order of the document.",
)
_SORTS: dict[str, Wording] = {
    "facts": said("事実", "こと", "fact"),
    "marks": said("印", "しるし", "mark"),
    "measures": said("測ったもの・人数", "はかった もの", "measure or count"),
    "forms": said("受け取り方", "もらい方", "form of payout"),
    "deductions": said("差し引くもの", "ひく もの", "deduction"),
}


def warnings(document: FactsDocument, editions: Sequence[Edition], locale: Locale) -> tuple[str, ...]:
    """A sentence for each name that no edition asks for, at its first place, then for each event that goes back in time."""
    asked = asked_by(editions)
    told: dict[tuple[str, str], str] = {}
    for where, sort, name in _said_in(document):
        known: set[str] = getattr(asked, sort)
        if name not in known and (sort, name) not in told:
            told[sort, name] = _not_asked(where, sort, name, known, locale)
    return (*told.values(), *_back_in_time([event for _, _, event in document.in_order()], locale))


def _not_asked(where: str, sort: str, name: str, known: set[str], locale: Locale) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    told = _NEAR[locale].format(near=near[0]) if near else ""
    return _NOT_ASKED[locale].format(where=where, sort=_SORTS[sort][locale], name=name, near=told)


def _said_in(document: FactsDocument) -> Iterator[tuple[str, str, str]]:
    """Where, in which field, which name."""
    for member in document.members:
        for record in member.facts:
            yield member.id, "facts", record.fact
    for _, _, event in document.in_order():
        if isinstance(event, Attendance):
            yield from ((event.id, "marks", name) for name in event.marks)
            yield from ((event.id, "measures", name) for name in (*event.measures, *event.counts))
        elif isinstance(event, Claim):
            yield from ((event.id, "forms", name) for name in (event.form,) if name is not None)
            yield from ((event.id, "deductions", name) for name in event.deductions)


def _back_in_time(events: Sequence[Event], locale: Locale) -> Iterator[str]:
    for before, event in pairwise(events):
        on, on_before = day_of(event), day_of(before)
        if on < on_before and not {before.__struct_config__.tag, event.__struct_config__.tag} & {"year_end", "opening"}:
            yield _BACK[locale].format(id=event.id, on=on, before=before.id, on_before=on_before)
